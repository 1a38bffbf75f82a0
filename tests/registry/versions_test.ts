import assert from "node:assert/strict";
import { DvtError } from "../../src/platform/error.ts";
import {
  formatGtoTag,
  isArtifactName,
  parseArtifactName,
  parseGtoTag,
  requireArtifactName,
} from "../../src/registry/gto_tag.ts";
import {
  compareSemanticVersions,
  parseSemanticVersion,
  type SemanticVersion,
} from "../../src/registry/semantic_version.ts";
import { findVersion, foldTags, type TagFacts } from "../../src/registry/versions.ts";

function version(text: string): SemanticVersion {
  const parsed = parseSemanticVersion(text);
  assert(parsed !== undefined, text);
  return parsed;
}

Deno.test("versions come in the order of semver.org", () => {
  const ordered = [
    ...[
      "0.0.1",
      "0.1.0",
      "1.0.0-0.3.7",
      "1.0.0-1",
      "1.0.0-2",
      "1.0.0-10",
      "1.0.0-A",
      "1.0.0-alpha",
    ],
    ...["1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"],
    ...["1.0.0-rc.1", "1.0.0-rc.1.0", "1.0.0", "1.2.0", "1.10.0", "2.0.0", "10.0.0"],
    ...["99999999999999999998.0.0", "99999999999999999999.0.0"],
  ];
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries()) {
      const order = compareSemanticVersions(version(a), version(`v${b}`));
      assert.equal(Math.sign(order), Math.sign(i - j), `${a} ${b}`);
    }
  }
  assert.equal(compareSemanticVersions(version("1.0.0+a"), version("1.0.0+b.2")), 0);
});

Deno.test("what is no semantic version is not taken for one", () => {
  for (
    const text of ["1", "1.0", "01.0.0", "1.0.0-01", "1.0.0-", "1.0.0+", "1.0.0-a..b", "vv1.0.0"]
  ) {
    assert.equal(parseSemanticVersion(text), undefined, text);
  }
});

Deno.test("tags are read as GTO reads them", () => {
  const read = (name: string) => {
    const tag = parseGtoTag(name);
    return tag && [tag.artifact, tag.action, tag.version ?? tag.stage, tag.counter];
  };
  assert.deepEqual(read("text-clf@v1.0.0"), ["text-clf", "register", "v1.0.0", undefined]);
  assert.deepEqual(read("text-clf@v1.0.0#1"), ["text-clf", "register", "v1.0.0", "1"]);
  assert.deepEqual(read("text-clf@v1.0.0!"), ["text-clf", "deregister", "v1.0.0", undefined]);
  assert.deepEqual(read("a@v3.0.0-rc.1+b!#7"), ["a", "deregister", "v3.0.0-rc.1+b", "7"]);
  assert.deepEqual(read("sub/dir=inner#prod"), ["sub/dir:inner", "assign", "prod", undefined]);
  assert.deepEqual(read("a#prod#3"), ["a", "assign", "prod", "3"]);
  assert.deepEqual(read("a#prod!#3"), ["a", "unassign", "prod", "3"]);
  assert.deepEqual(read("a@deprecated#2"), ["a", "deprecate", undefined, "2"]);
  assert.deepEqual(read("a@created"), ["a", "create", undefined, undefined]);
  for (
    const name of [
      ...[
        "v1.0.0",
        "a@1.0.0",
        "a@v1.0",
        "a@v1.0.0#",
        "a@v1.0.0#x",
        "a@v1.0.0!!",
        "@v1.0.0",
        "-a@v1.0.0",
      ],
      ...["a-@v1.0.0", "a=b=c@v1.0.0", "a%b@v1.0.0", "a b@v1.0.0", "a@latest", "", "a@v1.0.0\n"],
    ]
  ) assert.equal(parseGtoTag(name), undefined, name);
});

Deno.test("new tags are named and counted", () => {
  const tags = ["a@v1.0.0#1", "a#prod#9", "b#prod#30", "a@v2.0.0", "x"];
  assert.equal(formatGtoTag({ artifact: "a", action: "register", version: "v1.1.0" }), "a@v1.1.0");
  assert.equal(
    formatGtoTag({ artifact: "a", action: "assign", stage: "prod" }, { tags }),
    "a#prod#10",
  );
  assert.equal(
    formatGtoTag({ artifact: "d/e:c", action: "unassign", stage: "prod" }, { tags }),
    "d/e=c#prod!#1",
  );
  assert.equal(
    formatGtoTag({ artifact: "a", action: "deprecate" }, { tags: [] }),
    "a@deprecated#1",
  );
  for (
    const action of ["register", "deregister", "assign", "unassign", "deprecate", "create"] as const
  ) {
    const name = formatGtoTag({ artifact: "d:a", action, version: "v1.0.0", stage: "s" }, { tags });
    assert.deepEqual([parseGtoTag(name)?.artifact, parseGtoTag(name)?.action], ["d:a", action]);
  }
});

Deno.test("names of artifacts", () => {
  for (const name of ["a", "A1", "text-clf", "a/b_c-d", "0"]) {
    assert.equal(isArtifactName(name), true);
  }
  for (const name of ["", "-a", "a-", "_a", "a.b", "a b", "a:b", "ü", "a\n", "a/"]) {
    assert.equal(isArtifactName(name), false, name);
  }
  assert.throws(() => requireArtifactName("a.b"), {
    message: "Can't use 'a.b' as artifact name (ID).",
  });
  assert.deepEqual(parseArtifactName("mm"), { directory: "", name: "mm", full: "mm" });
  assert.deepEqual(parseArtifactName("p/q:mm"), { directory: "p/q", name: "mm", full: "p/q:mm" });
  assert.deepEqual(parseArtifactName("p/dvc.yaml:mm")?.full, "p:mm");
  assert.deepEqual(parseArtifactName("dvc.yaml:mm")?.full, "mm");
  assert.deepEqual(parseArtifactName("./dvc.yaml:mm")?.full, "mm");
  assert.deepEqual(parseArtifactName("./p/:mm")?.full, "p:mm");
  for (const text of ["", "a:b:c", "p q:mm", "a:"]) {
    assert.equal(parseArtifactName(text), undefined);
  }
});

let clock = 0;

function tag(name: string, commit: string, more: Partial<TagFacts> = {}): TagFacts {
  return { name, commit, time: ++clock, annotated: true, ...more };
}

Deno.test("tags fold into versions and stages", () => {
  const states = foldTags([
    tag("m@v1.9.0", "c1"),
    tag("m@v1.10.0", "c2"),
    tag("m#prod#1", "c1"),
    tag("m#dev#2", "c2"),
    tag("m@v2.0.0-rc1", "c3"),
    tag("m#prod#3", "c2"),
    tag("m#dev!#4", "c2"),
    tag("m#prod!#5", "c2"),
    tag("m@v1.10.0!#6", "c2"),
    tag("m@v3.0.0", "c4", { annotated: false }),
    tag("unrelated", "c5"),
    tag("old@v1.0.0", "c1"),
    tag("old@deprecated#1", "c1"),
  ]);
  assert.deepEqual([...states.keys()], ["m", "old"]);
  const state = states.get("m");
  assert.deepEqual(state?.versions.map((one) => [one.version, one.registered, one.stages]), [
    ["v2.0.0-rc1", true, []],
    ["v1.10.0", false, []],
    ["v1.9.0", true, ["prod"]],
  ]);
  assert.deepEqual([...state?.stages.keys() ?? []], ["prod"]);
  assert.equal(state?.stages.get("prod")?.[0]?.version, "v1.9.0");
  assert.deepEqual([state?.deprecated, states.get("old")?.deprecated], [false, true]);
  assert.equal(state?.events.length, 9);
});

Deno.test("tags of one second are told apart by their counters", () => {
  const states = foldTags([
    tag("m@v1.0.0#1", "c1", { time: 5 }),
    tag("m#prod#10", "c2", { time: 5 }),
    tag("m#prod#9", "c1", { time: 5 }),
    tag("m@v1.0.0#12", "c1", { time: 5 }),
    tag("m@v1.0.0!#11", "c1", { time: 5 }),
  ]);
  assert.equal(states.get("m")?.stages.get("prod")?.[0]?.commit, "c2");
  assert.equal(states.get("m")?.versions[0]?.registered, true);
});

Deno.test("a version is found by number, by stage, or as the newest", () => {
  const states = foldTags([
    tag("p=mm@v1.9.0", "c1"),
    tag("p=mm@v1.10.0", "c2"),
    tag("p=mm@v1.11.0", "c3"),
    tag("p=mm@v1.11.0!", "c3"),
    tag("p=mm#prod", "c1"),
    tag("p=mm#wild", "c9"),
  ]);
  const find = (artifact: string, version?: string, stage?: string) =>
    findVersion(states, { artifact, version, stage });
  assert.deepEqual(find("p:mm"), { commit: "c2", version: "v1.10.0", withdrawn: false });
  assert.equal(find("p/dvc.yaml:mm", "v1.9.0").commit, "c1");
  assert.deepEqual(find("p:mm", "v1.11.0"), { commit: "c3", version: "v1.11.0", withdrawn: true });
  assert.equal(find("p:mm", undefined, "prod").version, "v1.9.0");
  assert.deepEqual(find("p:mm", undefined, "wild"), {
    commit: "c9",
    version: undefined,
    withdrawn: false,
  });
  const failures: readonly [() => unknown, string, RegExp][] = [
    [() => find("nope"), "Unable to find artifact 'nope'", /p:mm/],
    [
      () => find("p:mm", "v9.9.9"),
      "Unable to find artifact 'p:mm @ v9.9.9'",
      /v1\.10\.0, v1\.9\.0/,
    ],
    [
      () => find("p:mm", undefined, "x"),
      "Unable to find artifact 'p:mm @ x'",
      /stages: prod, wild/,
    ],
  ];
  for (const [work, message, hint] of failures) {
    assert.throws(
      work,
      (error) =>
        error instanceof DvtError && error.message === message && hint.test(error.hint ?? ""),
    );
  }
});
