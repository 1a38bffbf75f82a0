/**
 * The content behind Git LFS pointers: out of the repository itself where it is on this machine,
 * else out of the user's cache folder, which a server of LFS fills.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import {
  createWriter,
  lookThrough,
  makeDirectory,
  removeIfThere,
  renameFile,
  streamFile,
  temporaryName,
} from "../platform/files.ts";
import { nativeBelow, parentDirectory } from "../platform/paths.ts";
import { eachAtOnce } from "../platform/pool.ts";
import { createSha256 } from "../platform/sha256.ts";
import type { LfsPointer, NamedPointer } from "./lfs_pointer.ts";
import type { LfsServer } from "./lfs_server.ts";
import { userFolder } from "./mirror_folder.ts";

/** Where content may be. */
export interface LfsObjectsOptions {
  /** Folders of repositories on this machine, in Git LFS's own layout; nothing is written there. */
  readonly folders: readonly string[];
  /** The server of the repository; undefined where it has none. */
  readonly server: () => Promise<LfsServer | undefined>;
  readonly offline: boolean;
  /** The repository, for messages. */
  readonly label: string;
  readonly context: Context;
}

type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>;

/** The large files of one repository. */
export class LfsObjects {
  readonly #options: LfsObjectsOptions;

  constructor(options: LfsObjectsOptions) {
    this.#options = options;
  }

  /** The content of one pointer, hashed as it is read: its end fails where it is another. */
  async open(pointer: LfsPointer, path: string): Promise<Bytes> {
    let place = this.#placeOf(pointer);
    if (place === undefined) {
      await this.fetch([{ ...pointer, path }]);
      place = this.#placeOf(pointer);
    }
    if (place === undefined) throw this.#missing({ ...pointer, path });
    return checked(streamFile(place), pointer, path);
  }

  /** Brings content here that is not on this machine. */
  async fetch(pointers: readonly NamedPointer[]): Promise<void> {
    const missing = new Map<string, NamedPointer>();
    for (const pointer of pointers) {
      if (this.#placeOf(pointer) === undefined) missing.set(pointer.oid, pointer);
    }
    const [first] = missing.values();
    if (first === undefined) return;
    const server = this.#options.offline ? undefined : await this.#options.server();
    if (server === undefined) throw this.#missing(first);
    const { context } = this.#options;
    const bytes = [...missing.values()].reduce((sum, { size }) => sum + size, 0);
    using progress = context.reporter.progress("Fetching from Git LFS", {
      files: missing.size,
      bytes,
    });
    const downloads = await server.locate([...missing.values()]);
    await eachAtOnce(downloads, async ({ pointer, open }) => {
      await this.#keep(pointer, await open());
      progress.advance(1, pointer.size);
    }, { limit: 8, signal: context.signal });
  }

  /** Where the content is on this machine, as far as a look at the size tells. */
  #placeOf(pointer: LfsPointer): string | undefined {
    const folders = [...this.#options.folders, ownFolder(this.#options.context)];
    return folders.map((folder) => placeIn(folder, pointer)).find((place) => {
      const facts = lookThrough(place);
      return facts?.kind === "file" && facts.size === pointer.size;
    });
  }

  async #keep(pointer: NamedPointer, content: Bytes): Promise<void> {
    const place = placeIn(ownFolder(this.#options.context), pointer);
    const parent = parentDirectory(place);
    makeDirectory(parent, 0o700);
    const temporary = nativeBelow(parent, temporaryName());
    try {
      const writer = createWriter(temporary, 0o600);
      try {
        for await (const chunk of checked(content, pointer, pointer.path)) writer.write(chunk);
      } finally {
        writer.close();
      }
      renameFile(temporary, place);
    } finally {
      removeIfThere(temporary);
    }
  }

  #missing({ path, oid }: NamedPointer): DvtError {
    const { offline, label } = this.#options;
    return new DvtError(
      "missing-data",
      `'${path}' of '${label}' lies in Git LFS, and its content (${oid}) is not on this machine`,
      {
        hint: offline
          ? "try again without --offline"
          : "ask its keeper to run 'git lfs push --all' there",
      },
    );
  }
}

function ownFolder(context: Context): string {
  return nativeBelow(userFolder(context), "lfs");
}

function placeIn(folder: string, { oid }: LfsPointer): string {
  return nativeBelow(folder, `${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`);
}

/** Passes bytes on; fails at the end, or as soon as there are too many, where they are others. */
function checked(content: Bytes, pointer: LfsPointer, path: string): Bytes {
  const hash = createSha256();
  let size = 0;
  const wrong = () =>
    new DvtError("corrupt", `the content of '${path}' in Git LFS is not what its pointer says`);
  return content.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        size += chunk.length;
        if (size > pointer.size) throw wrong();
        hash.update(chunk);
        controller.enqueue(chunk);
      },
      flush() {
        if (size !== pointer.size || hash.digestHex() !== pointer.oid) throw wrong();
      },
    }),
  );
}
