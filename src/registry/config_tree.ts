/**
 * Configuration as nested sections: option values are texts or lists, exactly as files say them.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { type IniEntry, type IniSection, isIniSection } from "../platform/ini.ts";

/** Sections by name; `remote`, `machine` and `db` hold sections themselves. */
export type ConfigTree = IniSection;

/** A `configuration` error in DVC's words. */
export function configError(fault: string, hint?: string): DvtError {
  return new DvtError("configuration", `config file error: ${fault}`, { hint });
}

/** The sections whose names go on after a blank, as in `['remote "name"']`. */
export const namedSections: readonly string[] = ["remote", "machine", "db"];

/** Turns a file's sections into a tree: names in lower case, `remote "x"` below `remote`. */
export function treeOfFile(file: IniSection): ConfigTree {
  const tree: ConfigTree = new Map(namedSections.map((name) => [name, new Map()]));
  for (const [name, entry] of lowerNames(file)) {
    const [, kind, own] = /^\s*(remote|machine|db)\s*"(.*)"\s*$/.exec(name) ?? [];
    if (kind === undefined || own === undefined) tree.set(name, entry);
    else sectionOf(tree, kind).set(own, entry);
  }
  return tree;
}

/** Turns a tree into a file's sections: named ones last, empty ones gone. */
export function fileOfTree(tree: ConfigTree): IniSection {
  const file: IniSection = new Map();
  for (const [name, entry] of tree) {
    const empty = isIniSection(entry) ? entry.size === 0 : entry.length === 0;
    if (!empty && !namedSections.includes(name)) file.set(name, entry);
  }
  for (const kind of namedSections) {
    for (const [name, entry] of sectionIfAny(tree, kind) ?? []) {
      file.set(`${kind} "${name}"`, entry);
    }
  }
  return file;
}

/** A tree from plain records, such as a stage file's `repo.config`. */
export function treeOfRecord(record: Readonly<Record<string, unknown>>): ConfigTree {
  const tree: ConfigTree = new Map();
  for (const [name, value] of Object.entries(record)) {
    if (isRecord(value)) tree.set(name, treeOfRecord(value));
    else if (Array.isArray(value)) tree.set(name, value.map(String));
    else if (value !== null && value !== undefined) tree.set(name, String(value));
  }
  return tree;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A section of a tree, made where it is missing. */
export function sectionOf(tree: ConfigTree, name: string): ConfigTree {
  const found = sectionIfAny(tree, name);
  if (found !== undefined) return found;
  const made: ConfigTree = new Map();
  tree.set(name, made);
  return made;
}

/** A section of a tree, if there is one. */
export function sectionIfAny(tree: ConfigTree, name: string): ConfigTree | undefined {
  const entry = tree.get(name);
  if (entry === undefined || isIniSection(entry)) return entry;
  throw configError(`expected a dictionary for dictionary value @ data['${name}']`);
}

/** Lays `upper` over `lower`, option by option; `lower` changes. */
export function mergeInto(lower: ConfigTree, upper: ConfigTree): void {
  for (const [name, entry] of upper) {
    const below = lower.get(name);
    if (isIniSection(below) && isIniSection(entry)) mergeInto(below, entry);
    else lower.set(name, isIniSection(entry) ? copyTree(entry) : entry);
  }
}

/** A tree that can be changed without changing the first. */
export function copyTree(tree: ConfigTree): ConfigTree {
  return mapTree(tree, (entry) => entry);
}

/** A copy in which every value is what `change` makes of it, given the way to it. */
export function mapTree(
  tree: ConfigTree,
  change: (entry: Exclude<IniEntry, IniSection>, way: readonly string[]) => IniEntry,
  way: readonly string[] = [],
): ConfigTree {
  const copy: ConfigTree = new Map();
  for (const [name, entry] of tree) {
    const here = [...way, name];
    copy.set(name, isIniSection(entry) ? mapTree(entry, change, here) : change(entry, here));
  }
  return copy;
}

function lowerNames(section: IniSection): IniSection {
  const lowered: IniSection = new Map();
  for (const [name, entry] of section) {
    lowered.set(name.toLowerCase(), isIniSection(entry) ? lowerNames(entry) : entry);
  }
  return lowered;
}
