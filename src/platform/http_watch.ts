/**
 * Ends requests whose server has fallen silent, with one timer for all of them.
 *
 * @module
 */
import { HttpFault } from "./http_fault.ts";

/** One request under watch. */
export interface Watched {
  readonly signal: AbortSignal;
  /** Why the watch ended the request, if it did. */
  readonly fault: HttpFault | undefined;
  /** Whether the user ended the whole run. */
  readonly interrupted: boolean;
  touch(): void;
  done(): void;
}

/** Slower uploads than this, in bytes a millisecond, count as silence. */
const slowestUpload = 16;

/** Watches the requests of one client. */
export class HttpWatch {
  readonly #signal: AbortSignal;
  readonly #connectTimeout: number;
  readonly #readTimeout: number;
  readonly #probe: boolean;
  readonly #active = new Set<WatchedRequest>();
  #timer: number | undefined;
  readonly #onAbort = (): void => {
    for (const entry of this.#active) entry.controller.abort();
  };

  constructor({ signal, connectTimeout, readTimeout, environment }: {
    signal: AbortSignal;
    connectTimeout: number;
    readTimeout: number;
    environment: Readonly<Record<string, string>>;
  }) {
    this.#signal = signal;
    this.#connectTimeout = connectTimeout;
    this.#readTimeout = readTimeout;
    // Behind a proxy there is no direct way to the server that could be tried.
    this.#probe = !Object.keys(environment).some((name) => /^(https?|all)_proxy$/i.test(name));
    signal.addEventListener("abort", this.#onAbort);
  }

  /** Starts to watch a request that sends so many bytes before it can be answered. */
  start(url: string, bytes: number): Watched {
    const entry = new WatchedRequest(url, this.#readTimeout + bytes / slowestUpload, {
      signal: this.#signal,
      done: (gone) => this.#remove(gone),
    });
    this.#active.add(entry);
    if (this.#timer === undefined) {
      const shortest = Math.min(this.#connectTimeout, this.#readTimeout);
      this.#timer = setInterval(() => this.#look(), Math.min(1000, Math.max(20, shortest / 4)));
      Deno.unrefTimer(this.#timer);
    }
    return entry;
  }

  /** Ends what is under way. */
  close(): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    for (const entry of [...this.#active]) {
      entry.controller.abort();
      this.#remove(entry);
    }
  }

  #remove(entry: WatchedRequest): void {
    this.#active.delete(entry);
    if (this.#active.size > 0 || this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const now = performance.now();
    for (const entry of this.#active) {
      const silent = now - entry.last;
      const patience = entry.answered ? this.#readTimeout : entry.patience;
      if (silent > patience) {
        entry.end(
          new HttpFault("timeout", `the server was silent for ${seconds(this.#readTimeout)}`),
        );
        this.#remove(entry);
      } else if (
        this.#probe && !entry.answered && !entry.probed && silent > this.#connectTimeout
      ) {
        entry.probed = true;
        void this.#probeServer(entry);
      }
    }
  }

  /** Tells a server that thinks from one that cannot be reached: only the latter is given up on. */
  async #probeServer(entry: WatchedRequest): Promise<void> {
    const { hostname, port, protocol } = new URL(entry.url);
    const attempt = Deno.connect({
      hostname: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port || (protocol === "https:" ? 443 : 80)),
    }).then((connection) => {
      connection.close();
      return true;
    }, () => false);
    let timer: number | undefined;
    const giveUp = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), Math.min(2000, this.#connectTimeout));
      Deno.unrefTimer(timer);
    });
    const reached = await Promise.race([attempt, giveUp]);
    clearTimeout(timer);
    if (reached || entry.answered) return;
    entry.end(
      new HttpFault("unreachable", `no connection within ${seconds(this.#connectTimeout)}`),
    );
  }
}

class WatchedRequest implements Watched {
  readonly url: string;
  readonly patience: number;
  readonly controller = new AbortController();
  readonly #run: AbortSignal;
  readonly #done: (entry: WatchedRequest) => void;
  last = performance.now();
  answered = false;
  probed = false;
  fault: HttpFault | undefined;

  constructor(
    url: string,
    patience: number,
    { signal, done }: { signal: AbortSignal; done: (entry: WatchedRequest) => void },
  ) {
    this.url = url;
    this.patience = patience;
    this.#run = signal;
    this.#done = done;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get interrupted(): boolean {
    return this.#run.aborted;
  }

  touch(): void {
    this.last = performance.now();
  }

  end(fault: HttpFault): void {
    this.fault = fault;
    this.controller.abort();
  }

  done(): void {
    this.#done(this);
  }
}

function seconds(milliseconds: number): string {
  const count = milliseconds / 1000;
  return count === 1 ? "1 second" : `${count} seconds`;
}
