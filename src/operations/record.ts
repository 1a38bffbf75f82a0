/**
 * Data on disk → what a stage file records of it.
 *
 * @module
 */
import type { HashName } from "../objects/object_id.ts";
import { DvtError } from "../platform/error.ts";
import { baseName } from "../platform/paths.ts";
import type { Project } from "../registry/project.ts";
import type { Out } from "../stages/stage_file.ts";
import { type Scan, scan, type ScanOptions } from "../workspace/scan.ts";

/**
 * Hashes the data at a path, caches it unless told otherwise, and says what a stage file records
 * of it. Data that a 2.x stage file describes and that did not change stays as 2.x recorded it.
 */
export async function recordData(
  path: string,
  { project, request, old }: {
    project: Project;
    /** Whether the data goes into the cache. */
    request: { readonly commit: boolean };
    old: Out | undefined;
  },
): Promise<Out> {
  const place = project.nativePath(path);
  if (old?.hash === "md5-dos2unix" && old.md5 !== undefined) {
    const found = await scan(place, scanOptions(path, { project, hash: "md5-dos2unix" }));
    if (found.kind !== "missing" && found.id === old.md5) {
      if (request.commit) {
        await scan(place, scanOptions(path, { project, hash: "md5-dos2unix", commit: true }));
      }
      const { size } = found;
      return { ...old, size, ...(found.kind === "directory" ? { nfiles: found.nfiles } : {}) };
    }
  }
  const found = await scan(
    place,
    scanOptions(path, { project, hash: "md5", commit: request.commit }),
  );
  return outOf(found, baseName(path));
}

/** The options of a scan of an output of a project. */
export function scanOptions(
  path: string,
  { project, hash, commit = false }: { project: Project; hash: HashName; commit?: boolean },
): ScanOptions {
  return {
    path,
    hash,
    filter: project.ignore.folder(path),
    state: project.state,
    reporter: project.context.reporter,
    signal: project.context.signal,
    ...(commit ? { store: project.cache(hash) } : {}),
  };
}

/** What a stage file records of data as found. */
export function outOf(found: Scan, name: string): Out {
  if (found.kind === "missing") throw new DvtError("not-found", `'${name}' does not exist`);
  const common = { path: name, hash: "md5", cache: true, push: true, persist: false } as const;
  return found.kind === "file"
    ? { ...common, md5: found.id, size: found.size, isexec: found.isexec }
    : { ...common, md5: found.id, size: found.size, nfiles: found.nfiles };
}
