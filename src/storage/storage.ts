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
}

/** A part of a file: bytes from `start` up to, not including, `end`. */
export interface ReadPart {
  readonly start?: number;
  readonly end?: number;
  readonly versionId?: string;
}

/** The bytes of a file as they come. */
export type ByteStream = ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * Bytes at POSIX paths below one URL. Failures are `DvtError`s of kind `storage` that name the
 * address (without secrets) and the fact; "not there" is `undefined`, never an error. A refusal
 * (401, 403) or a broken connection is never "not there".
 */
export interface Storage {
  /** The URL without secrets, for messages. */
  readonly label: string;
  /** How many calls at once are welcome. */
  readonly concurrency: number;
  /** Whether {@linkcode Storage.list} works (plain HTTP servers cannot list). */
  readonly canList: boolean;
  stat(path: string): Promise<StoredFile | undefined>;
  /** Throws `missing-data` where there is no such file. */
  read(path: string, part?: ReadPart): Promise<ByteStream>;
  /** All bytes of a small file; undefined where there is none. */
  readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** All or nothing: a reader never sees half a file under this path. */
  write(path: string, content: ByteStream | Uint8Array<ArrayBuffer>, size?: number): Promise<void>;
  list(prefix: string): AsyncIterable<StoredFile>;
  remove(path: string): Promise<void>;
  /** The address a person or another program can open, for `get --show-url`. */
  url(path: string): string;
  close?(): Promise<void>;
}
