/**
 * What a mirror asks of its server: names, single commits, or all there is.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { leadsSomewhere, listDirectory, removeIfThere } from "../platform/files.ts";
import { isInside, nativeBelow, toPosix } from "../platform/paths.ts";
import { isComplete } from "./mirror_folder.ts";
import { isFullSha } from "./refs.ts";
import { type Git, type GitAnswer, lastWords, textOf } from "./repository.ts";

/** A mirror's git, and how messages call its source. */
export interface MirrorSource {
  readonly git: Git;
  /** The address as typed, secrets masked. */
  readonly shown: string;
}

/** The server does not know what was asked for. */
export class NothingThere extends Error {}

/** The mirror on this machine is damaged; it can be made anew. */
export class BrokenMirror extends Error {}

/** Answers of servers are long where they have many names; beyond this is an attack. */
const answerLimit = 256 * 1024 * 1024;

/** A server that has gone silent is given up after this many seconds. */
const patience = ["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=120"];

/** What the server says its names mean. An annotated tag has a second name, `…^{}`: its commit. */
export async function askNames(
  source: MirrorSource,
  { options = [], patterns = [] }: { options?: readonly string[]; patterns?: readonly string[] },
): Promise<Map<string, string>> {
  const args = [...patience, "ls-remote", "--quiet", ...options, "--", "origin", ...patterns];
  // A fresh mirror looks at how the server talks: see refuseDumb.
  const trace = isFresh(source);
  const answer = await source.git.run(args, { okCodes: "any", limit: answerLimit, trace });
  if (answer.code !== 0) throw failureOf(source, withoutTrace(answer));
  if (trace) refuseDumb(source, answer);
  const names = new Map<string, string>();
  for (const line of textOf(answer).split("\n")) {
    const tab = line.indexOf("\t");
    const id = line.slice(0, Math.max(0, tab));
    if (isFullSha(id)) names.set(line.slice(tab + 1), id);
  }
  return names;
}

/**
 * A server that is but a folder of files cannot leave anything out. Git would take every object
 * that is not here yet for one that the server promised, and ask itself for it without end.
 */
function refuseDumb({ shown }: MirrorSource, { stderr }: GitAnswer): void {
  if (/\bpacket: /.test(stderr)) return;
  throw new DvtError("git", `SCM error: '${shown}' is served as plain files ("dumb" HTTP)`, {
    hint: "clone it with git and name the clone, or have it served by git http-backend",
  });
}

function isFresh({ git, shown }: MirrorSource): boolean {
  return /^https?:/i.test(shown) && packCount(git) === 0;
}

function withoutTrace(answer: GitAnswer): GitAnswer {
  const lines = answer.stderr.split("\n").filter((line) => !/\bpacket: /.test(line));
  return { ...answer, stderr: lines.join("\n") };
}

/** What is fetched. */
export interface FetchRequest {
  readonly refspecs: readonly string[];
  /** All commits before them, too. */
  readonly history?: boolean;
  /** Names that the server has no more go away here, too. */
  readonly prune?: boolean;
}

/**
 * Single commits come with all their folders and with files of up to 1 KB, which stage files and
 * settings are: the next question is spared. With history, no files come.
 */
const filters = { single: "--filter=blob:limit=1k", history: "--filter=blob:none" } as const;

/** Fetches, asking for less at first and putting up with what an older server can do. */
export async function fetchRefs(source: MirrorSource, request: FetchRequest): Promise<void> {
  const { git } = source;
  // The first contact asks for names, which shows how the server talks.
  if (isFresh(source)) await askNames(source, { patterns: ["HEAD"] });
  const history = request.history === true;
  let depth = depthFor(git, history);
  const choices = history ? [filters.history, "--no-filter"] : [filters.single, "--no-filter"];
  let unlocked = false;
  for (let choice = 0;;) {
    const options = [choices[choice] ?? "--no-filter", ...depth];
    if (request.prune === true) options.push("--prune");
    const answer = await fetchOnce(git, options, request.refspecs);
    if (answer.code === 0) break;
    if (refusesFilter(answer.stderr) && choice + 1 < choices.length) choice++;
    else if (refusesDepth(answer.stderr) && depth.length > 0) depth = [];
    else if (!unlocked && removeStaleLock(git, answer.stderr)) unlocked = true;
    else throw failureOf(source, answer);
  }
  await keepHouse(git);
}

async function fetchOnce(
  git: Git,
  options: readonly string[],
  refspecs: readonly string[],
): Promise<GitAnswer> {
  const quiet = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-gc", "--force"];
  const args = [...patience, "fetch", ...quiet, "--recurse-submodules=no", ...options];
  return await git.run([...args, "--", "origin", ...refspecs], { okCodes: "any" });
}

/**
 * A mirror that has no history gets commits without theirs. One that has it goes on having it: a
 * cut there would hide what is known.
 */
function depthFor(git: Git, history: boolean): string[] {
  if (!history) return isComplete(git.gitDirectory) ? [] : ["--depth=1"];
  return leadsSomewhere(nativeBelow(git.gitDirectory, "shallow")) ? ["--unshallow"] : [];
}

function packCount(git: Git): number {
  const names = listDirectory(nativeBelow(git.gitDirectory, "objects/pack")) ?? [];
  return names.filter(({ name }) => name.endsWith(".pack")).length;
}

/** Every fetch leaves a pack, and every read looks into all of them. */
async function keepHouse(git: Git): Promise<void> {
  if (packCount(git) > 50) await git.run(["repack", "-a", "-d", "-q"], { okCodes: "any" });
}

function refusesFilter(stderr: string): boolean {
  return /filter '?[\w:=]*'? ?(is )?not supported|filtering not (supported|recognized)/i
    .test(stderr);
}

function refusesDepth(stderr: string): boolean {
  return /does not support (shallow|--?depth|deepen)|shallow capabilities|--unshallow on a complete/i
    .test(stderr);
}

/**
 * A git that was killed leaves its lock files behind. We hold the mirror's own lock, so nobody
 * else is at work.
 */
function removeStaleLock(git: Git, stderr: string): boolean {
  const path = /Unable to create '([^'\n]+\.lock)': File exists/.exec(stderr)?.[1];
  if (path === undefined || !isInside(toPosix(path), toPosix(git.gitDirectory))) return false;
  removeIfThere(path);
  return true;
}

const nothing = /couldn't find remote ref|not our ref|unadvertised object|no such ref/i;
const broken = new RegExp(
  "corrupt|bad object|not a git repository: '|invalid index-pack|unable to read|loose object|" +
    "inflate|did not send all necessary|missing (tree|blob|commit)|bad config|unresolved delta|" +
    "not a valid object|packfile .* (cannot|mismatch)|bad shallow|bad pack|index file .* too small",
  "i",
);

/** Whether an error tells of damage on this machine. */
export function isBroken(error: unknown): boolean {
  return error instanceof BrokenMirror || (error instanceof Error && broken.test(error.message));
}

/** What a failure to fetch means. */
export function failureOf(source: MirrorSource, answer: GitAnswer): Error {
  const { stderr } = answer;
  const words = lastWords(stderr) ?? `git ended with code ${answer.code}`;
  if (nothing.test(stderr)) return new NothingThere(words);
  if (broken.test(stderr)) return new BrokenMirror(words);
  return cloneFailure(source, words, hintFor(stderr));
}

/** The error of a repository that cannot be read, in DVC's words. */
export function cloneFailure(
  { git, shown }: { readonly git: { readonly gitDirectory: string }; readonly shown: string },
  reason: string,
  hint?: string,
): DvtError {
  const message = `SCM error: Failed to clone repo '${shown}' to '${git.gitDirectory}': ${reason}`;
  return new DvtError("git", message, { hint });
}

function hintFor(stderr: string): string | undefined {
  if (/Authentication failed|could not read (Username|Password)|Permission denied/i.test(stderr)) {
    return "git asks its credential helpers and SSH keys; " +
      "a token may be given as DVT_TOKEN_<HOST> in the environment";
  }
  return undefined;
}
