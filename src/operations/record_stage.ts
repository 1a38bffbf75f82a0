/**
 * What a stage is now, by its data on disk: dependencies and outputs hashed anew.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { exists, isDirectory } from "../platform/files.ts";
import { baseName } from "../platform/paths.ts";
import type { Project } from "../registry/project.ts";
import { projectPathOf } from "../registry/tracked.ts";
import { paramNames } from "../stages/lock_file.ts";
import type { DataFacts, Dep, Out, StageFile } from "../stages/stage_file.ts";
import { isUrl } from "../stages/stage_paths.ts";
import { scan } from "../workspace/scan.ts";
import { recordParams } from "./params.ts";
import { outOf, recordData, scanOptions } from "./record.ts";
import { withChecksum } from "./save_stage.ts";

const factKeys = [
  "md5",
  "size",
  "nfiles",
  "isexec",
  "files",
  "cloud",
  "etag",
  "checksum",
  "versionId",
] as const;

type FactKey = (typeof factKeys)[number];

/** The data with other content; where it is and what people wrote to it stays. */
export function withFacts<Data extends DataFacts>(data: Data, fresh: DataFacts): Data {
  const bare: { -readonly [Key in keyof Data]: Data[Key] } = { ...data };
  for (const key of factKeys) delete bare[key];
  const known = factKeys.filter((key) => fresh[key] !== undefined).map((key) => [key, fresh[key]]);
  const facts: Pick<DataFacts, FactKey> = Object.fromEntries(known);
  return { ...bare, ...facts, hash: fresh.hash };
}

/** The stage as the workspace has it. Nothing is cached, and nothing written. */
export async function recordStage(project: Project, stage: StageFile): Promise<StageFile> {
  const isImport = stage.name === undefined && stage.deps.length > 0;
  const deps: Dep[] = [];
  for (const dep of stage.deps) {
    deps.push(isImport ? dep : await recordDep(project, stage, dep));
  }
  const outs: Out[] = [];
  for (const out of stage.outs) outs.push(await recordOut(project, stage, out));
  const { md5: _md5, ...bare } = stage;
  const { cmdChanged: _cmdChanged, ...settled } = bare;
  const next: StageFile = { ...settled, deps, outs };
  return isImport ? withChecksum(next) : next;
}

async function recordDep(project: Project, stage: StageFile, dep: Dep): Promise<Dep> {
  if (paramNames(dep) !== undefined) return await recordParams(project, stage, dep);
  if (isUrl(dep.path) || dep.repo !== undefined || dep.extra !== undefined) return dep;
  const path = projectPathOf(stage, dep);
  const place = path === undefined ? dep.path : project.nativePath(path);
  if (!exists(place)) {
    const shown = path === undefined ? dep.path : project.shown(path);
    throw new DvtError("not-found", `dependency '${shown}' does not exist`);
  }
  const options = (hash: Dep["hash"]) => scanOptions(path ?? place, { project, hash });
  const found = await scan(place, options(dep.hash));
  if (found.kind !== "missing" && found.id === dep.md5 && dep.hash !== "md5") return dep;
  const fresh = dep.hash === "md5" ? found : await scan(place, options("md5"));
  return withFacts(dep, outOf(fresh, baseName(dep.path)));
}

async function recordOut(project: Project, stage: StageFile, out: Out): Promise<Out> {
  const path = projectPathOf(stage, out);
  if (path === undefined) return out;
  const place = project.nativePath(path);
  if (!exists(place)) {
    throw new DvtError("not-found", `output '${project.shown(path)}' does not exist`);
  }
  const fresh = await recordData(path, { project, request: { commit: false }, old: out });
  if (fresh.size === 0 && !isDirectory(place)) {
    project.context.reporter.warn(`'${project.shown(path)}' is empty.`);
  }
  return fresh === out || (fresh.md5 === out.md5 && fresh.hash === out.hash)
    ? { ...out, ...missingFacts(out, fresh) }
    : withFacts(out, fresh);
}

/** Facts that old stage files lack: DVC adds them when it writes. */
function missingFacts(out: Out, fresh: Out): Partial<Out> {
  if (out.files !== undefined || out.cloud !== undefined) return {};
  return {
    ...(out.size === undefined && fresh.size !== undefined ? { size: fresh.size } : {}),
    ...(out.nfiles === undefined && fresh.nfiles !== undefined ? { nfiles: fresh.nfiles } : {}),
  };
}
