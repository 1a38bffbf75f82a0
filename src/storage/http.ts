/**
 * Web servers: read from any, write to those that take files.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { streamFilePart } from "../platform/file_parts.ts";
import type { HttpAnswer } from "../platform/http_answer.ts";
import { urlWithoutSecrets } from "../platform/secret_urls.ts";
import { missingFile, storageError } from "./fault.ts";
import { fingerprint } from "./http_fingerprint.ts";
import { flag, type StorageOptions, text } from "./options.ts";
import type {
  ByteStream,
  OpenFile,
  ReadPart,
  Storage,
  StoredFile,
  WrittenFile,
} from "./storage.ts";
import { parseUrl, type SignIn, storedFile, WebEndpoint } from "./web_endpoint.ts";

/** Opens `http://…` and `https://…` with DVC's options. */
export function openHttpStorage(
  remote: { url: string; options: StorageOptions },
  context: Context,
): Storage {
  const base = parseUrl(remote.url);
  const { options } = remote;
  const endpoint = new WebEndpoint(base, {
    options,
    context,
    signIn: signInOf(options, { url: remote.url, context }),
  });
  return new HttpStorage(endpoint, {
    url: remote.url,
    method: (text(options, "method") ?? "POST").toUpperCase(),
  });
}

/** Larger files than this are sent as a stream. */
const heldSize = 1 << 20;

class HttpStorage implements Storage {
  readonly label: string;
  readonly concurrency = 32;
  readonly canList = false;
  readonly #endpoint: WebEndpoint;
  readonly #url: string;
  readonly #method: string;
  #headWorks = true;

  constructor(endpoint: WebEndpoint, { url, method }: { url: string; method: string }) {
    this.label = endpoint.label;
    this.#endpoint = endpoint;
    this.#url = url;
    this.#method = method;
  }

  async stat(path: string): Promise<StoredFile | undefined> {
    if (this.#headWorks) {
      const answer = await this.#endpoint.send(path, { method: "HEAD", deed: "read" });
      const { status } = answer;
      await answer.discard();
      if (status === 404 || status === 410) return undefined;
      if (status >= 200 && status < 300) {
        const size = plainLength(answer);
        const known = size !== undefined || answer.headers.has("etag");
        return known ? this.#stored(path, answer, size) : await this.#statByGet(path);
      }
      if (status === 405 || status === 501) this.#headWorks = false;
      // Signed addresses are good for one method, as a rule GET.
      else if (status !== 403) throw await this.#endpoint.failure(path, { answer, deed: "read" });
    }
    return await this.#statByGet(path);
  }

  async #statByGet(path: string): Promise<StoredFile | undefined> {
    const answer = await this.#endpoint.send(path, {
      method: "GET",
      deed: "read",
      headers: { range: "bytes=0-0" },
    });
    const { status } = answer;
    if (status === 404 || status === 410) {
      await answer.discard();
      return undefined;
    }
    if (status !== 200 && status !== 206 && status !== 416) {
      throw await this.#endpoint.failure(path, { answer, deed: "read" });
    }
    await answer.discard();
    const total = /\/(\d+)$/.exec(answer.headers.get("content-range") ?? "")?.[1];
    const size = status === 200
      ? plainLength(answer)
      : total === undefined
      ? undefined
      : Number(total);
    return this.#stored(path, answer, size);
  }

  #stored(path: string, answer: HttpAnswer, size: number | undefined): StoredFile {
    const url = urlWithoutSecrets(path === "" ? this.#url : this.#endpoint.url(path));
    const mark = fingerprint(url, answer, size);
    const file = storedFile(path, answer, size);
    return mark === undefined ? file : { ...file, fingerprint: mark };
  }

  async open(path: string, part?: ReadPart): Promise<OpenFile> {
    const file = await this.#endpoint.open(path, part);
    if (file === undefined) throw missingFile(this.#endpoint.address(path));
    return file;
  }

  async read(path: string, part?: ReadPart): Promise<ByteStream> {
    return (await this.open(path, part)).stream();
  }

  readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#endpoint.readBytes(path);
  }

  async write(
    path: string,
    content: ByteStream | Uint8Array<ArrayBuffer>,
    size?: number,
  ): Promise<WrittenFile> {
    const held = content instanceof Uint8Array;
    if (held && size !== undefined && size !== content.length) {
      throw new DvtError("storage", `'${path}' is not ${size} bytes long`);
    }
    const answer = await this.#endpoint.send(path, {
      method: this.#method,
      deed: "write",
      headers: { "content-type": "application/octet-stream" },
      body: content,
    });
    if (answer.status < 200 || answer.status > 299) {
      throw await this.#endpoint.failure(path, { answer, deed: "write" });
    }
    await answer.discard();
    const etag = answer.headers.get("etag");
    return etag === null ? {} : { etag };
  }

  async writeFile(path: string, localPath: string, size: number): Promise<WrittenFile> {
    const content = streamFilePart(localPath, 0, size);
    if (size > heldSize) return await this.write(path, content);
    const { collect } = await import("./bulk.ts");
    return await this.write(path, await collect(content), size);
  }

  // deno-lint-ignore require-yield
  async *list(): AsyncIterable<StoredFile> {
    await Promise.resolve();
    throw storageError("unsupported", `'${this.label}' cannot be listed: plain web servers cannot`);
  }

  async remove(path: string): Promise<void> {
    const answer = await this.#endpoint.send(path, { method: "DELETE", deed: "remove" });
    const { status } = answer;
    if (status === 404 || status === 410 || (status >= 200 && status < 300)) {
      return await answer.discard();
    }
    throw await this.#endpoint.failure(path, { answer, deed: "remove" });
  }

  url(path: string): string {
    return this.#endpoint.url(path);
  }

  close(): Promise<void> {
    this.#endpoint.close();
    return Promise.resolve();
  }
}

/** The length of a file, where it is not that of its compressed form. */
function plainLength({ headers, length }: HttpAnswer): number | undefined {
  const encoding = headers.get("content-encoding") ?? "";
  return encoding === "" || encoding === "identity" ? length : undefined;
}

function signInOf(
  options: StorageOptions,
  { url, context }: { url: string; context: Context },
): SignIn {
  const method = text(options, "auth")?.toLowerCase();
  if (method === undefined) return { kind: "none" };
  const user = text(options, "user");
  const password = options["password"] ??
    (flag(options, "ask_password", false) ? ask(url, { user, context }) : undefined);
  if (method === "basic" || method === "digest") {
    if (user === undefined || password === undefined) {
      throw new DvtError(
        "configuration",
        `HTTP '${method}' authentication require both 'user' and 'password'`,
      );
    }
    return { kind: method, user, password };
  }
  if (method !== "custom") {
    throw new DvtError("configuration", `Auth method '${method}' is not supported.`);
  }
  const name = text(options, "custom_auth_header");
  if (name === undefined || password === undefined) {
    throw new DvtError(
      "configuration",
      "HTTP 'custom' authentication require both 'custom_auth_header' and 'password'",
    );
  }
  return { kind: "header", name, value: password };
}

function ask(
  url: string,
  { user, context }: { user: string | undefined; context: Context },
): string | undefined {
  return context.askSecret?.(`Enter a password for host '${url}' user '${user ?? "custom"}':`);
}
