/**
 * One writer at a time, by DVC's own protocol, so that dvt and DVC exclude each other.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { isPermissionDenied, lookAt, makeDirectory, readTextIfThere } from "../platform/files.ts";
import { type FileLock, lockFile } from "../platform/file_lock.ts";

/** The lock file of a project, below its `.dvc/tmp`. */
const lockName = "lock";

/**
 * Takes the project's lock; dispose the result to give it back. While another process holds it,
 * waits as long as the context allows, or the setting `lock.wait` (in seconds), and says so once. The kernel frees the lock of a process
 * that died.
 */
export async function lockProject(
  temporaryFolder: string,
  { context, wait: seconds }: { context: Context; wait: number | undefined },
): Promise<FileLock> {
  const path = `${temporaryFolder}/${lockName}`;
  try {
    makeDirectory(temporaryFolder);
  } catch (error) {
    if (isPermissionDenied(error)) return noLock; // nothing can be written, so nothing can clash
    throw error;
  }
  const { lockWait } = context;
  const usual = seconds === undefined ? undefined : seconds * 1000;
  const wait = lockWait === "forever" ? undefined : usual ?? lockWait.milliseconds;
  const lock = await lockFile(path, {
    wait,
    signal: context.signal,
    onWait() {
      context.reporter.note(
        `Waiting for ${holderOf(path)} to finish in this project${since(path)}`,
      );
    },
  });
  if (lock === undefined) {
    throw new DvtError(
      "conflict",
      "Unable to acquire lock. Most likely another DVC process is running or was terminated " +
        "abruptly. Check the page <https://dvc.org/doc/user-guide/troubleshooting#lock-issue> " +
        "for other possible reasons and to learn how to resolve this.",
      {
        hint: `${holderOf(path)} holds it${
          since(path)
        }; use --wait-for-lock to wait until it is done`,
      },
    );
  }
  // DVC writes its process id so; whoever waits reads it.
  lock.write(` ${context.processId}\n`);
  return lock;
}

const noLock: FileLock = { write() {}, [Symbol.dispose]() {} };

/** How long ago the holder took the lock: it writes its number then. */
function since(path: string): string {
  const taken = lookAt(path)?.mtime;
  if (taken === undefined) return "";
  const seconds = Math.max(0, Math.round((Date.now() - taken) / 1000));
  return ` (since ${seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`})`;
}

function holderOf(path: string): string {
  const pid = /^\s*(\d+)\s*$/.exec(readTextIfThere(path) ?? "")?.[1];
  return pid === undefined ? "another process" : `process ${pid}`;
}
