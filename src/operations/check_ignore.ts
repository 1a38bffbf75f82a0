/**
 * Which paths `.dvcignore` hides, and by which rule.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { lookThrough } from "../platform/files.ts";
import type { GitDifference } from "../registry/ignore_difference.ts";
import { diskIgnoreSource } from "../registry/ignore_source.ts";
import { openProject, type Project } from "../registry/project.ts";

/** What is known about one path. */
export interface IgnoreFinding {
  /** As it was asked for. */
  readonly target: string;
  readonly ignored: boolean;
  /** The rule that settled it, as DVC shows it: `.dvcignore:4:*.log`; absent without one. */
  readonly rule: string | undefined;
  /** Set when git would read the same lines otherwise; looked for only on request. */
  readonly difference: GitDifference | undefined;
}

/** Opens the project around the working directory; the answer is asked path by path. */
export async function openIgnoreCheck(
  { compareWithGit }: { compareWithGit: boolean },
  context: Context,
): Promise<(target: string) => IgnoreFinding> {
  const project = openProject(context);
  const compare = compareWithGit ? await comparison(project) : undefined;
  return (target) => {
    // The path need not exist, and links on the way are not followed.
    const path = project.projectPath(target);
    if (path === undefined) {
      return { target, ignored: false, rule: undefined, difference: undefined };
    }
    const isDirectory = lookThrough(project.nativePath(path))?.kind === "directory";
    const kind = isDirectory ? "directory" : "file";
    const { ignored, rule } = project.ignore.check(path, kind);
    return { target, ignored, rule: rule?.label, difference: compare?.(path, kind) };
  };
}

async function comparison(
  project: Project,
): Promise<(path: string, kind: "file" | "directory") => GitDifference | undefined> {
  const { GitComparison } = await import("../registry/ignore_difference.ts");
  const comparison = new GitComparison(project.ignore, diskIgnoreSource(project.root));
  return (path, kind) => path === "" ? undefined : comparison.compare(path, kind);
}
