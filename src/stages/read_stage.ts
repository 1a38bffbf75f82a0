/**
 * The full reader of `.dvc` files, loaded when a file is not of the plain kind.
 *
 * @module
 */
import { YamlError } from "../platform/yaml_error.ts";
import { readYaml } from "../platform/yaml_read.ts";
import { isPlainList, isPlainMap, type PlainMap, type PlainValue } from "../platform/yaml_value.ts";
import type { Check, Flaw } from "./check.ts";
import { type StageSource, syntaxFault, validationFault } from "./invalid_stage.ts";
import { stageFileSchema } from "./schema.ts";
import type { CloudVersion, DataFacts, Dep, Out, StageFile, VersionedFile } from "./stage_file.ts";
import { liesInProject } from "./stage_paths.ts";
import { factsOfFiles } from "./versioned_files.ts";

/** Reads a file and checks it. Throws `invalid-stage`. */
export function readChecked(text: string, schema: Check, source: StageSource): PlainMap {
  let value: PlainValue;
  try {
    value = readYaml(text);
  } catch (error) {
    if (error instanceof YamlError) throw syntaxFault(error, text, source);
    throw error;
  }
  // To DVC, an empty file says the same as an empty mapping, and so do `0` and `false`.
  if (value === null || value === "" || value === false || value === 0) return {};
  if (isPlainList(value) && value.length === 0) return {};
  const flaws = schema(value, []);
  if (flaws.length > 0 || !isPlainMap(value)) throw validationFault(flaws, text, source);
  return value;
}

/** Reads any `.dvc` file. Throws `invalid-stage`. */
export function readStageFile(text: string, path: string, source: StageSource): StageFile {
  const data = readChecked(text, stageFileSchema, source);
  // DVC's schema lets these pass, and DVC then crashes.
  const flaws = [
    ...pathlessEntries(data.outs, "outs", () => false),
    ...pathlessEntries(data.deps, "deps", (dep) => isPlainMap(dep.db)),
  ];
  if (flaws.length > 0) throw validationFault(flaws, text, source);
  const wdir = textOf(data.wdir);
  const place = { path, ...defined({ wdir }) };
  return {
    path,
    ...defined({
      md5: checksumOf(data.md5),
      wdir,
      desc: textOf(data.desc),
      meta: data.meta ?? undefined,
    }),
    frozen: data.frozen === true || data.locked === true,
    alwaysChanged: data.always_changed === true,
    deps: mapsOf(data.deps).map((dep) => readDep(dep, place)),
    outs: mapsOf(data.outs).map((out) => readOut(out, place)),
  };
}

function pathlessEntries(
  list: PlainValue | undefined,
  name: string,
  mayBe: (entry: PlainMap) => boolean,
): Flaw[] {
  return mapsOf(list).flatMap((entry, index) =>
    textOf(entry.path) || mayBe(entry)
      ? []
      : [{ problem: "required key not provided", path: [name, index, "path"] }]
  );
}

/** The object without the keys that are undefined. */
export function defined<Facts extends object>(
  facts: { [Key in keyof Facts]: Facts[Key] | undefined },
): Partial<Facts> {
  const result: Partial<Facts> = {};
  for (const key of Object.keys(facts) as (keyof Facts)[]) {
    const value = facts[key];
    if (value !== undefined) result[key] = value;
  }
  return result;
}

/** The value where it is text. */
export function textOf(value: PlainValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The mappings of a list. */
export function mapsOf(value: PlainValue | undefined): PlainMap[] {
  return isPlainList(value) ? value.filter(isPlainMap) : [];
}

function mapOrNone(value: PlainValue | undefined): PlainMap | undefined {
  return isPlainMap(value) ? value : undefined;
}

function countOf(value: PlainValue | undefined): number | undefined {
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : undefined;
}

/** A checksum as text; people and old tools leave out the quotes around one of digits only. */
function checksumOf(value: PlainValue | undefined): string | undefined {
  if (typeof value === "number" || typeof value === "bigint") return `${value}`;
  return textOf(value) || undefined;
}

function fileFacts(data: PlainMap) {
  return defined({
    md5: checksumOf(data.md5),
    etag: checksumOf(data.etag),
    checksum: checksumOf(data.checksum),
    size: countOf(data.size),
    nfiles: countOf(data.nfiles),
    isexec: data.isexec === true ? true : undefined,
    versionId: textOf(data.version_id),
    cloud: readCloud(data.cloud),
  });
}

function readCloud(
  value: PlainValue | undefined,
): Readonly<Record<string, CloudVersion>> | undefined {
  if (!isPlainMap(value)) return undefined;
  const versions = Object.entries(value).map(([remote, facts]) => {
    const data = mapOrNone(facts) ?? {};
    return [
      remote,
      defined({
        etag: checksumOf(data.etag),
        checksum: checksumOf(data.checksum),
        versionId: textOf(data.version_id),
        md5: checksumOf(data.md5),
        size: countOf(data.size),
      }),
    ] as const;
  });
  return Object.fromEntries(versions);
}

function readFiles(value: PlainValue | undefined): readonly VersionedFile[] | undefined {
  if (value === undefined || value === null) return undefined;
  return mapsOf(value).map((file) => ({ relpath: textOf(file.relpath) ?? "", ...fileFacts(file) }));
}

/** What outs and deps have in common, from an entry of a stage file or of `dvc.lock`. */
export function readFacts(
  data: PlainMap,
  dataPath: string,
  place: { readonly path: string; readonly wdir?: string },
): DataFacts {
  // Only data in the project can be of the 2.x kind; elsewhere a missing `hash` says nothing.
  const isLegacy = data.hash === undefined && liesInProject(dataPath, place);
  const { md5, ...facts } = fileFacts(data);
  const isKnownHash = data.hash === undefined || data.hash === "md5" ||
    data.hash === "md5-dos2unix";
  return {
    path: dataPath,
    ...defined({ md5: isKnownHash ? md5 : undefined }),
    ...facts,
    hash: isLegacy || data.hash === "md5-dos2unix" ? "md5-dos2unix" : "md5",
    ...defined({ files: readFiles(data.files), fsConfig: mapOrNone(data.fs_config) }),
  };
}

/** The annotations and flags of an out. */
export function readOutFlags(data: PlainMap) {
  return {
    cache: data.cache !== false,
    push: data.push !== false,
    persist: data.persist === true,
    ...defined({
      remote: textOf(data.remote),
      desc: textOf(data.desc),
      type: textOf(data.type),
      labels: isPlainList(data.labels)
        ? data.labels.filter((label) => typeof label === "string")
        : undefined,
      meta: data.meta ?? undefined,
    }),
  };
}

type StagePlace = { readonly path: string; readonly wdir?: string };

function readOut(data: PlainMap, place: StagePlace): Out {
  const facts = readFacts(data, textOf(data.path) ?? "", place);
  return { ...facts, ...factsOfFiles(facts.files, place.path), ...readOutFlags(data) };
}

function readDep(data: PlainMap, place: StagePlace): Dep {
  const facts = readFacts(data, textOf(data.path) ?? "", place);
  const repo = mapOrNone(data.repo);
  if (repo) {
    return {
      ...facts,
      hash: "md5",
      repo: {
        url: textOf(repo.url) ?? "",
        ...defined({
          rev: textOf(repo.rev),
          revLock: textOf(repo.rev_lock),
          config: textOf(repo.config) ?? mapOrNone(repo.config),
          remote: textOf(repo.remote) ?? mapOrNone(repo.remote),
        }),
      },
    };
  }
  const db = mapOrNone(data.db);
  return db ? { ...facts, extra: { db } } : facts;
}
