/**
 * Writing a stage file of the project.
 *
 * @module
 */
import { md5Hex } from "../platform/digest/md5.ts";
import { writeFileAtomically } from "../platform/arrivals.ts";
import { makeDirectory, readFileIfThere } from "../platform/files.ts";
import { parentDirectory } from "../platform/paths.ts";
import type { Project } from "../registry/project.ts";
import { stageChecksum } from "../stages/checksum.ts";
import { decodeStageText } from "../stages/read.ts";
import type { StageFile } from "../stages/stage_file.ts";
import { printStageFile } from "../stages/write.ts";

/**
 * Writes a stage file, keeping what people wrote into it; answers whether its text changed. The
 * text arrives whole or not at all. Of a stage of a pipeline, what its `dvc.lock` says is written.
 */
export async function saveStage(project: Project, stage: StageFile): Promise<boolean> {
  if (stage.name !== undefined) {
    const { saveLock } = await import("./save_lock.ts");
    return saveLock(project, [stage]);
  }
  const place = project.nativePath(stage.path);
  const bytes = readFileIfThere(place);
  const previous = bytes === undefined ? undefined : decodeStageText(bytes, stage.path);
  const text = await printStageFile(stage, previous);
  project.forgetCatalog();
  if (text === previous) return false;
  makeDirectory(parentDirectory(place));
  writeFileAtomically(place, text);
  return true;
}

/** The stage with its own checksum, which DVC keeps for imports only. */
export function withChecksum(stage: StageFile): StageFile {
  const { md5: _old, ...bare } = stage;
  return { ...bare, md5: stageChecksum(bare, md5Hex) };
}
