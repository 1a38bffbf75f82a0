/**
 * The same random steps with real DVC and with dvt, in two projects that are compared after each.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Chance } from "./chance.ts";
import { runDvt } from "./cli.ts";
import { type Outcome, runDvc } from "./dvc.ts";
import { type TemporaryFolder, temporaryProject } from "./temporary.ts";

/** One step: something done to the files, or a command line. */
export type Step =
  | { readonly kind: "write"; readonly path: string; readonly text: string }
  | { readonly kind: "remove"; readonly path: string }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | { readonly kind: "executable"; readonly path: string; readonly on: boolean }
  | { readonly kind: "ignore"; readonly lines: readonly string[] }
  | { readonly kind: "git"; readonly args: readonly string[] }
  | { readonly kind: "run"; readonly args: readonly string[] };

const files = ["a", "b b", "ü", "dir/x", "dir/y", "dir/sub/z", "data/1", "data/2", "data/in/3"];
const texts = ["", "one", "two", "three\n", "four\r\n"];
const targets = ["a", "b b", "ü", "dir", "data", "dir/x", "dir/sub", "data/1"];
const rules = ["*.tmp", "data/2", "dir/sub/", "!dir/sub/z", "b*"];
const links = ["copy", "hardlink", "symlink", "reflink,copy"];

/** Draws a sequence. Equal seeds give equal sequences. */
export function drawSteps(seed: number, count: number): Step[] {
  const chance = new Chance(seed);
  const steps: Step[] = [];
  for (const path of files.slice(0, 7)) {
    steps.push({ kind: "write", path, text: chance.pick(texts) });
  }
  while (steps.length < count + 7) steps.push(drawStep(chance));
  return steps;
}

function drawStep(chance: Chance): Step {
  const target = () => chance.pick(targets);
  const stage = () => `${target()}.dvc`;
  const some = (one: () => string) => chance.below(3) === 0 ? [] : [one()];
  const run = (...args: string[]): Step => ({ kind: "run", args });
  const choices: (() => Step)[] = [
    () => ({ kind: "write", path: chance.pick(files), text: chance.pick(texts) }),
    () => ({ kind: "write", path: chance.pick(files), text: chance.pick(texts) }),
    () => ({ kind: "remove", path: chance.pick([...files, ...targets]) }),
    () => ({
      kind: "rename",
      from: chance.pick(targets),
      to: chance.pick(["a", "moved", "dir/w"]),
    }),
    () => ({ kind: "executable", path: chance.pick(files), on: chance.below(2) === 0 }),
    () => ({ kind: "ignore", lines: [chance.pick(rules), chance.pick(rules)] }),
    () => run("add", target()),
    () => run("add", target()),
    () => run("add", target(), target()),
    () => run("add", "--no-commit", target()),
    () => run("commit", "-f", ...some(target)),
    () => run("checkout", ...some(chance.below(2) === 0 ? stage : target)),
    () => run("checkout", "-f", ...some(target)),
    () => run("remove", stage()),
    () => run("remove", "--outs", stage()),
    () => run("move", target(), chance.pick(["moved", "a", "dir2", "new/place"])),
    () => run("push", ...some(target)),
    () => run("fetch", ...some(target)),
    () => run("pull", ...some(target)),
    () => run("status", ...some(target)),
    () => run("data", "status", "--json"),
    () => run("freeze", stage()),
    () => run("unfreeze", stage()),
    () => run("unprotect", target()),
    () => run("gc", "-w", "-f"),
    () => run("config", "cache.type", chance.pick(links)),
    () => ({ kind: "git", args: ["commit"] }),
    () => ({ kind: "git", args: ["checkout", chance.pick(["main", "other"])] }),
    () => ({ kind: "remove", path: ".dvc/cache/files/md5" }),
  ];
  return chance.pick(choices)();
}

/** What a sequence came to. */
export interface SequenceResult {
  readonly seed: number;
  /** Steps that were taken. */
  readonly taken: number;
  /** The step at which DVC did what dvt does not follow, by class; the sequence ends there. */
  readonly excused?: string;
  /** What differs, where nothing excuses it. */
  readonly difference?: { readonly steps: readonly Step[]; readonly what: string };
}

/**
 * Where DVC is at fault, by what it says or does. Each has a test of what dvt does instead:
 *
 * - `lost data is told`: DVC's push, fetch, pull and checkout succeed although data is nowhere.
 * - `gc without a listing`: DVC removes the files of a folder whose listing is lost.
 * - `data in place`: DVC refuses, or removes, data that is as recorded but not in the cache.
 * - `not asked for`: DVC's move puts edited data into the cache; dvt's only what is recorded.
 * - `executable bits stay`: DVC takes them from files that it replaces by links or copies.
 * - `crash`: DVC ends with what it calls an unexpected error, dvt with a message.
 * - `partial push`: DVC sends the listing with a part of a folder, which tells every DVC that the
 *   whole folder is there.
 * - `overwritten`: DVC's move writes over a file that nothing tracks.
 * - `former outputs`: DVC removes what it once placed, by notes of its own, even where a new
 *   output took its place.
 */
function excuse(step: Step, wanted: Outcome, found: Outcome): string | undefined {
  if (step.kind !== "run") return undefined;
  const [name = ""] = step.args;
  if (/^ERROR: unexpected error/m.test(wanted.stderr) && found.code !== 0) return "crash";
  const told = /Missing cache files:|missing-files|failed to (?:up|down)load/;
  if (["push", "fetch", "pull"].includes(name) && found.code !== 0 && told.test(said(wanted))) {
    return "lost data is told";
  }
  if (name === "gc" && wanted.code === 0 && found.code !== 0) {
    return /without cache for directory/.test(found.stderr) ? "gc without a listing" : undefined;
  }
  if (name === "move" && wanted.code === 0 && /' already exists$/m.test(found.stderr)) {
    return "overwritten";
  }
  if (name === "checkout" || name === "pull") {
    // A link whose object is gone: DVC says that it was modified, and leaves it as it was.
    const isTold = /Checkout failed for following targets/.test(found.stderr);
    if (wanted.code === 0 && found.code !== 0 && isTold) return "lost data is told";
    if (/^D {7}/m.test(wanted.stdout)) return "former outputs";
    const refused = /unsaved files without confirmation|Checkout failed/.test(wanted.stderr);
    if (refused && wanted.code !== found.code) return "data in place";
    if (refused && wanted.stderr !== found.stderr) return "data in place";
  }
  return undefined;
}

/** Runs a sequence in two fresh projects. */
export async function compareSequence(seed: number, count: number): Promise<SequenceResult> {
  using theirs = temporaryProject();
  using ours = temporaryProject();
  for (const project of [theirs, ours]) {
    project.write(
      ".dvc/config",
      "[core]\n    remote = s\n['remote \"s\"']\n    url = ../../store\n",
    );
    project.commit("start");
    project.git("branch", "other");
  }
  const steps = drawSteps(seed, count);
  for (const [at, step] of steps.entries()) {
    try {
      const excused = await take(step, theirs, ours);
      if (excused !== undefined) return { seed, taken: at + 1, excused };
    } catch (error) {
      if (!(error instanceof assert.AssertionError)) throw error;
      const difference = { steps: steps.slice(0, at + 1), what: error.message };
      return { seed, taken: at + 1, difference };
    }
  }
  return { seed, taken: steps.length };
}

async function take(
  step: Step,
  theirs: TemporaryFolder,
  ours: TemporaryFolder,
): Promise<string | undefined> {
  if (step.kind === "run") {
    const [wanted, found] = await Promise.all([
      runDvc(step.args, { cwd: theirs.path }),
      runDvt(step.args, { cwd: ours.path }),
    ]);
    const label = `${step.args.join(" ")}\n${said(wanted)}\n-- dvt:\n${said(found)}`;
    const excused = excuse(step, wanted, found);
    if (excused !== undefined) return excused;
    assert.equal(found.code, wanted.code, `exit code ${found.code}, not ${wanted.code}: ${label}`);
    if (step.args[0] === "add" && wanted.code !== 0) shareIgnoreFiles(theirs, ours);
    const [left, right] = [stateOf(theirs), stateOf(ours)];
    if (step.args[0] === "move" && hasMoreObjects(left, right)) return "not asked for";
    if (step.args[0] === "push" && lacksListings(left, right)) return "partial push";
    if (keepsBits(left, right)) return "executable bits stay";
    assert.deepEqual(right, left, label);
    const query = ["status", "--json"];
    const [before, after] = await Promise.all([
      runDvc(query, { cwd: theirs.path }),
      runDvt(query, { cwd: ours.path }),
    ]);
    assert.deepEqual(answer(after), answer(before), `status after ${label}`);
    return undefined;
  }
  for (const project of [theirs, ours]) change(step, project);
  return undefined;
}

function said({ stdout, stderr }: Outcome): string {
  return `${stdout}${stderr}`.trim();
}

function answer({ code, stdout }: Outcome): unknown {
  return code === 0 ? JSON.parse(stdout) : code;
}

/** Does a step that is not a command; what cannot be done is left out in both alike. */
function change(step: Exclude<Step, { kind: "run" }>, project: TemporaryFolder): void {
  if (step.kind === "git") {
    if (step.args[0] === "commit") return project.commit("step");
    try {
      project.git(...step.args, "-q");
    } catch (error) {
      if (!(error instanceof assert.AssertionError)) throw error;
    }
    return;
  }
  try {
    if (step.kind === "write") {
      // Links into the cache are replaced, as editors do; objects are not written through.
      if (project.exists(step.path) && Deno.statSync(project.at(step.path)).isFile) {
        Deno.removeSync(project.at(step.path));
      }
      project.write(step.path, step.text);
    } else if (step.kind === "remove") project.remove(step.path);
    else if (step.kind === "rename") Deno.renameSync(project.at(step.from), project.at(step.to));
    else if (step.kind === "executable") {
      if (!Deno.lstatSync(project.at(step.path)).isSymlink) {
        const copy = Deno.readFileSync(project.at(step.path));
        Deno.removeSync(project.at(step.path));
        Deno.writeFileSync(project.at(step.path), copy, { mode: step.on ? 0o755 : 0o644 });
      }
    } else project.write(".dvcignore", step.lines.map((line) => `${line}\n`).join(""));
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
  }
}

/**
 * Of targets added before one that fails, DVC takes the entries of `.gitignore` back, but not the
 * stage files, so that Git sees their data. The sequence goes on from DVC's state.
 */
function shareIgnoreFiles(theirs: TemporaryFolder, ours: TemporaryFolder): void {
  const isIgnoreFile = (name: string) => /(^|\/)\.gitignore$/.test(name);
  for (const name of ours.files().filter(isIgnoreFile)) {
    if (!theirs.exists(name)) ours.remove(name);
  }
  for (const name of theirs.files().filter(isIgnoreFile)) ours.write(name, theirs.read(name));
}

/** Whether nothing differs but objects that only their cache has. */
function hasMoreObjects(theirs: Record<string, string>, ours: Record<string, string>): boolean {
  const differing = Object.keys({ ...theirs, ...ours }).filter((name) =>
    theirs[name] !== ours[name]
  );
  return differing.length > 0 &&
    differing.every((name) => name.startsWith(".dvc/cache/") && ours[name] === undefined);
}

/** Whether nothing differs but listings in the remote that only theirs has. */
function lacksListings(theirs: Record<string, string>, ours: Record<string, string>): boolean {
  const differing = Object.keys({ ...theirs, ...ours }).filter((name) =>
    theirs[name] !== ours[name]
  );
  return differing.length > 0 &&
    differing.every((name) => /^\.\.\/store\/.*\.dir$/.test(name) && ours[name] === undefined);
}

/** Whether nothing differs but executable bits that only we have still. */
function keepsBits(theirs: Record<string, string>, ours: Record<string, string>): boolean {
  const differing = Object.keys({ ...theirs, ...ours }).filter((name) =>
    theirs[name] !== ours[name]
  );
  return differing.length > 0 &&
    differing.every((name) =>
      theirs[name]?.startsWith("200 ") === true &&
      ours[name] === theirs[name]?.replace("200 ", "300 ")
    );
}

/** All files but each program's own notes. */
function stateOf(project: TemporaryFolder): Record<string, string> {
  const state: Record<string, string> = {};
  for (const name of [...project.files(), ...storeFiles(project)]) {
    if (/^\.dvc\/(tmp|cache\/\.dvt|cache\/runs)(\/|$)/.test(name) || name.endsWith("/")) continue;
    const info = Deno.lstatSync(project.at(name));
    if (info.isSymlink) {
      state[name] = `-> ${Deno.readLinkSync(project.at(name)).replace(project.path, "…")}`;
      continue;
    }
    const isLink = (info.nlink ?? 1) > 1 ? "linked " : "";
    const mode = ((info.mode ?? 0) & 0o300).toString(8);
    const text = project.read(name);
    state[name] = `${mode} ${isLink}` +
      (/(^|\/)\.gitignore$/.test(name) ? text.split("\n").sort().join("\n") : text);
  }
  return state;
}

function storeFiles(project: TemporaryFolder): string[] {
  return project.exists("../store")
    ? project.files("../store").map((name) => `../store/${name}`)
    : [];
}
