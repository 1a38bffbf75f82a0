/**
 * Downloads a file or folder of a repository, without a project.
 *
 * @module
 */
import type { ObjectStore } from "../objects/object_store.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { exists, isDirectory } from "../platform/files.ts";
import { absolutePath } from "../platform/paths.ts";
import type { Found, Snapshot } from "../registry/snapshot.ts";
import { nameFor } from "../registry/snapshot.ts";
import { openSource } from "../registry/source.ts";
import { arrive } from "./arrive.ts";
import { refuseUnsafe, writeContent } from "./content.ts";
import { partOf, type Parts } from "./parts.ts";
import { nearbyStores } from "./nearby.ts";
import { type SourceOptions, sourceOverrides } from "./source_options.ts";

/** What is downloaded. */
export interface GetRequest extends SourceOptions {
  /** Paths, and anything that git can clone. */
  readonly url: string;
  /** In the repository. */
  readonly path: string;
  readonly rev: string | undefined;
  /** As typed; a folder that exists takes the data under its own name. */
  readonly out: string | undefined;
  readonly force: boolean;
  readonly jobs: number | undefined;
  readonly offline: boolean;
  /** Which files of a folder are wanted. */
  readonly parts: Parts;
}

/** Where `--out -` leads: the data goes to stdout. */
export const toStdout = "-";

/** What was downloaded. */
export interface GetResult {
  /** Absolute. */
  readonly out: string;
  readonly files: number;
}

/** Downloads; what is at the destination stays whole until the new is complete. */
export async function get(request: GetRequest, context: Context): Promise<GetResult> {
  const shown = destination(request, context);
  const out = absolutePath(shown, context.directory);
  if (/\.dvc$|(^|[\\/])dvc\.yaml$/.test(shown)) {
    throw new DvtError(
      "failed",
      "the given path is a DVC file, you must specify a data file or a directory",
    );
  }
  refuseExisting(out, { shown, force: request.force });
  const snapshot = await openRequested(request, context);
  const found = partOf(await requirePath(snapshot, request.path), request.parts, request.path);
  const files = await deliverFound(found, { snapshot, out, jobs: request.jobs, context });
  return { out, files };
}

/** Opens the source of a request; what our own cache holds need not be downloaded. */
export function openRequested(
  request: Pick<GetRequest, "url" | "rev" | "offline"> & SourceOptions,
  context: Context,
): Promise<Snapshot> {
  const { url, rev, offline } = request;
  const overrides = sourceOverrides(request, context);
  return openSource({ url, rev, overrides, offline, nearby: nearbyStores(context) }, context);
}

/** Downloads to a sink: one file as it is, a folder as a tar archive. */
export async function getToSink(
  request: Omit<GetRequest, "out" | "force">,
  { sink, context }: { sink: (chunk: Uint8Array) => void; context: Context },
): Promise<void> {
  const snapshot = await openRequested(request, context);
  const found = partOf(await requirePath(snapshot, request.path), request.parts, request.path);
  if (found.kind === "file") {
    const { streamFile } = await import("./stream_data.ts");
    return await streamFile(found.file, { sink, context });
  }
  const { streamFolder } = await import("./stream_folder.ts");
  await streamFolder(await found.files(), {
    name: nameFor(request.path, request.url),
    snapshot,
    sink,
    jobs: request.jobs,
    modified: await timeOf(snapshot),
    context,
  });
}

/** When the commit of a snapshot was made; the present for a work tree. */
async function timeOf({ git, commit }: Snapshot): Promise<Date> {
  if (git === undefined || commit === undefined) return new Date();
  const { commitFacts } = await import("../git/history.ts");
  const facts = (await commitFacts(git, [commit])).get(commit);
  return new Date((facts?.time ?? 0) * 1000);
}

/** Lets what was found in a snapshot arrive at a native path; answers how many files it has. */
export async function deliverFound(
  found: Found,
  { snapshot, out, jobs, context }: {
    readonly snapshot: Snapshot;
    readonly out: string;
    readonly jobs: number | undefined;
    readonly context: Context;
  },
): Promise<number> {
  const files = found.kind === "file" ? [found.file] : await found.files();
  refuseUnsafe(files, snapshot.label);
  using progress = context.reporter.progress("Downloading", { files: files.length });
  await arrive(files, { out, isFolder: found.kind === "directory" }, (placed, unseen) => {
    return writeContent(placed, { context, jobs, progress, unseen });
  });
  return files.length;
}

/** The path under which data is saved, as a user would type it. */
export function destination(
  { url, path, out }: Pick<GetRequest, "url" | "path" | "out">,
  context: Context,
): string {
  const name = nameFor(path, url);
  if (out === undefined || out === "") return name;
  const inFolder = isDirectory(absolutePath(out, context.directory));
  return inFolder ? `${out.replace(/\/+$/, "")}/${name}` : out.replace(/\/+$/, "");
}

/** Refuses to overwrite what is there, in DVC's words. */
export function refuseExisting(
  out: string,
  { shown, force }: { shown: string; force: boolean },
): void {
  if (force || !exists(out)) return;
  const kind = isDirectory(out) ? "directory" : "file";
  throw new DvtError(
    "conflict",
    `The ${kind} '${shown}' already exists locally. \nTo override it, re-run with '--force'.`,
  );
}

/** What is at a path of a source. Throws `not-found`, with DVC's exit code, where nothing is. */
export async function requirePath(snapshot: Snapshot, path: string): Promise<Found> {
  const found = await snapshot.find(path);
  if (found !== undefined) return found;
  throw new DvtError(
    "not-found",
    `unexpected error - [Errno 2] No such file or directory: '${path}' in '${snapshot.label}'`,
    {
      hint: `it is neither tracked data nor a file that Git tracks there; see what is: ` +
        `dvt list ${snapshot.label}`,
    },
  );
}

/** The address of what is at a path: `get --show-url`. */
export async function dataUrl(
  request: Omit<GetRequest, "out" | "force" | "jobs" | "offline" | "parts">,
  context: Context,
): Promise<string> {
  const snapshot = await openSource({
    url: request.url,
    rev: request.rev,
    overrides: sourceOverrides(request, context),
  }, context);
  return await addressOf(snapshot, snapshot.treePath(request.path), request.path);
}

/** The address of what is at a path of a snapshot's tree; messages name it as it was asked for. */
export async function addressOf(
  snapshot: Snapshot,
  path: string,
  shown = path,
): Promise<string> {
  const project = await snapshot.projectAround(path);
  const inside = project === undefined || project.path === ""
    ? path
    : path.slice(project.path.length + 1);
  const tracked = project === undefined
    ? undefined
    : await project.containing(inside) ?? (await project.catalog()).containing(inside);
  if (project === undefined || tracked?.out.md5 === undefined) {
    throw new DvtError("not-found", `Unable to find DVC file with output '${shown}'`, {
      hint: "data that Git holds has no address of its own",
      exitCode: 255,
    });
  }
  const found = await snapshot.findAt(path);
  const { objectId } = await import("../objects/object_id.ts");
  const id = found?.kind === "file" && found.file.content.kind === "object"
    ? found.file.content.id
    : objectId(tracked.out.md5);
  const [remote] = await project.remoteStores(tracked);
  const store: ObjectStore | undefined = remote ?? project.cache(tracked.out.hash);
  if (store === undefined) {
    throw new DvtError("configuration", `config file error: '${snapshot.label}' has no remote`);
  }
  return store.urlAt?.(inside) ?? store.url(id);
}
