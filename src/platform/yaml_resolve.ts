/**
 * What a plain scalar means in YAML 1.2 as ruamel.yaml reads it (and in 1.1 where a file says so).
 *
 * @module
 */
import { floatValue, integerValue, type PlainKey, TypedScalar } from "./yaml_value.ts";

/** What a plain scalar can turn out to be. */
export type ScalarType =
  | "str"
  | "bool"
  | "float"
  | "int"
  | "merge"
  | "null"
  | "timestamp"
  | "value";

const bool = /^(?:true|True|TRUE|false|False|FALSE)$/;
const bool11 =
  /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const float =
  /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]?\d+)?|[-+]?\d[\d_]*[eE][-+]?\d+|[-+]?\.[\d_]+(?:[eE][-+]\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const sexagesimalFloat = /^[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*$/;
const integer = /^(?:[-+]?0b[01_]+|[-+]?0o?[0-7_]+|[-+]?[\d_]+|[-+]?0x[\da-fA-F_]+)$/;
const integer11 =
  /^(?:[-+]?0b[01_]+|[-+]?0?[0-7_]+|[-+]?(?:0|[1-9][\d_]*)|[-+]?0x[\da-fA-F_]+|[-+]?[1-9][\d_]*(?::[0-5]?\d)+)$/;
const timestamp =
  /^\d{4}-\d\d-\d\d$|^\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?$/;

/** The type that a plain scalar's text stands for. */
export function resolveScalar(text: string, version11 = false): ScalarType {
  const first = text.charAt(0);
  switch (first) {
    case "":
      return "null";
    case "~":
      return text === "~" ? "null" : "str";
    case "<":
      return text === "<<" ? "merge" : "str";
    case "=":
      return text === "=" ? "value" : "str";
    case "n":
    case "N":
      if (/^(?:null|Null|NULL)$/.test(text)) return "null";
      break;
  }
  if (/[tTfFyYnNoO]/.test(first) && (version11 ? bool11 : bool).test(text)) return "bool";
  if (!/[-+.\d]/.test(first)) return "str";
  if (float.test(text) || (version11 && sexagesimalFloat.test(text))) return "float";
  if (first !== "." && (version11 ? integer11 : integer).test(text)) return "int";
  if (first >= "0" && first <= "9" && timestamp.test(text)) return "timestamp";
  return "str";
}

/** The value of a scalar of a type; undefined where the text cannot be one. */
export function scalarValue(
  text: string,
  type: ScalarType,
  version11 = false,
): PlainKey | undefined {
  switch (type) {
    case "null":
      return null;
    case "bool":
      return /^(?:y|yes|true|on)$/i.test(text);
    case "int":
      return parseInteger(text, version11);
    case "float":
      return parseFloatText(text);
    case "timestamp":
      return parseTimestamp(text);
    default:
      return text;
  }
}

function parseInteger(text: string, version11: boolean): number | bigint | undefined {
  const bare = text.replaceAll("_", "");
  const negative = bare.startsWith("-");
  const digits = /^[-+]/.test(bare) ? bare.slice(1) : bare;
  let value: bigint;
  if (/^0b[01]+$/.test(digits) || /^0o[0-7]+$/.test(digits) || /^0x[\da-fA-F]+$/.test(digits)) {
    value = BigInt(digits);
  } else if (version11 && digits.includes(":")) {
    value = digits.split(":").reduce((sum, part) => sum * 60n + BigInt(part), 0n);
  } else if (!/^\d+$/.test(digits)) return undefined;
  else if (version11 && /^0\d/.test(digits)) {
    if (/[89]/.test(digits)) return undefined;
    value = BigInt(`0o${digits.slice(1)}`);
  } else value = BigInt(digits);
  return integerValue(negative ? -value : value);
}

function parseFloatText(text: string): number | TypedScalar | undefined {
  const bare = text.replaceAll("_", "").toLowerCase();
  const sign = bare.startsWith("-") ? -1 : 1;
  const digits = /^[-+]/.test(bare) ? bare.slice(1) : bare;
  if (digits === ".inf") return sign * Infinity;
  if (digits === ".nan") return NaN;
  if (digits.includes(":")) {
    return floatValue(sign * digits.split(":").reduce((sum, part) => sum * 60 + Number(part), 0));
  }
  if (!/\d/.test(digits.split("e")[0] ?? "")) return undefined;
  return floatValue(sign * Number(digits));
}

const timestampParts =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?)?$/;

/** A date or a time as Python prints it. */
function parseTimestamp(text: string): TypedScalar | undefined {
  const found = timestampParts.exec(text);
  if (!found) return undefined;
  const number = (group: number) => Number(found[group] ?? 0);
  const date = new Date(0);
  date.setUTCFullYear(number(1), number(2) - 1, number(3));
  const isDate = number(1) > 0 && date.getUTCMonth() === number(2) - 1 &&
    date.getUTCDate() === number(3);
  if (!isDate || number(4) > 23 || number(5) > 59 || number(6) > 59) return undefined;
  if (found[4] === undefined) return new TypedScalar("timestamp", date.toISOString().slice(0, -14));
  const digits = found[7] ?? "";
  // Python counts microseconds; the seventh digit rounds.
  const micros = Number(digits.slice(0, 6).padEnd(6, "0")) + (Number(digits[6] ?? 0) > 4 ? 1 : 0);
  date.setUTCHours(number(4), number(5), number(6) + (micros === 1_000_000 ? 1 : 0));
  const fraction = micros % 1_000_000 === 0 ? "" : `.${micros.toString().padStart(6, "0")}`;
  let zone = "";
  if (found[8] === "Z") zone = "+00:00";
  else if (found[8] !== undefined) {
    zone = `${found[9]}${(found[10] ?? "").padStart(2, "0")}:${found[11] ?? "00"}`;
  }
  const [day = "", time = ""] = date.toISOString().slice(0, -5).split("T");
  return new TypedScalar("timestamp", `${day} ${time}${fraction}${zone}`);
}
