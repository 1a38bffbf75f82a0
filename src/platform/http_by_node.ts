/**
 * A fetch over `node:https`, for the two things that Deno's own cannot do: accept a certificate
 * that nobody vouches for, and leave compressed bodies compressed.
 *
 * @module
 */
import { request as plainRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as secureRequest } from "node:https";
import { HttpFault } from "./http_fault.ts";

/** As `fetch`, with a manual redirect, over a connection of its own. */
export function nodeFetch(
  url: string,
  init: RequestInit & { headers: Record<string, string> },
  verify: boolean,
): Promise<Response> {
  const target = new URL(url);
  const { body, method = "GET", headers, signal } = init;
  return new Promise((resolve, reject) => {
    const send = target.protocol === "https:" ? secureRequest : plainRequest;
    const request = send(target, {
      method,
      headers: body instanceof Uint8Array
        ? { ...headers, "content-length": String(body.length) }
        : headers,
      rejectUnauthorized: verify,
      // Reused connections lose answers behind a PUT in Deno's node:http.
      agent: false,
    }, (message) => resolve(responseOf(message, method)));
    request.on("error", (error: Error & { code?: string }) => reject(faultOf(error)));
    signal?.addEventListener("abort", () => request.destroy(new Error("aborted")), { once: true });
    if (body instanceof ReadableStream) {
      void pour(body, request).catch((error) => {
        request.destroy(error);
        reject(error);
      });
    } else {
      if (body instanceof Uint8Array) request.write(body);
      request.end();
    }
  });
}

async function pour(
  body: ReadableStream<Uint8Array>,
  request: { write(chunk: Uint8Array, done: () => void): boolean; end(): unknown },
): Promise<void> {
  for await (const chunk of body) {
    await new Promise<void>((resolve) => request.write(chunk, () => resolve()));
  }
  request.end();
}

function responseOf(message: IncomingMessage, method: string): Response {
  const headers = new Headers();
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2) {
    headers.append(message.rawHeaders[i] ?? "", message.rawHeaders[i + 1] ?? "");
  }
  const status = message.statusCode ?? 502;
  const empty = method === "HEAD" || status === 204 || status === 304;
  if (empty) message.resume();
  const length = Number(headers.get("content-length") ?? NaN);
  return new Response(empty ? null : bodyOf(message, length), { status, headers });
}

/** The body. A cut connection brings neither an end nor an error here, only `close`. */
function bodyOf(message: IncomingMessage, length: number): ReadableStream<Uint8Array> {
  let received = 0;
  let ended = false;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      function fail() {
        if (ended) return;
        ended = true;
        controller.error(new HttpFault("cut", "the connection was closed in the middle"));
      }
      function finish() {
        if (ended) return;
        ended = true;
        controller.close();
      }
      message.on("data", (chunk: Uint8Array) => {
        received += chunk.length;
        controller.enqueue(new Uint8Array(chunk));
        if ((controller.desiredSize ?? 0) <= 0) message.pause();
        if (received === length) finish();
      });
      message.on("end", finish);
      message.on("error", fail);
      message.on("aborted", fail);
      message.on("close", fail);
    },
    pull: () => void message.resume(),
    cancel: () => void message.destroy(),
  }, { highWaterMark: 16 });
}

function faultOf(error: Error & { code?: string }): HttpFault {
  const code = error.code ?? "";
  if (code === "ECONNREFUSED") return new HttpFault("unreachable", "connection refused");
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return new HttpFault("unreachable", "the host name cannot be resolved");
  }
  if (/certificate|CERT|TLS|SSL/i.test(`${code} ${error.message}`)) {
    return new HttpFault("tls", "the server's certificate is not valid", { cause: error });
  }
  return new HttpFault("cut", "the connection was closed in the middle", { cause: error });
}
