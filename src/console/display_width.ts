/**
 * How many columns of a terminal a text takes.
 *
 * @module
 */
import { withoutStyles } from "./color.ts";

/** Combining characters, invisible ones and the later letters of a Korean syllable. */
const zeroWidth =
  /^(?![\xad\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2])[\p{M}\p{Cf}\u1160-\u11ff\ud7b0-\ud7ff]$/u;
const emoji = /^\p{Emoji_Presentation}$/u;

/** Columns of a text: 2 for wide characters (CJK, emoji), 0 for combining ones. */
export function displayWidth(text: string): number {
  const plain = withoutStyles(text);
  // deno-lint-ignore no-control-regex
  if (/^[\x00-\x7f]*$/.test(plain)) return plain.length;
  let width = 0;
  let last = 0;
  let joined = false;
  for (const character of plain) {
    const code = character.codePointAt(0) ?? 0;
    if (code === joiner) {
      joined = true;
    } else if (code === emojiSelector) {
      width += last === 1 ? 1 : 0;
      last = 0;
    } else if (!zeroWidth.test(character)) {
      // Joined emoji are drawn as one; so are a person and a tone of skin.
      const own = joined || (isSkinTone(code) && last === 2) ? 0 : isWide(character) ? 2 : 1;
      width += own;
      last = own === 0 ? last : own;
      joined = false;
    }
  }
  return width;
}

const joiner = 0x200d;
const emojiSelector = 0xfe0f;

function isSkinTone(code: number): boolean {
  return code >= 0x1f3fb && code <= 0x1f3ff;
}

/** Ranges of East Asian wide and full-width characters; Unicode's own list of emoji does the rest. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2630, 0x2637],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

function isWide(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  // A flag is a pair of letters that are emoji by themselves.
  if (code >= 0x1f1e6 && code <= 0x1f1ff) return false;
  return wide.some(([first, last]) => code >= first && code <= last) || emoji.test(character);
}
