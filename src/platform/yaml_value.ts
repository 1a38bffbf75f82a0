/**
 * Values as YAML and JSON hold them, kept so that Python would print them again as it read them.
 *
 * @module
 */

/** A value that YAML and JSON both can hold. Whole `number`s are integers, others are floats. */
export type PlainValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | TypedScalar
  | readonly PlainValue[]
  | PlainMap;

/** A mapping of {@linkcode PlainValue}s in the order of the file; read it with {@linkcode entriesOf}. */
export type PlainMap = { readonly [key: string]: PlainValue };

/** A key as YAML allows it. */
export type PlainKey = string | number | bigint | boolean | null | TypedScalar;

/** A value that JavaScript has no type of its own for: a whole float such as `1.0`, or a date. */
export class TypedScalar {
  readonly type: "float" | "timestamp";
  /** As Python prints it: `1.0`, `1e+16`, `2024-01-02`. */
  readonly text: string;

  constructor(type: "float" | "timestamp", text: string) {
    this.type = type;
    this.text = text;
  }

  /** The nearest JSON value. */
  toJSON(): number | string {
    return this.type === "float" ? Number(this.text) : this.text;
  }

  toString(): string {
    return this.text;
  }
}

/** Entries of a mapping whose keys a JavaScript object cannot keep in order or in type. */
const exactEntries = Symbol("entries");

/** A mapping of the entries; keys keep their order and their types for {@linkcode entriesOf}. */
export function plainMap(entries: readonly (readonly [PlainKey, PlainValue])[]): PlainMap {
  const map: Record<string, PlainValue> = {};
  let exact = false;
  for (const [key, value] of entries) {
    const name = typeof key === "string" ? key : keyText(key);
    // Keys that look like array indexes are moved to the front by JavaScript.
    exact ||= typeof key !== "string" || /^\d+$/.test(name);
    if (name === "__proto__") {
      Object.defineProperty(map, name, { value, enumerable: true, configurable: true });
    } else map[name] = value;
  }
  if (exact) Object.defineProperty(map, exactEntries, { value: entries });
  return map;
}

/** The entries of a mapping in the order of the file, with the keys as they were read. */
export function entriesOf(map: PlainMap): readonly (readonly [PlainKey, PlainValue])[] {
  const exact = (map as { [exactEntries]?: readonly (readonly [PlainKey, PlainValue])[] })[
    exactEntries
  ];
  return exact ?? Object.entries(map);
}

/** Whether the value is a mapping. */
export function isPlainMap(value: PlainValue | undefined): value is PlainMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof TypedScalar);
}

/** Whether the value is a list. */
export function isPlainList(value: PlainValue | undefined): value is readonly PlainValue[] {
  return Array.isArray(value);
}

/** A key as Python's `str` shows it. */
export function keyText(key: PlainKey): string {
  if (typeof key === "string") return key;
  if (key === null) return "None";
  if (key === true) return "True";
  if (key === false) return "False";
  if (typeof key === "number") return Number.isSafeInteger(key) ? `${key}` : floatText(key);
  return key.toString();
}

/** A float as Python's `repr` shows it: `1e-05`, `1e+16`, `0.1`, `inf`, `nan`. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  // Both languages find the shortest digits that read back as the same float.
  const [, sign = "", digits = "", exponent = "0"] =
    /^(-?)([\d.]+)e([+-]\d+)$/.exec(value.toExponential()) ?? [];
  const bare = digits.replace(".", "");
  const point = Number(exponent);
  if (point < -4 || point >= 16) {
    const mantissa = bare.length > 1 ? `${bare[0]}.${bare.slice(1)}` : bare;
    const power = Math.abs(point).toString().padStart(2, "0");
    return `${sign}${mantissa}e${point < 0 ? "-" : "+"}${power}`;
  }
  if (point < 0) return `${sign}0.${"0".repeat(-point - 1)}${bare}`;
  if (bare.length <= point + 1) return `${sign}${bare.padEnd(point + 1, "0")}.0`;
  return `${sign}${bare.slice(0, point + 1)}.${bare.slice(point + 1)}`;
}

/** The float as a value: a plain number where that stays a float, else a {@linkcode TypedScalar}. */
export function floatValue(value: number): number | TypedScalar {
  return Number.isInteger(value) ? new TypedScalar("float", floatText(value)) : value;
}

/** The integer as a value: a number where that is exact, else a bigint. */
export function integerValue(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Orders texts by code points, as Python does. */
export function byCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    // Halves of a pair stand for characters above all others.
    const isPairA = (a & 0xf800) === 0xd800;
    const isPairB = (b & 0xf800) === 0xd800;
    if (isPairA !== isPairB) return isPairA ? 1 : -1;
    return a - b;
  }
  return left.length - right.length;
}

/** The number of characters (not of UTF-16 units). */
export function lengthOf(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    if ((text.charCodeAt(index) & 0xfc00) === 0xd800) length--;
  }
  return length;
}
