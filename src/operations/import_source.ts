/**
 * The repository that an import comes from, found from wherever the command runs.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { isDirectory } from "../platform/files.ts";
import { absolutePath, parentDirectory } from "../platform/paths.ts";
import { maskSecrets } from "../platform/secrets.ts";
import type { Project } from "../registry/project.ts";
import type { Snapshot } from "../registry/snapshot.ts";
import { openSource } from "../registry/source.ts";
import { importSource, stageLabel } from "../registry/tracked.ts";
import type { Dep, RepoSource, StageFile } from "../stages/stage_file.ts";
import { rememberedOverrides } from "./source_options.ts";

/** An import's dependency with its repository. */
export interface ImportDep extends Dep {
  readonly repo: RepoSource;
}

/** The dependency of an import stage. Throws where the stage is none. */
export function importDep(stage: StageFile): ImportDep {
  const dep = importSource(stage);
  if (dep?.repo !== undefined) return { ...dep, repo: dep.repo };
  throw new DvtError("failed", `'${stageLabel(stage)}' is not an import from a repository`);
}

/** Opens the source of an import at a revision, or as it lies there where none is given. */
export function openImportSource(
  project: Project,
  stage: StageFile,
  rev: string | undefined,
  { offline = false }: { readonly offline?: boolean } = {},
): Promise<Snapshot> {
  const { repo } = importDep(stage);
  return openSource({
    offline,
    url: sourceUrl(project, stage, repo.url),
    rev,
    overrides: rememberedOverrides(repo, project.context),
    nearby: [project.cache("md5"), project.cache("md5-dos2unix")],
  }, project.context);
}

/**
 * The address to use for a recorded one. A relative path was meant from the folder in which the
 * import ran, which DVC does not record: the working directory, the stage file's folder and the
 * project's root are tried. Two that lead to different folders are refused.
 */
function sourceUrl(project: Project, stage: StageFile, url: string): string {
  if (/^[A-Za-z][\w+.-]*:\/\//.test(url) || /^[^/\\]+:/.test(url)) return url;
  const folders = new Set<string>();
  const bases = [
    project.context.directory,
    parentDirectory(project.nativePath(stage.path)),
    project.root,
  ];
  for (const base of bases) {
    const path = absolutePath(url, base);
    if (isDirectory(path)) folders.add(path);
  }
  const [first, second] = folders;
  if (first === undefined) return url;
  if (second !== undefined) {
    throw new DvtError(
      "conflict",
      `'${maskSecrets(url)}' in '${stageLabel(stage)}' may be '${first}' or '${second}'`,
      { hint: "write an absolute path into the stage file" },
    );
  }
  return first;
}
