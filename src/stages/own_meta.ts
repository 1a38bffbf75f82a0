/**
 * What dvt itself keeps in a stage file: the map `dvt` of its `meta`, which DVC carries along.
 *
 * @module
 */
import { isPlainMap, type PlainValue } from "../platform/yaml_value.ts";
import type { PlainMap, StageFile } from "./stage_file.ts";

/** dvt's own facts of a stage. */
export interface OwnMeta {
  /** The range of versions that an import follows, such as `^1.2`. */
  readonly version?: string;
  /** Which files of the source's folder were imported: patterns. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Whether an import's data is kept in the project's own remote, too. */
  readonly push?: boolean;
}

/** What a stage file says for dvt; what it cannot mean is passed over. */
export function ownMeta(stage: StageFile): OwnMeta {
  const own = isPlainMap(stage.meta) ? stage.meta["dvt"] : undefined;
  if (!isPlainMap(own)) return {};
  const { version, push } = own;
  const include = texts(own["include"]);
  const exclude = texts(own["exclude"]);
  return {
    ...(typeof version === "string" ? { version } : {}),
    ...(include === undefined ? {} : { include }),
    ...(exclude === undefined ? {} : { exclude }),
    ...(typeof push === "boolean" ? { push } : {}),
  };
}

/** The stage with these facts in place of its own ones; what others put into `meta` stays. */
export function withOwnMeta(stage: StageFile, own: OwnMeta): StageFile {
  const { meta: old, ...bare } = stage;
  const others: Record<string, PlainValue> = isPlainMap(old) ? { ...old } : {};
  delete others["dvt"];
  const facts: PlainMap = Object.fromEntries(
    Object.entries(own).filter(([, value]) => value !== undefined),
  ) as PlainMap;
  const meta: PlainMap = Object.keys(facts).length === 0 ? others : { ...others, dvt: facts };
  if (Object.keys(meta).length > 0) return { ...bare, meta };
  return old === undefined || isPlainMap(old) ? bare : stage;
}

function texts(value: PlainValue | undefined): string[] | undefined {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : undefined;
}
