/**
 * The stages that outputs depend on (`--with-deps`).
 *
 * @module
 */
import type { Project } from "../registry/project.ts";
import { projectPathOf } from "../registry/tracked.ts";
import type { SelectedOut } from "./targets.ts";

/** The outputs of all stages upstream of those selected, which are left out. */
export async function addUpstream(
  project: Project,
  selected: readonly SelectedOut[],
): Promise<SelectedOut[]> {
  const catalog = await project.catalog();
  const seen = new Set(selected.map((one) => one.stage));
  const pending = [...seen];
  const found: SelectedOut[] = [];
  for (let stage = pending.pop(); stage !== undefined; stage = pending.pop()) {
    for (const dep of stage.deps) {
      const path = dep.repo === undefined ? projectPathOf(stage, dep) : undefined;
      if (path === undefined) continue;
      const around = catalog.containing(path);
      for (const out of around === undefined ? catalog.below(path) : [around]) {
        if (seen.has(out.stage)) continue;
        seen.add(out.stage);
        pending.push(out.stage);
        for (const one of catalog.outs) {
          if (one.stage === out.stage) found.push({ ...one, inside: "" });
        }
      }
    }
  }
  return found;
}
