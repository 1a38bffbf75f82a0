/**
 * Packets of the SSH File Transfer Protocol, version 3, which every server speaks.
 *
 * @module
 */
import { storageError } from "../fault.ts";

/** The kinds of packets that are used here. */
export const packetType = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  fstat: 8,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  stat: 17,
  rename: 18,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extended: 200,
  extendedReply: 201,
} as const;

/** What a status packet says. */
export const statusCode = {
  ok: 0,
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const;

/** Flags of an open request. */
export const openFlag = { read: 1, write: 2, create: 8, truncate: 16, exclusive: 32 } as const;

/** A field of a request. */
export type Field =
  | { readonly u32: number }
  | { readonly u64: number }
  | { readonly text: string }
  | { readonly bytes: Uint8Array };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A whole request with its length in front. The protocol's integers are big-endian. */
export function packet(type: number, id: number, fields: readonly Field[]): Uint8Array {
  const parts = fields.map((field) =>
    "text" in field ? { bytes: encoder.encode(field.text) } : field
  );
  let size = 5;
  for (const part of parts) {
    size += "u32" in part ? 4 : "u64" in part ? 8 : 4 + part.bytes.length;
  }
  const bytes = new Uint8Array(4 + size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, size);
  bytes[4] = type;
  view.setUint32(5, id);
  let at = 9;
  for (const part of parts) {
    if ("u32" in part) {
      view.setUint32(at, part.u32);
      at += 4;
    } else if ("u64" in part) {
      view.setBigUint64(at, BigInt(part.u64));
      at += 8;
    } else {
      view.setUint32(at, part.bytes.length);
      bytes.set(part.bytes, at + 4);
      at += 4 + part.bytes.length;
    }
  }
  return bytes;
}

/** A file's attributes, as far as they matter here. */
export interface Attributes {
  readonly size: number | undefined;
  readonly kind: "file" | "directory" | "other" | undefined;
  /** Seconds since 1970. */
  readonly mtime: number | undefined;
}

/** Reads the fields of an answer, which comes from a server that nobody has to trust. */
export class PacketReader {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    this.#need(1);
    return this.#view.getUint8(this.#at++);
  }

  u32(): number {
    this.#need(4);
    const value = this.#view.getUint32(this.#at);
    this.#at += 4;
    return value;
  }

  /** Numbers beyond what JavaScript holds exactly are taken for the largest that it does. */
  u64(): number {
    this.#need(8);
    const value = this.#view.getBigUint64(this.#at);
    this.#at += 8;
    return Number(value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : value);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const length = this.u32();
    this.#need(length);
    const value = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return value;
  }

  text(): string {
    return decoder.decode(this.bytes());
  }

  attributes(): Attributes {
    const flags = this.u32();
    const size = (flags & 1) !== 0 ? this.u64() : undefined;
    if ((flags & 2) !== 0) this.#skip(8);
    const mode = (flags & 4) !== 0 ? this.u32() : undefined;
    let mtime: number | undefined;
    if ((flags & 8) !== 0) {
      this.#skip(4);
      mtime = this.u32();
    }
    if ((flags & 0x80000000) !== 0) {
      for (let count = this.u32(); count > 0; count--) {
        this.bytes();
        this.bytes();
      }
    }
    return { size, kind: mode === undefined ? undefined : kindOf(mode), mtime };
  }

  #skip(count: number): void {
    this.#need(count);
    this.#at += count;
  }

  #need(count: number): void {
    if (count <= this.left) return;
    throw storageError("unexpected", "the SFTP server sent a packet that ends too early");
  }
}

function kindOf(mode: number): "file" | "directory" | "other" {
  const type = mode & 0o170000;
  return type === 0o100000 ? "file" : type === 0o040000 ? "directory" : "other";
}
