/**
 * Prints a file of a repository.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { type GetRequest, openRequested } from "./get.ts";
import { type ByteRange, type ByteSink, requireFile, streamFile } from "./stream_data.ts";

/** What is printed. */
export interface CatRequest extends Omit<GetRequest, "out" | "force" | "jobs"> {
  /** A part of the file, which cannot be checked. */
  readonly range: ByteRange | undefined;
}

/** Hands over the file's bytes; throws at the end where they are not what was recorded. */
export async function catFile(
  request: CatRequest,
  { sink, context }: { sink: ByteSink; context: Context },
): Promise<void> {
  const snapshot = await openRequested(request, context);
  const file = await requireFile(snapshot, request.path);
  await streamFile(file, { sink, range: request.range, context });
}
