/**
 * Folders and projects that live as long as one test.
 *
 * @module
 */
import assert from "node:assert/strict";
import { runDvt } from "./cli.ts";
import { type Outcome, runDvc, type RunOptions } from "./dvc.ts";
import { environmentFor, makeHome, temporaryPrefix } from "./environment.ts";

/** What `dvc init` writes, so that tests need not run it. */
const dvcFiles = {
  ".dvc/config": "",
  ".dvc/.gitignore": "/config.local\n/tmp\n/cache\n",
  ".dvcignore": "# Add patterns of files dvc should ignore, which could improve\n" +
    "# the performance. Learn more at\n" +
    "# https://dvc.org/doc/user-guide/dvcignore\n",
} as const;

/** How a run inside a {@linkcode TemporaryFolder} may differ from the usual. */
export type FolderRunOptions = Partial<RunOptions>;

/**
 * An empty folder. Programs that run in it or below find a home of their own, with the name and
 * address that git asks for and nothing else. Use it as `using folder = temporaryFolder();`.
 *
 * Names are relative to the folder, with `/`; folders on the way to a written file are made.
 */
export class TemporaryFolder implements Disposable {
  /** Absolute, without links in it. */
  readonly path: string;

  constructor() {
    this.path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: temporaryPrefix }));
    makeHome(this.path);
    // Beside the home, so that a test sees only what it made.
    this.path += "/work";
    Deno.mkdirSync(this.path);
  }

  /** The absolute path of a name. */
  at(name: string): string {
    return `${this.path}/${name}`;
  }

  /** Writes a file. */
  write(name: string, content: string | Uint8Array): void {
    const path = this.at(name);
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    if (typeof content === "string") Deno.writeTextFileSync(path, content);
    else Deno.writeFileSync(path, content);
  }

  /** Writes several files: names and contents. */
  writeAll(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  /** The text of a file. */
  read(name: string): string {
    return Deno.readTextFileSync(this.at(name));
  }

  /** Whether something is there, links not followed. */
  exists(name: string): boolean {
    try {
      Deno.lstatSync(this.at(name));
      return true;
    } catch {
      return false;
    }
  }

  /** The names of all files below a folder, sorted; `.git` left out. Empty folders end in `/`. */
  files(name = "."): readonly string[] {
    const found: string[] = [];
    const walk = (path: string, prefix: string): void => {
      const entries = [...Deno.readDirSync(path)].filter((entry) => entry.name !== ".git");
      if (entries.length === 0 && prefix !== "") found.push(prefix);
      for (const entry of entries) {
        const inner = `${prefix}${entry.name}`;
        if (entry.isDirectory) walk(`${path}/${entry.name}`, `${inner}/`);
        else found.push(inner);
      }
    };
    walk(this.at(name), "");
    return found.sort();
  }

  /** Removes a file or folder. */
  remove(name: string): void {
    Deno.removeSync(this.at(name), { recursive: true });
  }

  /** Runs git, which must succeed, and gives its stdout. */
  git(...args: string[]): string {
    const child = new Deno.Command("git", {
      args,
      cwd: this.path,
      clearEnv: true,
      env: environmentFor(this.path),
    });
    const { success, stdout, stderr } = child.outputSync();
    const decoder = new TextDecoder();
    if (!success) assert.fail(`git ${args.join(" ")}: ${decoder.decode(stderr)}`);
    return decoder.decode(stdout);
  }

  /** Commits everything that git sees, and tags it if asked to. */
  commit(message: string, tag?: string): void {
    this.git("add", "--all");
    this.git("commit", "-q", "--allow-empty", "-m", message);
    if (tag !== undefined) this.git("tag", tag);
  }

  /** Runs real DVC, which must succeed. {@linkcode runDvc} is for failures. */
  async dvc(args: readonly string[], options: FolderRunOptions = {}): Promise<Outcome> {
    return succeeded("dvc", args, await runDvc(args, { cwd: this.path, ...options }));
  }

  /** Runs dvt, which must succeed. {@linkcode runDvt} is for failures. */
  async dvt(args: readonly string[], options: FolderRunOptions = {}): Promise<Outcome> {
    return succeeded("dvt", args, await runDvt(args, { cwd: this.path, ...options }));
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path.replace(/\/work$/, ""), { recursive: true });
  }
}

function succeeded(program: string, args: readonly string[], outcome: Outcome): Outcome {
  if (outcome.code === 0) return outcome;
  assert.fail(
    `${program} ${args.join(" ")}: exit code ${outcome.code}\n${outcome.stdout}${outcome.stderr}`,
  );
}

/** An empty folder. */
export function temporaryFolder(): TemporaryFolder {
  return new TemporaryFolder();
}

/** A Git repository; with `dvc` (the default) also a DVC project, as `dvc init` makes it. */
export function temporaryProject(options: { readonly dvc?: boolean } = {}): TemporaryFolder {
  const folder = new TemporaryFolder();
  folder.git("init", "-q");
  if (options.dvc ?? true) {
    folder.writeAll(dvcFiles);
    folder.git("add", "--all");
  }
  return folder;
}
