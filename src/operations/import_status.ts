/**
 * Whether the source of an import has moved on.
 *
 * @module
 */
import type { Project } from "../registry/project.ts";
import type { StageFile } from "../stages/stage_file.ts";
import { importDep, openImportSource } from "./import_source.ts";

/** Whether the revision that an import follows is another commit than the one imported. */
export async function hasUpdate(project: Project, stage: StageFile): Promise<boolean> {
  const { repo } = importDep(stage);
  if (repo.revLock === undefined) return false; // never executed (--no-exec): nothing to compare
  const snapshot = await openImportSource(project, stage, repo.rev);
  return snapshot.head !== repo.revLock;
}
