/**
 * An SFTP session over the pipes of `ssh`: many requests under way, answers in any order.
 *
 * @module
 */
import { append } from "../../platform/append.ts";
import type { RunningProcess } from "../../platform/process.ts";
import { storageError } from "../fault.ts";
import {
  type Attributes,
  type Field,
  openFlag,
  packet,
  PacketReader,
  packetType,
  statusCode,
} from "./packets.ts";

/** No server has a reason to send more at once. */
const largestPacket = 1 << 20;

/** What every server takes, and what OpenSSH's takes where it tells no limits. */
const usualBlock = 32 * 1024;
const largestBlock = 255 * 1024;

/** A status that is neither success nor the end of a file. */
export class SftpStatus extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message === "" ? `status ${code}` : message);
    this.code = code;
  }
}

/** An open file or folder of the server. */
export type Handle = Uint8Array<ArrayBuffer>;

/** One name in a folder. */
export interface DirectoryEntry {
  readonly name: string;
  readonly attributes: Attributes;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

interface Answer {
  readonly type: number;
  readonly fields: PacketReader;
}

/** One session. When its connection dies, all that waits fails with what {@linkcode onEnd} says. */
export class SftpClient {
  readonly #process: RunningProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #extensions = new Set<string>();
  readonly #onEnd: (complaints: string, started: boolean) => Error;
  #next = 1;
  #started: ((extensions: PacketReader) => void) | undefined;
  #failure: Error | undefined;
  /** Bytes per request. */
  block = usualBlock;

  private constructor(
    process: RunningProcess,
    onEnd: (complaints: string, started: boolean) => Error,
  ) {
    this.#process = process;
    this.#onEnd = onEnd;
  }

  /** Greets the server behind a process and learns what it can do. */
  static async start(
    process: RunningProcess,
    { onEnd }: { readonly onEnd: (complaints: string, started: boolean) => Error },
  ): Promise<SftpClient> {
    const client = new SftpClient(process, onEnd);
    const greeted = new Promise<PacketReader>((resolve, reject) => {
      client.#started = resolve;
      client.#waiting.set(0, { resolve() {}, reject });
    });
    client.#listen();
    // An init packet has the version where others have their number.
    await process.write(packet(packetType.init, 3, [])).catch(() => {});
    const fields = await greeted;
    client.#waiting.delete(0);
    while (fields.left > 0) {
      client.#extensions.add(fields.text());
      fields.bytes();
    }
    if (client.#extensions.has("limits@openssh.com")) await client.#learnLimits();
    return client;
  }

  /** Whether the connection is there still. */
  get alive(): boolean {
    return this.#failure === undefined;
  }

  async stat(path: string): Promise<Attributes | undefined> {
    const answer = await this.#unlessMissing(
      this.#ask(packetType.stat, [{ text: path }], packetType.attrs),
    );
    return answer?.attributes();
  }

  async fstat(handle: Handle): Promise<Attributes> {
    return (await this.#ask(packetType.fstat, [{ bytes: handle }], packetType.attrs)).attributes();
  }

  /** Opens a file to read; undefined where there is none. */
  async openToRead(path: string): Promise<Handle | undefined> {
    const fields = [{ text: path }, { u32: openFlag.read }, { u32: 0 }];
    const answer = await this.#unlessMissing(this.#ask(packetType.open, fields, packetType.handle));
    return answer?.bytes().slice();
  }

  /** Makes a file that must not exist; undefined where its folder is missing. */
  async create(path: string): Promise<Handle | undefined> {
    const flags = openFlag.write | openFlag.create | openFlag.exclusive;
    const fields = [{ text: path }, { u32: flags }, { u32: 0 }];
    const answer = await this.#unlessMissing(this.#ask(packetType.open, fields, packetType.handle));
    return answer?.bytes().slice();
  }

  /** Bytes at an offset, at most as many as asked for; undefined at the end of the file. */
  async read(
    handle: Handle,
    offset: number,
    length: number,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const fields = [{ bytes: handle }, { u64: offset }, { u32: length }];
    try {
      const data = (await this.#ask(packetType.read, fields, packetType.data)).bytes();
      if (data.length <= length) return data;
      throw storageError("unexpected", "the SFTP server sent more bytes than it was asked for");
    } catch (error) {
      if (error instanceof SftpStatus && error.code === statusCode.eof) return undefined;
      throw error;
    }
  }

  async write(handle: Handle, offset: number, bytes: Uint8Array): Promise<void> {
    await this.#do(packetType.write, [{ bytes: handle }, { u64: offset }, { bytes }]);
  }

  async close(handle: Handle): Promise<void> {
    await this.#do(packetType.close, [{ bytes: handle }]);
  }

  /** The names in a folder but `.` and `..`; undefined where there is no such folder. */
  async list(path: string): Promise<DirectoryEntry[] | undefined> {
    const opened = await this.#unlessMissing(
      this.#ask(packetType.opendir, [{ text: path }], packetType.handle),
    );
    const handle = opened?.bytes().slice();
    if (handle === undefined) return undefined;
    const entries: DirectoryEntry[] = [];
    try {
      for (;;) {
        const some = await this.#readDirectory(handle);
        if (some === undefined) return entries;
        append(entries, some);
      }
    } finally {
      await this.close(handle).catch(() => {}); // the connection is gone, which was told
    }
  }

  /** Throws {@linkcode SftpStatus} also where something of that name is there. */
  async makeDirectory(path: string): Promise<void> {
    await this.#do(packetType.mkdir, [{ text: path }, { u32: 0 }]);
  }

  /** Removes a file; one that is not there is no failure. */
  async remove(path: string): Promise<void> {
    await this.#unlessMissing(this.#do(packetType.remove, [{ text: path }]));
  }

  /** Renames a file, over another one if need be. */
  async rename(from: string, to: string): Promise<void> {
    const posix = "posix-rename@openssh.com";
    if (this.#extensions.has(posix)) {
      await this.#do(packetType.extended, [{ text: posix }, { text: from }, { text: to }]);
      return;
    }
    try {
      await this.#do(packetType.rename, [{ text: from }, { text: to }]);
    } catch (error) {
      // The protocol's own rename refuses to replace a file.
      if (!(error instanceof SftpStatus) || error.code !== statusCode.failure) throw error;
      await this.remove(to);
      await this.#do(packetType.rename, [{ text: from }, { text: to }]);
    }
  }

  /** Whether the disk below a path has no room left; undefined where the server does not say. */
  async isFull(path: string): Promise<boolean | undefined> {
    const name = "statvfs@openssh.com";
    if (!this.#extensions.has(name)) return undefined;
    const fields = await this.#ask(
      packetType.extended,
      [{ text: name }, { text: path }],
      packetType.extendedReply,
    );
    for (let skip = 0; skip < 4; skip++) fields.u64(); // sizes of blocks, all and free blocks
    return fields.u64() === 0;
  }

  /** Ends the session. */
  async end(): Promise<void> {
    this.#failure ??= storageError("cut", "the connection was closed");
    await this.#process.closeInput();
    this.#process.kill();
    await this.#process.ended();
  }

  async #learnLimits(): Promise<void> {
    const fields = await this.#ask(
      packetType.extended,
      [{ text: "limits@openssh.com" }],
      packetType.extendedReply,
    );
    fields.u64(); // whole packets
    const [read, write] = [fields.u64(), fields.u64()];
    const least = Math.min(read === 0 ? largestBlock : read, write === 0 ? largestBlock : write);
    this.block = Math.max(usualBlock, Math.min(largestBlock, least));
  }

  async #readDirectory(handle: Handle): Promise<DirectoryEntry[] | undefined> {
    let fields: PacketReader;
    try {
      fields = await this.#ask(packetType.readdir, [{ bytes: handle }], packetType.name);
    } catch (error) {
      if (error instanceof SftpStatus && error.code === statusCode.eof) return undefined;
      throw error;
    }
    const entries: DirectoryEntry[] = [];
    for (let count = fields.u32(); count > 0; count--) {
      const name = fields.text();
      fields.bytes(); // the same as `ls -l` shows it
      const attributes = fields.attributes();
      if (name !== "." && name !== "..") entries.push({ name, attributes });
    }
    return entries;
  }

  async #unlessMissing<T>(asking: Promise<T>): Promise<T | undefined> {
    try {
      return await asking;
    } catch (error) {
      if (error instanceof SftpStatus && error.code === statusCode.noSuchFile) return undefined;
      throw error;
    }
  }

  /** A request that is answered by a status. */
  async #do(type: number, fields: readonly Field[]): Promise<void> {
    const answer = await this.#send(type, fields);
    if (answer.type !== packetType.status) throw unexpected(answer.type);
    throwUnlessOk(answer.fields);
  }

  /** A request that is answered by something else, or by a status that says why not. */
  async #ask(type: number, fields: readonly Field[], wanted: number): Promise<PacketReader> {
    const answer = await this.#send(type, fields);
    if (answer.type === wanted) return answer.fields;
    if (answer.type !== packetType.status) throw unexpected(answer.type);
    throwUnlessOk(answer.fields);
    throw unexpected(answer.type);
  }

  async #send(type: number, fields: readonly Field[]): Promise<Answer> {
    if (this.#failure !== undefined) throw this.#failure;
    const id = this.#next;
    this.#next = this.#next % 0xffffffff + 1;
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    // A broken pipe is told by the end of the answers, which knows the reason.
    this.#process.write(packet(type, id, fields)).catch(() => {});
    return await answer;
  }

  async #listen(): Promise<void> {
    let reason: Error | undefined;
    try {
      for await (const bytes of packetsOf(this.#process.output)) this.#receive(bytes);
    } catch (error) {
      reason = error instanceof Error ? error : new Error(String(error));
    }
    if (reason !== undefined) this.#process.kill();
    await this.#process.closeInput();
    await this.#process.ended();
    const started = this.#started === undefined;
    this.#failure ??= reason ?? this.#onEnd(this.#process.complaints(), started);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#failure);
    this.#waiting.clear();
  }

  #receive(bytes: Uint8Array<ArrayBuffer>): void {
    const fields = new PacketReader(bytes);
    const type = fields.u8();
    const id = fields.u32();
    if (type === packetType.version) {
      this.#started?.(fields); // where others have a number, this has the version
      this.#started = undefined;
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.resolve({ type, fields });
  }
}

function throwUnlessOk(fields: PacketReader): void {
  const code = fields.u32();
  if (code === statusCode.ok) return;
  throw new SftpStatus(code, fields.left > 0 ? fields.text() : "");
}

function unexpected(type: number): Error {
  return storageError("unexpected", `the SFTP server sent a packet of type ${type} out of turn`);
}

/** The packets of a stream, without their lengths. */
async function* packetsOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const header = new Uint8Array(4);
  let known = 0; // bytes of the header
  let whole: Uint8Array<ArrayBuffer> | undefined;
  let filled = 0;
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length;) {
      if (whole !== undefined) {
        const part = chunk.subarray(at, at + whole.length - filled);
        whole.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < whole.length) continue;
        yield whole;
        whole = undefined;
        continue;
      }
      header[known++] = chunk[at++] ?? 0;
      if (known < 4) continue;
      known = 0;
      const size = new DataView(header.buffer).getUint32(0);
      if (size < 5 || size > largestPacket) {
        throw storageError("unexpected", "the SFTP server sent something that is no packet");
      }
      if (chunk.length - at >= size) {
        yield chunk.subarray(at, at + size);
        at += size;
      } else {
        whole = new Uint8Array(size);
        filled = 0;
      }
    }
  }
}
