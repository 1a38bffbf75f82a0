/**
 * What the operating system refused, in words for people.
 *
 * @module
 */

/** A refusal of the operating system. */
export interface SystemFault {
  /** In Python's form, which DVC prints: `[Errno 28] No space left on device: '/data/x'`. */
  readonly text: string;
  /** What may help. */
  readonly hint: string;
}

const hints: Readonly<Record<string, string>> = {
  ENOSPC: "make room on the disk, then run the command again",
  EDQUOT: "your quota on this disk is used up: make room, then run the command again",
  EACCES: "look at who owns it and what its permissions are",
  EPERM: "look at who owns it and what its permissions are",
  EROFS: "the file system is mounted read-only",
  EMFILE: "allow more open files (ulimit -n), or do less at once (-j)",
  ENFILE: "the machine has too many files open; close some, or do less at once (-j)",
  EIO: "the disk or the network behind it fails; look at the system's log",
  ESTALE: "the network file system has lost the file; run the command again",
  ENAMETOOLONG: "the name is longer than this file system allows",
  ELOOP: "the links on this path lead in a circle",
};

/** Whether an error says that nothing more can be written, by anybody or by this user. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    (error.code === "ENOSPC" || error.code === "EDQUOT");
}

/** The fault behind an error of Deno's; undefined where it is of another kind. */
export function systemFault(error: unknown): SystemFault | undefined {
  if (error instanceof Deno.errors.NotCapable) {
    return { text: error.message, hint: "dvt was started or built without this permission" };
  }
  if (!(error instanceof Error)) return undefined;
  const match = /^(.*?) \(os error (\d+)\)(?:: \w+ ('[^]*'))?$/.exec(error.message);
  if (match === null) return undefined;
  const [, words = "", number = "", paths] = match;
  const code = "code" in error ? String(error.code) : "";
  return {
    text: `[Errno ${number}] ${words}${paths === undefined ? "" : `: ${paths}`}`,
    hint: hints[code] ?? "look at the path that is named, then run the command again",
  };
}
