/**
 * Addresses of data outside of any repository: paths, `file:`, web and object store URLs, and
 * `remote://NAME/path`, which leads below a remote of the configuration.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { isDirectory, listDirectory, lookThrough, readLink } from "../platform/files.ts";
import { absolutePath, fileUrlPath, nativeBelow, toPosix } from "../platform/paths.ts";
import { eachAtOnce } from "../platform/pool.ts";
import { urlWithoutSecrets } from "../platform/secret_urls.ts";
import { maskSecrets } from "../platform/secrets.ts";
import { openStorage, schemeOf } from "../storage/open.ts";
import type { Storage, StoredFile } from "../storage/storage.ts";
import { type Config, loadConfig } from "./config.ts";
import { resolveUrl } from "./config_remote.ts";
import { findProjectRoot } from "./find_root.ts";

/** What is opened. */
export interface UrlRequest {
  /** As typed or recorded. */
  readonly url: string;
  /** Where a relative path leads from. */
  readonly directory: string;
  /** Options of the storage, laid over those of a remote. */
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/**
 * What an address names in terms of versions and states; `hashed` where nothing but the content
 * tells files apart, so that DVC records its hash.
 */
export type PlaceKind = "disk" | "web" | "objects" | "hashed";

/** An opened address. The empty path of its storage is the address itself. */
export interface UrlPlace {
  readonly kind: PlaceKind;
  /** The address as typed, without secrets. */
  readonly label: string;
  /** The address that it stands for, without secrets: what `remote://` refers to. */
  readonly address: string;
  readonly storage: Storage;
  /** The absolute native path; of places on this machine only. */
  readonly path: string | undefined;
  /** Options say that versions of files count (`version_aware`). */
  readonly versionAware: boolean;
  /** From `?versionId=` of the address. */
  readonly versionId: string | undefined;
}

/** What lies at an address. */
export type UrlFound =
  | { readonly kind: "file"; readonly file: StoredFile }
  | { readonly kind: "directory"; readonly files: readonly StoredFile[] };

/** The configuration that counts where no project need be: that of the project around, if any. */
export function configAround(context: Context): Config {
  const { directory, environment } = context;
  const root = findProjectRoot(directory);
  return loadConfig({
    directory,
    environment,
    ...(root === undefined ? {} : { dvcDirectory: nativeBelow(root, ".dvc") }),
  });
}

/** Opens an address. Throws `configuration` for unknown schemes, remotes and options. */
export async function openUrl(
  request: UrlRequest,
  { config, context }: { config: Config; context: Context },
): Promise<UrlPlace> {
  const local = request.url.toLowerCase().startsWith("file:")
    ? fileUrlPath(request.url)
    : undefined;
  const [url, versionId] = splitVersion(local ?? request.url);
  const { url: resolved, options } = resolveUrl(config, url, request.options ?? {});
  const scheme = schemeOf(resolved);
  const kind = kindOf(scheme);
  const path = kind === "disk" ? absolutePath(resolved, request.directory) : undefined;
  return {
    kind,
    label: maskSecrets(request.url),
    address: path ?? urlWithoutSecrets(resolved),
    storage: await openStorage({ url: path ?? resolved, options }, context),
    path,
    versionAware: kind === "objects" && options["version_aware"] === "true",
    versionId,
  };
}

function kindOf(scheme: string): PlaceKind {
  // What Hadoop tells of a file's state is recorded as a checksum, like what web servers tell.
  if (scheme === "file") return "disk";
  if (/^(https?|webhdfs)$/.test(scheme)) return "web";
  return scheme === "ssh" ? "hashed" : "objects";
}

/** The version is asked for file by file, so that the newest can be seen, too. */
function splitVersion(url: string): [url: string, versionId: string | undefined] {
  const [all, version] = versionMarks[schemeOf(url)]?.exec(url) ?? [];
  if (all === undefined || version === undefined) return [url, undefined];
  return [url.slice(0, -all.length), decodeURIComponent(version)];
}

/** How an address names a version, as DVC writes it. */
const versionMarks: Readonly<Record<string, RegExp>> = {
  s3: /\?versionId=([^&]+)$/,
  azure: /\?versionid=([^&]+)$/,
  gs: /#(\d+)$/,
  remote: /\?version[Ii]d=([^&]+)$/,
};

/** What lies at an address; undefined where nothing does. Files come in order of their paths. */
export async function findAtUrl(
  place: UrlPlace,
  { versions = false, versionId = place.versionId }: {
    /** Whether the versions of a folder's files are wanted. */
    readonly versions?: boolean;
    /** The version of a file; the newest where absent. */
    readonly versionId?: string | undefined;
  } = {},
): Promise<UrlFound | undefined> {
  const { storage } = place;
  if (place.path !== undefined && isDirectory(place.path)) {
    return { kind: "directory", files: sorted(filesOnDisk(place.path)) };
  }
  const file = await storage.stat("", versionId === undefined ? undefined : { versionId });
  if (file !== undefined) return { kind: "file", file: await marked(place, file) };
  if (!storage.canList || versionId !== undefined) return undefined;
  const listed = versions && storage.listVersions !== undefined
    ? storage.listVersions("")
    : storage.list("");
  const files = await filesOf(listed);
  // A folder without files is one if the storage knows its name.
  if (files.length === 0 && await storage.listFolder?.("") === undefined) return undefined;
  if (storage.mark === undefined) return { kind: "directory", files };
  const known: StoredFile[] = [...files];
  await eachAtOnce(known.keys(), async (i) => {
    const file = known[i];
    if (file !== undefined) known[i] = await marked(place, file);
  }, { limit: storage.concurrency, signal: new AbortController().signal });
  return { kind: "directory", files: known };
}

/** A file with what tells its content from another, where only a question of its own brings it. */
async function marked({ storage }: UrlPlace, file: StoredFile): Promise<StoredFile> {
  const mark = await storage.mark?.(file.path);
  return mark === undefined ? file : { ...file, fingerprint: mark };
}

async function filesOf(listed: AsyncIterable<StoredFile>): Promise<StoredFile[]> {
  const files: StoredFile[] = [];
  for await (const file of listed) files.push(file);
  return sorted(files);
}

/** As DVC: links to files count as files, links to folders are passed over. */
function filesOnDisk(folder: string): StoredFile[] {
  const files: StoredFile[] = [];
  const pending = [""];
  for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
    for (const { name, isDirectory, isSymlink } of listDirectory(`${folder}/${below}`) ?? []) {
      const path = below + name;
      if (isDirectory) pending.push(`${path}/`);
      else {
        const facts = lookThrough(`${folder}/${path}`);
        if (facts === undefined && isSymlink) throw deadLink(`${folder}/${path}`);
        if (facts?.kind === "file") files.push({ path, size: facts.size });
      }
    }
  }
  return files;
}

function deadLink(path: string): DvtError {
  return new DvtError(
    "not-found",
    `'${path}' is a link to '${readLink(path)}', which does not exist`,
    { hint: "remove the link or restore what it leads to" },
  );
}

function sorted(files: StoredFile[]): StoredFile[] {
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The name under which what lies at an address is saved where the user gives none. */
export function nameOfUrl(url: string): string {
  const scheme = schemeOf(url);
  let path = /^file:/i.test(url) ? toPosix(fileUrlPath(url) ?? "") : url;
  if (scheme !== "file" && /^[a-z][\w+.-]*:\/\//i.test(url)) {
    // Names of object stores may hold a question mark; other addresses have a query.
    const end = versionMarks[scheme] ?? (scheme === "oss" ? /$/ : /[?#].*$/);
    path = url.replace(/^[^:]+:\/\/[^/]*/, "").replace(end, "");
  }
  const name = path.replace(/\/+$/, "").split("/").at(-1) ?? "";
  if (name !== "" && name !== "." && name !== "..") return name;
  throw new DvtError("failed", `'${maskSecrets(url)}' does not tell how to name the data here`, {
    hint: "say a destination behind the address",
  });
}
