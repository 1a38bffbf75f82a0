/**
 * JSON as Python's `json.dumps` writes it with its defaults, since that is what DVC prints.
 *
 * @module
 */

/** How Python would be asked to write it. */
export interface PythonJsonOptions {
  /** Spaces for one level; absent: everything on one line. */
  readonly indent?: number;
  readonly sortKeys?: boolean;
}

/** One value as text: `, ` and `: ` between, everything but ASCII as `\uXXXX`. */
export function pythonJson(value: unknown, options: PythonJsonOptions = {}): string {
  return write(value, options, "");
}

function write(value: unknown, options: PythonJsonOptions, margin: string): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return pythonString(value);
  if (typeof value === "number") return pythonNumber(value);
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) {
    return enclose("[", value.map((item) => write(item, options, deeper(margin, options))), "]", {
      options,
      margin,
    });
  }
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const pairs = entries.filter(([, item]) => item !== undefined);
  if (options.sortKeys) pairs.sort(([a], [b]) => comparePoints(String(a), String(b)));
  const items = pairs.map(([key, item]) =>
    `${pythonString(String(key))}: ${write(item, options, deeper(margin, options))}`
  );
  return enclose("{", items, "}", { options, margin });
}

function enclose(
  open: string,
  items: readonly string[],
  close: string,
  place: { readonly options: PythonJsonOptions; readonly margin: string },
): string {
  if (items.length === 0) return open + close;
  if (place.options.indent === undefined) return open + items.join(", ") + close;
  const inner = "\n" + deeper(place.margin, place.options);
  return `${open}${inner}${items.join(`,${inner}`)}\n${place.margin}${close}`;
}

function deeper(margin: string, options: PythonJsonOptions): string {
  return margin + " ".repeat(options.indent ?? 0);
}

/** A text with Python's escapes. */
export function pythonString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Numbers as Python's `repr`; JavaScript's exponents start elsewhere. */
function pythonNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (Number.isInteger(value)) return BigInt(value).toString();
  const text = String(value);
  const small = /^(-?)0\.0000(0*)([1-9])(\d*)$/.exec(text);
  if (small !== null) {
    const [, sign = "", zeros = "", first = "", rest = ""] = small;
    const exponent = String(5 + zeros.length).padStart(2, "0");
    return `${sign}${first}${rest === "" ? "" : `.${rest}`}e-${exponent}`;
  }
  return text.replace(/e-(\d)$/, "e-0$1");
}

function comparePoints(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
