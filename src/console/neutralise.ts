/**
 * Makes text that came from names, servers and files harmless to a terminal.
 *
 * @module
 */

/**
 * Control characters but tab and line feed, C1 controls, marks that change the direction of text,
 * line separators, and what else is invisible.
 */
const dangerous =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Shows what could act on a terminal as its escape, such as `\x1b` or `\u202e`. */
export function neutralise(text: string): string {
  return text.replace(dangerous, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
