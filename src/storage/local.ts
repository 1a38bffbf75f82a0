/**
 * A folder on disk as a storage: for sources of `import-url` and `get-url` and whatever treats all
 * places alike. Remotes on disk take a quicker way, see `objects/local_store.ts`.
 *
 * @module
 */
import { DvtError, messageOf } from "../platform/error.ts";
import {
  createFile,
  createWriter,
  type FileFacts,
  isNotFound,
  isPermissionDenied,
  isTemporaryName,
  listDirectory,
  lookThrough,
  makeDirectory,
  readFileIfThere,
  removeIfThere,
  renameFile,
  temporaryName,
} from "../platform/files.ts";
import { streamFilePart } from "../platform/file_parts.ts";
import { nativeBelow, parentDirectory } from "../platform/paths.ts";
import { isDiskFull } from "../platform/system_fault.ts";
import { missingFile, storageError } from "./fault.ts";
import { Leftovers } from "./leftovers.ts";
import type { ByteStream, FolderEntry, ReadPart, Storage, StoredFile } from "./storage.ts";
import { isSafePath, safePath } from "./storage_path.ts";

/** Files below a folder; the empty path is the place itself, which may be a file. */
export class LocalStorage implements Storage {
  readonly label: string;
  readonly concurrency = 8;
  readonly canList = true;
  readonly leftovers = new Leftovers((path) => this.remove(path));
  readonly #root: string;

  /** `root` is an absolute native path. */
  constructor(root: string) {
    this.label = root;
    this.#root = root;
  }

  stat(path: string): Promise<StoredFile | undefined> {
    return this.#try(path, (place) => {
      const facts = lookThrough(place);
      return facts?.kind === "file" ? stored(path, facts) : undefined;
    });
  }

  read(path: string, part: ReadPart = {}): Promise<ByteStream> {
    return this.#try(path, (place) => {
      const facts = lookThrough(place);
      if (facts?.kind !== "file") throw missingFile(place);
      if (part.etag !== undefined && part.etag !== stored(path, facts).etag) {
        throw storageError("changed", `'${place}' changed while it was read`);
      }
      return streamFilePart(place, part.start ?? 0, Math.min(part.end ?? facts.size, facts.size));
    });
  }

  readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#try(
      path,
      (place) => lookThrough(place)?.kind === "file" ? readFileIfThere(place) : undefined,
    );
  }

  write(
    path: string,
    content: ByteStream | Uint8Array<ArrayBuffer>,
    size?: number,
  ): Promise<void> {
    return this.#try(path, async (place) => {
      const folder = parentDirectory(place);
      makeDirectory(folder);
      const temporary = `${folder}/${temporaryName()}`;
      try {
        const written = content instanceof Uint8Array
          ? (createFile(temporary, content), content.length)
          : await pour(content, temporary);
        if (size !== undefined && written !== size) {
          throw storageError("changed", `'${place}' got ${written} bytes in place of ${size}`);
        }
        renameFile(temporary, place);
      } catch (error) {
        removeIfThere(temporary);
        throw error;
      }
    });
  }

  async *list(prefix: string): AsyncIterable<StoredFile> {
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    safePath(folder.replace(/\/$/, ""));
    const pending = [folder];
    for (let below = pending.pop(); below !== undefined; below = pending.pop()) {
      const place = nativeBelow(this.#root, below.replace(/\/$/, ""));
      const names = await this.#try("", () => isFolder(place) ? listDirectory(place) : undefined);
      for (const { name } of names ?? []) {
        const path = below + name;
        if (!isSafePath(path)) continue;
        const wanted = path.startsWith(prefix);
        if (!wanted && !prefix.startsWith(path)) continue;
        const facts = lookThrough(nativeBelow(this.#root, path));
        if (isTemporaryName(name)) {
          if (facts?.kind === "file") this.leftovers.saw(stored(path, facts));
        } else if (facts?.kind === "directory") pending.push(`${path}/`);
        else if (wanted && facts?.kind === "file") yield stored(path, facts);
      }
    }
  }

  listFolder(path: string): Promise<FolderEntry[] | undefined> {
    return this.#try(path, (place) => {
      const names = isFolder(place) ? listDirectory(place) : undefined;
      // Links to folders are passed over: they may lead in a circle.
      return names?.flatMap(({ name, isSymlink }): FolderEntry[] => {
        const facts = lookThrough(`${place}/${name}`);
        if (isSymlink && facts?.kind === "directory") return [];
        if (facts?.kind === "directory") return [{ name, kind: "directory", size: facts.size }];
        return facts?.kind === "file" ? [{ name, kind: "file", size: facts.size }] : [];
      });
    });
  }

  remove(path: string): Promise<void> {
    return this.#try(path, (place) => removeIfThere(place));
  }

  url(path: string): string {
    return nativeBelow(this.#root, path);
  }

  async #try<T>(path: string, work: (place: string) => T | Promise<T>): Promise<T> {
    const place = nativeBelow(this.#root, safePath(path));
    try {
      return await work(place);
    } catch (error) {
      if (error instanceof DvtError) throw error;
      if (isPermissionDenied(error)) {
        throw storageError("refused", `no permission for '${place}'`, { origin: error });
      }
      if (isNotFound(error)) throw missingFile(place);
      const full = isDiskFull(error);
      const fact = full ? "no space left on the device" : messageOf(error);
      throw storageError(full ? "full" : "broken", `cannot access '${place}': ${fact}`, {
        origin: error,
      });
    }
  }
}

function isFolder(place: string): boolean {
  return lookThrough(place)?.kind === "directory";
}

function stored(path: string, facts: FileFacts): StoredFile {
  return {
    path,
    size: facts.size,
    etag: `${facts.inode}-${facts.mtime}-${facts.size}`,
    lastModified: new Date(facts.mtime).toISOString(),
  };
}

async function pour(content: ByteStream, path: string): Promise<number> {
  const writer = createWriter(path);
  let size = 0;
  try {
    for await (const chunk of content) {
      writer.write(chunk);
      size += chunk.length;
    }
  } finally {
    writer.close();
  }
  return size;
}
