/**
 * What `gc` must keep: the objects that the workspace and the revisions in scope need. What cannot
 * be read may need anything, so it is an error.
 *
 * @module
 */
import type { Git } from "../git/git.ts";
import { listRefs } from "../git/refs.ts";
import { textOf } from "../git/repository.ts";
import { listRevisions, resolveRevision } from "../git/revisions.ts";
import { type HashName, isObjectId } from "../objects/object_id.ts";
import { DvtError } from "../platform/error.ts";
import type { Project } from "../registry/project.ts";
import { Catalog, importSource, type TrackedOut } from "../registry/tracked.ts";
import type { StageFile } from "../stages/stage_file.ts";
import { listingOfFiles } from "../stages/versioned_files.ts";
import { findListing } from "./listings.ts";
import { warnOfUnrecorded } from "./needs.ts";
import { projectPrefix, stagesOfCommit, stagesOfHistory } from "./revision_scope.ts";

/** Which revisions count beside the workspace, which always does. */
export interface GcScope {
  readonly allBranches: boolean;
  readonly allTags: boolean;
  readonly allCommits: boolean;
  readonly allExperiments: boolean;
  /** `yyyy-mm-dd`: commits of this day and later. */
  readonly date: string | undefined;
  readonly rev: string | undefined;
  /** So many commits back from each branch or from `rev`; negative for all. */
  readonly num: number | undefined;
  /** Goes on where a revision or a listing cannot be read; what only they need is lost. */
  readonly skipFailed: boolean;
}

/** The hashes of objects that are needed, by the remote that their outputs name. */
export class UsedObjects {
  readonly #ids = new Map<HashName, Map<string | undefined, Set<string>>>();

  add(hash: HashName, { remote, id }: { remote: string | undefined; id: string }): void {
    let byRemote = this.#ids.get(hash);
    if (byRemote === undefined) this.#ids.set(hash, byRemote = new Map());
    const key = remote?.toLowerCase();
    let ids = byRemote.get(key);
    if (ids === undefined) byRemote.set(key, ids = new Set());
    ids.add(id);
  }

  /** All of one hash. */
  of(hash: HashName): Set<string> {
    return new Set([...this.#ids.get(hash)?.values() ?? []].flatMap((ids) => [...ids]));
  }

  /** Those of outputs that name this remote; undefined for those that name none. */
  ofRemote(hash: HashName, remote: string | undefined): Set<string> {
    return this.#ids.get(hash)?.get(remote) ?? new Set();
  }

  /** The remotes that outputs name. */
  remotes(): Set<string> {
    const names = [...this.#ids.values()].flatMap((byRemote) => [...byRemote.keys()]);
    return new Set(names.filter((name) => name !== undefined));
  }
}

/** Adds what a project needs. Throws, naming the revision, where that cannot be known. */
export async function collectUsed(
  project: Project,
  scope: GcScope,
  used: UsedObjects,
): Promise<void> {
  const seen = new Set<string>();
  const take = (label: string, stages: readonly StageFile[]) =>
    collecting(project, { label, scope }, async () => {
      for (const one of new Catalog(stages).outs) {
        await addOut(project, one, { used, seen, needer: `${project.root} (${label})` });
      }
    });
  await collecting(project, { label: "workspace", scope }, async () => {
    await take("workspace", (await project.catalog()).stages);
  });
  const { git } = project;
  if (git?.root === undefined) return;
  project.context.atEnd?.(async () => await git[Symbol.asyncDispose]());
  if (scope.allCommits) {
    await collecting(project, { label: "all commits", scope }, async () => {
      await take("all commits", await stagesOfHistory(project, git));
    });
  }
  const prefix = projectPrefix(project, git);
  for (const [commit, names] of await commitsInScope(git, scope)) {
    const label = names.length > 0 ? names.join(", ") : commit.slice(0, 7);
    await collecting(project, { label, scope }, async () => {
      await take(label, await stagesOfCommit({ git, commit, prefix }));
    });
  }
}

async function collecting(
  project: Project,
  { label, scope }: { label: string; scope: GcScope },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DvtError) || error.kind === "interrupted") throw error;
    const before = error.message.startsWith("Failed to collect '")
      ? ""
      : `Failed to collect '${label}': `;
    const message = `${before}${error.message}`;
    if (!scope.skipFailed) {
      throw new DvtError(error.kind, message, {
        hint: error.hint ?? "nothing was removed; mend it, or leave it out with --skip-failed",
        cause: error,
        ...(error.report === undefined ? {} : { report: `ERROR: ${before}${error.report}` }),
      });
    }
    project.context.reporter.warn(message);
  }
}

async function addOut(
  project: Project,
  { out, path, stage }: TrackedOut,
  { used, seen, needer }: { used: UsedObjects; seen: Set<string>; needer: string },
): Promise<void> {
  const { md5: id, hash, remote } = out;
  warnOfUnrecorded(project, { out, path, stage });
  if (!out.cache || id === undefined || id === "") return;
  const key = `${hash} ${remote ?? ""} ${id}`;
  if (seen.has(key)) return;
  used.add(hash, { remote, id });
  project.context.reporter.debug(`'${path}' in ${needer} needs ${id}`);
  if (id.endsWith(".dir") && isObjectId(id)) {
    const listing = listingOfFiles(out.files) ?? await findListing(project, {
      id,
      hash,
      remote: importSource(stage) === undefined ? remote ?? project.defaultRemote : undefined,
    });
    if (listing === undefined) {
      throw new DvtError(
        "missing-data",
        `unable to fully collect used cache without cache for directory '${project.shown(path)}'`,
        {
          hint: `nothing was removed, since the files of that folder are not known; fetch its ` +
            `listing (${id}) with 'dvt fetch', or give them up with --skip-failed`,
        },
      );
    }
    for (const one of listing.ids) used.add(hash, { remote, id: one });
  }
  seen.add(key);
}

/** Commits with the names of the branches and tags at them. */
type Commits = Map<string, readonly string[]>;

async function commitsInScope(git: Git, scope: GcScope): Promise<Commits> {
  const commits: Commits = new Map();
  const add = (commit: string) => {
    if (!commits.has(commit)) commits.set(commit, []);
  };
  const { allBranches: branches, allTags: tags } = scope;
  const tips = await listRevisions(git, { branches, tags });
  for (const { commit, names } of tips) commits.set(commit, names);
  for (const { commit } of await listRevisions(git, { branches })) {
    await addWithAncestors(git, commit, { scope, add });
  }
  if (scope.rev !== undefined) {
    await addWithAncestors(git, await resolveRevision(git, scope.rev), { scope, add });
  }
  if (scope.allExperiments) {
    for (const { id } of await listRefs(git, "refs/exps/")) add(id);
  }
  if (scope.date !== undefined) {
    const since = startOfDay(scope.date);
    const args = ["log", "--branches", "--tags", "--remotes", "HEAD", "--format=%H %ct", "--"];
    const answer = await git.run(args, { okCodes: [0, 128] }); // 128: there is no commit yet
    for (const line of answer.code === 0 ? textOf(answer).split("\n") : []) {
      const [commit = "", time = ""] = line.split(" ");
      if (commit !== "" && Number(time) * 1000 >= since) add(commit);
    }
  }
  return commits;
}

async function addWithAncestors(
  git: Git,
  commit: string,
  { scope: { num = 1 }, add }: { scope: GcScope; add: (commit: string) => void },
): Promise<void> {
  if (num === 1) return add(commit);
  const limit = num < 0 ? [] : ["-n", String(num)];
  const answer = await git.run(["rev-list", "--first-parent", ...limit, commit, "--"]);
  for (const line of textOf(answer).split("\n")) if (line !== "") add(line);
}

/** Local midnight of a day, in milliseconds. Throws `usage` for what is no day. */
export function startOfDay(text: string): number {
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  const [, year, month, day] = (parts ?? []).map(Number);
  const date = parts === null ? undefined : new Date(year ?? 0, (month ?? 0) - 1, day);
  if (date === undefined || date.getMonth() + 1 !== month || date.getDate() !== day) {
    throw new DvtError(
      "failed",
      `unexpected error - time data '${text}' does not match format '%Y-%m-%d'`,
      { hint: "write the day as in 2024-12-31" },
    );
  }
  return date.getTime();
}
