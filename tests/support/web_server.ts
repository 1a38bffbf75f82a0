/**
 * A well-behaved web server that keeps files in memory: GET with ranges, HEAD, PUT, POST, DELETE.
 *
 * @module
 */

/** What may be set. */
export interface WebServerOptions {
  /** The `Authorization` header that is asked for. */
  readonly authorization?: string;
  /** Requires this header with this value. */
  readonly header?: readonly [name: string, value: string];
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Answers in the server's place, or undefined. */
  readonly before?: (
    request: Request,
  ) => Response | undefined | Promise<Response | undefined>;
}

/** A running server. */
export interface WebServer {
  readonly url: string;
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  /** Method and path of every request. */
  readonly log: string[];
  stop(): Promise<void>;
}

/** Starts a server on loopback. */
export function startWebServer(options: WebServerOptions = {}): WebServer {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const log: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {}, ...options.tls },
    async (request) => {
      const path = decodeURIComponent(new URL(request.url).pathname);
      log.push(`${request.method} ${path}`);
      const early = await options.before?.(request);
      const answer = early ?? refusal(request, options) ?? await serve(request, { path, files });
      await request.body?.cancel().catch(() => {});
      return answer;
    },
  );
  const scheme = options.tls === undefined ? "http" : "https";
  return {
    url: `${scheme}://127.0.0.1:${server.addr.port}`,
    files,
    log,
    stop: () => server.shutdown(),
  };
}

function refusal(request: Request, options: WebServerOptions): Response | undefined {
  const { authorization, header } = options;
  if (authorization !== undefined && request.headers.get("authorization") !== authorization) {
    return new Response("who?", {
      status: 401,
      headers: { "www-authenticate": 'Basic realm="test"' },
    });
  }
  if (header !== undefined && request.headers.get(header[0]) !== header[1]) {
    return new Response("no", { status: 403 });
  }
  return undefined;
}

async function serve(
  request: Request,
  { path, files }: { path: string; files: Map<string, Uint8Array<ArrayBuffer>> },
): Promise<Response> {
  if (request.method === "PUT" || request.method === "POST") {
    try {
      files.set(path, await request.bytes());
    } catch {
      return new Response(null, { status: 400 });
    }
    return new Response(null, { status: 201 });
  }
  const bytes = files.get(path);
  if (bytes === undefined) return new Response("none", { status: 404 });
  if (request.method === "DELETE") {
    files.delete(path);
    return new Response(null, { status: 204 });
  }
  const headers = new Headers({ etag: `"${await sum(bytes)}"`, "accept-ranges": "bytes" });
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "");
  if (range === null) {
    headers.set("content-length", String(bytes.length));
    return new Response(request.method === "HEAD" ? null : bytes, { headers });
  }
  const start = Number(range[1]);
  const end = range[2] === "" ? bytes.length : Math.min(bytes.length, Number(range[2]) + 1);
  if (start >= bytes.length) {
    headers.set("content-range", `bytes */${bytes.length}`);
    return new Response(null, { status: 416, headers });
  }
  headers.set("content-range", `bytes ${start}-${end - 1}/${bytes.length}`);
  return new Response(bytes.slice(start, end), { status: 206, headers });
}

async function sum(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-1", bytes)).toHex().slice(0, 16);
}
