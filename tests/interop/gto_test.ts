import assert from "node:assert/strict";
import { parseGtoTag } from "../../src/registry/gto_tag.ts";
import {
  compareSemanticVersions,
  parseSemanticVersion,
  type SemanticVersion,
} from "../../src/registry/semantic_version.ts";
import { realPython, runProgram } from "../support/dvc.ts";
import { randomNumbers } from "../support/ignore_cases.ts";
import { temporaryFolder } from "../support/temporary.ts";

type Meaning = readonly [
  artifact: string,
  action: string,
  what: string | null,
  counter: string | null,
];

const random = randomNumbers(11);

function pick<T>(items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  assert(item !== undefined);
  return item;
}

function repeat(most: number, make: () => string): string {
  return Array.from({ length: Math.floor(random() * (most + 1)) }, make).join("");
}

function randomVersion(): string {
  const number = () => pick(["0", "1", "2", "9", "10", "11", "123456789012345678901"]);
  const word = () => pick(["0", "1", "10", "alpha", "beta", "rc1", "rc", "A", "-", "x-1", "0a"]);
  const tail = (mark: string) =>
    random() < 0.4 ? mark + word() + repeat(2, () => `.${word()}`) : "";
  return `v${number()}.${number()}.${number()}${tail("-")}${tail("+")}`;
}

function randomTag(): string {
  const part = () => pick(["a", "B", "0", "-", "_", "/", ".", "=", "model", "é", " ", "%"]);
  const name = random() < 0.7
    ? pick(["a", "text-clf", "p/q=mm", "d=a_b"])
    : part() + repeat(3, part);
  const body = pick([
    () => `@${randomVersion()}`,
    () => `#${pick(["prod", "a/b", "-x", "1", "x_"])}`,
    () => pick(["@deprecated", "@created", "@latest", "@1.0.0", "@v1.0", "@v01.0.0", "@", "#"]),
  ])();
  return name + body + pick(["", "", "!", "!!"]) + pick(["", "", "#1", "#007", "#", "#x", "#1#2"]);
}

Deno.test("tags and versions mean what they mean to GTO", async () => {
  using folder = temporaryFolder();
  const tags = Array.from({ length: 3000 }, randomTag);
  const versions = [...new Set(Array.from({ length: 120 }, randomVersion))];
  const script = new URL("../support/gto_answers.py", import.meta.url).pathname;
  const { code, stdout, stderr } = await runProgram([await realPython(), "-B", script], {
    cwd: folder.path,
    stdin: JSON.stringify({ tags, versions }),
  });
  assert.equal(code, 0, stderr);
  const answer: { tags: (Meaning | null)[]; order: number[][] } = JSON.parse(stdout);

  let understood = 0;
  for (const [i, name] of tags.entries()) {
    const tag = parseGtoTag(name);
    const counter = tag?.counter === undefined ? null : String(BigInt(tag.counter));
    const own = tag === undefined
      ? null
      : [tag.artifact, tag.action, tag.version ?? tag.stage ?? null, counter];
    assert.deepEqual(own, answer.tags[i], name);
    if (own !== null) understood++;
  }
  assert.ok(understood > 500, String(understood));

  const parsed = versions.map(parseSemanticVersion)
    .filter((one): one is SemanticVersion => one !== undefined);
  assert.equal(parsed.length, versions.length);
  for (const [i, a] of parsed.entries()) {
    for (const [j, b] of parsed.entries()) {
      const order = Math.sign(compareSemanticVersions(a, b));
      assert.equal(order, answer.order[i]?.[j], `${versions[i]} ${versions[j]}`);
    }
  }
});
