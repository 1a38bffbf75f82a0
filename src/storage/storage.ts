/**
 * Places that hold bytes at paths. A storage knows no hashes and no projects.
 *
 * @module
 */

/** One file at a place. */
export interface StoredFile {
  /** POSIX, relative to the storage's root. */
  readonly path: string;
  readonly size?: number;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly versionId?: string;
  /** What stands for the file's state where a web server sends no etag, as DVC records it. */
  readonly fingerprint?: string;
}

/** One name in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: "file" | "directory";
  readonly size?: number;
}

/** A part of a file: bytes from `start` up to, not including, `end`. */
export interface ReadPart {
  readonly start?: number;
  readonly end?: number;
  readonly versionId?: string;
  /** Only bytes of a file with this etag are wanted; another one fails with `storage`. */
  readonly etag?: string;
}

/** The bytes of a file as they come. */
export type ByteStream = ReadableStream<Uint8Array<ArrayBuffer>>;

/** Which version of a file is meant, on storages that keep versions; the newest where absent. */
export interface FileVersion {
  readonly versionId?: string;
}

/** What a storage says of a file that it has just taken. */
export interface WrittenFile {
  readonly etag?: string;
  readonly versionId?: string;
}

/** A file whose bytes are about to come. Exactly one of its methods is called, once. */
export interface OpenFile {
  readonly etag?: string;
  readonly versionId?: string;
  /** Bytes that will come, where the storage says so beforehand. */
  readonly length?: number;
  /**
   * Hands over every byte in order and answers how many there were. A chunk is valid during the
   * call only, since its memory is used again.
   */
  into(onChunk: (chunk: Uint8Array<ArrayBuffer>) => void): Promise<number>;
  stream(): ByteStream;
  /** Gives the bytes up. */
  cancel(): Promise<void>;
}

/**
 * Bytes at POSIX paths below one URL. Failures are `DvtError`s of kind `storage` that name the
 * address (without secrets) and the fact; "not there" is `undefined`, never an error. A refusal
 * (401, 403) or a broken connection is never "not there".
 */
export interface Storage {
  /** The URL without secrets, for messages. */
  readonly label: string;
  /** What listings met of runs that died, on storages that need temporary files. */
  readonly leftovers?: { clear(): Promise<void> };
  /** How many calls at once are welcome. */
  readonly concurrency: number;
  /** Whether {@linkcode Storage.list} works (plain HTTP servers cannot list). */
  readonly canList: boolean;
  stat(path: string, version?: FileVersion): Promise<StoredFile | undefined>;
  /** Throws `missing-data` where there is no such file. */
  read(path: string, part?: ReadPart): Promise<ByteStream>;
  /** All bytes of a small file; undefined where there is none. */
  readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** All or nothing: a reader never sees half a file under this path. */
  write(
    path: string,
    content: ByteStream | Uint8Array<ArrayBuffer>,
    size?: number,
  ): Promise<WrittenFile | void>;
  /** Every file whose path starts with the text, in no particular order; end folders with `/`. */
  list(prefix: string): AsyncIterable<StoredFile>;
  /**
   * The names in a folder, without those below; undefined where there is no such folder. Absent
   * from storages that cannot list.
   */
  listFolder?(path: string): Promise<FolderEntry[] | undefined>;
  /** Removes a file; one that is not there is no failure. */
  remove(path: string, version?: FileVersion): Promise<void>;
  /** The address a person or another program can open, for `get --show-url`. */
  url(path: string, version?: FileVersion): string;
  /** As {@linkcode Storage.read}, for receivers that take bytes without a stream in between. */
  open?(path: string, part?: ReadPart): Promise<OpenFile>;
  /** Sends a file of the local disk, in parts where it is large; never holds all of it. */
  writeFile?(path: string, localPath: string, size: number): Promise<WrittenFile | void>;
  /** As {@linkcode Storage.list}, with the id of each file's newest version. */
  listVersions?(prefix: string): AsyncIterable<StoredFile>;
  /**
   * What stands for the state of a file's content, as DVC records it, where neither `stat` nor
   * `list` tells: it costs the servers a look at the content.
   */
  mark?(path: string): Promise<string | undefined>;
  /** Lets connections and child processes go. The storage is not used afterwards. */
  close?(): Promise<void>;
}
