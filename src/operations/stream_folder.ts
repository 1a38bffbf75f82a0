/**
 * A folder of a repository as a tar archive on stdout.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import {
  lookAt,
  makeTemporaryDirectory,
  removeIfThere,
  removeTree,
  streamFile,
} from "../platform/files.ts";
import { inShares } from "../platform/shares.ts";
import { TarWriter } from "../platform/tar.ts";
import type { Snapshot } from "../registry/snapshot.ts";
import type { SnapshotFiles } from "../registry/snapshot_files.ts";
import { refuseUnsafe, writeContent } from "./content.ts";
import type { ByteSink } from "./stream_data.ts";

/** Files that are brought at once; so many lie on the disk at most. */
const atOnce = 64;

/**
 * Writes an archive of files, each hashed before it goes out. `name` is the folder they are in.
 */
export async function streamFolder(
  files: SnapshotFiles,
  { name, snapshot, sink, jobs, modified, context }: {
    readonly name: string;
    readonly snapshot: Snapshot;
    readonly sink: ByteSink;
    readonly jobs: number | undefined;
    /** What the archive says of every file. */
    readonly modified: Date;
    readonly context: Context;
  },
): Promise<void> {
  refuseUnsafe(files, snapshot.label);
  const archive = new TarWriter(sink, modified);
  const folder = makeTemporaryDirectory();
  using progress = context.reporter.progress("Downloading", { files: files.length });
  try {
    for (const share of inShares(files, atOnce)) {
      const some = share.map((file, i) => ({ file, target: `${folder}/${i}` }));
      await writeContent(some, { context, jobs, progress });
      for (const { file, target } of some) {
        const { content } = file;
        await archive.add({
          name: `${name}/${file.path}`,
          size: lookAt(target)?.size ?? 0,
          executable: content.kind === "git" && content.executable,
        }, streamFile(target));
        removeIfThere(target);
      }
    }
    await archive.finish();
  } finally {
    removeTree(folder);
  }
}
