/**
 * Requests to a service of objects by somebody: what the drivers of Azure and Google share.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import type { DvtError } from "../platform/error.ts";
import { HttpClient } from "../platform/http.ts";
import type { HttpAnswer } from "../platform/http_answer.ts";
import { HttpFault } from "../platform/http_fault.ts";
import { storageError } from "./fault.ts";
import { connectionError, type Errand } from "./http_status.ts";
import { certificateOptions, seconds, type StorageOptions } from "./options.ts";
import type { ByteStream, OpenFile, ReadPart } from "./storage.ts";
import { LARGEST_HELD, rangeHeader } from "./web_endpoint.ts";
import { openAnswer } from "./web_file.ts";

/** One request. */
export interface CloudRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly deed: Errand["deed"];
  readonly url: URL;
  /** What messages call it. */
  readonly address: string;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | ByteStream;
}

/** Somebody who asks, or nobody. */
export interface CloudIdentity {
  /** For messages, without secrets; undefined for nobody. */
  readonly label: string | undefined;
  /** Whether a refused proof can be had anew: tokens expire, keys do not. */
  readonly renewable: boolean;
  /** The headers that prove it, for exactly this request. */
  prove(
    request: {
      readonly method: string;
      readonly url: URL;
      readonly headers: Readonly<Record<string, string>>;
    },
    options: { readonly fresh: boolean },
  ): Promise<Readonly<Record<string, string>>>;
}

/** Nobody in particular. */
export const nobody: CloudIdentity = {
  label: undefined,
  renewable: false,
  prove: () => Promise.resolve({}),
};

/** The way to one service. */
export class CloudClient {
  readonly identity: CloudIdentity;
  readonly #client: HttpClient;

  constructor(
    identity: CloudIdentity,
    { options, context }: { options: StorageOptions; context: Context },
  ) {
    this.identity = identity;
    this.#client = new HttpClient({
      signal: context.signal,
      environment: context.environment,
      connectTimeout: seconds(options, "connection_timeout", 60_000),
      readTimeout: seconds(options, "read_timeout", 60_000),
      ...certificateOptions(options, context),
    });
  }

  /** The answer, whatever its status. Failed connections are `storage` errors. */
  async send(request: CloudRequest): Promise<HttpAnswer> {
    const answer = await this.#send(request, false);
    const again = this.identity.renewable && !(request.body instanceof ReadableStream);
    if (answer.status !== 401 || !again) return answer;
    await answer.discard();
    return await this.#send(request, true);
  }

  /** A success, or 416 for a range behind the end; what `refused` makes of everything else. */
  async accept(
    request: CloudRequest,
    refused: (answer: HttpAnswer) => Promise<undefined>,
  ): Promise<HttpAnswer | undefined> {
    const answer = await this.send(request);
    const { status } = answer;
    const isBehind = status === 416 && request.headers?.["range"] !== undefined;
    return isBehind || (status >= 200 && status < 300) ? answer : await refused(answer);
  }

  /** All bytes of an answer's body. */
  async bytes(answer: HttpAnswer, request: CloudRequest): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await answer.bytes(LARGEST_HELD);
    } catch (error) {
      throw error instanceof HttpFault ? this.#cut(error, request) : error;
    }
  }

  /** The body of an answer as text. */
  async text(answer: HttpAnswer, request: CloudRequest): Promise<string> {
    return new TextDecoder().decode(await this.bytes(answer, request));
  }

  /** An answer with a file's bytes, or a part of them. */
  open(
    answer: HttpAnswer,
    { request, part }: { request: CloudRequest; part: ReadPart },
  ): Promise<OpenFile> {
    return openAnswer(answer, {
      part,
      address: request.address,
      failed: (fault) => this.#cut(fault, request),
    });
  }

  close(): void {
    this.#client.close();
  }

  #cut(fault: HttpFault, { address, deed }: CloudRequest): DvtError {
    return connectionError(fault, { address, deed, identity: this.identity.label });
  }

  async #send(request: CloudRequest, fresh: boolean): Promise<HttpAnswer> {
    const { method, url, body } = request;
    const headers = {
      ...(body === undefined ? {} : { "content-type": "application/octet-stream" }),
      ...request.headers,
    };
    const length = body instanceof Uint8Array ? { "content-length": String(body.length) } : {};
    const signed = { method, url, headers: { ...headers, ...length } };
    const secrets = await this.identity.prove(signed, { fresh });
    try {
      return await this.#client.send({
        method,
        url: url.href,
        headers,
        secrets,
        redirect: "keep",
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      throw error instanceof HttpFault ? this.#cut(error, request) : error;
    }
  }
}

/** The answer to a request that writes, where a missing file is no answer. */
export function required(
  answer: HttpAnswer | undefined,
  { address }: Pick<CloudRequest, "address">,
): HttpAnswer {
  if (answer !== undefined) return answer;
  throw storageError("no-place", `cannot write '${address}'`);
}

/** The header that asks for a part of a file, if one is wanted. */
export function rangeOf({ start = 0, end }: ReadPart): Record<string, string> {
  return start > 0 || end !== undefined ? { range: rangeHeader(start, end) } : {};
}
