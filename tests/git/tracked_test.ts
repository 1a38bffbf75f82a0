import assert from "node:assert/strict";
import { openGit } from "../../src/git/git.ts";
import { addIgnoreEntries } from "../../src/git/ignore_file.ts";
import type { Git } from "../../src/git/repository.ts";
import { gitIgnored, gitTracked } from "../../src/git/tracked.ts";
import type { Context } from "../../src/platform/context.ts";
import { silentReporter } from "../../src/platform/reporter.ts";
import { childEnvironment } from "../support/dvc.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";

function gitOf(folder: TemporaryFolder): Git {
  const context: Context = {
    directory: folder.path,
    environment: childEnvironment({ cwd: folder.path }),
    reporter: silentReporter,
    signal: new AbortController().signal,
    lockWait: "forever",
    processId: Deno.pid,
    confirm: () => undefined,
  };
  const git = openGit(folder.path, context);
  assert(git !== undefined);
  return git;
}

function names(folder: TemporaryFolder, paths: ReadonlySet<string>): string[] {
  return [...paths].map((path) => path.slice(folder.path.length + 1)).sort();
}

Deno.test("gitIgnored() counts all of Git's rules, tracked or not", async () => {
  using folder = temporaryProject({ dvc: false });
  folder.writeAll({
    "tracked.bin": "",
    ".gitignore": "*.bin\n/data/\n!keep.bin\n",
    "sub/.gitignore": "x\n",
    ".git/info/exclude": "excluded\n",
    "data/f": "",
    "sub/x": "",
  });
  folder.git("add", "-f", "tracked.bin");
  await using git = gitOf(folder);
  const paths = [
    ...["tracked.bin", "new.bin", "keep.bin", "data", "data/f", "data2", "sub/x", "sub/y"],
    ...["excluded", ":x.bin", "a b.bin", "ü.bin", "line\nbreak.bin", "*.bin", "-n.bin"],
  ];
  const asked = [...paths.map((path) => folder.at(path)), "/etc/passwd", folder.path];
  assert.deepEqual(names(folder, await gitIgnored(git, asked)), [
    ...["*.bin", "-n.bin", ":x.bin", "a b.bin", "data", "data/f", "excluded", "line\nbreak.bin"],
    ...["new.bin", "sub/x", "tracked.bin", "ü.bin"],
  ]);
  assert.equal((await gitIgnored(git, [])).size, 0);
});

Deno.test("one path that Git refuses does not spoil the answer for the others", async () => {
  using folder = temporaryProject({ dvc: false });
  folder.writeAll({ ".gitignore": "*.bin\n", "real/x.bin": "" });
  Deno.symlinkSync("real", folder.at("link"));
  await using git = gitOf(folder);
  const found = await gitIgnored(git, [folder.at("link/x.bin"), folder.at("a.bin")]);
  assert.deepEqual(names(folder, found), ["a.bin"]);
});

Deno.test("gitTracked() knows files, folders with tracked files, and odd names", async () => {
  using folder = temporaryProject({ dvc: false });
  const files = ["a", "d/e/f", "d/other", ":x", "*", "-n", "ü", "line\nbreak"];
  for (const name of files) folder.write(name, "");
  folder.write("new/x", "");
  folder.git("add", "a", "d/e", "./:x", "./*", "./-n", "ü", "line\nbreak");
  await using git = gitOf(folder);
  const asked = [...files, "d", "d/e", "new", "new/x", "d/e/f/g", "missing"];
  const found = await gitTracked(git, asked.map((name) => folder.at(name)));
  const expected = ["a", "d", "d/e", "d/e/f", ":x", "*", "-n", "ü", "line\nbreak"].sort();
  assert.deepEqual(names(folder, found), expected);
  const many = Array.from({ length: 500 }, (_, i) => folder.at(`n${i}`));
  const more = await gitTracked(git, [...many, ...asked.map((name) => folder.at(name))]);
  assert.deepEqual(names(folder, more), expected);
});

Deno.test("Git ignores every name that an entry is written for", async () => {
  using folder = temporaryProject({ dvc: false });
  const odd = [
    ...[
      "[4] x",
      "#h",
      "!b",
      "st*r",
      "q?m",
      "back\\slash",
      " a",
      "a ",
      "two  ",
      "tab\t",
      "line\nbreak",
    ],
    ...["cr\r", "\\", "\\ ", "ü", "😀", "-n", ":x", '"q"', "'q'", "**", "a/[b]/c d ", "a\u00a0"],
  ];
  const paths = odd.map((name) => folder.at(name));
  for (const name of odd) folder.write(name, "");
  addIgnoreEntries(paths, folder.path);
  await using git = gitOf(folder);
  assert.deepEqual([...await gitIgnored(git, paths)].sort(), paths.sort());
  assert.equal(
    folder.git("status", "--porcelain", "--untracked-files=all"),
    "?? .gitignore\n?? a/[b]/.gitignore\n",
  );
});
