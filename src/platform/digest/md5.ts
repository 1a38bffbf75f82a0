/**
 * MD5, the hash that names objects: of bytes at hand and of bytes as they come.
 *
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import { engineFor } from "./engine.ts";
import { EngineStream } from "./engine_stream.ts";

/** The MD5 of some bytes as 32 lower-case hex digits. */
export function md5Hex(bytes: Uint8Array): string {
  const engine = engineFor(bytes.length);
  if (engine === undefined) return createHash("md5").update(bytes).digest("hex");
  const stream = new EngineStream(engine);
  stream.update(bytes);
  return stream.digestHex();
}

function start(bytes: number): Hash | EngineStream {
  const engine = engineFor(bytes);
  return engine === undefined ? createHash("md5") : new EngineStream(engine);
}

/** How many bytes went through streams that nobody announced as large. */
let unannounced = 0;

/**
 * MD5 of bytes as they come. Costs little to make; starts anew after {@linkcode Md5.digestHex}.
 * Whoever expects many bytes says so (`expected`), which lets the faster engine do the work.
 */
export class Md5 {
  readonly #expected: number;
  #hash: Hash | EngineStream | undefined;

  constructor(expected = 0) {
    this.#expected = expected;
  }

  update(bytes: Uint8Array): void {
    this.#hash ??= start(Math.max(this.#expected, unannounced));
    unannounced += bytes.length;
    this.#hash.update(bytes);
  }

  /** The digest of everything since the last call, as 32 lower-case hex digits. */
  digestHex(): string {
    const hash = this.#hash ?? start(0);
    this.#hash = undefined;
    return hash instanceof EngineStream ? hash.digestHex() : hash.digest("hex");
  }
}
