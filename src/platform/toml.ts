/**
 * TOML → values.
 *
 * @module
 */
import { parse, TomlDate, type TomlValue } from "npm:smol-toml@1.9.1";
import { floatValue, plainMap, type PlainValue, TypedScalar } from "./yaml_value.ts";

/** The value of a TOML text. Throws an `Error` where it is none. */
export function readToml(text: string): PlainValue {
  return plainValue(parse(text, { integersAsBigInt: true }));
}

function plainValue(value: TomlValue): PlainValue {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value === "number") return floatValue(value);
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (value instanceof TomlDate) return new TypedScalar("timestamp", value.toISOString());
  if (Array.isArray(value)) return value.map(plainValue);
  return plainMap(Object.entries(value).map(([key, item]) => [key, plainValue(item)]));
}
