/**
 * Data on disk → what a stage file records of it.
 *
 * @module
 */
import type { HashName } from "../objects/object_id.ts";
import { DvtError } from "../platform/error.ts";
import { baseName } from "../platform/paths.ts";
import type { Project } from "../registry/project.ts";
import { refuseBusy } from "../registry/rwlock.ts";
import type { Out } from "../stages/stage_file.ts";
import { refreshedFiles } from "../stages/versioned_files.ts";
import { type Scan, scan, type ScanOptions } from "../workspace/scan.ts";

/**
 * Hashes the data at a path, caches it unless told otherwise, and says what a stage file records
 * of it. Data that a 2.x stage file describes and that did not change stays as 2.x recorded it.
 */
export async function recordData(
  path: string,
  { project, request, old, seen }: {
    project: Project;
    /** Whether the data goes into the cache. */
    request: { readonly commit: boolean };
    old: Out | undefined;
    /** Told what was found. */
    seen?: (found: Scan) => void;
  },
): Promise<Out> {
  refuseBusy(project, path);
  const place = project.nativePath(path);
  if (old?.hash === "md5-dos2unix" && old.md5 !== undefined) {
    const found = await scan(place, scanOptions(path, { project, hash: "md5-dos2unix" }));
    if (found.kind !== "missing" && found.id === old.md5) {
      if (request.commit) {
        await scan(place, scanOptions(path, { project, hash: "md5-dos2unix", commit: true }));
      }
      seen?.(found);
      const { size } = found;
      return { ...old, size, ...(found.kind === "directory" ? { nfiles: found.nfiles } : {}) };
    }
  }
  const found = await scan(
    place,
    scanOptions(path, { project, hash: "md5", commit: request.commit }),
  );
  seen?.(found);
  const fresh = outOf(found, baseName(path));
  return old === undefined ? fresh : withVersions(fresh, old, found);
}

/** The sizes of files as found, in bytes; `below` is put before the paths of a folder. */
export function sizesOf(found: Scan, below = ""): ReadonlyMap<string, number> {
  if (found.kind === "missing") return new Map();
  if (found.kind === "file") return new Map([[below, found.size]]);
  const start = below === "" ? "" : `${below}/`;
  return new Map(found.walk.paths.map((path, at) => [start + path, found.walk.sizes[at] ?? 0]));
}

/** What cloud-versioned remotes know of content that did not change. */
function withVersions(fresh: Out, old: Out, found: Scan): Out {
  if (found.kind === "directory" && old.files !== undefined) {
    return { ...fresh, files: refreshedFiles(found.listing(), old.files, sizesOf(found)) };
  }
  if (found.kind !== "file" || fresh.md5 !== old.md5 || fresh.hash !== old.hash) return fresh;
  return {
    ...fresh,
    ...(old.cloud === undefined ? {} : { cloud: old.cloud }),
    ...(old.etag === undefined ? {} : { etag: old.etag }),
    ...(old.versionId === undefined ? {} : { versionId: old.versionId }),
  };
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
    presence: project.presence,
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
