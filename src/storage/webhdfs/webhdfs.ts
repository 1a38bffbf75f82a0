/**
 * Hadoop's file system, by its REST protocol WebHDFS: the name node tells where bytes are, a data
 * node takes or gives them.
 *
 * @module
 */
import type { Context } from "../../platform/context.ts";
import { DvtError } from "../../platform/error.ts";
import { streamFilePart } from "../../platform/file_parts.ts";
import { temporaryName } from "../../platform/files.ts";
import type { HttpAnswer } from "../../platform/http_answer.ts";
import { basicHeader } from "../../platform/http.ts";
import { parentPath } from "../../platform/paths.ts";
import { CloudClient, type CloudIdentity, type CloudRequest } from "../cloud_client.ts";
import { missingFile, storageError } from "../fault.ts";
import { flag, type StorageOptions, text } from "../options.ts";
import { Leftovers } from "../leftovers.ts";
import type { Remote } from "../remote.ts";
import type {
  ByteStream,
  FolderEntry,
  OpenFile,
  ReadPart,
  Storage,
  StoredFile,
} from "../storage.ts";
import { encodePath, safePath } from "../storage_path.ts";
import { walkFolders } from "../walk_folders.ts";
import { parseUrl } from "../web_endpoint.ts";
import { hdfsError, type HdfsRefusal, readRefusal } from "./problem.ts";

/** Opens `webhdfs://user@host:port/path` with DVC's options. */
export function openWebhdfsStorage({ url, options }: Remote, context: Context): Storage {
  const [, login = "", host = "", port = "50070", path = ""] =
    /^webhdfs:\/\/(?:([^@/]*)@)?(\[[^\]/]+\]|[^/:@]+)(?::(\d+))?(\/.*)?$/is.exec(url) ?? [];
  if (host === "") {
    throw new DvtError("configuration", `'${url}' is no address of a name node`, {
      hint: "write it as in webhdfs://user@namenode.example.com:9870/path",
    });
  }
  if (flag(options, "kerberos", false)) {
    throw new DvtError("configuration", "WebHDFS with Kerberos is not supported", {
      hint: "get a delegation token and set it as 'token' of the remote with --local",
    });
  }
  const scheme = flag(options, "use_https", false) ? "https" : "http";
  const nameNode = parseUrl(`${scheme}://${host}:${port}/webhdfs/v1`);
  const user = login.replace(/:.*$/s, "") || text(options, "user");
  const identity = identityOf(options, { user, nameNode });
  return new WebhdfsStorage(new CloudClient(identity, { options, context }), {
    nameNode,
    path: path.replace(/\/+$/, ""),
    query: queryOf(options, user),
    proxy: text(options, "data_proxy_target"),
  });
}

function identityOf(
  options: StorageOptions,
  { user, nameNode }: { user: string | undefined; nameNode: URL },
): CloudIdentity {
  const password = text(options, "password");
  if (password !== undefined && user === undefined) {
    throw new DvtError("configuration", "the remote's option 'password' needs 'user'");
  }
  const token = text(options, "token") === undefined ? undefined : "the delegation token";
  return {
    label: user === undefined ? token : `user '${user}'`,
    renewable: false,
    // No data node that the name node points at needs the password.
    prove: ({ url }) =>
      Promise.resolve(
        password === undefined || user === undefined || url.origin !== nameNode.origin
          ? {}
          : { authorization: basicHeader(user, password) },
      ),
  };
}

/** What every question carries. */
function queryOf(options: StorageOptions, user: string | undefined): Record<string, string> {
  const token = text(options, "token");
  const proxied = text(options, "proxy_to");
  const named = user !== undefined && token === undefined &&
    text(options, "password") === undefined;
  return {
    ...(named ? { "user.name": user } : {}),
    ...(token === undefined ? {} : { delegation: token }),
    ...(proxied === undefined ? {} : { doas: proxied }),
  };
}

interface HdfsPlace {
  readonly nameNode: URL;
  /** Without a slash at its end. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** What stands in data nodes' addresses in place of the name node's own (DVC's option). */
  readonly proxy: string | undefined;
}

/** What the name node tells of a file. */
interface HdfsStatus {
  readonly type: "FILE" | "DIRECTORY" | "SYMLINK";
  readonly length: number;
  readonly modificationTime: number;
  readonly pathSuffix: string;
}

interface Call extends Pick<CloudRequest, "method" | "deed"> {
  readonly op: string;
  readonly query?: Readonly<Record<string, string>>;
}

class WebhdfsStorage implements Storage {
  readonly label: string;
  readonly concurrency = 16;
  readonly canList = true;
  readonly leftovers = new Leftovers((path) => this.remove(path));
  readonly #client: CloudClient;
  readonly #place: HdfsPlace;

  constructor(client: CloudClient, place: HdfsPlace) {
    this.#client = client;
    this.#place = place;
    this.label = this.url("");
  }

  async stat(path: string): Promise<StoredFile | undefined> {
    const call = { method: "GET", deed: "read", op: "GETFILESTATUS" } as const;
    const found = await this.#ask<{ FileStatus: HdfsStatus }>(path, call);
    return found?.FileStatus.type === "FILE" ? stored(path, found.FileStatus) : undefined;
  }

  async open(path: string, part: ReadPart = {}): Promise<OpenFile> {
    const { start = 0, end } = part;
    const query = {
      ...(start > 0 ? { offset: String(start) } : {}),
      ...(end === undefined ? {} : { length: String(Math.max(0, end - start)) }),
    };
    const request = this.#request(path, { method: "GET", deed: "read", op: "OPEN", query });
    const answer = await this.#follow(request);
    if (answer.status === 200) return this.#client.open(answer, { request, part: {} });
    const refusal = await readRefusal(answer);
    if (start > 0 && /out of the range/.test(refusal.message)) return nothing;
    throw this.#told(refusal, request) ?? missingFile(this.url(path));
  }

  async read(path: string, part?: ReadPart): Promise<ByteStream> {
    return (await this.open(path, part)).stream();
  }

  async readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const request = this.#request(path, { method: "GET", deed: "read", op: "OPEN" });
    const answer = await this.#follow(request);
    if (answer.status === 200) return await this.#client.bytes(answer, request);
    const error = this.#told(await readRefusal(answer), request);
    if (error !== undefined) throw error;
    return undefined;
  }

  async write(
    path: string,
    content: ByteStream | Uint8Array<ArrayBuffer>,
    size?: number,
  ): Promise<void> {
    safePath(path);
    const folder = parentPath(path);
    const temporary = folder === "" ? temporaryName() : `${folder}/${temporaryName()}`;
    try {
      const sent = await this.#create(temporary, content);
      if (size !== undefined && sent !== size) {
        throw storageError("changed", `'${this.url(path)}' got ${sent} bytes in place of ${size}`);
      }
      await this.#rename(temporary, path);
    } catch (error) {
      await this.remove(temporary).catch(() => {}); // the first error counts
      throw error;
    }
  }

  writeFile(path: string, localPath: string, size: number): Promise<void> {
    return this.write(path, streamFilePart(localPath, 0, size), size);
  }

  list(prefix: string): AsyncIterable<StoredFile> {
    return walkFolders(prefix, {
      leftovers: this.leftovers,
      concurrency: this.concurrency,
      inside: async (folder) => {
        const found = await this.#inside(folder);
        return found?.map((status) => ({ name: status.pathSuffix, status }));
      },
      look: (path, { status }) => status.type === "DIRECTORY" ? "folder" : stored(path, status),
    });
  }

  async listFolder(path: string): Promise<FolderEntry[] | undefined> {
    const found = await this.#inside(safePath(path));
    return found?.flatMap(({ type, length, pathSuffix: name }): FolderEntry[] =>
      type === "DIRECTORY" ? [{ name, kind: "directory" }] : [{ name, kind: "file", size: length }]
    );
  }

  async remove(path: string): Promise<void> {
    await this.#ask(safePath(path), { method: "DELETE", deed: "remove", op: "DELETE" });
  }

  url(path: string): string {
    const { nameNode, path: root } = this.#place;
    const port = nameNode.port || (nameNode.protocol === "https:" ? "443" : "80");
    return `webhdfs://${nameNode.hostname}:${port}${root}${path === "" ? "" : `/${path}`}`;
  }

  close(): Promise<void> {
    this.#client.close();
    return Promise.resolve();
  }

  /** What is in a folder; undefined where there is no such folder. */
  async #inside(path: string): Promise<readonly HdfsStatus[] | undefined> {
    const found = await this.#ask<{ FileStatuses: { FileStatus: readonly HdfsStatus[] } }>(
      path,
      { method: "GET", deed: "list", op: "LISTSTATUS" },
    );
    const names = found?.FileStatuses.FileStatus;
    // Of a file, the answer is the file itself, without a name.
    return names?.some(({ pathSuffix }) => pathSuffix === "") === true ? undefined : names;
  }

  /** Hadoop's checksum of a file. */
  async mark(path: string): Promise<string | undefined> {
    const request = this.#request(path, { method: "GET", deed: "read", op: "GETFILECHECKSUM" });
    const answer = await this.#follow(request);
    if (answer.status !== 200) {
      await answer.discard();
      return undefined;
    }
    const { FileChecksum } = JSON.parse(await this.#client.text(answer, request));
    return typeof FileChecksum?.bytes === "string" ? FileChecksum.bytes : undefined;
  }

  async #create(path: string, content: ByteStream | Uint8Array<ArrayBuffer>): Promise<number> {
    const query = { overwrite: "false" };
    const request = this.#request(path, { method: "PUT", deed: "write", op: "CREATE", query });
    const answer = await this.#client.send(request);
    const target = this.#target(answer, request);
    if (target === undefined) throw await this.#failure(answer, request);
    await answer.discard();
    let sent = 0;
    const body = content instanceof Uint8Array ? content : content.pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform(chunk, controller) {
          sent += chunk.length;
          controller.enqueue(chunk);
        },
      }),
    );
    const taken = await this.#client.send({ ...request, url: target, body });
    if (taken.status !== 201 && taken.status !== 200) throw await this.#failure(taken, request);
    await taken.discard();
    return content instanceof Uint8Array ? content.length : sent;
  }

  async #rename(from: string, to: string): Promise<void> {
    const call = {
      ...{ method: "PUT", deed: "write", op: "RENAME" } as const,
      query: { destination: `${this.#place.path}/${to}`, renameoptions: "OVERWRITE" },
    };
    await this.#ask(from, call, "must be there");
  }

  /** An answer in JSON; undefined where there is no such file. */
  async #ask<T>(path: string, call: Call, need?: "must be there"): Promise<T | undefined> {
    const request = this.#request(path, call);
    const answer = await this.#client.send(request);
    if (answer.status === 200) {
      const text = await this.#client.text(answer, request);
      if (text === "") return undefined;
      try {
        return JSON.parse(text);
      } catch {
        throw notHdfs(request);
      }
    }
    const error = this.#told(await readRefusal(answer), request);
    if (error !== undefined) throw error;
    if (need !== undefined) throw missingFile(request.address);
    return undefined;
  }

  /** Where a question leads whose answer lies on a data node. */
  async #follow(request: CloudRequest): Promise<HttpAnswer> {
    const answer = await this.#client.send(request);
    const target = this.#target(answer, request);
    if (target === undefined) return answer;
    await answer.discard();
    return await this.#client.send({ ...request, url: target });
  }

  #target(answer: HttpAnswer, request: CloudRequest): URL | undefined {
    const location = answer.headers.get("location");
    if (answer.status !== 307 || location === null) return undefined;
    const { proxy, nameNode } = this.#place;
    const target = URL.parse(location, request.url);
    if (target === null || !/^https?:$/.test(target.protocol)) throw notHdfs(request);
    return proxy === undefined ? target : parseUrl(target.href.replace(nameNode.href, proxy));
  }

  #request(path: string, { method, deed, op, query }: Call): CloudRequest {
    const { nameNode, path: root, query: always } = this.#place;
    const url = new URL(nameNode);
    url.pathname += encodePath(`${root}${path === "" ? "" : `/${safePath(path)}`}`);
    for (const [name, value] of Object.entries({ op, ...always, ...query })) {
      url.searchParams.set(name, value);
    }
    return { method, deed, url, address: this.url(path) };
  }

  async #failure(answer: HttpAnswer, request: CloudRequest): Promise<DvtError> {
    return this.#told(await readRefusal(answer), request) ?? missingFile(request.address);
  }

  #told(refusal: HdfsRefusal, { address, deed, url }: CloudRequest): DvtError | undefined {
    return hdfsError(refusal, {
      ...{ address, deed, identity: this.#client.identity.label },
      nameNode: url.origin,
    });
  }
}

const nothing: OpenFile = {
  length: 0,
  into: () => Promise.resolve(0),
  stream: () => new ReadableStream({ start: (controller) => controller.close() }),
  cancel: () => Promise.resolve(),
};

function notHdfs({ url }: CloudRequest): DvtError {
  return storageError("unexpected", `'${url.origin}' does not answer as a name node does`);
}

function stored(path: string, { length, modificationTime }: HdfsStatus): StoredFile {
  return { path, size: length, lastModified: new Date(modificationTime).toISOString() };
}
