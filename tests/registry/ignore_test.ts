import assert from "node:assert/strict";
import type { FileTree } from "../../src/platform/file_tree.ts";
import { DvtError } from "../../src/platform/error.ts";
import { type FolderRules, IgnoreRules, type IgnoreSource } from "../../src/registry/ignore.ts";
import { compilePattern } from "../../src/registry/ignore_pattern.ts";
import { diskIgnoreSource, preloadIgnoreSource } from "../../src/registry/ignore_source.ts";
import { answersOf, sourceOfCase } from "../support/ignore_answers.ts";
import type { IgnoreCase } from "../support/ignore_cases.ts";

interface Golden extends IgnoreCase {
  readonly answers: string | readonly (readonly [string, string])[];
}

const golden: readonly Golden[] = JSON.parse(
  Deno.readTextFileSync(new URL("../golden/ignore/dvc_answers.json", import.meta.url)),
);

function rulesOf(files: Record<string, string>, subprojects: readonly string[] = []): IgnoreRules {
  return IgnoreRules.load(sourceOfCase({ files, subprojects, paths: [] }));
}

Deno.test("check() gives DVC's answers, rule by rule", () => {
  let checks = 0;
  for (const one of golden) {
    const answers = answersOf(one);
    const what = JSON.stringify(one.files);
    if (typeof one.answers === "string") assert.equal(typeof answers, "string", what);
    else assert.deepEqual(answers, one.answers, what);
    checks += one.paths.length * 2;
  }
  assert.ok(checks > 10_000);
});

Deno.test("a walk by enter() and ignores() sees what isIgnored() says", () => {
  for (const one of golden) {
    if (typeof one.answers === "string") continue;
    const source = sourceOfCase(one);
    const rules = IgnoreRules.load(source);
    for (const path of one.paths) {
      for (const isDirectory of [false, true]) {
        const expected = rules.isIgnored(path, isDirectory ? "directory" : "file");
        assert.equal(walkTo(path, { isDirectory, rules, source }), expected, path);
      }
    }
  }
});

/** Goes down to a path as a walk does, with the names of the folders at hand. */
function walkTo(
  path: string,
  { isDirectory, rules, source }: {
    isDirectory: boolean;
    rules: IgnoreRules;
    source: IgnoreSource;
  },
): boolean {
  const names = path.split("/");
  let folder: FolderRules = rules.folder("");
  for (const [i, name] of names.entries()) {
    const below = names.slice(0, i + 1).join("/");
    if (i === names.length - 1 && !isDirectory) return folder.ignores(name, false);
    if (folder.ignores(name, true)) return true;
    const has = (inner: string) =>
      inner === ".dvc"
        ? source.exists(`${below}/.dvc`)
        : source.read(`${below}/${inner}`) !== undefined;
    const inner = folder.enter(name, has);
    // The folder itself counts, not what its own rules say about what is in it.
    if (i === names.length - 1) return source.exists(`${below}/.dvc`);
    if (inner === undefined) return true;
    folder = inner;
  }
  return false;
}

Deno.test("a rule with a slash at its end is for folders only", () => {
  const rules = rulesOf({ ".dvcignore": "1/**\n!1/**/\n!1/**/3/**\n" });
  const hidden = rules.check("1/2/hide.txt", "file");
  assert.equal(hidden.ignored, true);
  assert.equal(hidden.rule?.label, ".dvcignore:1:1/**");
  const kept = rules.check("1/2/3/keep.txt", "file");
  assert.equal(kept.ignored, false);
  assert.equal(kept.rule?.label, ".dvcignore:3:!1/**/3/**");
});

Deno.test("a file that a later rule brings back is visible, one in a hidden folder stays hidden", () => {
  const rules = rulesOf({ ".dvcignore": "*.txt\n!keep.txt\n/data/\n!/data/keep.csv\n" });
  assert.equal(rules.isIgnored("drop.txt", "file"), true);
  assert.equal(rules.isIgnored("keep.txt", "file"), false);
  assert.equal(rules.isIgnored("data/keep.csv", "file"), true);
});

Deno.test("projects within the project are hidden, unless they are asked for", () => {
  const source = sourceOfCase({ files: {}, subprojects: ["a/sub"], paths: [] });
  const hidden = IgnoreRules.load(source);
  assert.equal(hidden.isIgnored("a/sub", "directory"), true);
  assert.equal(hidden.isIgnored("a/sub/x.dvc", "file"), true);
  assert.equal(hidden.isIgnored("a/sub2", "directory"), false);
  assert.equal(hidden.folder("a").enter("sub"), undefined);
  assert.equal(hidden.check("a/sub/x.dvc", "file").rule?.label, "in sub_repo:sub");
  const visible = IgnoreRules.load(source, { subprojects: "visible" });
  assert.equal(visible.isIgnored("a/sub/x.dvc", "file"), false);
  assert.equal(hidden.withSubprojects().isIgnored("a/sub/x.dvc", "file"), false);
});

Deno.test("paths outside of the project and the root itself are never hidden", () => {
  const rules = rulesOf({ ".dvcignore": "*\n" });
  for (const path of ["", "..", "../a", "/a"]) {
    assert.equal(rules.isIgnored(path, "missing"), false);
    assert.equal(rules.check(path, "file").ignored, false);
  }
});

Deno.test("a path that does not exist counts as file and as folder", () => {
  const rules = rulesOf({ ".dvcignore": "only/\n" });
  assert.equal(rules.isIgnored("only", "file"), false);
  assert.equal(rules.isIgnored("only", "missing"), true);
});

Deno.test("a line that DVC cannot read is named with its file", () => {
  for (const line of ["!", "\\", "a\\", "[z-a]"]) {
    assert.throws(
      () => rulesOf({ ".dvcignore": `ok\n${line}\n` }),
      (error) => error instanceof DvtError && error.message.startsWith("'.dvcignore', line 2: "),
    );
  }
  assert.throws(() => IgnoreRules.load({ read: () => Uint8Array.of(0xff), exists: () => false }), {
    message: "'.dvcignore' is not UTF-8 text",
  });
});

Deno.test("hostile patterns end in time", () => {
  const path = `${"a".repeat(200)}/`.repeat(20) + "c";
  for (
    const line of [
      "*a*a*a*a*a*a*b",
      "**/a*/**/a*/**/a*/**/b",
      `${"*".repeat(5000)}b`,
      "?".repeat(5000),
    ]
  ) {
    const pattern = compilePattern(line);
    assert.equal(pattern?.matches(path), false);
  }
  const many = Array.from({ length: 20_000 }, (_, i) => `name-${i}.*`).join("\n");
  const rules = rulesOf({ ".dvcignore": many });
  assert.equal(rules.isIgnored("x/name-19999.txt", "file"), true);
  assert.equal(rules.isIgnored("x/name-20000.txt", "file"), false);
});

Deno.test("patterns run step by step answer like regular expressions", () => {
  // More than two stars in a name are run step by step.
  const byStep = compilePattern("a*b*c*d");
  const byExpression = /^(?:.+\/)?a[^/]*b[^/]*c[^/]*d(?:\/|$)/;
  assert.equal(byStep?.source, undefined);
  for (
    const path of ["abcd", "x/abcd", "axbxcxdx", "a/b/c/d", "abcd/x", "abdcd", "ab/cd", "abcdd"]
  ) {
    assert.equal(byStep?.matches(path), byExpression.test(path), path);
  }
});

Deno.test("rules come from a disk", () => {
  const root = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${root}/a/.dvcignore`, { recursive: true });
    Deno.mkdirSync(`${root}/sub/.dvc`, { recursive: true });
    Deno.writeTextFileSync(`${root}/.dvcignore`, "*.tmp\n");
    const rules = IgnoreRules.load(diskIgnoreSource(root));
    assert.equal(rules.isIgnored("a/x.tmp", "file"), true);
    assert.equal(rules.isIgnored("a/x", "file"), false);
    assert.equal(rules.isIgnored("sub/x", "file"), true);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

Deno.test("rules come from a tree, whole or on the way to a path", async () => {
  const files: Record<string, string> = {
    "mono/.dvc/config": "",
    "mono/.dvcignore": "*.tmp\n",
    "mono/a/.dvcignore": "b.txt\n",
    "mono/a/sub/.dvc/.gitignore": "",
    "mono/a/b.txt": "x",
  };
  const asked: string[] = [];
  const tree = treeOf(files, asked);
  const whole = IgnoreRules.load(await preloadIgnoreSource(tree, { root: "mono" }));
  assert.equal(whole.isIgnored("a/x.tmp", "file"), true);
  assert.equal(whole.isIgnored("a/b.txt", "file"), true);
  assert.equal(whole.isIgnored("a/sub", "directory"), true);
  assert.equal(whole.isIgnored("a/c.txt", "file"), false);

  asked.length = 0;
  const source = await preloadIgnoreSource(tree, { root: "mono", onTheWayTo: "a/b.txt" });
  const narrow = IgnoreRules.load(source);
  assert.equal(narrow.isIgnored("a/b.txt", "file"), true);
  assert.equal(narrow.isIgnored("a/c.txt", "file"), false);
  assert.equal(asked.includes("findFiles"), false);
});

function treeOf(files: Record<string, string>, asked: string[]): FileTree {
  const encoder = new TextEncoder();
  return {
    label: "tree",
    stat(path) {
      const kind = path in files
        ? "file" as const
        : Object.keys(files).some((file) => file.startsWith(`${path}/`))
        ? "directory" as const
        : undefined;
      return Promise.resolve(
        kind === undefined ? undefined : { name: path, kind, executable: false },
      );
    },
    list: () => Promise.resolve(undefined),
    read(path) {
      const text = files[path];
      return Promise.resolve(text === undefined ? undefined : encoder.encode(text));
    },
    open: () => Promise.resolve(undefined),
    findFiles(directory, matches) {
      asked.push("findFiles");
      return Promise.resolve(
        Object.keys(files).filter((path) =>
          path.startsWith(`${directory}/`) && matches(path.slice(path.lastIndexOf("/") + 1))
        ),
      );
    },
  };
}
