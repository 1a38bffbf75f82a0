/**
 * Makes a folder a project.
 *
 * @module
 */
import { openGit } from "../git/git.ts";
import { gitIgnored } from "../git/tracked.ts";
import { stageFiles } from "../git/work_tree.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { writeFileAtomically } from "../platform/arrivals.ts";
import {
  exists,
  isDirectory,
  makeDirectory,
  readTextIfThere,
  removeTree,
} from "../platform/files.ts";
import { absolutePath, nativeBelow } from "../platform/paths.ts";

/** What is made. */
export interface InitRequest {
  /** As typed; the working directory where absent. */
  readonly directory?: string;
  readonly noScm: boolean;
  readonly subdir: boolean;
  readonly force: boolean;
}

/** What was made. */
export interface InitResult {
  /** Absolute. */
  readonly root: string;
  /** Whether there is something to commit. */
  readonly inGit: boolean;
}

const ignoreFile = `# Add patterns of files dvc should ignore, which could improve
# the performance. Learn more at
# https://dvc.org/doc/user-guide/dvcignore
`;

/** Lines that `.dvc/.gitignore` must have: nothing local, temporary or cached is committed. */
const privateNames = ["/config.local", "/tmp", "/cache"];

/** Writes `.dvc/` and `.dvcignore`, and stages them. */
export async function init(request: InitRequest, context: Context): Promise<InitResult> {
  if (request.noScm && request.subdir) {
    throw new DvtError("failed", "Cannot initialize repo with `--no-scm` and `--subdir`");
  }
  const root = absolutePath(request.directory ?? ".", context.directory);
  const dvcDirectory = nativeBelow(root, ".dvc");
  const git = request.noScm ? undefined : openGit(root, context);
  if (!request.noScm && (git === undefined || (!request.subdir && git.root !== root))) {
    throw new DvtError(
      "failed",
      `${root} is not tracked by any supported SCM tool (e.g. Git). Use \`--no-scm\` if you don't ` +
        "want to use any SCM or `--subdir` if initializing inside a subdirectory of a parent SCM " +
        "repository.",
      { exitCode: 1 },
    );
  }
  if (git !== undefined && (await gitIgnored(git, [dvcDirectory])).size > 0) {
    throw new DvtError(
      "failed",
      `${dvcDirectory} is ignored by your SCM tool. \n` +
        "Make sure that it's tracked, for example, by adding '!.dvc' to .gitignore.",
      { exitCode: 1 },
    );
  }
  if (isDirectory(dvcDirectory)) {
    if (!request.force) {
      throw new DvtError("conflict", "'.dvc' exists. Use `-f` to force.", { exitCode: 1 });
    }
    removeTree(dvcDirectory);
  }
  makeDirectory(nativeBelow(root, ".dvc/tmp"));
  const config = nativeBelow(root, ".dvc/config");
  const hidden = nativeBelow(root, ".dvcignore");
  writeFileAtomically(nativeBelow(root, ".dvc/tmp/btime"), "");
  writeFileAtomically(config, request.noScm ? "[core]\n    no_scm = True\n" : "");
  if (!exists(hidden)) writeFileAtomically(hidden, ignoreFile);
  if (git !== undefined) {
    keepPrivate(dvcDirectory);
    await stageFiles(git, [config, nativeBelow(dvcDirectory, ".gitignore"), hidden]);
  }
  return { root, inGit: git !== undefined };
}

/** Adds what is missing to `.dvc/.gitignore`. */
export function keepPrivate(dvcDirectory: string): void {
  const path = nativeBelow(dvcDirectory, ".gitignore");
  const text = readTextIfThere(path) ?? "";
  const lines = text.split(/\r?\n/);
  const missing = privateNames.filter((name) => !lines.includes(name));
  if (missing.length === 0) return;
  const start = text === "" || text.endsWith("\n") ? text : text + "\n";
  writeFileAtomically(path, start + missing.map((name) => name + "\n").join(""));
}
