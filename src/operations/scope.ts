/**
 * Which outputs a verb works on: targets of the workspace, and those of other revisions.
 *
 * @module
 */
import { append } from "../platform/append.ts";
import type { Project } from "../registry/project.ts";
import type { Scope } from "./scope_options.ts";
import { type SelectedOut, selectOuts } from "./targets.ts";

/** The outputs in scope. Those of several revisions may share a path and differ in content. */
export async function selectInScope(project: Project, scope: Scope): Promise<SelectedOut[]> {
  const selected = await selectOuts(project, scope.targets, {
    recursive: scope.recursive,
    glob: scope.glob ?? false,
  });
  if (scope.withDeps) {
    const { addUpstream } = await import("./upstream.ts");
    append(selected, await addUpstream(project, selected));
  }
  // As in DVC, a project without Git has no other revisions to look at.
  if (project.git !== undefined && (scope.allBranches || scope.allTags || scope.allCommits)) {
    const { selectInRevisions } = await import("./revision_scope.ts");
    append(selected, await selectInRevisions(project, scope));
  }
  return selected;
}
