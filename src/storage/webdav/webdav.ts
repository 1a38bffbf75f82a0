/**
 * WebDAV servers (RFC 4918).
 *
 * @module
 */
import type { Context } from "../../platform/context.ts";
import { DvtError } from "../../platform/error.ts";
import { streamFilePart } from "../../platform/file_parts.ts";
import { temporaryName } from "../../platform/files.ts";
import type { HttpAnswer } from "../../platform/http_answer.ts";
import { parentPath } from "../../platform/paths.ts";
import { collect } from "../bulk.ts";
import { missingFile } from "../fault.ts";
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
  WrittenFile,
} from "../storage.ts";
import { safePath } from "../storage_path.ts";
import { walkFolders } from "../walk_folders.ts";
import { parseUrl, type SignIn, WebEndpoint } from "../web_endpoint.ts";
import { type DavEntry, propertyRequest, readMultistatus } from "./multistatus.ts";

/** Larger files than this are sent as a stream. */
const heldSize = 1 << 20;

/** Listings beyond this are refused. */
const largestListing = 256 << 20;

/** Opens `webdav://…` and `webdavs://…` with DVC's options. */
export function openWebdavStorage(remote: Remote, context: Context): Storage {
  const { options } = remote;
  const base = parseUrl(remote.url.replace(/^webdav/i, "http"));
  const timeout = text(options, "timeout");
  const times = timeout === undefined ? {} : { connect_timeout: timeout, read_timeout: timeout };
  const endpoint = new WebEndpoint(base, {
    options: { ...times, ...options },
    context,
    signIn: signInOf(options, { url: remote.url, context }),
  });
  return new WebdavStorage(endpoint);
}

class WebdavStorage implements Storage {
  readonly label: string;
  readonly concurrency = 32;
  readonly canList = true;
  readonly leftovers = new Leftovers((path) => this.remove(path));
  readonly #endpoint: WebEndpoint;
  /** Folders that are there, made or being made. */
  readonly #folders = new Map<string, Promise<void>>();

  constructor(endpoint: WebEndpoint) {
    this.label = endpoint.label.replace(/^http/, "webdav");
    this.#endpoint = endpoint;
  }

  async stat(path: string): Promise<StoredFile | undefined> {
    const found = await this.#properties(path, { depth: "0", folder: false });
    const [entry] = found ?? [];
    return entry === undefined || entry.isFolder ? undefined : stored(path, entry);
  }

  async open(path: string, part?: ReadPart): Promise<OpenFile> {
    const file = await this.#endpoint.open(path, part);
    if (file === undefined) throw missingFile(this.url(path));
    return file;
  }

  async read(path: string, part?: ReadPart): Promise<ByteStream> {
    return (await this.open(path, part)).stream();
  }

  readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#endpoint.readBytes(path);
  }

  async write(
    path: string,
    content: ByteStream | Uint8Array<ArrayBuffer>,
    size?: number,
  ): Promise<WrittenFile> {
    safePath(path);
    if (content instanceof Uint8Array && size !== undefined && size !== content.length) {
      throw new DvtError("storage", `'${path}' is not ${size} bytes long`);
    }
    const folder = parentPath(path);
    // Streams cannot be sent twice, so their folder is made beforehand.
    if (!(content instanceof Uint8Array)) await this.#makeFolder(folder);
    const temporary = folder === "" ? temporaryName() : `${folder}/${temporaryName()}`;
    try {
      const counted = new Counted(content);
      let answer = await this.#put(temporary, counted.content);
      if ((answer.status === 409 || answer.status === 404) && content instanceof Uint8Array) {
        await answer.discard();
        await this.#makeFolder(folder);
        answer = await this.#put(temporary, content);
      }
      await this.#done(path, answer, "write");
      if (size !== undefined && counted.size !== size) {
        throw new DvtError("storage", `'${path}' got ${counted.size} bytes in place of ${size}`);
      }
      const moved = await this.#endpoint.send(temporary, {
        method: "MOVE",
        deed: "write",
        headers: { destination: this.#endpoint.url(path), overwrite: "T" },
      });
      await this.#done(path, moved, "write");
      const etag = moved.headers.get("etag");
      return etag === null ? {} : { etag };
    } catch (error) {
      await this.remove(temporary).catch(() => {}); // the first error counts
      throw error;
    }
  }

  async writeFile(path: string, localPath: string, size: number): Promise<WrittenFile> {
    const content = streamFilePart(localPath, 0, size);
    return await this.write(path, size > heldSize ? content : await collect(content), size);
  }

  list(prefix: string): AsyncIterable<StoredFile> {
    return walkFolders(prefix, {
      leftovers: this.leftovers,
      concurrency: this.concurrency,
      inside: async (folder) => {
        const names = await this.#inside(folder);
        return names && [...names].map(([name, entry]) => ({ name, entry }));
      },
      look: (path, { entry }) => entry.isFolder ? "folder" : stored(path, entry),
    });
  }

  async listFolder(path: string): Promise<FolderEntry[] | undefined> {
    const names = await this.#inside(safePath(path));
    return names === undefined ? undefined : [...names].map(([name, { isFolder, size }]) => ({
      name,
      kind: isFolder ? "directory" : "file",
      ...(size === undefined ? {} : { size }),
    }));
  }

  async remove(path: string): Promise<void> {
    const answer = await this.#endpoint.send(safePath(path), { method: "DELETE", deed: "remove" });
    if (answer.status === 404 || answer.status === 410) return await answer.discard();
    await this.#done(path, answer, "remove");
  }

  url(path: string): string {
    return this.#endpoint.url(path);
  }

  close(): Promise<void> {
    this.#endpoint.close();
    return Promise.resolve();
  }

  /** The names in a folder; undefined where there is no such folder. */
  async #inside(folder: string): Promise<Map<string, DavEntry> | undefined> {
    const found = await this.#properties(folder, { depth: "1", folder: true });
    if (found === undefined) return undefined;
    const base = decodeURIComponent(new URL(this.#endpoint.url(folder)).pathname);
    const start = `${base.replace(/\/+$/, "")}/`;
    const names = new Map<string, DavEntry>();
    let isFolder = false;
    for (const entry of found) {
      const path = entry.path.replace(/\/+$/, "");
      if (`${path}/` === start) isFolder ||= entry.isFolder;
      else if (path.startsWith(start) && !path.slice(start.length).includes("/")) {
        names.set(path.slice(start.length), entry);
      }
    }
    return isFolder || names.size > 0 ? names : undefined;
  }

  async #properties(
    path: string,
    { depth, folder }: { depth: "0" | "1"; folder: boolean },
  ): Promise<DavEntry[] | undefined> {
    const answer = await this.#send(path, folder, {
      method: "PROPFIND",
      deed: "list",
      headers: { depth, "content-type": "application/xml" },
      body: propertyRequest,
    });
    if (answer.status === 404 || answer.status === 410) {
      await answer.discard();
      return undefined;
    }
    if (answer.status !== 207) throw await this.#endpoint.failure(path, { answer, deed: "list" });
    return readMultistatus(new TextDecoder().decode(await answer.bytes(largestListing)));
  }

  /** Servers send clients that name a folder without its slash elsewhere, where methods get lost. */
  #send(
    path: string,
    folder: boolean,
    request: Parameters<WebEndpoint["send"]>[1],
  ): Promise<HttpAnswer> {
    return this.#endpoint.send(path, { ...request, ...(folder ? { folder: true } : {}) });
  }

  #put(path: string, body: Uint8Array<ArrayBuffer> | ByteStream): Promise<HttpAnswer> {
    const headers = { "content-type": "application/octet-stream" };
    return this.#endpoint.send(path, { method: "PUT", deed: "write", headers, body });
  }

  async #done(path: string, answer: HttpAnswer, deed: "write" | "remove"): Promise<void> {
    if (answer.status < 200 || answer.status > 299) {
      throw await this.#endpoint.failure(path, { answer, deed });
    }
    await answer.discard();
  }

  #makeFolder(folder: string): Promise<void> {
    let making = this.#folders.get(folder);
    if (making === undefined) {
      making = this.#makeMissing(folder);
      this.#folders.set(folder, making);
      making.catch(() => this.#folders.delete(folder));
    }
    return making;
  }

  async #makeMissing(folder: string, parentIsThere = false): Promise<void> {
    const answer = await this.#send(folder, true, { method: "MKCOL", deed: "write" });
    const { status } = answer;
    // 405: something of that name is there.
    if (status === 405 || status === 301 || (status >= 200 && status < 300)) {
      return await answer.discard();
    }
    if ((status === 409 || status === 404) && !parentIsThere) {
      await answer.discard();
      await this.#makeAround(folder);
      return await this.#makeMissing(folder, true);
    }
    throw await this.#endpoint.failure(folder, { answer, deed: "write" });
  }

  /** The folder around one; above the remote's own address, too. */
  async #makeAround(folder: string): Promise<void> {
    if (folder !== "") return await this.#makeFolder(parentPath(folder));
    const base = new URL(this.#endpoint.base);
    const parts = base.pathname.split("/").filter((part) => part !== "");
    for (let count = 1; count < parts.length; count++) {
      const answer = await this.#endpoint.sendTo(
        new URL(`/${parts.slice(0, count).join("/")}/`, base),
        { method: "MKCOL", deed: "write" },
      );
      await answer.discard(); // those that are there already are refused, which is as good
    }
  }
}

/** Content that tells how much of it went. */
class Counted {
  readonly content: Uint8Array<ArrayBuffer> | ByteStream;
  size = 0;

  constructor(content: Uint8Array<ArrayBuffer> | ByteStream) {
    if (content instanceof Uint8Array) {
      this.size = content.length;
      this.content = content;
      return;
    }
    this.content = content.pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform: (chunk, controller) => {
          this.size += chunk.length;
          controller.enqueue(chunk);
        },
      }),
    );
  }
}

function stored(path: string, { size, etag, lastModified }: DavEntry): StoredFile {
  return {
    path,
    ...(size === undefined ? {} : { size }),
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
}

function signInOf(
  options: StorageOptions,
  { url, context }: { url: string; context: Context },
): SignIn {
  if (text(options, "bearer_token_command") !== undefined) {
    throw new DvtError("configuration", "'bearer_token_command' is not supported by dvt", {
      hint: "settings of a repository run no programs; set 'token' with --local instead",
    });
  }
  const token = text(options, "token");
  if (token !== undefined) {
    return { kind: "header", name: "authorization", value: `Bearer ${token}` };
  }
  const user = text(options, "user");
  const header = text(options, "custom_auth_header");
  const ask = (who: string) =>
    flag(options, "ask_password", false)
      ? context.askSecret?.(`Enter a password for host '${url}' user '${who}':`)
      : undefined;
  const password = text(options, "password") ?? ask(user ?? header ?? "");
  if (user !== undefined) return { kind: "basic", user, password: password ?? "" };
  if (header === undefined) return { kind: "none" };
  return { kind: "header", name: header, value: password ?? "" };
}
