/**
 * HTTP with what `fetch` lacks: time-outs that only silence counts towards, redirects that give no
 * secret away, own certificates, and failures that can be told apart.
 *
 * @module
 */
import { HttpAnswer } from "./http_answer.ts";
import { certificateBundle } from "./http_certificates.ts";
import { HttpFault, httpFaultOf } from "./http_fault.ts";
import { HttpWatch, type Watched } from "./http_watch.ts";
import { interrupted } from "./retry.ts";

/** How a client connects. Times are milliseconds. */
export interface HttpSettings {
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string>>;
  /** How long a connection may take to come about, and how long a server may be silent. */
  readonly connectTimeout: number;
  readonly readTimeout: number;
  /** False: any certificate will do. */
  readonly verify?: boolean;
  /** Authorities that are trusted beside the usual ones, as PEM text. */
  readonly authorities?: string;
  /** The client's own certificate and key, as PEM text. */
  readonly identity?: { readonly cert: string; readonly key: string };
}

/** One request. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that no other host than the URL's may see. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;
  /** `keep` hands a redirect back as the answer. */
  readonly redirect?: "follow" | "keep";
  /** The body as it is on the wire: `fetch` otherwise unpacks what is marked as compressed. */
  readonly raw?: boolean;
}

const maximumRedirects = 10;

/** Connections to any number of servers. */
export class HttpClient {
  readonly #settings: HttpSettings;
  readonly #watch: HttpWatch;
  #connections: Deno.HttpClient | undefined;
  #wider: "untried" | "in use" | "useless" = "untried";

  constructor(settings: HttpSettings) {
    this.#settings = settings;
    this.#watch = new HttpWatch(settings);
    if (settings.authorities !== undefined || settings.identity !== undefined) {
      this.#connections = Deno.createHttpClient({
        ...(settings.authorities === undefined ? {} : { caCerts: [settings.authorities] }),
        ...settings.identity,
      });
    }
  }

  /** The answer, whatever its status. Throws {@linkcode HttpFault}s, or the body's own error. */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    let { url, secrets, method } = request;
    for (let hops = 0;; hops++) {
      const answer = await this.#sendOnce({ ...request, method, url, secrets: secrets ?? {} });
      const { status } = answer;
      const location = answer.headers.get("location");
      if (
        request.redirect === "keep" || location === null ||
        ![301, 302, 303, 307, 308].includes(status)
      ) {
        return answer;
      }
      await answer.discard();
      const next = redirectTarget(location, url);
      if (hops === maximumRedirects) throw new HttpFault("redirect", "too many redirects");
      const sameOrigin = next.origin === new URL(url).origin;
      if (!sameOrigin) secrets = undefined;
      if (method !== "GET" && method !== "HEAD") {
        const kept = status === 307 || status === 308 || (sameOrigin && status !== 303);
        if (!kept || request.body instanceof ReadableStream) {
          throw new HttpFault("redirect", `the server redirects to '${withoutSecrets(next)}'`);
        }
      }
      url = next.href;
    }
  }

  /** Ends the connections. */
  close(): void {
    this.#watch.close();
    this.#connections?.close();
    this.#connections = undefined;
  }

  async #sendOnce(request: HttpRequest): Promise<HttpAnswer> {
    if (this.#settings.signal.aborted) throw interrupted();
    try {
      return await this.#fetch(request);
    } catch (error) {
      const replayable = !(request.body instanceof ReadableStream);
      if (error instanceof HttpFault && error.kind === "tls" && replayable && this.#widenTrust()) {
        return await this.#fetch(request);
      }
      throw error;
    }
  }

  /** Trusts what the system trusts, a company's own authority for one. True if that is news. */
  #widenTrust(): boolean {
    const { environment, authorities } = this.#settings;
    if (this.#wider !== "untried" || authorities !== undefined) return this.#wider === "in use";
    const bundle = certificateBundle(environment);
    this.#wider = bundle === undefined ? "useless" : "in use";
    if (bundle === undefined) return false;
    this.#connections?.close();
    this.#connections = Deno.createHttpClient({ caCerts: [bundle], ...this.#settings.identity });
    return true;
  }

  async #fetch(request: HttpRequest): Promise<HttpAnswer> {
    const { method, url, headers, secrets, body } = request;
    const entry = this.#watch.start(url, body instanceof Uint8Array ? body.length : 0);
    const source = body instanceof ReadableStream ? watchedBody(body, entry) : undefined;
    const init = {
      method,
      headers: { "accept-encoding": "identity", ...headers, ...secrets },
      body: source?.stream ?? (body instanceof Uint8Array ? body : undefined) ?? null,
      redirect: "manual" as const,
      signal: entry.signal,
    };
    try {
      const response = this.#settings.verify === false || request.raw === true
        ? await fetchByNode(url, init, this.#settings.verify !== false)
        : await fetch(
          url,
          this.#connections === undefined ? init : { ...init, client: this.#connections },
        );
      entry.touch();
      return new HttpAnswer(response, { entry, method, url });
    } catch (error) {
      entry.done();
      if (source?.error !== undefined) throw source.error;
      if (this.#settings.signal.aborted) throw interrupted();
      throw entry.fault ?? httpFaultOf(error);
    }
  }
}

async function fetchByNode(
  url: string,
  init: RequestInit & { headers: Record<string, string> },
  verify: boolean,
): Promise<Response> {
  const { nodeFetch } = await import("./http_by_node.ts");
  return nodeFetch(url, init, verify);
}

/** A body that counts as a sign of life, and that remembers its own failure. */
function watchedBody(body: ReadableStream<Uint8Array<ArrayBuffer>>, entry: Watched) {
  const reader = body.getReader();
  const watched: { stream: ReadableStream<Uint8Array<ArrayBuffer>>; error?: unknown } = {
    stream: new ReadableStream({
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          entry.touch();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          watched.error = error;
          controller.error(error);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    }),
  };
  return watched;
}

function redirectTarget(location: string, from: string): URL {
  let target: URL;
  try {
    target = new URL(location, from);
  } catch {
    throw new HttpFault("redirect", "the server redirects to something that is no URL");
  }
  if (target.protocol !== "http:" && target.protocol !== "https:") {
    throw new HttpFault(
      "redirect",
      `the server redirects to a '${target.protocol}' address, which is not followed`,
    );
  }
  return target;
}

/** The URL as messages may show it: no user, no password, no query values. */
export function withoutSecrets(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}${url.search === "" ? "" : "?…"}`;
}

/** The value of an `Authorization` header that holds a name and a password. */
export function basicHeader(user: string, password: string): string {
  return `Basic ${new TextEncoder().encode(`${user}:${password}`).toBase64()}`;
}
