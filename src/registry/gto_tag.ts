/**
 * The names of Git tags that speak of artifacts: `NAME@v1.2.0` registers a version, `NAME#prod`
 * assigns a stage, `!` takes either back, `#3` counts.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { semanticVersionText } from "./semantic_version.ts";

/** What a tag does to its artifact. */
export type GtoAction =
  | "register"
  | "deregister"
  | "assign"
  | "unassign"
  | "deprecate"
  | "create";

/** A tag's name, understood. */
export interface GtoTag {
  /** `NAME`, or `DIRECTORY:NAME` for an artifact declared in `DIRECTORY/dvc.yaml`. */
  readonly artifact: string;
  readonly action: GtoAction;
  /** With its `v`; for `register` and `deregister`. */
  readonly version: string | undefined;
  /** For `assign` and `unassign`. */
  readonly stage: string | undefined;
  /** The number behind the last `#`, in digits. */
  readonly counter: string | undefined;
}

const nameText = "[a-zA-Z0-9](?:[a-zA-Z0-9/_-]*[a-zA-Z0-9])?";
const directoryText = "[a-zA-Z0-9_./-]+";
const nameShape = new RegExp(`^${nameText}$`);
const fullNameShape = new RegExp(`^(?:(${directoryText}):)?(${nameText})$`);
const tagShape = new RegExp(
  `^((?:${directoryText}=)?${nameText})` +
    `(?:(?:#(?<stage>${nameText})|@(?<version>v${semanticVersionText}))(?<cancel>!?)` +
    `|@(?<state>deprecated|created))(?:#(?<counter>[0-9]+))?$`,
);

/** Longer names are no tags of ours; the shapes above would take their time over them. */
const maximumLength = 1000;

/** Understands a tag's name; undefined for a tag that has nothing to do with artifacts. */
export function parseGtoTag(name: string): GtoTag | undefined {
  if (name.length > maximumLength) return undefined;
  const match = tagShape.exec(name);
  if (match === null) return undefined;
  const { stage, version, cancel, state, counter } = match.groups ?? {};
  const action = state !== undefined
    ? (state === "deprecated" ? "deprecate" : "create")
    : version !== undefined
    ? (cancel === "!" ? "deregister" : "register")
    : (cancel === "!" ? "unassign" : "assign");
  return { artifact: (match[1] ?? "").replace("=", ":"), action, version, stage, counter };
}

/** A tag to be made. */
export type NewTag = Pick<GtoTag, "artifact" | "action"> & {
  readonly version?: string;
  readonly stage?: string;
};

/**
 * The name of a new tag. With `counted`, it ends in a number above those of all the artifact's
 * tags; GTO counts all but `register` and `deregister`.
 */
export function formatGtoTag(
  { artifact, action, version = "", stage = "" }: NewTag,
  counted?: { readonly tags: Iterable<string> },
): string {
  const suffix: Readonly<Record<GtoAction, string>> = {
    register: `@${version}`,
    deregister: `@${version}!`,
    assign: `#${stage}`,
    unassign: `#${stage}!`,
    deprecate: "@deprecated",
    create: "@created",
  };
  const name = artifact.replace(":", "=") + suffix[action];
  if (counted === undefined) return name;
  let highest = 0n;
  for (const tag of counted.tags) {
    const parsed = parseGtoTag(tag);
    if (parsed?.artifact !== artifact || parsed.counter === undefined) continue;
    const counter = BigInt(parsed.counter);
    if (counter > highest) highest = counter;
  }
  return `${name}#${highest + 1n}`;
}

/** Whether a name may be given to an artifact or a stage. */
export function isArtifactName(name: string): boolean {
  return name.length <= maximumLength && nameShape.test(name);
}

/** Throws DVC's error for a name that may not be given to an artifact. */
export function requireArtifactName(name: string): void {
  if (isArtifactName(name)) return;
  throw new DvtError("failed", `Can't use '${name}' as artifact name (ID).`, {
    hint: "letters, digits, '-', '_' and '/' are allowed, with a letter or digit at both ends",
  });
}

/** Where an artifact is declared: in the `dvc.yaml` of this folder (`""` for the root). */
export interface ArtifactName {
  readonly directory: string;
  readonly name: string;
  /** As tags spell it, less their `=`: `NAME` or `DIRECTORY:NAME`. */
  readonly full: string;
}

/** Reads `NAME`, `DIRECTORY:NAME` or `DIRECTORY/dvc.yaml:NAME`; undefined for anything else. */
export function parseArtifactName(text: string): ArtifactName | undefined {
  const match = text.length > maximumLength ? null : fullNameShape.exec(text);
  if (match === null) return undefined;
  const [, place = "", name = ""] = match;
  const directory = place.replace(/(^|\/)dvc\.yaml$/, "").replace(
    /^(\.?\/)*\.?$|^(\.\/)+|\/+$/g,
    "",
  );
  return { directory, name, full: directory === "" ? name : `${directory}:${name}` };
}
