/**
 * Sources of imports from URLs: what they hold now, in the words of a stage file, and whether that
 * is what was imported.
 *
 * @module
 */
import { hashBlocks } from "../objects/hash_blocks.ts";
import { compareCodePoints } from "../objects/listing.ts";
import { jsonString } from "../objects/listing_bytes.ts";
import { DvtError } from "../platform/error.ts";
import { absolutePath, nativeBelow } from "../platform/paths.ts";
import { maskSecrets } from "../platform/secrets.ts";
import type { Project } from "../registry/project.ts";
import { projectPathOf, stageLabel } from "../registry/tracked.ts";
import { findAtUrl, openUrl, type UrlFound, type UrlPlace } from "../registry/url_place.ts";
import type { DataFacts, Dep, PlainMap, StageFile } from "../stages/stage_file.ts";
import { isUrl, workingDirectory } from "../stages/stage_paths.ts";
import type { StoredFile } from "../storage/storage.ts";
import { type Scan, scan } from "../workspace/scan.ts";

/** What a stage file records of a source. */
export type SourceFacts = Pick<
  DataFacts,
  "md5" | "etag" | "checksum" | "size" | "nfiles" | "isexec" | "versionId" | "files"
>;

/** A source as it is now. */
export interface SourceState {
  readonly facts: SourceFacts;
  /** What lies on a disk, hashed, or elsewhere, not yet read. */
  readonly content: Exclude<Scan, { kind: "missing" }> | UrlFound;
  /** Whether equal facts prove equal content; a length alone does not. */
  readonly certain: boolean;
}

/** The dependency of an import from a URL. Throws where the stage is none. */
export function urlDep(stage: StageFile): Dep {
  const [dep] = stage.deps;
  if (dep?.extra !== undefined && "db" in dep.extra) {
    throw new DvtError("failed", `'${stageLabel(stage)}' is an import from a database`, {
      hint: "DVC itself can do it in the same project",
    });
  }
  if (dep !== undefined && dep.repo === undefined && stage.deps.length === 1) return dep;
  throw new DvtError("failed", `'${stageLabel(stage)}' is not an import from a URL`);
}

/** Opens the source of an import from a URL. */
export function openSourceOf(project: Project, stage: StageFile): Promise<UrlPlace> {
  const dep = urlDep(stage);
  return openUrl({
    url: dep.path,
    directory: nativeBelow(project.root, workingDirectory(stage)),
    options: optionsOf(dep.fsConfig),
  }, project);
}

/** `fs_config` as options of a storage. */
export function optionsOf(fsConfig: PlainMap | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fsConfig ?? {}).map(([name, value]) => [name, String(value)]),
  );
}

/** Whether an import is of a version of its source, and not of whatever is there. */
export function isVersioned(place: UrlPlace, dep: Dep): boolean {
  return place.kind === "objects" && (place.versionAware || place.versionId !== undefined ||
    dep.versionId !== undefined || dep.files !== undefined);
}

/** What messages call a source: as recorded, or where a path leads to. */
export function shownSource(project: Project, stage: StageFile): string {
  const dep = urlDep(stage);
  if (isUrl(dep.path)) return maskSecrets(dep.path);
  const path = insideProject(stage, dep);
  if (path !== undefined) return project.shown(path);
  if (dep.path.startsWith("/")) return dep.path;
  return absolutePath(dep.path, nativeBelow(project.root, workingDirectory(stage)));
}

function insideProject(stage: StageFile, dep: Dep): string | undefined {
  try {
    return projectPathOf(stage, dep);
  } catch (error) {
    // A source may lie outside of the project, an output may not.
    if (error instanceof DvtError && error.kind === "invalid-stage") return undefined;
    throw error;
  }
}

/** The failure of an import whose source is gone, in DVC's words. */
export function missingSource(shown: string): DvtError {
  return new DvtError("not-found", `dependency '${shown}' does not exist`);
}

/**
 * What a source holds now; undefined where it is gone. Files of this machine are hashed, those of
 * an output at `outPath` that `.dvcignore` hides left out; elsewhere one request is enough, or a
 * listing.
 */
export async function lookAtSource(
  project: Project,
  place: UrlPlace,
  { outPath, versioned, versionId, store = false }: {
    readonly outPath: string;
    readonly versioned: boolean;
    readonly versionId?: string | undefined;
    /** Whether what is read of this machine goes into the cache at once. */
    readonly store?: boolean;
  },
): Promise<SourceState | undefined> {
  if (place.path !== undefined) {
    const found = await scan(place.path, {
      path: place.path,
      hash: "md5",
      filter: project.ignore.folder(outPath),
      state: project.state,
      reporter: project.context.reporter,
      signal: project.context.signal,
      ...(store ? { store: project.cache("md5") } : {}),
    });
    if (found.kind === "missing") return undefined;
    return { facts: factsOfScan(found), content: found, certain: true };
  }
  const found = await findAtUrl(place, {
    versions: versioned,
    ...(versionId === undefined ? {} : { versionId }),
  });
  if (found === undefined) return undefined;
  if (place.kind === "hashed") {
    const { hashFound } = await import("./url_hash.ts");
    return await hashFound(project, place, { found, store });
  }
  if (found.kind === "directory") {
    return {
      facts: folderFacts(place, { files: found.files, versioned }),
      content: found,
      certain: true,
    };
  }
  const { file } = found;
  const certain = file.etag !== undefined || file.lastModified !== undefined;
  return { facts: fileFacts(place, file), content: found, certain };
}

function factsOfScan(found: Exclude<Scan, { kind: "missing" }>): SourceFacts {
  if (found.kind === "directory") {
    return { md5: found.id, size: found.size, nfiles: found.nfiles };
  }
  return { md5: found.id, size: found.size, ...(found.isexec ? { isexec: true } : {}) };
}

function fileFacts(place: UrlPlace, file: StoredFile): SourceFacts {
  const { size, etag, versionId, fingerprint } = file;
  const mark = etag ?? fingerprint;
  return {
    ...(mark === undefined ? {} : place.kind === "web" ? { checksum: mark } : { etag: mark }),
    ...(size === undefined ? {} : { size }),
    ...(versionId === undefined ? {} : { versionId }),
  };
}

function folderFacts(
  place: UrlPlace,
  { files, versioned }: { files: readonly StoredFile[]; versioned: boolean },
): SourceFacts {
  if (versioned) {
    return {
      files: files.map(({ path, size, etag, versionId }) => ({
        relpath: path,
        ...(etag === undefined ? {} : { etag }),
        ...(size === undefined ? {} : { size }),
        ...(versionId === undefined ? {} : { versionId }),
      })),
    };
  }
  let size = 0;
  for (const file of files) size += file.size ?? 0;
  return {
    md5: place.kind === "web"
      ? listingMark("checksum", files.map(({ path, fingerprint }) => ({ path, mark: fingerprint })))
      : folderMark(files),
    size,
    nfiles: files.length,
  };
}

/** What DVC records of a folder in an object store: a listing of etags, hashed. */
function folderMark(files: readonly { readonly path: string; readonly etag?: string }[]): string {
  return listingMark("etag", files.map(({ path, etag }) => ({ path, mark: etag })));
}

function listingMark(
  name: "etag" | "checksum",
  files: readonly { readonly path: string; readonly mark: string | undefined }[],
): string {
  const entries = [...files].sort((a, b) => compareCodePoints(a.path, b.path)).map((
    { path, mark },
  ) => `{"${name}": ${jsonString(mark ?? "")}, "relpath": ${jsonString(path)}}`);
  return `${hashBlocks([new TextEncoder().encode(`[${entries.join(", ")}]`)])}.dir`;
}

/** How the source of an import differs from what was imported, as far as can be told unread. */
export type SourceChange = "same" | "changed" | "perhaps";

/** Compares what is recorded of a source with what it is now. */
export function compareSource(dep: Dep, { facts, certain }: SourceState): SourceChange {
  if (facts.files !== undefined || dep.files !== undefined) {
    const [before, now] = [dep.files, facts.files].map((files) =>
      files === undefined
        ? undefined
        : folderMark(files.map((file) => ({ ...file, path: file.relpath })))
    );
    return before !== undefined && before === now ? "same" : "changed";
  }
  if (facts.md5 !== undefined) return facts.md5 === dep.md5 ? "same" : "changed";
  if (facts.versionId !== undefined && dep.versionId !== undefined) {
    return facts.versionId === dep.versionId ? "same" : "changed";
  }
  if (facts.etag !== undefined) return facts.etag === dep.etag ? "same" : "changed";
  if (facts.checksum === undefined || dep.checksum === undefined) {
    return dep.checksum === undefined ? "changed" : "perhaps";
  }
  // A proxy that compresses on the way makes a strong etag weak; the content is the same.
  if (facts.checksum.replace(/^W\//, "") !== dep.checksum.replace(/^W\//, "")) return "changed";
  return certain ? "same" : "perhaps";
}

/** The dependency with what its source is now. */
export function withFacts(dep: Dep, facts: SourceFacts): Dep {
  return {
    path: dep.path,
    hash: dep.hash,
    ...facts,
    ...(dep.fsConfig === undefined ? {} : { fsConfig: dep.fsConfig }),
    ...(dep.extra === undefined ? {} : { extra: dep.extra }),
  };
}
