/**
 * What of a folder to be tracked DVC's rules hide and git's would not, or the reverse.
 *
 * @module
 */
import { listDirectory } from "../platform/files.ts";
import { differencesToGit, mayDiffer, sayDifference } from "../registry/ignore_difference.ts";
import { diskIgnoreSource } from "../registry/ignore_source.ts";
import type { Project } from "../registry/project.ts";

/** Warnings beyond these are counted. */
const told = 3;

/** Warns of the paths of a folder on which DVC and git would disagree, one a rule and reason. */
export function warnOfGitDifferences(project: Project, target: string): void {
  const { ignore: rules, context } = project;
  if (!mayDiffer(rules.rulesFor(target, "file"))) return;
  const visible: string[] = [];
  const hidden: string[] = [];
  const walk = (folder: string) => {
    for (const { name, isDirectory } of listDirectory(project.nativePath(folder)) ?? []) {
      const path = `${folder}/${name}`;
      if (rules.isIgnored(path, isDirectory ? "directory" : "file")) hidden.push(path);
      else if (isDirectory) walk(path);
      else visible.push(path);
    }
  };
  walk(target);
  const found = differencesToGit({ rules, source: diskIgnoreSource(project.root) }, {
    target,
    visible,
    hidden,
  });
  for (const difference of found.slice(0, told)) context.reporter.warn(sayDifference(difference));
  const rest = found.length - told;
  if (rest > 0) {
    context.reporter.warn(
      `${rest} more rules that git would read otherwise; "dvt check-ignore -d" tells of each path`,
    );
  }
}
