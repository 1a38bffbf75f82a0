/**
 * The command tree as data: names, aliases and one-line summaries, with the code of each verb
 * behind a loader, so that a run loads the one verb it needs.
 *
 * @module
 */
import type { AnyCommand } from "./program.ts";

/** A verb: one word (or alias) and the function that loads what it does. */
export interface VerbEntry {
  readonly kind: "verb";
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly section: string;
  readonly hidden: boolean;
  readonly load: () => Promise<AnyCommand>;
}

/** A word that only leads to further verbs, such as `remote`. */
export interface GroupEntry {
  readonly kind: "group";
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly section: string;
  readonly hidden: boolean;
  readonly children: readonly TreeEntry[];
}

/** One line of the tree. */
export type TreeEntry = VerbEntry | GroupEntry;

/** Declares a verb. Its summary stands here alone; the verb's own file need not repeat it. */
export function entry(
  name: string,
  summary: string,
  load: () => Promise<AnyCommand>,
  options: { readonly aliases?: readonly string[]; readonly hidden?: boolean } = {},
): VerbEntry {
  const { aliases = [], hidden = false } = options;
  return { kind: "verb", name, aliases, summary, section: "Commands", hidden, load };
}

/** Declares a group of verbs. */
export function group(
  name: string,
  summary: string,
  children: readonly TreeEntry[],
): GroupEntry {
  return {
    kind: "group",
    name,
    aliases: [],
    summary,
    section: "Commands",
    hidden: false,
    children,
  };
}

/** Puts entries under a heading of the help page. */
export function section(heading: string, entries: readonly TreeEntry[]): TreeEntry[] {
  return entries.map((one) => ({ ...one, section: heading }));
}

/** The entry that a word names. */
export function findEntry(entries: readonly TreeEntry[], word: string): TreeEntry | undefined {
  return entries.find((one) => one.name === word || one.aliases.includes(word));
}

/** Every word that names a visible entry, aliases behind their names. */
export function namesOf(entries: readonly TreeEntry[]): string[] {
  return entries.filter((one) => !one.hidden).flatMap((one) => [one.name, ...one.aliases]);
}
