/**
 * `dvt stage list`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../../cli/program.ts";
import { tableLines } from "../../console/table.ts";
import { recursiveOption } from "../options.ts";

/** Lists stages. */
export function stageListCommand(): AnyCommand {
  return command("list")
    .description("List stages: of `dvc.yaml`, of `.dvc` files, or of the whole project.")
    .examples([
      ["dvt stage list --all", "Everything that is tracked"],
      ["dvt stage list -R data --name-only", "The stage files below a folder, for scripts"],
    ])
    .argument("[targets...]", "stage files, stages or folders (default: dvc.yaml)")
    .addOption(new Option("--all", "list all stages of the project"))
    .addOption(new Option("--fail", "accepted for DVC's sake: what cannot be read always fails"))
    .addOption(recursiveOption("list the stages below folders"))
    .addOption(new Option("--name-only, --names-only", "list names alone"))
    .addOption(jsonOption())
    .action(verb(async (context, targets, options) => {
      const { listStages } = await import("../../operations/stage_list.ts");
      const stages = await listStages({
        targets: targets.length === 0 ? ["dvc.yaml"] : targets,
        all: options.all ?? false,
        recursive: options.recursive ?? false,
      }, context);
      context.answer({ stages });
      const rows = stages.map(({ name, description }) =>
        options.namesOnly === true ? [name] : [name, description]
      );
      for (const line of tableLines(rows)) context.output.line(line);
    }));
}
