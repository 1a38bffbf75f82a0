/**
 * Tags: reading them with their dates and words, making and removing them.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { isRefName } from "./refs.ts";
import { type Git, textOf } from "./repository.ts";
import { peel } from "./revisions.ts";

/** A tag that leads to a commit. */
export interface GitTag {
  /** Without `refs/tags/`. */
  readonly name: string;
  readonly commit: string;
  /** When it was made, in seconds since 1970; of a lightweight tag: when its commit was. */
  readonly time: number;
  /** Whether it is an object of its own, with an author and a message. */
  readonly annotated: boolean;
  /** `Name <address>` of whoever made an annotated tag. */
  readonly author?: string;
  /** The message of an annotated tag, without the line break at its end. */
  readonly message?: string;
}

const fields = [
  "refname:lstrip=2",
  "objecttype",
  "objectname",
  "*objecttype",
  "*objectname",
  "creatordate:unix",
  "taggername",
  "taggeremail",
  "contents",
];

/** All tags that lead to commits, ordered by name. Tags of trees and blobs are passed over. */
export async function listTags(git: Git): Promise<GitTag[]> {
  const format = fields.map((field) => `%(${field})%00`).join("");
  const answer = await git.run(["for-each-ref", `--format=${format}`, "refs/tags/"]);
  const values = textOf(answer).split("\0");
  const tags: GitTag[] = [];
  for (let at = 0; at + fields.length < values.length; at += fields.length) {
    const tag = await tagOf(git, values.slice(at, at + fields.length));
    if (tag !== undefined) tags.push(tag);
  }
  return tags;
}

async function tagOf(git: Git, values: readonly string[]): Promise<GitTag | undefined> {
  const [first = "", type, id = "", targetType, target = "", date, name, address, text = ""] =
    values;
  const annotated = type === "tag";
  // A tag may be put on a tag; git tells the first step only.
  const [found, what] = annotated ? [target, targetType] : [id, type];
  const commit = what === "tag" ? await peel(git, found) : what === "commit" ? found : undefined;
  if (commit === undefined) return undefined;
  const known = { name: first.replace(/^\n/, ""), commit, time: Number(date) || 0, annotated };
  if (!annotated) return known;
  return { ...known, author: `${name} ${address}`.trim(), message: text.replace(/\n+$/, "") };
}

/** What a new tag is. */
export interface NewTag {
  readonly name: string;
  /** What it is put on. */
  readonly commit: string;
  /** Makes it an annotated tag. */
  readonly message?: string;
}

/** Makes a tag; a `conflict` where there is one of that name. */
export async function createTag(git: Git, { name, commit, message }: NewTag): Promise<void> {
  const known = checkedName(name);
  const kind = message === undefined ? [] : ["--annotate", "--cleanup=verbatim", "--file=-"];
  const args = ["tag", ...kind, "--end-of-options", known, commit];
  const answer = await git.run(args, { input: message, okCodes: "any" });
  if (answer.code === 0) return;
  if (/ already exists$/m.test(answer.stderr)) {
    throw new DvtError("conflict", `tag '${name}' already exists`);
  }
  throw git.failure(args, answer);
}

/** Removes a tag here; a `not-found` error where there is none. */
export async function deleteTag(git: Git, name: string): Promise<void> {
  const args = ["tag", "--delete", "--end-of-options", checkedName(name)];
  const answer = await git.run(args, { okCodes: "any" });
  if (answer.code === 0) return;
  if (/ not found\.?$/m.test(answer.stderr)) {
    throw new DvtError("not-found", `tag '${name}' does not exist`);
  }
  throw git.failure(args, answer);
}

/** Sends tags to a remote of the repository; with `remove`, takes them away there. */
export async function pushTags(
  git: Git,
  names: readonly string[],
  { remote, remove = false }: { readonly remote: string; readonly remove?: boolean },
): Promise<void> {
  const refs = names.map((name) => `${remove ? ":" : ""}refs/tags/${checkedName(name)}`);
  await git.run(["push", "--quiet", "--end-of-options", remote, ...refs]);
}

function checkedName(name: string): string {
  if (isRefName(`refs/tags/${name}`) && !name.startsWith("-")) return name;
  throw new DvtError("failed", `'${name}' is not a valid name of a tag`);
}
