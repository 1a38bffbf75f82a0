/**
 * Texts of one byte a character: git knows bytes only.
 *
 * @module
 */

const encoder = new TextEncoder();

/** A text's UTF-8, one character a byte. */
export function bytesOf(text: string): string {
  return latin1(encoder.encode(text));
}

/** Bytes as text, one character each. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** The text that such characters are the UTF-8 of. */
export function utf8(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}
