/**
 * A web server that misbehaves on request. The first part of a path picks the behaviour, the rest
 * is a file of the server behind it, so that `/busy/a` is `/a`, reluctantly.
 *
 * @module
 */
import { startWebServer, type WebServer } from "./web_server.ts";

/** A running server. */
export interface BadServer {
  readonly url: string;
  readonly files: WebServer["files"];
  /** Method, path and `Authorization` header of every request. */
  readonly log: string[];
  stop(): Promise<void>;
}

/**
 * Starts a server on loopback. Its behaviours:
 *
 * - `/status-N`: always that status
 * - `/busy`: 429 with `Retry-After: 1` to the first request for each path
 * - `/patience`: 429 with `Retry-After: 3600`, always
 * - `/flaky`: 503 to the first two requests for each path
 * - `/cut`: every GET stops after a third of what is left
 * - `/stump`: every GET stops at once
 * - `/slam`: the connection is closed without an answer to the first request for each path
 * - `/changing`: as `cut`, but the file is another one each time
 * - `/short`: announces more bytes than it sends, then goes silent
 * - `/silent`: never answers
 * - `/dribble`: a byte every 100 ms
 * - `/redirect`, `/elsewhere`, `/loop`, `/to-file`, `/to-nothing`: redirects
 * - `/no-head`: HEAD gives 405; `/get-only`: HEAD gives 403
 * - `/no-length`: no Content-Length
 * - `/no-range`: ranges are ignored; `/wrong-range`: another part than asked for
 * - `/gzip`: says that the body is packed although nobody asked
 */
export function startBadServer(elsewhere = ""): BadServer {
  const seen = new Map<string, number>();
  const log: string[] = [];
  let versions = 0;
  const server = startWebServer({
    before: async (request) => {
      const url = new URL(request.url);
      log.push(`${request.method} ${url.pathname} ${request.headers.get("authorization") ?? "-"}`);
      const [, mode = "", rest = ""] = /^\/([\w-]+)(\/.*)?$/.exec(url.pathname) ?? [];
      const count = (seen.get(url.pathname) ?? 0) + 1;
      seen.set(url.pathname, count);
      const bytes = server.files.get(decodeURIComponent(rest));
      const plain = () => answerPlainly(request, bytes);
      const status = /^status-(\d+)$/.exec(mode)?.[1];
      if (status !== undefined) return new Response("no", { status: Number(status) });
      switch (mode) {
        case "busy":
          return count === 1
            ? new Response("later", { status: 429, headers: { "retry-after": "1" } })
            : plain();
        case "patience":
          return new Response("later", { status: 429, headers: { "retry-after": "3600" } });
        case "flaky":
          if (count <= 2) return new Response("broken", { status: 503 });
          return request.method === "PUT" ? new Response(null, { status: 201 }) : plain();
        case "cut":
          return cutOff(request, { bytes, share: 1 / 3 });
        case "changing":
          return cutOff(request, { bytes, share: 1 / 3, etag: `"v${++versions}"` });
        case "stump":
          return cutOff(request, { bytes, share: 0 });
        case "slam":
          return count === 1 ? slam(request) : plain();
        case "short":
          return stalling(bytes);
        case "silent":
          await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
          return new Response(null, { status: 500 });
        case "dribble":
          return dribbling(bytes);
        case "redirect":
          return Response.redirect(new URL(`/plain${rest}`, url), 302);
        case "elsewhere":
          return Response.redirect(`${elsewhere}/plain${rest}`, 302);
        case "elsewhere-307":
          return Response.redirect(`${elsewhere}/plain${rest}`, 307);
        case "loop":
          return Response.redirect(url, 302);
        case "to-file":
          return new Response(null, { status: 302, headers: { location: "file:///etc/passwd" } });
        case "to-nothing":
          return new Response(null, { status: 302, headers: { location: "http://[" } });
        case "no-head":
          return request.method === "HEAD" ? new Response(null, { status: 405 }) : plain();
        case "get-only":
          return request.method === "HEAD" ? new Response(null, { status: 403 }) : plain();
        case "no-length":
          return withoutLength(request, bytes);
        case "no-range":
          return bytes === undefined ? missing() : new Response(bytes);
        case "wrong-range":
          return new Response(bytes?.slice(0, 5), {
            status: 206,
            headers: { "content-range": `bytes 0-4/${bytes?.length ?? 0}` },
          });
        case "gzip":
          return new Response("not packed at all", { headers: { "content-encoding": "gzip" } });
        case "plain":
          return plain();
      }
      return undefined;
    },
  });
  return { url: server.url, files: server.files, log, stop: () => server.stop() };
}

function missing(): Response {
  return new Response("none", { status: 404 });
}

function answerPlainly(
  request: Request,
  bytes: Uint8Array<ArrayBuffer> | undefined,
): Response {
  if (bytes === undefined) return missing();
  const start = startOf(request);
  const headers = new Headers({ etag: '"same"' });
  if (start !== undefined) {
    headers.set("content-range", `bytes ${start}-${bytes.length - 1}/${bytes.length}`);
  }
  const part = bytes.slice(start ?? 0);
  headers.set("content-length", String(part.length));
  const body = request.method === "HEAD" ? null : part;
  return new Response(body, { status: start === undefined ? 200 : 206, headers });
}

function startOf(request: Request): number | undefined {
  const range = /^bytes=(\d+)-/.exec(request.headers.get("range") ?? "");
  return range === null ? undefined : Number(range[1]);
}

function cutOff(
  request: Request,
  { bytes, share, etag = '"same"' }: {
    bytes: Uint8Array<ArrayBuffer> | undefined;
    share: number;
    etag?: string;
  },
): Response {
  if (bytes === undefined) return missing();
  if (request.method === "HEAD") return answerPlainly(request, bytes);
  const start = startOf(request) ?? 0;
  const rest = bytes.slice(start);
  const stop = rest.length < 30 ? rest.length : Math.floor(rest.length * share);
  const headers = {
    etag,
    "content-length": String(rest.length),
    "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
  };
  let sent = false;
  const body = new ReadableStream({
    async pull(controller) {
      if (!sent && stop > 0) controller.enqueue(rest.slice(0, stop));
      else if (stop === rest.length) controller.close();
      else {
        await new Promise((resolve) => setTimeout(resolve, 20));
        controller.error(new Error("cut on purpose"));
      }
      sent = true;
    },
  });
  return new Response(body, { status: start === 0 ? 200 : 206, headers });
}

function slam(request: Request): Response {
  const headers = { "content-length": "10" };
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("slam")) });
  return new Response(request.method === "HEAD" ? null : body, { headers });
}

function stalling(bytes: Uint8Array<ArrayBuffer> | undefined): Response {
  const content = bytes ?? new Uint8Array();
  const body = new ReadableStream({ start: (controller) => controller.enqueue(content) });
  return new Response(body, { headers: { "content-length": String(content.length + 10) } });
}

function dribbling(bytes: Uint8Array<ArrayBuffer> | undefined): Response {
  const content = bytes ?? new Uint8Array();
  let at = 0;
  const body = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (at === content.length) controller.close();
      else controller.enqueue(content.slice(at, ++at));
    },
  });
  return new Response(body, { headers: { "content-length": String(content.length) } });
}

function withoutLength(request: Request, bytes: Uint8Array<ArrayBuffer> | undefined): Response {
  if (bytes === undefined) return missing();
  if (request.method === "HEAD") return new Response(null);
  return new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(bytes);
        controller.close();
      },
    }),
  );
}
