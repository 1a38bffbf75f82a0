/**
 * Which objects outputs consist of, and which remote they belong to.
 *
 * @module
 */
import { type HashName, isDirectoryId, isObjectId, type ObjectId } from "../objects/object_id.ts";
import { DvtError } from "../platform/error.ts";
import { exists } from "../platform/files.ts";
import type { RemoteConfig } from "../registry/config.ts";
import type { Project } from "../registry/project.ts";
import { importSource, stageLabel, type TrackedOut } from "../registry/tracked.ts";
import { isVersioned } from "../registry/versioned_remote.ts";
import { ownMeta } from "../stages/own_meta.ts";
import type { SelectedOut } from "./targets.ts";

/** The recorded content of one selected output. */
export interface Need extends SelectedOut {
  readonly id: ObjectId;
  readonly hash: HashName;
}

/** Needs that are served by one remote and one hash. */
export interface NeedGroup {
  readonly remote: RemoteConfig;
  readonly hash: HashName;
  readonly needs: readonly Need[];
}

/** The recorded content of outputs; those that Git holds or that have no data yet are left out. */
export function needsOf(selected: readonly SelectedOut[]): Need[] {
  const needs: Need[] = [];
  for (const one of selected) {
    const { md5, hash, cache } = one.out;
    if (!cache || md5 === undefined || md5 === "") continue;
    if (!isObjectId(md5)) continue; // nothing can be stored under it: the output is "not in cache"
    needs.push({ ...one, id: md5, hash });
  }
  return needs;
}

/** Tells, in DVC's words, of an output of a pipeline whose content nobody recorded. */
export function warnOfUnrecorded(project: Project, { stage, out, path }: TrackedOut): void {
  if (!out.cache || stage.name === undefined || (out.md5 ?? "") !== "") return;
  const label = stageLabel(stage).replace(/^dvc\.yaml:/, "");
  let text = `Output '${project.shown(path)}'(stage: '${label}') is missing version info. ` +
    "Cache for it will not be collected. Use `dvc repro` to get your pipeline up to date.";
  if (exists(project.nativePath(path))) {
    text += `\nYou can also use \`dvc commit ${label}\` to associate existing ` +
      `'${project.shown(path)}' with stage: '${label}'.`;
  }
  project.context.reporter.warn(text);
}

/** Whether an output's data comes from its source repository rather than from a remote. */
export function isImported(one: SelectedOut): boolean {
  return importSource(one.stage) !== undefined;
}

/** Whether an import's data is to be kept on the project's own remote, too. */
export function isKept(project: Project, one: SelectedOut): boolean {
  return isImported(one) && (ownMeta(one.stage).push ?? project.settings.pushImports);
}

/**
 * The needs by remote: an output's own remote, else the one asked for, else the default. With a
 * remote asked for, outputs that belong to another are left out, as in DVC. The last part of the
 * answer holds those for which there is no remote at all.
 */
export function groupByRemote(
  needs: readonly Need[],
  { project, remote, command }: { project: Project; remote: string | undefined; command: string },
): { groups: NeedGroup[]; homeless: Need[] } {
  const groups = new Map<string, { remote: RemoteConfig; hash: HashName; needs: Need[] }>();
  const homeless: Need[] = [];
  for (const need of needs) {
    const own = need.out.remote?.toLowerCase();
    if (remote !== undefined && own !== undefined && own !== remote.toLowerCase()) continue;
    const name = own ?? remote ?? project.defaultRemote;
    if (name === undefined) {
      homeless.push(need);
      continue;
    }
    const key = `${name.toLowerCase()} ${need.hash}`;
    let group = groups.get(key);
    if (group === undefined) {
      const config = project.remoteConfig(name, command);
      group = { remote: config, hash: need.hash, needs: [] };
      groups.set(key, group);
    }
    group.needs.push(need);
  }
  // A remote that was asked for by a wrong name is an error even when nothing needs it.
  if (remote !== undefined) project.remoteConfig(remote, command);
  return { groups: [...groups.values()], homeless };
}

/** The top objects of needs: files, and listings of folders. */
export function splitNeeds(needs: readonly Need[]): { files: Need[]; folders: Need[] } {
  const files: Need[] = [];
  const folders: Need[] = [];
  for (const need of needs) (isDirectoryId(need.id) ? folders : files).push(need);
  return { files, folders };
}

/** The refusal of a verb that a cloud-versioned remote cannot serve. */
export function unversioned(remote: RemoteConfig, verb: string): void {
  if (!isVersioned(remote)) return;
  throw new DvtError(
    "configuration",
    `config file error: '${verb}' is unsupported for cloud versioned remotes`,
  );
}

/** The failure of an object that neither the cache nor the remote has. */
export function notCached(id: ObjectId, path?: string): DvtError {
  return new DvtError(
    "missing-data",
    `${
      path === undefined ? "an object" : `the listing of '${path}'`
    } is neither in the cache nor ` +
      `on the remote: ${id}`,
    { hint: 'run "dvt commit" or "dvt add" where the data is intact, then push again' },
  );
}
