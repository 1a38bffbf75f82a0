/**
 * `dvt check-ignore`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../cli/program.ts";
import { DvtError } from "../platform/error.ts";
import { gitDifferences, sayDifference } from "../registry/ignore_difference.ts";
import type { IgnoreFinding } from "../operations/check_ignore.ts";

const classes = Object.entries(gitDifferences).filter(([kind]) => kind !== "other")
  .map(([, text]) => `- ${text}`).join("\n");

const description =
  "Show which of these paths .dvcignore hides. The exit code is 0 when one of them is hidden (with " +
  "-d: when a rule speaks of one of them), else 1.\n" +
  "Rules are read as DVC reads them, which is nearly, but not quite, how git reads .gitignore; " +
  "with -d, a warning tells where git would answer otherwise:\n" + classes + "\n" +
  "- a line that is '!', ends in a lone backslash or holds a range such as [z-a] is an error; " +
  "git passes over it";

/** Checks paths against `.dvcignore`. */
export function checkIgnoreCommand(): AnyCommand {
  return command("check-ignore")
    .description(description)
    .examples([
      ["dvt check-ignore data/tmp", "Is it hidden? It is printed if so"],
      ["dvt check-ignore -d data/*", "Name the rule for each path that a rule speaks of"],
      ["git ls-files | dvt check-ignore --stdin", "Check the paths that another program lists"],
    ])
    .argument("[targets...]", "files and folders, which need not exist")
    .option("-d, --details", "show the rule before each path, also one that brings a path back")
    .option("-n, --non-matching", "with -d, list the paths that no rule speaks of, too")
    .addOption(new Option("-a, --all", "with -d, show all rules that match").hideHelp())
    .option("--stdin", "read paths from stdin, one a line, until an empty line")
    .addOption(jsonOption())
    .action(verb(async (context, targets, options) => {
      const { details = false, nonMatching = false, stdin = false } = options;
      const refuse = (message: string) => {
        throw new DvtError("failed", message);
      };
      if (!stdin && targets.length === 0) refuse("`targets` or `--stdin` needed");
      if (stdin && targets.length > 0) refuse("cannot have both `targets` and `--stdin`");
      if (nonMatching && !details) refuse("`--non-matching` is only valid with `--details`");
      if (options.all && !details) refuse("`--all` is only valid with `--details`");
      if (context.quiet && details) refuse("cannot use both `--details` and `--quiet`");

      const { openIgnoreCheck } = await import("../operations/check_ignore.ts");
      const check = await openIgnoreCheck({ compareWithGit: details }, context);
      let found = false;
      const findings: IgnoreFinding[] = [];
      const show = (finding: IgnoreFinding) => {
        const { target, ignored, rule, difference } = finding;
        findings.push(finding);
        const line = !details ? (ignored ? target : undefined) : lineOf(finding, nonMatching);
        if (line !== undefined && !context.quiet) context.output.line(line);
        if (difference !== undefined) {
          context.reporter.warn(sayDifference({ ...difference, path: target }));
        }
        if (details ? rule !== undefined : ignored) found = true;
      };
      for (const target of targets) show(check(target));
      if (stdin) {
        for await (const line of context.input.lines()) {
          if (line === "") break;
          show(check(line));
        }
      }
      context.answer({
        paths: findings.map(({ target, ignored, rule }) => ({
          path: target,
          ignored,
          rule: rule ?? null,
        })),
      });
      return found ? 0 : 1;
    }));
}

function lineOf({ target, rule }: IgnoreFinding, nonMatching: boolean): string | undefined {
  if (rule !== undefined) return `${rule}\t${target}`;
  return nonMatching ? `::\t${target}` : undefined;
}
