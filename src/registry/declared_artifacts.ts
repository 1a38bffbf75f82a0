/**
 * What the `dvc.yaml` files of a snapshot give a name to.
 *
 * @module
 */
import { append } from "../platform/append.ts";
import { DvtError } from "../platform/error.ts";
import { joinPath, parentPath } from "../platform/paths.ts";
import type { Artifact } from "../stages/artifacts.ts";
import { readPipeline } from "../stages/pipeline.ts";
import { decodeStageText } from "../stages/read.ts";
import { normalizePath } from "../stages/stage_paths.ts";
import type { Snapshot } from "./snapshot.ts";

/** An artifact with its place. */
export interface DeclaredArtifact extends Artifact {
  /** `NAME`, or `DIRECTORY:NAME` as tags spell it. */
  readonly fullName: string;
  /** The `dvc.yaml`, in the snapshot's tree. */
  readonly file: string;
  /** The data, in the snapshot's tree; undefined where it lies outside. */
  readonly treePath: string | undefined;
}

/** The artifacts that a `dvc.yaml` declares, by name; none where there is no such file. */
export async function artifactsIn(
  snapshot: Snapshot,
  file: string,
): Promise<Record<string, Artifact>> {
  const project = (await snapshot.projectAround(parentPath(file)))?.path ?? "";
  const inProject = project === "" ? file : file.slice(project.length + 1);
  const { artifacts } = await readPipeline(inProject, async (path) => {
    const bytes = await snapshot.tree.read(joinPath(project, path));
    return bytes === undefined ? undefined : decodeStageText(bytes, path);
  });
  return artifacts;
}

/** All artifacts of a snapshot, by full name. `onBroken` is told of files that cannot be read. */
export async function allArtifacts(
  snapshot: Snapshot,
  onBroken: (error: DvtError) => void,
): Promise<DeclaredArtifact[]> {
  const files = await snapshot.tree.findFiles("", (name) => name === "dvc.yaml");
  await snapshot.tree.prefetch?.(files);
  const found: DeclaredArtifact[] = [];
  for (const file of files) {
    try {
      append(found, declared(file, await artifactsIn(snapshot, file)));
    } catch (error) {
      if (!(error instanceof DvtError) || error.kind === "interrupted") throw error;
      onBroken(error);
    }
  }
  return found.sort((a, b) => (a.fullName < b.fullName ? -1 : 1));
}

/** The artifact whose data is at a path of the tree, declared in a folder around it. */
export async function artifactAt(
  snapshot: Snapshot,
  treePath: string,
): Promise<DeclaredArtifact | undefined> {
  for (let folder = treePath; folder !== "";) {
    folder = parentPath(folder);
    const file = joinPath(folder, "dvc.yaml");
    if ((await snapshot.tree.stat(file))?.kind !== "file") continue;
    const here = declared(file, await artifactsIn(snapshot, file));
    const found = here.find((one) => one.treePath === treePath);
    if (found !== undefined) return found;
  }
  return undefined;
}

function declared(file: string, artifacts: Record<string, Artifact>): DeclaredArtifact[] {
  const folder = parentPath(file);
  return Object.entries(artifacts).map(([name, artifact]) => ({
    ...artifact,
    fullName: folder === "" ? name : `${folder}:${name}`,
    file,
    treePath: insideOnly(normalizePath(joinPath(folder, artifact.path))),
  }));
}

function insideOnly(path: string): string | undefined {
  return path === "" || path === ".." || path.startsWith("../") ? undefined : path;
}
