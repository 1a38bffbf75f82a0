/**
 * Two projects that begin alike: what real DVC does in the one, dvt does in the other.
 *
 * @module
 */
import assert from "node:assert/strict";
import { runDvt } from "./cli.ts";
import { type Outcome, runDvc } from "./dvc.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary.ts";

/** Two folders side by side, each with a project in `w` and whatever lies around it. */
export class Twins implements Disposable {
  readonly dvc: TemporaryFolder = temporaryFolder();
  readonly dvt: TemporaryFolder = temporaryFolder();

  constructor(files: Readonly<Record<string, string>>) {
    for (const folder of [this.dvc, this.dvt]) {
      folder.writeAll({ "w/.dvc/config": "", "w/.dvcignore": "", ...files });
      folder.write("w/.dvc/.gitignore", "/config.local\n/tmp\n/cache\n");
      folder.git("init", "-q", "w");
    }
  }

  /** Does the same to both. */
  each(work: (folder: TemporaryFolder) => void): void {
    work(this.dvc);
    work(this.dvt);
  }

  /**
   * Runs a command in both projects, which must end alike: same exit code, same words on stdout
   * before what git should do, same errors. Answers dvt's outcome.
   */
  async run(
    args: readonly string[],
    { env, sorted = false, compareErrors = true }: {
      readonly env?: Readonly<Record<string, string>>;
      /** The lines come in no particular order. */
      readonly sorted?: boolean;
      readonly compareErrors?: boolean;
    } = {},
  ): Promise<Outcome> {
    const options = (folder: TemporaryFolder) => ({
      cwd: folder.at("w"),
      ...(env === undefined ? {} : { env }),
    });
    const theirs = await runDvc(args, options(this.dvc));
    const ours = await runDvt(args, options(this.dvt));
    const what = args.join(" ");
    const [wanted, found] = [
      words(theirs, this.dvc, { sorted, compareErrors }),
      words(ours, this.dvt, { sorted, compareErrors }),
    ];
    assert.deepEqual(found, wanted, what);
    return ours;
  }

  /** Compares all files of both projects but those that belong to Git and to runs. */
  compare(): void {
    assert.deepEqual(contents(this.dvt), contents(this.dvc));
  }

  [Symbol.dispose](): void {
    this.dvc[Symbol.dispose]();
    this.dvt[Symbol.dispose]();
  }
}

function words(
  { code, stdout, stderr }: Outcome,
  folder: TemporaryFolder,
  { sorted, compareErrors }: { sorted: boolean; compareErrors: boolean },
): unknown {
  const local = (text: string) => text.replaceAll(`${folder.path}/w/../`, `${folder.path}/`);
  const [before = ""] = local(stdout).split("\nTo track the changes with git, run:");
  const lines = before.replaceAll(folder.path, "<here>").trimEnd().split("\n");
  const errors = local(stderr).replaceAll(folder.path, "<here>").split("\n").filter((line) =>
    !line.startsWith("hint: ") && !line.startsWith("WARNING: ") && line !== ""
  );
  return {
    code,
    stdout: sorted ? lines.sort() : lines,
    ...(compareErrors ? { errors } : {}),
  };
}

function contents(folder: TemporaryFolder): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of folder.files("w")) {
    if (/^\.dvc\/(?:tmp|cache)\//.test(name)) continue;
    const text = name.endsWith("/") ? "" : folder.read(`w/${name}`);
    // DVC and dvt add lines in the order of their work.
    found[name] = name.endsWith(".gitignore") ? text.split("\n").sort().join("\n") : text;
  }
  return found;
}
