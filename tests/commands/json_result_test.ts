/** What verbs tell programs. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { tree } from "../../src/commands/root.ts";
import type { TreeEntry } from "../../src/cli/tree.ts";
import { temporaryFolder } from "../support/temporary.ts";

Deno.test("with --json, stdout is one object of a known schema, words go to stderr", async () => {
  using folder = temporaryFolder();
  for (const name of ["reg", "w"]) {
    folder.git("init", "-q", name);
    await folder.dvt(["init", "-q"], { cwd: folder.at(name) });
  }
  const run = async (name: string, ...args: string[]) => {
    const { code, stdout, stderr } = await runDvt([...args, "--json"], { cwd: folder.at(name) });
    assert.equal(code, 0, stderr);
    const { schema, ...answer } = JSON.parse(stdout);
    assert.equal(schema, 1);
    assert.equal(stdout.trim().split("\n").length, 1);
    return answer;
  };
  folder.writeAll({ "reg/d/a": "one", "reg/d/b": "two", "reg/f": "three" });
  await folder.dvt(["remote", "add", "-q", "-d", "st", folder.at("store")], {
    cwd: folder.at("reg"),
  });
  assert.deepEqual(await run("reg", "add", "d", "f"), {
    command: "add",
    stages: ["d.dvc", "f.dvc"],
  });
  const pushed = await run("reg", "push");
  assert.deepEqual([pushed.command, pushed.pushed, pushed.failed], ["push", 4, []]);
  assert.ok(pushed.bytes > 11);
  folder.git("-C", "reg", "add", "--all");
  folder.git("-C", "reg", "commit", "-qm", "one");
  for (const name of ["d", "f", ".dvc/cache"]) folder.remove(`reg/${name}`);
  assert.equal((await run("reg", "fetch", "f")).fetched, 1);
  assert.deepEqual((await run("reg", "checkout", "f")).outs, [
    { path: "f", change: "added", folder: false },
  ]);
  const pulled = await run("reg", "pull");
  assert.deepEqual([pulled.fetched, pulled.outs, pulled.missing], [
    3,
    [{ path: "d", change: "added", folder: true }],
    [],
  ]);
  assert.deepEqual(await run("w", "get", "../reg", "d"), {
    command: "get",
    out: folder.at("w/d"),
    files: 2,
  });
  assert.deepEqual(await run("w", "import", "../reg", "f"), {
    command: "import",
    stage: "f.dvc",
    objects: 1,
    bytes: 5,
  });
  assert.deepEqual(await run("w", "update", "f.dvc"), {
    command: "update",
    imports: [{ stage: "f.dvc", changed: false, objects: 0, bytes: 0 }],
  });
  folder.remove("reg/f.dvc");
  const swept = await run("reg", "gc", "-w", "-f");
  assert.deepEqual(swept.places[0], { place: "repo", objects: 1, bytes: 5 });
});

Deno.test("with --json, a failure in part is told in the object and by the exit code", async () => {
  using folder = temporaryFolder();
  folder.git("init", "-q", "reg");
  const cwd = folder.at("reg");
  await folder.dvt(["init", "-q"], { cwd });
  await folder.dvt(["remote", "add", "-q", "-d", "st", folder.at("store")], { cwd });
  folder.writeAll({ "reg/f": "f", "reg/g": "g" });
  await folder.dvt(["add", "-q", "f", "g"], { cwd });
  const [object = ""] = folder.files("reg/.dvc/cache/files/md5");
  folder.remove(`reg/.dvc/cache/files/md5/${object}`);
  const { code, stdout, stderr } = await runDvt(["push", "--json"], { cwd });
  assert.equal(code, 1);
  const { pushed, failed } = JSON.parse(stdout);
  assert.equal(pushed, 1);
  assert.deepEqual(failed.map((one: { object: string; kind: string }) => [one.object, one.kind]), [
    [object.replace("/", ""), "missing-data"],
  ]);
  assert.match(stderr, /failed to transfer/);
  const nothing = await runDvt(["get", "nowhere", "x", "--json"], { cwd });
  assert.notEqual(nothing.code, 0);
  const { command, error } = JSON.parse(nothing.stdout);
  assert.deepEqual([command, error.kind], ["get", "git"]);
  assert.ok(nothing.stderr.includes(error.message), nothing.stderr);
});

/** Verbs whose stdout is data or a script in any case, or which git runs. */
const dataAlone: ReadonlySet<string> = new Set([
  "cat",
  "complete",
  "completion",
  "git-hook merge-driver",
  "git-hook post-checkout",
  "git-hook pre-commit",
  "git-hook pre-push",
]);

async function verbsWith(
  option: string,
  entries: readonly TreeEntry[],
  path: readonly string[] = [],
): Promise<{ with: string[]; without: string[] }> {
  const found: { with: string[]; without: string[] } = { with: [], without: [] };
  for (const entry of entries) {
    const name = [...path, entry.name];
    if (entry.kind === "verb") {
      const declared = await entry.load();
      const has = declared.options.some((one) => one.long === option);
      found[has ? "with" : "without"].push(name.join(" "));
    } else {
      const below = await verbsWith(option, entry.children, name);
      found.with.push(...below.with);
      found.without.push(...below.without);
    }
  }
  return found;
}

/** Command lines for every verb; those of DVC's own JSON stand in `dvcShaped`. */
const ownShaped: readonly string[] = [
  "add d",
  "add --to-remote /etc/hostname",
  "artifacts list .",
  "cache dir",
  "cache migrate",
  "check-ignore d",
  "checkout",
  "commit d",
  "config core.remote",
  "config -l",
  "config dvt.core.jobs 4",
  "config dvt.core.jobs",
  "config -u dvt.core.jobs",
  "config core.autostage false",
  "dag",
  "doctor",
  "du .",
  "fetch",
  "freeze d.dvc",
  "gc -w -f",
  "get . d -o e",
  "get-url d f",
  "import . d -o g",
  "import-url d/a h",
  "init --no-scm other",
  "install",
  "list-url d",
  "move h k",
  "outdated",
  "pull",
  "push",
  "remote add two /nowhere",
  "remote copy st two",
  "remote default",
  "remote list",
  "remote modify two url /elsewhere",
  "remote rename two three",
  "remote remove three",
  "remove k.dvc",
  "root",
  "stage list d.dvc",
  "unfreeze d.dvc",
  "unprotect d",
  "update g.dvc",
  "verify --cache",
  "version",
  "versions . d",
  "why g.dvc",
  "destroy -f",
];
const dvcShaped: readonly string[] = ["status", "data status", "diff", "list ."];

async function prepared(): Promise<ReturnType<typeof temporaryFolder>> {
  const folder = temporaryFolder();
  folder.git("init", "-q", ".");
  await folder.dvt(["init", "-q"]);
  await folder.dvt(["remote", "add", "-q", "-d", "st", folder.at("store")]);
  folder.writeAll({ "d/a": "one", "d/b": "two" });
  await folder.dvt(["add", "-q", "d"]);
  folder.git("add", "--all");
  folder.git("commit", "-qm", "one");
  return folder;
}

Deno.test("every verb has --json, and with it nothing but JSON is on stdout", async () => {
  using folder = await prepared();
  for (const line of [...dvcShaped, ...ownShaped]) {
    const { stdout, stderr } = await runDvt([...line.split(" "), "--json"], { cwd: folder.path });
    const answer = JSON.parse(stdout);
    if (dvcShaped.includes(line)) continue;
    assert.equal(answer.schema, 1, line);
    assert.ok(line.startsWith(answer.command) || line === "doctor", line);
    assert.equal(answer.error, undefined, `${line}: ${stderr}`);
  }
  const named = [...dvcShaped, ...ownShaped].map((line) => line.split(" "));
  const speaking = await verbsWith("--json", tree);
  const known = (verb: string) =>
    named.some((words) => verb === words[0] || verb === words.slice(0, 2).join(" "));
  assert.deepEqual(speaking.without.filter((verb) => !dataAlone.has(verb)), []);
  assert.deepEqual(speaking.with.filter((verb) => !known(verb) && !/^artifacts /.test(verb)), []);
});

Deno.test("--json=stream tells plan, progress, result and end, one event to a line", async () => {
  using folder = await prepared();
  const events = async (...args: string[]) => {
    const { code, stdout } = await runDvt([...args, "--json=stream"], { cwd: folder.path });
    const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    for (const one of lines) assert.equal(one.schema, 1);
    assert.deepEqual(lines.at(-1), { schema: 1, event: "end", exit: code });
    return lines;
  };
  const pushed = await events("push");
  const names = pushed.map(({ event }) => event);
  assert.equal(names[0], "plan");
  assert.equal(names.filter((name) => name === "result").length, 1);
  const plan = pushed.find(({ event, step }) => event === "plan" && step === "Pushing");
  assert.ok(plan !== undefined && plan.files === 3, JSON.stringify(pushed));
  const done = pushed.findLast(({ event, step }) => event === "progress" && step === "Pushing");
  assert.equal(done.files, 3);
  assert.equal(pushed.find(({ event }) => event === "result").answer.pushed, 3);

  const dvcs = await events("status");
  assert.deepEqual(dvcs.find(({ event }) => event === "result").answer, {});

  const failed = await events("pull", "nothing");
  const error = failed.find(({ event }) => event === "error");
  assert.equal(error.kind, "not-found");
  assert.equal(failed.some(({ event }) => event === "result"), false);

  // A value of its own is not a verb's argument, and DVC's words are for all others.
  const wrong = await runDvt(["push", "--json=x"], { cwd: folder.path });
  assert.equal(wrong.code, 254);
  assert.match(wrong.stderr, /argument --json: ignored explicit argument 'x'/);
  const target = await runDvt(["push", "--json", "stream"], { cwd: folder.path });
  assert.match(target.stderr, /'stream'/);
});

Deno.test("beginnings of options mean DVC's before dvt's own", async () => {
  using folder = await prepared();
  for (const line of ["push --j 2", "get . d --o e", "import . d --o g --verb"]) {
    const { code, stderr } = await runDvt(line.split(" "), { cwd: folder.path });
    assert.equal(code, 0, stderr);
  }
});
