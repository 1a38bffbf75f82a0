/**
 * What `freeze` and `unfreeze` have in common.
 *
 * @module
 */
import type { CommandContext } from "../cli/program.ts";
import { append } from "../platform/append.ts";
import { withPrefix } from "./exit_code.ts";

/** Freezes or unfreezes targets one after the other; gives the names of their stages. */
export async function setFrozen(
  targets: readonly string[],
  { frozen, context }: { frozen: boolean; context: CommandContext },
): Promise<string[]> {
  const { freeze } = await import("../operations/freeze.ts");
  const stages: string[] = [];
  for (const target of targets) {
    const prefix = `failed to ${frozen ? "freeze" : "unfreeze"} '${target}'`;
    const done = await withPrefix(prefix, () => freeze({ targets: [target], frozen }, context));
    append(stages, done);
  }
  return stages;
}
