/**
 * `dvt verify`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../cli/program.ts";
import { tableLines } from "../console/table.ts";
import {
  allBranchesOption,
  allCommitsOption,
  allTagsOption,
  jobsOption,
  recursiveOption,
  remoteOption,
} from "./options.ts";
import { jobsOf, scopeOf } from "./transfer_words.ts";

/** Checks whether data is where and what it should be. */
export function verifyCommand(): AnyCommand {
  return command("verify")
    .description(
      "Check whether tracked data is in the cache and on its remote, by name or, with --contents, " +
        "byte for byte. Ends with 1 where something is wrong and was not put right.",
    )
    .examples([
      ["dvt verify", "Is everything in the cache, and on the remote?"],
      ["dvt verify -A --contents", "Read every byte of all versions, in both places"],
      ["dvt verify --repair", "Fetch what the cache lacks, send what the remote lost"],
      ["dvt verify --workspace --cache --json", "The files of this clone, for a program"],
    ])
    .argument("[targets...]", "`.dvc` files or tracked paths (default: all)")
    .addOption(new Option("--cache", "look at the cache"))
    .addOption(new Option("--workspace", "look at the files of the workspace"))
    .addOption(remoteOption("look at this remote"))
    .addOption(new Option("--contents", "read every byte"))
    .addOption(new Option("--repair", "fetch anew, or send again, what is missing or damaged"))
    .addOption(allBranchesOption())
    .addOption(allTagsOption())
    .addOption(allCommitsOption())
    .addOption(recursiveOption())
    .addOption(jobsOption())
    .addOption(jsonOption())
    .action(verb(async (context, targets, options) => {
      const { verify } = await import("../operations/verify.ts");
      const named = new Set<"cache" | "remote" | "workspace">();
      if (options.cache === true) named.add("cache");
      if (options.workspace === true) named.add("workspace");
      if (options.remote !== undefined) named.add("remote");
      const { objects, findings } = await verify({
        ...scopeOf(targets, options),
        remote: options.remote,
        places: named.size === 0 ? undefined : named,
        contents: options.contents ?? false,
        repair: options.repair ?? false,
        jobs: jobsOf(options.jobs),
      }, context);
      context.answer({
        objects,
        findings: findings.map((one) => ({ ...one, object: one.object ?? null })),
      });
      const rows = findings.map(({ place, problem, object, path, repaired }) => [
        repaired ? `${problem}, repaired` : problem,
        place,
        path,
        object ?? "",
      ]);
      for (const line of tableLines(rows, { keepBlanks: true })) {
        context.output.line(line.trimEnd());
      }
      if (findings.length === 0) {
        context.reporter.note(`${objects} objects are where they should be.`);
      }
      return findings.every((one) => one.repaired) ? 0 : 1;
    }));
}
