/**
 * Words for a POSIX shell.
 *
 * @module
 */

/** A word as a shell reads it back, quoted only where it must be. */
export function shellQuoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}
