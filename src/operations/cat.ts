/**
 * Prints a file of a repository.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { type GetRequest, openRequested, requirePath } from "./get.ts";
import { type ByteRange, type ByteSink, streamFile } from "./stream_data.ts";

/** What is printed. */
export interface CatRequest extends Omit<GetRequest, "out" | "force" | "jobs" | "parts"> {
  /** A part of the file, which cannot be checked. */
  readonly range: ByteRange | undefined;
}

/** Hands over the file's bytes; throws at the end where they are not what was recorded. */
export async function catFile(
  request: CatRequest,
  { sink, context }: { sink: ByteSink; context: Context },
): Promise<void> {
  const snapshot = await openRequested(request, context);
  const found = await requirePath(snapshot, request.path);
  if (found.kind !== "file") {
    throw new DvtError("failed", `'${request.path}' is a folder; one file is printed at a time`, {
      hint: `for all of it as a tar archive: dvt get ${snapshot.label} ${request.path} -o -`,
    });
  }
  await streamFile(found.file, { sink, range: request.range, context });
}
