import assert from "node:assert/strict";
import { GitReading } from "../../src/registry/ignore_git.ts";
import { type IgnoreCase, ignoreCases } from "../support/ignore_cases.ts";

const encoder = new TextEncoder();

async function askGit(directory: string, paths: readonly string[]): Promise<boolean[]> {
  const args = [
    "-c",
    "core.excludesFile=/dev/null",
    "check-ignore",
    "--no-index",
    "-z",
    "-v",
    "-n",
  ];
  const child = new Deno.Command("git", {
    args: [...args, "--stdin"],
    cwd: directory,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(encoder.encode(paths.map((path) => `./${path}\0`).join("")));
  await writer.close();
  const { stdout, stderr } = await child.output();
  const fields = new TextDecoder("utf-8", { ignoreBOM: true }).decode(stdout).split("\0");
  assert.equal(fields.length, paths.length * 4 + 1, new TextDecoder().decode(stderr));
  return paths.map((_, i) => {
    const pattern = fields[i * 4 + 2] ?? "";
    return pattern !== "" && !pattern.startsWith("!");
  });
}

/** Paths whose parts git has no opinion of its own on. */
function fitting(paths: readonly string[]): string[] {
  return paths.filter((path) => !/(^|\/)\.git(\/|$)/i.test(path));
}

async function compare(
  directory: string,
  one: IgnoreCase,
): Promise<{ checks: number; wrong: string[] }> {
  const wrong: string[] = [];
  for (const { name } of [...Deno.readDirSync(directory)]) {
    if (name !== ".git") Deno.removeSync(`${directory}/${name}`, { recursive: true });
  }
  const folders = new Set<string>();
  for (const [file, text] of Object.entries(one.files)) {
    const parts = file.split("/").slice(0, -1);
    parts.forEach((_, i) => folders.add(parts.slice(0, i + 1).join("/")));
    Deno.mkdirSync(`${directory}/${parts.join("/")}`, { recursive: true });
    Deno.writeTextFileSync(`${directory}/${file}`, text);
  }
  const reading = new GitReading({
    read: (path) => one.files[path] === undefined ? undefined : encoder.encode(one.files[path]),
    exists: () => false,
  }, ".gitignore");

  const files = fitting(one.paths).filter((path) => !folders.has(path));
  const asFiles = await askGit(directory, files);
  const wholes = fitting(one.paths);
  for (const path of wholes) Deno.mkdirSync(`${directory}/${path}`, { recursive: true });
  const asFolders = await askGit(directory, wholes);
  const check = (paths: readonly string[], answers: readonly boolean[], isDirectory: boolean) => {
    for (const [i, path] of paths.entries()) {
      if (reading.check(path, isDirectory).ignored === answers[i]) continue;
      wrong.push(`${JSON.stringify(one.files)} ${JSON.stringify(path)} folder: ${isDirectory}`);
    }
  };
  check(files, asFiles, false);
  check(wholes, asFolders, true);
  return { checks: files.length + wholes.length, wrong };
}

Deno.test("GitReading answers as git does", async () => {
  const directory = Deno.makeTempDirSync();
  try {
    await new Deno.Command("git", { args: ["init", "-q", directory] }).output();
    let checks = 0;
    const wrong: string[] = [];
    for (const one of ignoreCases(5, { count: 220, fileName: ".gitignore" })) {
      const result = await compare(directory, one);
      checks += result.checks;
      wrong.push(...result.wrong);
    }
    assert.deepEqual(wrong, []);
    assert.ok(checks > 5000, String(checks));
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});
