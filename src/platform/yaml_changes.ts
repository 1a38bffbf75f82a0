/**
 * What a new value changes in an old one, so that the rest of the old one can stay as it is.
 *
 * @module
 */
import {
  entriesOf,
  isPlainList,
  isPlainMap,
  type PlainKey,
  type PlainMap,
  plainMap,
  type PlainValue,
  TypedScalar,
} from "./yaml_value.ts";

/** Whether Python takes the values for equal: `1`, `1.0` and `true` are. */
export function pythonEquals(left: PlainValue, right: PlainValue): boolean {
  if (isPlainList(left)) {
    return isPlainList(right) && left.length === right.length &&
      left.every((item, index) => pythonEquals(item, right[index] ?? null));
  }
  if (isPlainMap(left)) {
    if (!isPlainMap(right)) return false;
    const entries = entriesOf(left);
    const others = new Map(entriesOf(right).map(([key, value]) => [keyName(key), value]));
    return entries.length === others.size &&
      entries.every(([key, value]) => {
        const other = others.get(keyName(key));
        return other !== undefined && pythonEquals(value, other);
      });
  }
  if (isPlainList(right) || isPlainMap(right)) return false;
  return keyName(left) === keyName(right) && !isNaNValue(left);
}

function isNaNValue(value: PlainValue): boolean {
  return typeof value === "number" && Number.isNaN(value);
}

/** One name for all keys that Python takes for the same. */
export function keyName(key: PlainKey): string {
  if (key === null) return "null";
  if (typeof key === "string") return `s${key}`;
  if (key instanceof TypedScalar) {
    return key.type === "float" ? `n${Number(key.text)}` : `t${key.text}`;
  }
  return typeof key === "bigint" ? `n${key}` : `n${Number(key)}`;
}

/** Whether a value is changed part by part and not replaced as a whole. */
export function changesInside(fresh: PlainValue, old: PlainValue | undefined): boolean {
  return (isPlainMap(fresh) && isPlainMap(old)) || (isPlainList(fresh) && isPlainList(old));
}

/** The old value with the fresh one's content: old keys keep their places, new ones go last. */
export function applyChanges(old: PlainValue, fresh: PlainValue): PlainValue {
  if (isPlainMap(old) && isPlainMap(fresh)) return changedMap(old, fresh);
  if (isPlainList(old) && isPlainList(fresh) && old.length === fresh.length) {
    return old.map((item, index) => changedItem(item, fresh[index] ?? null));
  }
  return fresh;
}

function changedItem(old: PlainValue, fresh: PlainValue): PlainValue {
  if (changesInside(fresh, old)) return applyChanges(old, fresh);
  return pythonEquals(old, fresh) ? old : fresh;
}

function changedMap(old: PlainMap, fresh: PlainMap): PlainMap {
  const values = new Map(entriesOf(fresh).map(([key, value]) => [keyName(key), { key, value }]));
  const result: [PlainKey, PlainValue][] = [];
  for (const [key, value] of entriesOf(old)) {
    const wanted = values.get(keyName(key));
    if (wanted) result.push([key, changedItem(value, wanted.value)]);
    values.delete(keyName(key));
  }
  for (const { key, value } of values.values()) result.push([key, value]);
  return plainMap(result);
}
