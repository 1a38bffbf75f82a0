/**
 * `dvt completion` and `dvt complete`, which its scripts ask.
 *
 * @module
 */
import { complete, type Completer, completionLines } from "../cli/completion.ts";
import { completionScript, type Shell, shells } from "../cli/completion_scripts.ts";
import { type AnyCommand, command, type CommandContext, Option, verb } from "../cli/program.ts";
import type { TreeEntry } from "../cli/tree.ts";
import { globalOptions } from "./global_options.ts";

/** Prints a shell's completion script. */
export function completionCommand(): AnyCommand {
  return command("completion")
    .description("Print a script that teaches a shell to complete dvt's command lines.")
    .examples([
      [
        "source <(dvt completion -s bash)",
        "Complete in this shell; put it into ~/.bashrc to keep it",
      ],
      ["dvt completion -s fish > ~/.config/fish/completions/dvt.fish", "Complete in fish"],
    ])
    .addOption(
      new Option("-s, --shell <shell>", "shell the script is for").choices(shells).default("bash"),
    )
    .action(verb((context, options) => {
      const shell: Shell = options.shell;
      context.output.bytes(new TextEncoder().encode(completionScript(shell)));
    }));
}

/** Answers what could come next; `root.ts` hands in the tree. */
export function completeCommand(tree: readonly TreeEntry[]): AnyCommand {
  return command("complete")
    .description("Print what could come next on a command line, for completion scripts.")
    .argument("[words...]", "words after the program's name, the last one being typed")
    .option("--current <word>", "the word being typed, where a shell cannot pass an empty one")
    .action(verb(async (context, words, options) => {
      const completion = await complete({
        words: options.current === undefined ? words : [...words, options.current],
        tree,
        globalOptions,
        completer: completerFor(context),
      });
      for (const line of completionLines(completion)) context.output.line(line);
    }));
}

/** Words that only the project knows. What goes wrong here is nobody's business: no words, then. */
function completerFor(context: CommandContext): Completer {
  return async ({ verb, name, placeholder }) => {
    const isRemote = name === "remote" ||
      (name === "name" && /^remote (?:default|modify|remove|rename)$/.test(verb));
    const isRevision = placeholder === "commit" || /^(?:a|b)_rev$/.test(name);
    if (!isRemote && !isRevision) return undefined;
    try {
      const names = await import("../operations/complete_names.ts");
      return isRemote ? names.remoteNames(context) : await names.revisionNames(context);
    } catch {
      return [];
    }
  };
}
