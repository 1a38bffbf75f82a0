/**
 * `dvt git-hook pre-commit`, `post-checkout` and `pre-push`: what the installed hooks call.
 *
 * @module
 */
import { type AnyCommand, command, type CommandContext, verb } from "../../cli/program.ts";
import { findProjectRoot } from "../../registry/find_root.ts";

/** Outside of a project, hooks do nothing: Git may have them for all repositories. */
function inProject({ directory }: CommandContext): boolean {
  return findProjectRoot(directory) !== undefined;
}

/** Shows what changed before Git commits. */
export function preCommitCommand(): AnyCommand {
  return command("pre-commit")
    .description("Show what changed: Git calls this before a commit.")
    .argument("[args...]", "arguments from Git or the pre-commit tool")
    .action(verb(async (context) => inProject(context) ? await context.run(["status"]) : 0));
}

/** Sends data before Git pushes. */
export function prePushCommand(): AnyCommand {
  return command("pre-push")
    .description("Send data to the remote: Git calls this before a push.")
    .argument("[args...]", "arguments from Git or the pre-commit tool")
    .action(verb(async (context) => inProject(context) ? await context.run(["push"]) : 0));
}

/** Brings data up to a branch that was checked out. */
export function postCheckoutCommand(): AnyCommand {
  return command("post-checkout")
    .description("Check data out: Git calls this after a change of branch.")
    .argument("[args...]", "arguments from Git or the pre-commit tool")
    .action(verb(async (context, args) => {
      if (!inProject(context)) return 0;
      // The pre-commit tool says it in a variable: 1 for a commit, 0 for single files.
      const flag = context.environment["PRE_COMMIT_CHECKOUT_TYPE"] ?? args[2];
      if (flag !== "1") return 0;
      const { isBetweenCommits } = await import("../../operations/install.ts");
      return isBetweenCommits(context) ? 0 : await context.run(["checkout"]);
    }));
}
