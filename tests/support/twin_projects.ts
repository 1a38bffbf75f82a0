/**
 * The same project twice: one that real DVC works on, one for dvt. What they hold is compared byte
 * for byte.
 *
 * @module
 */
import assert from "node:assert/strict";
import { runDvt } from "./cli.ts";
import { type Outcome, runDvc } from "./dvc.ts";
import { type TemporaryFolder, temporaryProject } from "./temporary.ts";

/** Two projects with equal content. */
export class TwinProjects implements Disposable {
  readonly dvc: TemporaryFolder = temporaryProject();
  readonly dvt: TemporaryFolder = temporaryProject();

  /** Does the same to both. */
  both(work: (project: TemporaryFolder) => void): void {
    work(this.dvc);
    work(this.dvt);
  }

  /**
   * Runs a command line with DVC in the one and dvt in the other; exit codes, stdout and what is on
   * disk afterwards must be the same.
   */
  async run(args: readonly string[], check: { readonly stdout?: boolean } = {}): Promise<void> {
    const [theirs, ours] = await Promise.all([
      runDvc(args, { cwd: this.dvc.path }),
      runDvt(args, { cwd: this.dvt.path }),
    ]);
    const label = args.join(" ");
    assert.equal(ours.code, theirs.code, `${label}: ${ours.stderr}${theirs.stderr}`);
    if (check.stdout ?? true) assert.deepEqual(lines(ours), lines(theirs), label);
    this.compare(label);
  }

  /** Compares all files but those that are each program's own. */
  compare(label: string): void {
    assert.deepEqual(this.#state(this.dvt), this.#state(this.dvc), label);
  }

  #state(project: TemporaryFolder): Record<string, string> {
    const state: Record<string, string> = {};
    for (const name of project.files()) {
      if (/^\.dvc\/tmp(\/|$)/.test(name)) continue;
      const info = Deno.lstatSync(project.at(name));
      if (info.isSymlink) {
        state[name] = `-> ${Deno.readLinkSync(project.at(name)).replace(project.path, "…")}`;
      } else if (info.isFile) {
        const mode = ((info.mode ?? 0) & 0o777).toString(8);
        state[name] = `${mode} ${sortedIfIgnore(name, project.read(name))}`;
      } else state[name] = "folder";
    }
    return state;
  }

  [Symbol.dispose](): void {
    this.dvc[Symbol.dispose]();
    this.dvt[Symbol.dispose]();
  }
}

/** DVC writes the entries of one command in no fixed order. */
function sortedIfIgnore(name: string, text: string): string {
  return /(^|\/)\.gitignore$/.test(name) ? text.split("\n").sort().join("\n") : text;
}

/** DVC names files, stages and summary lines in no fixed order. */
function lines({ stdout }: Outcome): string[] {
  return stdout.split("\n").map((line) =>
    line.startsWith("\tgit add ") ? line.split(" ").sort().join(" ") : line
  ).sort();
}
