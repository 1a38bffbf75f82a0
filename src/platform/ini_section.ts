/**
 * What a configuration file holds.
 *
 * @module
 */

/** A value: a text, or a list where commas outside of quotes separate several. */
export type IniValue = string | readonly string[];

/** Values and sections by name, in the order of the file. */
export type IniSection = Map<string, IniEntry>;

/** What a section holds under a name. */
export type IniEntry = IniValue | IniSection;

/** Whether an entry is a section rather than a value. */
export function isIniSection(entry: IniEntry | undefined): entry is IniSection {
  return entry instanceof Map;
}

/** Whether two entries hold the same. */
export function sameEntry(one: IniEntry, other: IniEntry): boolean {
  if (typeof one === "string" || typeof other === "string") return one === other;
  if (isIniSection(one) || isIniSection(other)) {
    return isIniSection(one) && isIniSection(other) && one.size === other.size &&
      [...one].every(([name, entry]) => {
        const twin = other.get(name);
        return twin !== undefined && sameEntry(entry, twin);
      });
  }
  return one.length === other.length && one.every((item, at) => item === other[at]);
}
