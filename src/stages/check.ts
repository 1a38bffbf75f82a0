/**
 * Small checkers that say what is wrong with read values in the words of DVC's own validation.
 *
 * @module
 */
import { append } from "../platform/append.ts";
import {
  entriesOf,
  isPlainList,
  isPlainMap,
  keyText,
  type PlainKey,
  type PlainValue,
  TypedScalar,
} from "../platform/yaml_value.ts";

/** Keys and indexes from the root of a file to a value. */
export type ValuePath = readonly (string | number)[];

/** One thing that is wrong, and where. */
export interface Flaw {
  readonly problem: string;
  readonly path: ValuePath;
}

/** Says what is wrong with a value; nothing for a good one. */
export type Check = (value: PlainValue, path: ValuePath) => readonly Flaw[];

const good: readonly Flaw[] = [];

function typeCheck(problem: string, isRight: (value: PlainValue) => boolean): Check {
  return (value, path) => isRight(value) ? good : [{ problem, path }];
}

/** Any value at all. */
export const anything: Check = () => good;
export const text: Check = typeCheck("expected str", (value) => typeof value === "string");
export const integer: Check = typeCheck(
  "expected int",
  (value) => typeof value === "bigint" || Number.isSafeInteger(value),
);
export const flag: Check = typeCheck("expected bool", (value) => typeof value === "boolean");
export const nothing: Check = typeCheck("not a valid value", (value) => value === null);
export const anyMap: Check = typeCheck("expected dict", isPlainMap);
export const anyList: Check = typeCheck("expected list", isPlainList);

/** Text or an integer of at least three characters; empty text and null stand for no checksum. */
export const checksum: Check = typeCheck("not a valid value", (value) => {
  if (value === null || value === "") return true;
  if (typeof value === "string") return [...value].length >= 3;
  if (typeof value === "bigint") return true;
  return Number.isSafeInteger(value) && `${value}`.length >= 3;
});

/** A value that has to be a particular text. */
export function exactly(wanted: string, problem: string): Check {
  return typeCheck(problem, (value) => value === wanted);
}

/** The first check that is content decides; else the one that got deepest complains. */
export function anyOf(...checks: readonly Check[]): Check {
  return (value, path) => {
    let deepest: readonly Flaw[] | undefined;
    for (const check of checks) {
      const flaws = check(value, path);
      if (flaws.length === 0) return good;
      if (!deepest || depthOf(flaws) > depthOf(deepest)) deepest = flaws;
    }
    return deepest ?? good;
  };
}

function depthOf(flaws: readonly Flaw[]): number {
  return flaws[0]?.path.length ?? 0;
}

/** A list of items of one kind. A flaw inside of an item hides those of all others. */
export function listOf(...kinds: readonly Check[]): Check {
  const isListed = typeCheck("expected a list", isPlainList);
  return (value, path) => {
    if (!isPlainList(value)) return isListed(value, path);
    const flaws: Flaw[] = [];
    for (const [index, item] of value.entries()) {
      const itemPath = [...path, index];
      let found: readonly Flaw[] = good;
      for (const check of kinds) {
        found = check(item, itemPath);
        if (found.length === 0) break;
        if (depthOf(found) > itemPath.length) return found;
      }
      append(flaws, found.slice(0, 1));
    }
    return flaws;
  };
}

/** What {@linkcode mapOf} allows in a mapping. */
export interface MapShape {
  readonly required?: readonly string[];
  /** The check for keys that are not named; without one, other keys are refused. */
  readonly others?: Check;
  readonly maxSize?: number;
}

/** A mapping with named keys. */
export function mapOf(fields: Readonly<Record<string, Check>>, shape: MapShape = {}): Check {
  const checks = new Map(Object.entries(fields));
  const isMapped = typeCheck("expected a dictionary", isPlainMap);
  return (value, path) => {
    if (!isPlainMap(value)) return isMapped(value, path);
    const flaws: Flaw[] = [];
    const entries = entriesOf(value);
    for (const [key, item] of entries) {
      const keyPath = [...path, pathStep(key)];
      const check = typeof key === "string" ? checks.get(key) ?? shape.others : undefined;
      if (check) append(flaws, check(item, keyPath));
      else {
        flaws.push({
          problem: shape.others ? "expected str" : "extra keys not allowed",
          path: keyPath,
        });
      }
    }
    for (const key of shape.required ?? []) {
      if (!Object.hasOwn(value, key)) {
        flaws.push({ problem: "required key not provided", path: [...path, key] });
      }
    }
    if (flaws.length === 0 && shape.maxSize !== undefined && entries.length > shape.maxSize) {
      flaws.push({ problem: `length of value must be at most ${shape.maxSize}`, path });
    }
    return flaws;
  };
}

function pathStep(key: PlainKey): string | number {
  if (typeof key === "number" && Number.isSafeInteger(key)) return key;
  return key instanceof TypedScalar ? key.text : keyText(key);
}
