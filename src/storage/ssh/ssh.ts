/**
 * Places behind SSH, by SFTP.
 *
 * @module
 */
import type { Context } from "../../platform/context.ts";
import { DvtError } from "../../platform/error.ts";
import { temporaryName } from "../../platform/files.ts";
import { parentPath } from "../../platform/paths.ts";
import { streamOf } from "../../platform/byte_stream.ts";
import { missingFile, storageError } from "../fault.ts";
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
import { safePath } from "../storage_path.ts";
import { walkFolders } from "../walk_folders.ts";
import { blocksOf, fileBlocks, send } from "./blocks.ts";
import { type Handle, type SftpClient, SftpStatus } from "./client.ts";
import { connect, type SshPlace, sshPlace } from "./connection.ts";
import type { Attributes } from "./packets.ts";
import { statusCode } from "./packets.ts";

/** Opens a folder behind SSH. The connection is made when it is first needed. */
export function openSshStorage(remote: Remote, context: Context): Storage {
  const place = sshPlace(remote);
  return sftpStorage(place, { context, connect: () => connect(place, context) });
}

/** A folder behind whatever speaks SFTP; `path` is where it begins on the other side. */
export function sftpStorage(
  place: SftpPlace,
  { context, connect }: { context: Context; connect: () => Promise<SftpClient> },
): Storage {
  const storage = new SftpStorage(place, connect);
  context.atEnd?.(() => storage.close());
  return storage;
}

/** Where a storage begins. */
export type SftpPlace = Pick<SshPlace, "path" | "label">;

class SftpStorage implements Storage {
  readonly label: string;
  readonly concurrency = 32;
  readonly canList = true;
  readonly leftovers = new Leftovers((path) => this.remove(path));
  readonly #place: SftpPlace;
  readonly #connect: () => Promise<SftpClient>;
  #session: Promise<SftpClient> | undefined;
  /** Folders that are there, made or being made. */
  readonly #folders = new Map<string, Promise<void>>();

  constructor(place: SftpPlace, connect: () => Promise<SftpClient>) {
    this.label = place.label;
    this.#place = place;
    this.#connect = connect;
  }

  stat(path: string): Promise<StoredFile | undefined> {
    return this.#with(path, async (client, place) => {
      const found = await client.stat(place);
      return found?.kind === "file" ? stored(path, found) : undefined;
    });
  }

  async read(path: string, part?: ReadPart): Promise<ByteStream> {
    return (await this.open(path, part)).stream();
  }

  open(path: string, part: ReadPart = {}): Promise<OpenFile> {
    return this.#with(path, async (client, place) => {
      const handle = await client.openToRead(place);
      if (handle === undefined) throw missingFile(this.url(path));
      const found = await client.fstat(handle);
      const { etag } = stored(path, found);
      if (found.kind === "directory") {
        await client.close(handle);
        throw missingFile(this.url(path));
      }
      if (part.etag !== undefined && part.etag !== etag) {
        await client.close(handle);
        throw storageError("changed", `'${this.url(path)}' changed while it was read`);
      }
      const start = part.start ?? 0;
      const end = Math.max(start, Math.min(part.end ?? Infinity, found.size ?? 0));
      const blocks = () =>
        this.#guarded(path, blocksOf(client, handle, { start, end, label: this.url(path) }));
      return {
        ...(etag === undefined ? {} : { etag }),
        length: end - start,
        async into(onChunk) {
          for await (const block of blocks()) onChunk(block);
          return end - start;
        },
        stream: () => ReadableStream.from(blocks()),
        cancel: () => client.close(handle),
      };
    });
  }

  readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#with(path, async (client, place) => {
      const handle = await client.openToRead(place);
      if (handle === undefined) return undefined;
      // Small files, as a rule: all that is needed goes out at once.
      const [found, first] = await Promise.all([
        client.fstat(handle),
        client.read(handle, 0, client.block),
      ]).catch(async (error) => {
        await client.close(handle).catch(() => {});
        throw await this.#isFolder(client, place) ? missingFile(this.url(path)) : error;
      });
      const size = found.size ?? 0;
      const start = first?.length ?? 0;
      if (start >= size) {
        await client.close(handle);
        return first?.slice() ?? new Uint8Array();
      }
      const bytes = new Uint8Array(size);
      bytes.set(first ?? []);
      let at = start;
      const label = this.url(path);
      for await (const block of blocksOf(client, handle, { start, end: size, label })) {
        bytes.set(block, at);
        at += block.length;
      }
      return bytes;
    }).catch((error) => {
      if (error instanceof DvtError && error.kind === "missing-data") return undefined;
      throw error;
    });
  }

  write(
    path: string,
    content: ByteStream | Uint8Array<ArrayBuffer>,
    size?: number,
  ): Promise<void> {
    return this.#with(path, async (client, place) => {
      const temporary = `${parentPath(place) || ""}/${temporaryName()}`;
      const handle = await this.#create(client, temporary);
      try {
        const stream = content instanceof Uint8Array ? streamOf(content) : content;
        const sent = await send(client, handle, stream);
        if (size !== undefined && sent !== size) {
          throw storageError(
            "changed",
            `'${this.url(path)}' got ${sent} bytes in place of ${size}`,
          );
        }
        await client.rename(temporary, place);
      } catch (error) {
        if (client.alive) await client.remove(temporary).catch(() => {}); // the first error counts
        const full = error instanceof SftpStatus && error.code === statusCode.failure &&
          client.alive && await client.isFull(parentPath(place) || "/").catch(() => false);
        if (!full) throw error;
        throw storageError("full", `cannot write '${this.url(path)}': no space left on the server`);
      }
    });
  }

  async writeFile(path: string, localPath: string, size: number): Promise<void> {
    const { block } = await this.#client();
    await this.write(path, ReadableStream.from(fileBlocks(localPath, { size, block })), size);
  }

  list(prefix: string): AsyncIterable<StoredFile> {
    return walkFolders(prefix, {
      leftovers: this.leftovers,
      concurrency: this.concurrency,
      inside: (folder) => this.#with(folder, (client, place) => client.list(place || "/")),
      look: async (path, { attributes }) => {
        const found = await this.#resolved(path, attributes);
        if (found?.kind === "directory") return "folder";
        return found?.kind === "file" ? stored(path, found) : undefined;
      },
    });
  }

  listFolder(path: string): Promise<FolderEntry[] | undefined> {
    return this.#with(path, async (client, place) => {
      const names = await client.list(place || "/").catch((error) => {
        // Of a file, servers say different things.
        if (error instanceof SftpStatus && error.code === statusCode.failure) return undefined;
        throw error;
      });
      return names?.flatMap(({ name, attributes: { kind, size } }): FolderEntry[] =>
        kind === "file" || kind === "directory"
          ? [{ name, kind, ...(size === undefined ? {} : { size }) }]
          : []
      );
    });
  }

  remove(path: string): Promise<void> {
    return this.#with(path, (client, place) => client.remove(place));
  }

  url(path: string): string {
    return path === "" ? this.label : `${this.label}/${path}`;
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    const client = await session?.catch(() => undefined);
    await client?.end();
  }

  /** What a link leads to. */
  async #resolved(path: string, found: Attributes): Promise<Attributes | undefined> {
    if (found.kind === "file" || found.kind === "directory") return found;
    const target = await this.#with(path, (client, place) => client.stat(place));
    // Links to folders are passed over: they may lead in a circle.
    return target?.kind === "file" ? target : undefined;
  }

  async #isFolder(client: SftpClient, place: string): Promise<boolean> {
    return client.alive && (await client.stat(place).catch(() => undefined))?.kind === "directory";
  }

  async #create(client: SftpClient, path: string): Promise<Handle> {
    const handle = await client.create(path);
    if (handle !== undefined) return handle;
    await this.#makeFolder(client, parentPath(path));
    const again = await client.create(path);
    if (again !== undefined) return again;
    throw storageError("no-place", `the folder of '${this.label}' cannot be made`);
  }

  #makeFolder(client: SftpClient, path: string): Promise<void> {
    if (path === "" || path === "/") return Promise.resolve();
    let making = this.#folders.get(path);
    if (making === undefined) {
      making = this.#makeMissing(client, path);
      this.#folders.set(path, making);
      making.catch(() => this.#folders.delete(path));
    }
    return making;
  }

  async #makeMissing(client: SftpClient, path: string, parentIsThere = false): Promise<void> {
    try {
      return await client.makeDirectory(path);
    } catch (error) {
      if (!(error instanceof SftpStatus)) throw error;
      if (error.code === statusCode.noSuchFile && !parentIsThere) {
        await this.#makeFolder(client, parentPath(path));
        return await this.#makeMissing(client, path, true);
      }
      // Servers answer "failure" where something of that name is there.
      if ((await client.stat(path))?.kind === "directory") return;
      if (error.code === statusCode.permissionDenied) throw error;
      throw storageError("no-place", `the folder '${path}' of '${this.label}' cannot be made`, {
        origin: error,
      });
    }
  }

  async #with<T>(
    path: string,
    work: (client: SftpClient, place: string) => Promise<T>,
  ): Promise<T> {
    safePath(path);
    const client = await this.#client();
    try {
      return await work(client, path === "" ? this.#place.path : `${this.#place.path}/${path}`);
    } catch (error) {
      throw this.#told(error, path);
    }
  }

  async *#guarded<T>(path: string, items: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* items;
    } catch (error) {
      throw this.#told(error, path);
    }
  }

  async #client(): Promise<SftpClient> {
    const session = this.#session;
    if (session !== undefined) {
      const client = await session;
      if (client.alive) return client;
      if (this.#session === session) this.#session = undefined;
      return await this.#client();
    }
    const fresh = this.#connect();
    this.#session = fresh;
    fresh.catch(() => {
      if (this.#session === fresh) this.#session = undefined;
    });
    return await fresh;
  }

  #told(error: unknown, path: string): unknown {
    if (!(error instanceof SftpStatus)) return error;
    const address = this.url(path);
    if (error.code === statusCode.noSuchFile) return missingFile(address);
    if (error.code === statusCode.permissionDenied) {
      return storageError("refused", `no permission for '${address}'`, { origin: error });
    }
    return storageError("broken", `the server fails at '${address}': ${error.message}`, {
      origin: error,
    });
  }
}

function stored(path: string, { size, mtime }: Attributes): StoredFile {
  return {
    path,
    ...(size === undefined ? {} : { size }),
    ...(mtime === undefined ? {} : {
      etag: `${mtime}-${size ?? ""}`,
      lastModified: new Date(mtime * 1000).toISOString(),
    }),
  };
}
