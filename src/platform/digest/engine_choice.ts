/**
 * The switch between the engine and built-in hashing, for tests and for people in doubt.
 *
 * @module
 */

/** What hashes: whichever is quicker for the work, or always one of the two. */
export type DigestEngine = "auto" | "engine" | "builtin";

let choice: DigestEngine = "auto";

/** Chooses what hashes; anything but `engine` and `builtin` means `auto`. */
export function setDigestEngine(name: string | undefined): void {
  choice = name === "engine" || name === "builtin" ? name : "auto";
}

/** What was chosen. */
export function digestEngine(): DigestEngine {
  return choice;
}
