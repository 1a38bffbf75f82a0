/**
 * A proxy for TCP that loses its temper: it slams doors, cuts connections in the middle and answers
 * in the place of the server behind it. The same seed gives the same sequence of moods.
 *
 * @module
 */

/** A running proxy. */
export interface ChaosProxy {
  readonly port: number;
  /** How many connections were treated badly. */
  readonly faults: number;
  stop(): Promise<void>;
}

/** What may be set. */
export interface ChaosOptions {
  readonly target: number;
  readonly seed: number;
  /** The share of connections that are treated badly, from 0 to 1. */
  readonly share: number;
  /** Answers 503 and 429 in the place of an HTTP server. */
  readonly http: boolean;
  /** Connections that go well end after so many bytes from the server, to make room for moods. */
  readonly life: number;
}

/** Starts a proxy on loopback. */
export function startChaosProxy(options: ChaosOptions): ChaosProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();
  const work = new Set<Promise<void>>();
  let state = options.seed;
  let faults = 0;
  function random(): number {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    return state / 2 ** 32;
  }
  async function serve(client: Deno.TcpConn): Promise<void> {
    open.add(client);
    try {
      const bad = random() < options.share;
      if (bad) faults++;
      const mood = bad ? random() : 1;
      if (mood < 0.25) return; // the door is slammed
      if (mood < 0.6 && options.http) {
        await client.read(new Uint8Array(65536));
        const status = mood < 0.45 ? "503 Slow Down" : "429 Too Many Requests";
        await writeAll(
          client,
          `HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
        );
        return;
      }
      const server = await Deno.connect({ hostname: "127.0.0.1", port: options.target });
      open.add(server);
      try {
        const limit = mood < 1 ? Math.floor(random() * options.life / 2) : options.life;
        const upLimit = mood < 0.8 ? Math.floor(random() * options.life / 2) : Infinity;
        const up = forward(client, { to: server, limit: upLimit }).then((full) => {
          if (!full) return;
          close(server);
          close(client);
        });
        await forward(server, { to: client, limit });
        close(server);
        close(client);
        await up;
      } finally {
        close(server);
        open.delete(server);
      }
    } catch {
      // Whoever hung up first: that is what this proxy is for.
    } finally {
      close(client);
      open.delete(client);
    }
  }
  const accepting = (async () => {
    for await (const client of listener) {
      const task = serve(client).finally(() => work.delete(task));
      work.add(task);
    }
  })();
  return {
    port: listener.addr.port,
    get faults() {
      return faults;
    },
    async stop() {
      listener.close();
      for (const connection of open) close(connection);
      await accepting;
      await Promise.all(work);
    },
  };
}

/** Passes bytes on; answers whether it was the limit that ended it. */
async function forward(
  from: Deno.TcpConn,
  { to, limit }: { to: Deno.TcpConn; limit: number },
): Promise<boolean> {
  const buffer = new Uint8Array(16384);
  let passed = 0;
  try {
    while (passed < limit) {
      const count = await from.read(buffer);
      if (count === null) return false;
      const part = buffer.subarray(0, Math.min(count, limit - passed));
      await writeAll(to, part);
      passed += part.length;
    }
    return true;
  } catch {
    return false; // the other side is gone
  }
}

async function writeAll(to: Deno.TcpConn, content: Uint8Array | string): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // Closed already.
  }
}
