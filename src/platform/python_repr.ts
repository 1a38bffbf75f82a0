/**
 * Python's way of showing a value, which DVC's messages and listings carry.
 *
 * @module
 */

/** A value that {@linkcode pythonRepr} can show. */
export type ShownValue =
  | string
  | number
  | boolean
  | null
  | readonly ShownValue[]
  | ReadonlyMap<string, ShownValue>;

/** `repr(value)`: `'text'`, `True`, `['a', 'b']`, `{'key': 'value'}`. Floats are not meant here. */
export function pythonRepr(value: ShownValue): string {
  if (typeof value === "string") return textRepr(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (value === null) return "None";
  if (value instanceof Map) {
    const pairs = [...value].map(([key, item]) => `${textRepr(key)}: ${pythonRepr(item)}`);
    return `{${pairs.join(", ")}}`;
  }
  return isList(value) ? `[${value.map(pythonRepr).join(", ")}]` : String(value);
}

/** `str(value)`: a text as it is, anything else as {@linkcode pythonRepr} shows it. */
export function pythonStr(value: ShownValue): string {
  return typeof value === "string" ? value : pythonRepr(value);
}

function isList(value: ShownValue): value is readonly ShownValue[] {
  return Array.isArray(value);
}

function textRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let shown = "";
  for (const character of text) shown += characterRepr(character, quote);
  return quote + shown + quote;
}

const named = new Map([["\n", "\\n"], ["\r", "\\r"], ["\t", "\\t"], ["\\", "\\\\"]]);

function characterRepr(character: string, quote: string): string {
  if (character === quote) return `\\${character}`;
  const name = named.get(character);
  if (name !== undefined) return name;
  if (character === " " || !/[\p{C}\p{Z}]/u.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
