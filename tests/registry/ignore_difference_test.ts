import assert from "node:assert/strict";
import { IgnoreRules } from "../../src/registry/ignore.ts";
import {
  differencesToGit,
  GitComparison,
  type GitDifferenceKind,
  gitDifferences,
  mayDiffer,
  sayDifference,
} from "../../src/registry/ignore_difference.ts";
import { sourceOfCase } from "../support/ignore_answers.ts";
import { ignoreCases } from "../support/ignore_cases.ts";

type Row = readonly [
  kind: GitDifferenceKind,
  text: string,
  path: string,
  hiddenByDvc: boolean,
  file?: string,
];

const rows: readonly Row[] = [
  ["line-breaks", "a\n", "a\n", true],
  ["byte-order-mark", "\ufeffa\n", "a", false],
  ["white-space", " a\n", "a", true],
  ["nested-rules", "\\*x\n", "d/abx", true, "d/.dvcignore"],
  ["nested-rules", "x\n", "d[1]/x", false, "d[1]/.dvcignore"],
  ["brackets", "[[:digit:]]\n", "1", false],
  ["brackets", "a[!b]c\n", "a/c", true],
  ["bytes", "?\n", "ü", true],
  ["every-folder", "*\n!*/\n!*.txt\n", "d/a.txt", true],
  ["every-folder", "d/*\n**/\n", "e/x", false],
  ["stars", "a**/b\n", "a/x/b", false],
  ["star-tail", "d/**\n!d/keep\n", "d/keep", true],
  ["below-a-name", "*.txt\n!keep\n", "keep/a.txt", false],
  ["below-a-name", "a\n!a/\n", "a/x", true],
];

Deno.test("each class of differences to git is recognised", () => {
  for (const [kind, text, path, ignored, file = ".dvcignore"] of rows) {
    const source = sourceOfCase({ files: { [file]: text }, subprojects: [], paths: [] });
    const rules = IgnoreRules.load(source);
    const found = new GitComparison(rules, source).compare(path, "file");
    assert.deepEqual([found?.kind, found?.ignored], [kind, ignored], JSON.stringify([text, path]));
    if (kind !== "line-breaks") assert.equal(mayDiffer(rules.rulesFor(path, "file")), true);
  }
});

Deno.test("a rule file that is itself hidden is a difference to git", () => {
  const files = { ".dvcignore": ".dvcignore\n", "d/.dvcignore": "x\n" };
  const source = sourceOfCase({ files, subprojects: [], paths: [] });
  const found = new GitComparison(IgnoreRules.load(source), source).compare("d/x", "file");
  assert.equal(found?.kind, "hidden-rules");
  assert.equal(found?.place, "d/.dvcignore:1");
});

Deno.test("everyday rules are known to be read alike", () => {
  const text = "*.tmp\n/cache/\nlogs\n# note\n\ndata/*.csv\n";
  const source = sourceOfCase({ files: { ".dvcignore": text }, subprojects: [], paths: [] });
  assert.equal(mayDiffer(IgnoreRules.load(source).rulesFor("x", "file")), false);
});

Deno.test("mayDiffer() never misses a difference, and hardly any has no class", () => {
  let differences = 0;
  let unexplained = 0;
  for (const one of ignoreCases(3, { count: 600, valid: true })) {
    const source = sourceOfCase(one);
    try {
      const rules = IgnoreRules.load(source);
      const comparison = new GitComparison(rules, source);
      for (const path of one.paths.filter((path) => !path.includes("\n"))) {
        const found = comparison.compare(path, "directory");
        if (found === undefined) continue;
        differences++;
        if (found.kind === "other") unexplained++;
        assert.equal(mayDiffer(rules.rulesFor(path, "directory")), true, JSON.stringify(one.files));
      }
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "DvtError") throw error;
    }
  }
  assert.ok(differences > 300, String(differences));
  assert.ok(unexplained * 50 < differences, `${unexplained} of ${differences}`);
});

Deno.test("explanations are one line each", () => {
  for (const text of Object.values(gitDifferences)) assert.match(text, /^[^\n.][^\n]*[^\n.]$/);
});

Deno.test("one disagreement for each line is told about a folder", () => {
  const text = "data/*\n!data/keep\n*.tmp\n";
  const source = sourceOfCase({ files: { ".dvcignore": text }, subprojects: [], paths: [] });
  const found = differencesToGit({ rules: IgnoreRules.load(source), source }, {
    target: "data",
    visible: ["data/keep/a", "data/keep/b"],
    hidden: ["data/x", "data/x.tmp"],
  });
  assert.deepEqual(found.map(sayDifference), []);

  const below = sourceOfCase({
    files: { ".dvcignore": "*.txt\n!keep\n" },
    subprojects: [],
    paths: [],
  });
  const more = differencesToGit({ rules: IgnoreRules.load(below), source: below }, {
    target: "data",
    visible: ["data/keep/a.txt", "data/keep/b.txt"],
    hidden: ["data/x.txt"],
  });
  assert.equal(more.length, 1);
  assert.match(
    more.map(sayDifference).join(),
    /^git would ignore 'data\/keep\/a\.txt', see \.dvcignore:2: /,
  );
});
