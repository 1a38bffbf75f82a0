/**
 * Keeping Git from tracking data, and telling what Git should track instead.
 *
 * @module
 */
import {
  addIgnoreEntries,
  type IgnoreEdit,
  removeIgnoreEntries,
  undoIgnoreEdit,
} from "../git/ignore_file.ts";
import { gitIgnored } from "../git/tracked.ts";
import { stageFiles } from "../git/work_tree.ts";
import { relativeNative } from "../platform/paths.ts";
import { shellQuoted } from "../platform/shell_quote.ts";
import type { Project } from "../registry/project.ts";

/** What one command changes of the files that Git tracks. Does nothing without Git. */
export class GitTracking {
  readonly #project: Project;
  readonly #files = new Set<string>();
  readonly #edits: IgnoreEdit[] = [];

  constructor(project: Project) {
    this.#project = project;
  }

  /** Hides outputs from Git, unless a rule hides them already. */
  async ignore(...paths: readonly string[]): Promise<void> {
    const { git } = this.#project;
    if (git?.root === undefined) return;
    const places = paths.map((path) => this.#project.nativePath(path));
    const hidden = await gitIgnored(git, places);
    this.#note(addIgnoreEntries(places.filter((place) => !hidden.has(place)), git.root));
  }

  /** Shows an output to Git again. */
  unignore(path: string): void {
    const root = this.#project.git?.root;
    if (root === undefined) return;
    this.#note(removeIgnoreEntries([this.#project.nativePath(path)], root));
  }

  #note(edits: readonly IgnoreEdit[]): void {
    for (const edit of edits) {
      if (!edit.changed) continue;
      this.#edits.push(edit);
      this.#files.add(edit.file);
    }
  }

  /** Notes a file of the project that Git should track: a stage file. */
  track(path: string): void {
    if (this.#project.git !== undefined) this.#files.add(this.#project.nativePath(path));
  }

  /** Takes back every change of an ignore file. */
  rollback(): void {
    const root = this.#project.git?.root;
    if (root === undefined) return;
    for (const edit of this.#edits.splice(0).reverse()) undoIgnoreEdit(edit, root);
    this.#files.clear();
  }

  /** Stages the files with `core.autostage`, else prints DVC's hint, where DVC does. */
  async finish({ hint = true } = {}): Promise<void> {
    const { git, config, context } = this.#project;
    if (git === undefined || this.#files.size === 0) return;
    if (config.core.autostage) {
      await stageFiles(git, this.#files);
      return;
    }
    if (!hint) return;
    const names = [...this.#files].map((file) =>
      shellQuoted(relativeNative(context.directory, file))
    );
    for (
      const line of [
        "",
        "To track the changes with git, run:",
        "",
        `\tgit add ${names.join(" ")}`,
        "",
        "To enable auto staging, run:",
        "",
        "\tdvc config core.autostage true",
      ]
    ) context.reporter.say(line);
  }
}
