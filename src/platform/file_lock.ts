/**
 * Advisory locks between processes (`flock`), with a limit to the wait.
 *
 * @module
 */
import { stopIfAborted } from "./pool.ts";
import { isPermissionDenied, openFile, writeAll } from "./files.ts";

/** A lock that is held. */
export interface FileLock extends Disposable {
  /** Replaces the lock file's text, which tells others who holds it. */
  write(text: string): void;
}

/** How long to wait. */
export interface LockOptions {
  /** In milliseconds; undefined waits for ever. */
  readonly wait: number | undefined;
  readonly signal: AbortSignal;
  /** Called once, when the lock is not free at once. */
  onWait?(): void;
}

/** How long a lock may take before people are told that they wait. */
const patience = 300;

const noLock: FileLock = { write() {}, [Symbol.dispose]() {} };

/**
 * Locks a file, made where it is missing; undefined when the time is up. The file stays: removing
 * it would let two processes lock two files of one name. Where it can neither be written nor read,
 * as on a file system mounted read-only, there is no lock: nothing can be written, so nothing can
 * clash.
 */
export async function lockFile(path: string, options: LockOptions): Promise<FileLock | undefined> {
  const { file, isWritable } = openForLock(path);
  if (file === undefined) return noLock;
  let timer: number | undefined;
  let notice: number | undefined;
  let cancel: () => void = () => {};
  try {
    // Deno has no tryLock: the wait is raced, and closing the file ends what still waits.
    const locked = file.lock(true).then(() => "locked" as const);
    const late = new Promise<"late">((resolve) => {
      cancel = () => resolve("late");
      if (options.wait !== undefined) timer = setTimeout(cancel, options.wait);
      options.signal.addEventListener("abort", cancel, { once: true });
      notice = setTimeout(() => options.onWait?.(), patience);
    });
    if (await Promise.race([locked, late]) === "late") {
      locked.catch(() => {}); // closing the file makes it fail
      file.close();
      stopIfAborted(options.signal);
      return undefined;
    }
  } catch (error) {
    file.close();
    throw error;
  } finally {
    clearTimeout(timer);
    clearTimeout(notice);
    options.signal.removeEventListener("abort", cancel);
  }
  return {
    write(text) {
      if (!isWritable) return;
      file.truncateSync();
      file.seekSync(0, Deno.SeekMode.Start);
      writeAll(file, new TextEncoder().encode(text));
    },
    [Symbol.dispose]() {
      file.unlockSync();
      file.close();
    },
  };
}

function openForLock(path: string): { file: Deno.FsFile | undefined; isWritable: boolean } {
  try {
    return { file: openFile(path, { read: true, write: true, create: true }), isWritable: true };
  } catch (error) {
    if (!isPermissionDenied(error)) throw error;
  }
  try {
    return { file: openFile(path), isWritable: false };
  } catch (error) {
    if (!isPermissionDenied(error) && !(error instanceof Deno.errors.NotFound)) throw error;
    return { file: undefined, isWritable: false };
  }
}
