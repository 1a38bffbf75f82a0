/**
 * Downloads a file or folder from an address, without a project.
 *
 * @module
 */
import { temporaryPathFor } from "../platform/arrivals.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { changeMode, copyFile, defaultMode, removeIfThere, renameFile } from "../platform/files.ts";
import { absolutePath, nativeBelow } from "../platform/paths.ts";
import { breathe, eachAtOnce, stopIfAborted } from "../platform/pool.ts";
import type { Progress } from "../platform/reporter.ts";
import { configAround, findAtUrl, openUrl, type UrlPlace } from "../registry/url_place.ts";
import type { StoredFile } from "../storage/storage.ts";
import { arrive, type PlacedFile } from "./arrive.ts";
import { refuseExisting } from "./get.ts";
import { urlDestination } from "./import_url.ts";
import { receiveFile, refuseUnsafeNames } from "./url_data.ts";

/** What is downloaded. */
export interface GetUrlRequest {
  /** A path, or the URL of a file or folder. */
  readonly url: string;
  /** As typed; a folder that exists takes the data under its own name. */
  readonly out: string | undefined;
  readonly force: boolean;
  readonly jobs: number | undefined;
  /** Options of the storage. */
  readonly fsConfig: Readonly<Record<string, string>> | undefined;
}

/** What was downloaded. */
export interface GetUrlResult {
  /** Absolute. */
  readonly out: string;
  readonly files: number;
}

/** Downloads; what is at the destination stays whole until the new is complete. */
export async function getUrl(request: GetUrlRequest, context: Context): Promise<GetUrlResult> {
  const shown = urlDestination(request, context);
  const out = absolutePath(shown, context.directory);
  refuseExisting(out, { shown, force: request.force });
  const place = await openUrl({
    url: request.url,
    directory: context.directory,
    options: request.fsConfig,
  }, { config: configAround(context), context });
  const found = await findAtUrl(place);
  if (found === undefined) {
    throw new DvtError("not-found", `The path '${place.label}' does not exist`, { exitCode: 1 });
  }
  const isFolder = found.kind === "directory";
  const files = isFolder ? found.files : [found.file];
  // Names on this machine are its user's own.
  if (isFolder && place.path === undefined) refuseUnsafeNames(files, place.label);
  using progress = context.reporter.progress("Downloading", { files: files.length });
  await arrive(files, { out, isFolder }, (placed) => {
    return place.path === undefined
      ? download(placed, place, { context, jobs: request.jobs, progress })
      : copy(placed, place.path, { context, progress });
  });
  return { out, files: files.length };
}

async function download(
  placed: readonly PlacedFile<StoredFile>[],
  place: UrlPlace,
  { context, jobs, progress }: { context: Context; jobs: number | undefined; progress: Progress },
): Promise<void> {
  await eachAtOnce(placed, async ({ file, target }) => {
    const temporary = temporaryPathFor(target);
    try {
      const { size } = await receiveFile(place, file, {
        target: temporary,
        signal: context.signal,
      });
      renameFile(temporary, target);
      progress.advance(1, size);
    } finally {
      removeIfThere(temporary);
    }
  }, { limit: jobs ?? place.storage.concurrency, signal: context.signal });
}

/** So many files are copied before Ctrl-C and the progress get their turn. */
const batch = 64;

async function copy(
  placed: readonly PlacedFile<StoredFile>[],
  source: string,
  { context, progress }: { context: Context; progress: Progress },
): Promise<void> {
  const mode = defaultMode();
  for (const [i, { file, target }] of placed.entries()) {
    if (i % batch === batch - 1) await breathe();
    stopIfAborted(context.signal);
    const temporary = temporaryPathFor(target);
    try {
      copyFile(nativeBelow(source, file.path), temporary);
      changeMode(temporary, mode);
      renameFile(temporary, target);
      progress.advance(1, file.size ?? 0);
    } finally {
      removeIfThere(temporary);
    }
  }
}
