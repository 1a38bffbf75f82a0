/**
 * {@linkcode StageFile} → the mapping that DVC would dump for it.
 *
 * @module
 */
import { byCodePoints, isPlainList, isPlainMap } from "../platform/yaml_value.ts";
import type {
  CloudVersion,
  DataFacts,
  Dep,
  Out,
  PlainMap,
  PlainValue,
  StageFile,
  VersionedFile,
} from "./stage_file.ts";
import { liesInProject, normalizePath, type StagePlace, writtenPath } from "./stage_paths.ts";

type Fields = Record<string, PlainValue>;

/** The mapping of a `.dvc` file, keys in DVC's order, without what is empty. */
export function stageValue(stage: StageFile): PlainMap {
  const fields: Fields = {};
  const wdir = stage.wdir === undefined ? "" : normalizePath(stage.wdir);
  putTruthy(fields, "desc", stage.desc);
  putTruthy(fields, "md5", stage.md5);
  putTruthy(fields, "cmd", stage.cmd);
  putTruthy(fields, "wdir", wdir);
  putTruthy(fields, "frozen", stage.frozen);
  putTruthy(fields, "deps", stage.deps.map((dep) => depValue(dep, stage)));
  putTruthy(fields, "outs", stage.outs.map((out) => outValue(out, stage)));
  putTruthy(fields, "always_changed", stage.alwaysChanged);
  putTruthy(fields, "meta", stage.meta);
  return fields;
}

/** Python's idea of a value that says something. */
function isTruthy(value: PlainValue | undefined): value is PlainValue {
  if (isPlainList(value)) return value.length > 0;
  if (isPlainMap(value)) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== "" && value !== false &&
    Number(value) !== 0;
}

function putTruthy(fields: Fields, key: string, value: PlainValue | undefined): void {
  if (isTruthy(value)) fields[key] = value;
}

function putKnown(fields: Fields, key: string, value: PlainValue | undefined): void {
  if (value !== undefined) fields[key] = value;
}

/** The key under which a storage of this kind says what it holds at a path. */
function checksumKey(path: string): "md5" | "etag" | "checksum" | undefined {
  const scheme = /^([a-z0-9+.-]+):\/\//i.exec(path)?.[1]?.toLowerCase();
  switch (scheme) {
    case undefined:
    case "ssh":
      return "md5";
    case "http":
    case "https":
    case "hdfs":
    case "webhdfs":
    case "gdrive":
      return "checksum";
    case "remote":
      return undefined;
    default:
      return "etag";
  }
}

/** What a storage told about a file, in the order that DVC writes it. */
function metaFields(facts: Omit<DataFacts, "path" | "hash">): Fields {
  const fields: Fields = {};
  const [remote, known = {}] = Object.entries(facts.cloud ?? {})[0] ?? [];
  putKnown(fields, "size", known.size ?? facts.size);
  putKnown(fields, "nfiles", facts.nfiles);
  putTruthy(fields, "isexec", facts.isexec);
  const version: Fields = {};
  const versionFacts: CloudVersion = { ...facts, ...known };
  if (remote === undefined) putTruthy(fields, "version_id", versionFacts.versionId);
  const place = remote === undefined ? fields : version;
  putTruthy(place, "etag", versionFacts.etag);
  putTruthy(place, "checksum", versionFacts.checksum);
  putTruthy(fields, "md5", known.md5 ?? facts.md5);
  if (remote !== undefined) {
    putTruthy(version, "version_id", versionFacts.versionId);
    if (isTruthy(version)) fields.cloud = { [remote]: version };
  }
  return fields;
}

/** What outs and deps have in common; `path` with what comes before it, and `fs_config`. */
function dataFields(facts: DataFacts, place: StagePlace): Fields {
  const fields: Fields = {};
  const inProject = liesInProject(facts.path, place);
  const isLegacy = inProject && facts.hash === "md5-dos2unix";
  if (facts.files === undefined) {
    if (isLegacy) fields.md5 = facts.md5 ?? null;
    else {
      const [, known = {}] = Object.entries(facts.cloud ?? {})[0] ?? [];
      const all: CloudVersion = { ...facts, ...known };
      const own = inProject ? "md5" : checksumKey(facts.path);
      const keys = own === undefined ? ["etag", "checksum", "md5"] as const : [own];
      const first = keys.find((key) => all[key]) ?? (facts.nfiles ? "md5" : undefined);
      if (first !== undefined) putTruthy(fields, first, all[first]);
    }
    Object.assign(fields, metaFields(facts));
  }
  if (!isLegacy) fields.hash = "md5";
  fields.path = writtenPath(facts.path, place);
  putTruthy(fields, "fs_config", facts.fsConfig);
  return fields;
}

/** An out or dep as `dvc.lock` notes it. */
export function lockedValue(facts: DataFacts, place: StagePlace): PlainMap {
  const fields: Fields = { path: facts.path };
  const { files, ...rest } = facts;
  const known = dataFields(rest, place);
  if (known.hash !== undefined) fields.hash = known.hash;
  if (files !== undefined) putFiles(fields, files);
  else {
    for (const [key, value] of Object.entries(known)) {
      if (!["hash", "path", "fs_config"].includes(key)) fields[key] = value;
    }
  }
  return fields;
}

function putFiles(
  fields: Fields,
  files: readonly VersionedFile[] | undefined,
  mark: "md5" | "etag" = "md5",
): void {
  if (files === undefined) return;
  const sorted = [...files].sort((a, b) => byCodePoints(a.relpath, b.relpath));
  fields.files = sorted.map((file) => {
    const { relpath, ...facts } = file;
    const entry: Fields = { relpath };
    putTruthy(entry, mark, facts[mark]);
    return Object.assign(entry, metaFields(facts));
  });
}

function outValue(out: Out, place: StagePlace): PlainMap {
  const fields = dataFields(out, place);
  putTruthy(fields, "desc", out.desc);
  putTruthy(fields, "type", out.type);
  putTruthy(fields, "labels", out.labels);
  putTruthy(fields, "meta", out.meta);
  if (!out.cache) fields.cache = false;
  Object.assign(fields, out.extra);
  if (out.persist) fields.persist = true;
  putTruthy(fields, "remote", out.remote);
  if (!out.push) fields.push = false;
  putFiles(fields, out.files);
  return fields;
}

function depValue(dep: Dep, place: StagePlace): PlainMap {
  if (dep.repo) {
    const repo: Fields = { url: dep.repo.url };
    putTruthy(repo, "rev", dep.repo.rev);
    putTruthy(repo, "rev_lock", dep.repo.revLock);
    putTruthy(repo, "config", dep.repo.config);
    putTruthy(repo, "remote", dep.repo.remote);
    return { path: dep.path, repo };
  }
  if (dep.extra && "db" in dep.extra) {
    const db: Fields = {};
    const given = dep.extra.db;
    if (isPlainMap(given)) {
      for (const [key, value] of Object.entries(given)) putTruthy(db, key, value);
    }
    return isTruthy(db) ? { db } : {};
  }
  const fields = dataFields(dep, place);
  // What stands for content comes first, and that of a source is its storage's etag.
  putFiles(fields, dep.files, "etag");
  return fields;
}
