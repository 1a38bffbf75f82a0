/**
 * What a stage file says. DVC's words (outs, deps, rev_lock) are the field's words, so they are
 * kept; only the spelling follows TypeScript.
 *
 * @module
 */
import type { HashName } from "../objects/object_id.ts";
import type { PlainMap, PlainValue } from "../platform/yaml_value.ts";

export type { PlainMap, PlainValue };

/** What a cloud-versioned remote knows about one file. */
export interface CloudVersion {
  readonly etag?: string;
  readonly checksum?: string;
  readonly versionId?: string;
  readonly md5?: string;
  readonly size?: number;
}

/** One file of a folder whose listing stands in the stage file itself (`files:`). */
export interface VersionedFile {
  readonly relpath: string;
  readonly md5?: string;
  readonly size?: number;
  readonly etag?: string;
  readonly versionId?: string;
  readonly isexec?: boolean;
  /** By remote name. */
  readonly cloud?: Readonly<Record<string, CloudVersion>>;
}

/** What outs and deps have in common: what is known of the data at a path. */
export interface DataFacts {
  /** As written: POSIX, relative to the stage's working directory; or absolute; or a URL. */
  readonly path: string;
  /** The content hash as written, `….dir` for folders; absent until the data has been seen. */
  readonly md5?: string;
  readonly etag?: string;
  readonly checksum?: string;
  /** In bytes; of a folder: the sum of its files. */
  readonly size?: number;
  /** Folders only. */
  readonly nfiles?: number;
  readonly isexec?: boolean;
  readonly versionId?: string;
  /** `md5` where the file says `hash: md5`, else the legacy hash. */
  readonly hash: HashName;
  readonly files?: readonly VersionedFile[];
  readonly cloud?: Readonly<Record<string, CloudVersion>>;
  readonly fsConfig?: PlainMap;
}

/** Data that a stage file tracks. */
export interface Out extends DataFacts {
  /** False for data that Git holds (`cache: false`). */
  readonly cache: boolean;
  /** False for data that push leaves alone. */
  readonly push: boolean;
  readonly persist: boolean;
  /** The only remote this out is pushed to and fetched from. */
  readonly remote?: string;
  readonly desc?: string;
  readonly type?: string;
  readonly labels?: readonly string[];
  /** Mostly a mapping, but DVC takes any value. */
  readonly meta?: PlainValue;
  /** Keys of pipelines that are kept as found: metric, plot. */
  readonly extra?: PlainMap;
}

/** The repository an import came from. */
export interface RepoSource {
  readonly url: string;
  readonly rev?: string;
  readonly revLock?: string;
  /** A config file's path, or configuration to merge over the source's own. */
  readonly config?: string | PlainMap;
  /** A remote's name, or options to merge over the source's default remote. */
  readonly remote?: string | PlainMap;
}

/** Where data came from. */
export interface Dep extends DataFacts {
  /** Present on imports from a repository. */
  readonly repo?: RepoSource;
  /** Kept as found (import-db). */
  readonly extra?: PlainMap;
}

/** One `.dvc` file, or one stage of a `dvc.yaml`. */
export interface StageFile {
  /** POSIX path of the file, relative to the project's root. */
  readonly path: string;
  /** The stage's name in a `dvc.yaml`; absent for a `.dvc` file. */
  readonly name?: string;
  readonly md5?: string;
  readonly cmd?: PlainValue;
  /** Whether `dvc.lock` knows the stage with another command; absent where it knows it not. */
  readonly cmdChanged?: boolean;
  /** Paths were written on Windows, and have been read as such. */
  readonly fromWindows?: boolean;
  /** As written; absent means the folder of the file. */
  readonly wdir?: string;
  readonly frozen: boolean;
  readonly alwaysChanged: boolean;
  readonly deps: readonly Dep[];
  readonly outs: readonly Out[];
  readonly desc?: string;
  /** Mostly a mapping, but DVC takes any value. */
  readonly meta?: PlainValue;
}
