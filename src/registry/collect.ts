/**
 * Finding and reading stage files: of the workspace and of a revision.
 *
 * @module
 */
import { append } from "../platform/append.ts";
import { DvtError } from "../platform/error.ts";
import type { FileTree } from "../platform/file_tree.ts";
import {
  exists,
  isDirectory,
  listNames,
  readFileIfThere,
  readTextIfThere,
} from "../platform/files.ts";
import { joinPath, nativeBelow } from "../platform/paths.ts";
import { inShares } from "../platform/shares.ts";
import { decodeStageText, parseStageFile, tryParsePlainStageFile } from "../stages/read.ts";
import type { StageFile } from "../stages/stage_file.ts";
import { pathInProject, windowsReading } from "../stages/stage_paths.ts";
import type { FolderRules, IgnoreRules } from "./ignore.ts";
import { projectPathOf } from "./tracked.ts";

/** Whether a file name is one of DVC's. */
export function isStageFileName(name: string): boolean {
  return name === "dvc.yaml" || (name.endsWith(".dvc") && name !== ".dvc");
}

/** Reads one `.dvc` or `dvc.yaml` of a project on disk; undefined where there is none. */
export async function readStagesAt(root: string, path: string): Promise<StageFile[] | undefined> {
  const bytes = readFileIfThere(nativeBelow(root, path));
  if (bytes === undefined) return undefined;
  const stages = await stagesOfText(
    path,
    bytes,
    (other) => Promise.resolve(readTextIfThere(nativeBelow(root, other))),
  );
  return stages.map((stage) => readAsWindows(root, stage));
}

/** A `\` in an output's path is a separator, unless a file is really called so. */
function readAsWindows(root: string, stage: StageFile): StageFile {
  if (!stage.outs.some((out) => out.path.includes("\\"))) return stage;
  let fromWindows = false;
  const outs = stage.outs.map((out) => {
    const reading = windowsReading(out.path);
    const literal = pathInProject(out.path, stage);
    if (reading === undefined || literal === undefined) return out;
    if (exists(nativeBelow(root, literal))) return out;
    fromWindows = true;
    return { ...out, path: reading };
  });
  return fromWindows ? { ...stage, outs, fromWindows } : stage;
}

/** The stages in the bytes of a stage file; `readText` brings the files that belong to it. */
export async function stagesOfText(
  path: string,
  bytes: Uint8Array,
  readText: (path: string) => Promise<string | undefined>,
): Promise<StageFile[]> {
  if (path.endsWith(".dvc")) {
    const text = decodeStageText(bytes, path);
    return [tryParsePlainStageFile(text, path) ?? await parseStageFile(text, path)];
  }
  const { readPipeline } = await import("../stages/pipeline.ts");
  return (await readPipeline(path, readText)).stages;
}

/** All stages of a project on disk, below a folder, hidden ones left out. */
export async function collectFromDisk(
  root: string,
  { ignore, below = "" }: { ignore: IgnoreRules; below?: string },
): Promise<StageFile[]> {
  const stages: StageFile[] = [];
  const outs = new Set<string>();
  const enter = async (folder: string, rules: FolderRules): Promise<void> => {
    const entries = listNames(nativeBelow(root, folder));
    if (entries === undefined) return;
    const { names, others } = entries;
    // A link to a folder is no stage file either, and is not entered.
    const isFolder = (name: string) =>
      others.has(name) && isDirectory(nativeBelow(root, joinPath(folder, name)));
    const folders = names.filter((name) => others.get(name)?.isDirectory === true);
    const prefix = folder === "" ? "" : `${folder}/`;
    for (const name of names) {
      if (!isStageFileName(name) || isFolder(name)) continue;
      if (rules.ignores(name, false)) continue;
      for (const stage of await readStagesAt(root, prefix + name) ?? []) {
        stages.push(stage);
        for (const out of stage.outs) outs.add(projectPathOf(stage, out) ?? "");
      }
    }
    for (const name of folders) {
      // A tracked folder holds data, not stage files: there may be a million names in it.
      if (name === ".git" || outs.has(prefix + name)) continue;
      if (rules.ignores(name, true)) continue;
      const inner = rules.enter(name);
      if (inner !== undefined) await enter(prefix + name, inner);
    }
  };
  if (!ignore.isIgnored(below, "directory")) await enter(below, ignore.folder(below));
  return stages;
}

/** So many stage files are asked of Git in one go. */
const filesAtOnce = 128;

/** Stages of a revision: those in the given stage files, paths relative to the tree's root. */
export async function readFromTree(
  tree: FileTree,
  paths: readonly string[],
  projectPath: string,
): Promise<StageFile[]> {
  const prefix = projectPath === "" ? "" : `${projectPath}/`;
  const decoder = new TextDecoder();
  const stages: StageFile[] = [];
  const readText = async (other: string) => {
    const found = await tree.read(prefix + other);
    return found === undefined ? undefined : decoder.decode(found);
  };
  for (const share of inShares(paths, filesAtOnce)) {
    const contents = await Promise.all(share.map((path) => tree.read(path)));
    for (const [at, path] of share.entries()) {
      const bytes = contents[at];
      if (bytes === undefined) {
        throw new DvtError("not-found", `'${path}' does not exist in '${tree.label}'`);
      }
      append(stages, await stagesOfText(path.slice(prefix.length), bytes, readText));
    }
  }
  return stages;
}

/** The paths of stage files of one project in a tree; nested projects and hidden files left out. */
export async function stageFilesInTree(
  tree: FileTree,
  { projectPath, below, ignore }: { projectPath: string; below: string; ignore: IgnoreRules },
): Promise<string[]> {
  const prefix = projectPath === "" ? "" : `${projectPath}/`;
  const found = await tree.findFiles(below, isStageFileName);
  return found.filter((path) => !ignore.isIgnored(path.slice(prefix.length), "file")).sort();
}
