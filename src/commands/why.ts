/**
 * `dvt why`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, verb } from "../cli/program.ts";
import type { OriginStep } from "../operations/why.ts";

/** Shows where data comes from. */
export function whyCommand(): AnyCommand {
  return command("why")
    .description(
      "Show where a file or folder comes from: the stage file that records it, and of an import " +
        "each repository on the way back to the data's first home, with revision, hash and remote.",
    )
    .examples([
      ["dvt why cats-dogs", "The way back of an import"],
      ["dvt why models/base.pkl --json", "The same for a program"],
    ])
    .argument("<path>", "tracked file or folder, a path inside one, or a `.dvc` file")
    .addOption(jsonOption())
    .action(verb(async (context, path) => {
      const { why } = await import("../operations/why.ts");
      const steps = await why(path, context);
      context.answer({ steps: steps.map(asJson) });
      for (const line of steps.flatMap(linesOf)) context.output.line(line);
      return steps.some((step) => step.problem !== undefined) ? 255 : 0;
    }));
}

function linesOf(step: OriginStep, depth: number): string[] {
  const { url, rev, commit, path, stage, hash, remote, problem } = step;
  const at = [rev, commit?.slice(0, 7)].filter((part) => part !== undefined).join(" = ");
  const from = path === "" ? url : `'${path}' of '${url}'`;
  const head = depth === 0 ? path : `from ${from}${at === "" ? "" : ` at ${at}`}`;
  const facts = [
    ...(stage === undefined ? [] : [`recorded in ${stage}`]),
    ...(hash === undefined ? [] : [`as ${hash}`]),
    ...(remote === undefined ? [] : [`kept in ${remote}`]),
    ...(stage === undefined && depth > 0 && path !== "" && problem === undefined
      ? ["held by Git itself"]
      : []),
    ...(problem === undefined ? [] : [`not followed: ${problem}`]),
  ];
  const indent = "  ".repeat(depth);
  return [`${indent}${head}`, ...facts.map((fact) => `${indent}    ${fact}`)];
}

function asJson(step: OriginStep): unknown {
  return {
    url: step.url,
    rev: step.rev ?? null,
    commit: step.commit ?? null,
    path: step.path,
    stage: step.stage ?? null,
    hash: step.hash ?? null,
    remote: step.remote ?? null,
    error: step.problem ?? null,
  };
}
