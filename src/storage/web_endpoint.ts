/**
 * One web address with its options, sign-in and manners: what HTTP and WebDAV have in common.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { basicHeader, HttpClient, withoutSecrets } from "../platform/http.ts";
import type { HttpAnswer } from "../platform/http_answer.ts";
import { HttpFault } from "../platform/http_fault.ts";
import { collect } from "./bulk.ts";
import { digestAnswer, type DigestChallenge, digestChallenge } from "./http_digest.ts";
import { connectionError, type Errand, statusError } from "./http_status.ts";
import { certificateOptions, readPem, seconds, type StorageOptions, text } from "./options.ts";
import type { ByteStream, OpenFile, ReadPart, StoredFile } from "./storage.ts";
import { encodePath } from "./storage_path.ts";
import { openAnswer } from "./web_file.ts";

/** How an endpoint signs in. */
export type SignIn =
  | { readonly kind: "none" }
  | { readonly kind: "basic" | "digest"; readonly user: string; readonly password: string }
  | { readonly kind: "header"; readonly name: string; readonly value: string };

/** One request to an endpoint. */
export interface WebRequest {
  readonly method: string;
  readonly deed: Errand["deed"];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | ByteStream;
  /** The path is a folder's, so that its address ends with a slash. */
  readonly folder?: boolean;
}

/** More bytes than this are never held in memory, whatever a server sends. */
export const LARGEST_HELD = 512 << 20;

/** A URL that requests go to and below. */
export class WebEndpoint {
  readonly label: string;
  readonly identity: string | undefined;
  readonly base: URL;
  readonly #client: HttpClient;
  readonly #signIn: SignIn;
  #challenge: DigestChallenge | undefined;
  #asked = false;

  constructor(
    base: URL,
    { options, context, signIn }: { options: StorageOptions; context: Context; signIn: SignIn },
  ) {
    const named = fromUserInfo(base);
    this.#signIn = signIn.kind === "none" ? named : signIn;
    this.base = new URL(base);
    this.base.username = this.base.password = "";
    this.label = withoutSecrets(base);
    this.identity = identityOf(this.#signIn);
    const certificate = text(options, "cert_path");
    const key = text(options, "key_path") ?? certificate;
    this.#client = new HttpClient({
      signal: context.signal,
      environment: context.environment,
      connectTimeout: seconds(options, "connect_timeout", 60_000),
      readTimeout: seconds(options, "read_timeout", 60_000),
      ...certificateOptions(options, context),
      ...(certificate === undefined || key === undefined ? {} : {
        identity: {
          cert: readPem(certificate, { option: "cert_path", context }),
          key: readPem(key, { option: "key_path", context }),
        },
      }),
    });
  }

  /** The URL of a path below the endpoint. */
  url(path: string): string {
    if (path === "") return this.base.href;
    const url = new URL(this.base);
    url.pathname = `${url.pathname.replace(/\/$/, "")}/${encodePath(path)}`;
    return url.href;
  }

  /** The same without secrets. */
  address(path: string): string {
    return withoutSecrets(new URL(this.url(path)));
  }

  /** The answer, whatever its status. Failed connections are `storage` errors. */
  async send(path: string, request: WebRequest): Promise<HttpAnswer> {
    const url = new URL(this.url(path));
    if (request.folder === true && !url.pathname.endsWith("/")) url.pathname += "/";
    return await this.sendTo(url, request);
  }

  /** The same for an address of the same server. */
  async sendTo(url: URL, request: WebRequest): Promise<HttpAnswer> {
    try {
      return await this.#signedIn(url.href, request);
    } catch (error) {
      if (error instanceof HttpFault) {
        const { identity } = this;
        const errand = { address: withoutSecrets(url), deed: request.deed, identity };
        throw connectionError(error, errand);
      }
      throw error;
    }
  }

  /** The error for an answer that is no success; its body is given up. */
  async failure(
    path: string,
    { answer, deed }: { answer: HttpAnswer; deed: Errand["deed"] },
  ): Promise<DvtError> {
    await answer.discard();
    return statusError(answer, this.#errand(path, deed));
  }

  /** Asks for a file's bytes; undefined where there is no such file. */
  async open(path: string, part: ReadPart = {}): Promise<OpenFile | undefined> {
    const { start = 0, end } = part;
    const ranged = start > 0 || end !== undefined;
    const answer = await this.send(path, {
      method: "GET",
      deed: "read",
      ...(ranged ? { headers: { range: rangeHeader(start, end) } } : {}),
    });
    const { status } = answer;
    if (status === 404 || status === 410) {
      await answer.discard();
      return undefined;
    }
    if (status !== 200 && status !== 206 && status !== 416) {
      throw await this.failure(path, { answer, deed: "read" });
    }
    return openAnswer(answer, {
      part,
      address: this.address(path),
      failed: (fault) => connectionError(fault, this.#errand(path, "read")),
    });
  }

  /** All bytes of a file that fits into memory; undefined where there is none. */
  async readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const answer = await this.send(path, { method: "GET", deed: "read" });
    const { status } = answer;
    if (status === 404 || status === 410) {
      await answer.discard();
      return undefined;
    }
    if (status !== 200) throw await this.failure(path, { answer, deed: "read" });
    try {
      return await answer.bytes(LARGEST_HELD);
    } catch (error) {
      if (error instanceof HttpFault) throw connectionError(error, this.#errand(path, "read"));
      throw error;
    }
  }

  close(): void {
    this.#client.close();
  }

  #errand(path: string, deed: Errand["deed"]): Errand {
    return { address: this.address(path), deed, identity: this.identity };
  }

  async #signedIn(url: string, request: WebRequest): Promise<HttpAnswer> {
    const { body } = request;
    if (this.#signIn.kind !== "digest") return await this.#sendWith(url, request);
    // A stream cannot be sent twice, so the challenge has to be known beforehand.
    if (body instanceof ReadableStream && !this.#asked) {
      const probe = await this.#sendWith(url, { method: "HEAD", deed: request.deed });
      this.#takeChallenge(probe);
      await probe.discard();
    }
    const answer = await this.#sendWith(url, request);
    if (answer.status !== 401 || !this.#takeChallenge(answer)) return answer;
    if (body instanceof ReadableStream) return answer;
    await answer.discard();
    return await this.#sendWith(url, request);
  }

  /** Whether the answer holds a challenge that was not met yet. */
  #takeChallenge(answer: HttpAnswer): boolean {
    this.#asked = true;
    const challenge = digestChallenge(answer.headers.get("www-authenticate"));
    if (challenge === undefined || challenge.nonce === this.#challenge?.nonce) return false;
    this.#challenge = challenge;
    return true;
  }

  #sendWith(url: string, { method, headers, body }: WebRequest): Promise<HttpAnswer> {
    return this.#client.send({
      method,
      url,
      secrets: this.#secrets(url, method),
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
    });
  }

  #secrets(url: string, method: string): Record<string, string> {
    const signIn = this.#signIn;
    if (signIn.kind === "header") return { [signIn.name]: signIn.value };
    if (signIn.kind === "basic") {
      return { authorization: basicHeader(signIn.user, signIn.password) };
    }
    if (signIn.kind === "digest" && this.#challenge !== undefined) {
      const { user, password } = signIn;
      const clientNonce = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
      return {
        authorization: digestAnswer(this.#challenge, { user, password, method, url, clientNonce }),
      };
    }
    return {};
  }
}

/** The bytes of a range as HTTP writes it: the end is included there. */
export function rangeHeader(start: number, end: number | undefined): string {
  return `bytes=${start}-${end === undefined ? "" : end - 1}`;
}

/** What the headers of an answer tell of a file. */
export function storedFile(path: string, answer: HttpAnswer, size: number | undefined): StoredFile {
  const etag = answer.headers.get("etag") ?? answer.headers.get("content-md5");
  const lastModified = answer.headers.get("last-modified");
  return {
    path,
    ...(size === undefined ? {} : { size }),
    ...(etag === null ? {} : { etag }),
    ...(lastModified === null ? {} : { lastModified }),
  };
}

/** The parsed URL; a `configuration` error where it is none. */
export function parseUrl(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new DvtError("configuration", `'${url.replace(/\/\/[^/@]*@/, "//")}' is not a URL`);
  }
}

/** All bytes of a body of either sort. */
export async function bodyBytes(
  content: ByteStream | Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return content instanceof Uint8Array ? content : await collect(content);
}

function fromUserInfo(url: URL): SignIn {
  if (url.username === "") return { kind: "none" };
  return {
    kind: "basic",
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

function identityOf(signIn: SignIn): string | undefined {
  if (signIn.kind === "none") return undefined;
  return signIn.kind === "header" ? `the header '${signIn.name}'` : `user '${signIn.user}'`;
}
