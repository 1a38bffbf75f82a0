/**
 * Signed requests to one bucket. What can be mended on the way is mended: another region, a clock
 * that is wrong, keys that have just expired.
 *
 * @module
 */
import { AwsSigner, encodeAws } from "../../platform/aws_signature.ts";
import type { AwsIdentity } from "../../platform/aws_signature.ts";
import type { Context } from "../../platform/context.ts";
import { md5Hex } from "../../platform/digest/md5.ts";
import type { DvtError } from "../../platform/error.ts";
import { HttpClient } from "../../platform/http.ts";
import type { HttpAnswer } from "../../platform/http_answer.ts";
import { HttpFault } from "../../platform/http_fault.ts";
import { sha256Hex } from "../../platform/sha256.ts";
import { connectionError, type Errand } from "../http_status.ts";
import { certificateOptions, readPem, seconds, type StorageOptions } from "../options.ts";
import { type IdentitySource, identitySource, masked } from "./credentials.ts";
import { LARGEST_HELD } from "../web_endpoint.ts";
import { isMissingObject, problemError, readProblem, type S3Problem } from "./problem.ts";
import type { S3Settings } from "./settings.ts";

/** One request. */
export interface S3Request {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly deed: Errand["deed"];
  /** Undefined for the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Leave a body that is marked as compressed as it is. */
  readonly raw?: boolean;
}

const emptySha256 = sha256Hex("");

/** The way to one bucket. */
export class S3Connection {
  readonly settings: S3Settings;
  readonly #client: HttpClient;
  readonly #identities: IdentitySource;
  #region: string;
  #signer: { readonly identity: AwsIdentity; readonly signer: AwsSigner } | undefined;
  #clockSkew = 0;
  /** Some servers keep objects under lock and insist on a second checksum. */
  #contentMd5 = false;
  #bucketSeen = false;

  constructor(
    settings: S3Settings,
    { options, context }: { options: StorageOptions; context: Context },
  ) {
    this.settings = settings;
    this.#region = settings.region;
    this.#identities = identitySource(options, { settings, context });
    const { authorities } = settings;
    this.#client = new HttpClient({
      signal: context.signal,
      environment: context.environment,
      connectTimeout: seconds(options, "connect_timeout", 60_000),
      readTimeout: seconds(options, "read_timeout", 60_000),
      ...certificateOptions(options, context),
      ...(authorities === undefined
        ? {}
        : { authorities: readPem(authorities, { option: "AWS_CA_BUNDLE", context }) }),
    });
  }

  /** The address of a key, for messages and people. */
  address(key = ""): string {
    const { scheme, bucket } = this.settings;
    return `${scheme}://${bucket}/${key}`.replace(/\/$/, "");
  }

  /**
   * A success, or 416 for a range behind the end; undefined where there is no such object.
   * Everything else throws.
   */
  async call(request: S3Request): Promise<HttpAnswer | undefined> {
    const mended = new Set<string>();
    for (;;) {
      const identity = await this.#identities();
      const answer = await this.#send(request, identity);
      if (answer.status >= 200 && answer.status < 300) {
        this.#bucketSeen = true;
        return answer;
      }
      if (answer.status === 416 && request.headers?.["range"] !== undefined) return answer;
      const problem = await this.#problem(answer, { request, identity });
      if (isMissingObject(problem)) return undefined;
      const way = await this.#mend(problem, mended);
      if (way === undefined) throw problemError(problem, this.#errand(request, identity));
      mended.add(way);
    }
  }

  /** The error for bytes that stopped coming. */
  cutError(fault: HttpFault, key: string): DvtError {
    return connectionError(fault, {
      address: this.address(key),
      deed: "read",
      identity: undefined,
    });
  }

  /** All bytes of an answer's body. */
  async bytes(answer: HttpAnswer, key: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await answer.bytes(LARGEST_HELD);
    } catch (error) {
      throw error instanceof HttpFault ? this.cutError(error, key) : error;
    }
  }

  /** The body of an answer as text. */
  async text(answer: HttpAnswer, key: string): Promise<string> {
    return new TextDecoder().decode(await this.bytes(answer, key));
  }

  /** The error for a refusal inside an answer that calls itself a success. */
  hiddenError(answer: HttpAnswer, body: string, request: S3Request): DvtError {
    const problem = readProblem({ status: 200, headers: answer.headers }, body);
    const identity = this.#signer?.identity;
    // It says itself that it failed; most often the service is out of breath.
    return problemError({ ...problem, status: 500 }, this.#errand(request, identity));
  }

  close(): void {
    this.#client.close();
  }

  async #send(request: S3Request, identity: AwsIdentity | undefined): Promise<HttpAnswer> {
    const { method, body, raw } = request;
    const { origin, host, path } = this.#target(request.key);
    const query = queryText(request.query ?? {});
    const url = `${origin}${path}${query === "" ? "" : `?${query}`}`;
    const headers: Record<string, string> = { ...request.headers };
    if (body !== undefined && this.#contentMd5) {
      headers["content-md5"] = Uint8Array.fromHex(md5Hex(body)).toBase64();
    }
    const secrets = identity === undefined ? headers : this.#signerFor(identity).sign(
      {
        method,
        host,
        path,
        query,
        headers,
        payload: body === undefined ? emptySha256 : sha256Hex(body),
      },
      new Date(Date.now() + this.#clockSkew),
    );
    try {
      return await this.#client.send({
        method,
        url,
        secrets,
        redirect: "keep",
        ...(body === undefined ? {} : { body }),
        ...(raw === undefined ? {} : { raw }),
      });
    } catch (error) {
      if (error instanceof HttpFault) throw connectionError(error, this.#errand(request, identity));
      throw error;
    }
  }

  /** What is wrong. HEAD has no words for it, so that the same is asked once more with GET. */
  async #problem(
    answer: HttpAnswer,
    { request, identity }: { request: S3Request; identity: AwsIdentity | undefined },
  ): Promise<S3Problem> {
    const body = request.method === "HEAD" ? "" : await answer.text();
    if (request.method === "HEAD") await answer.discard();
    const problem = readProblem(answer, body);
    if (request.method !== "HEAD" || (answer.status === 404 && this.#bucketSeen)) return problem;
    if (![301, 400, 403, 404].includes(answer.status)) return problem;
    const headers = { ...request.headers, range: "bytes=0-0" };
    const second = await this.#send({ ...request, method: "GET", headers }, identity);
    if (second.status < 300) {
      await second.discard();
      return problem;
    }
    const told = readProblem(second, await second.text());
    if (told.code === "NoSuchKey") this.#bucketSeen = true;
    return told;
  }

  /** Mends what can be mended, each thing once; names what it was. */
  async #mend(problem: S3Problem, mended: ReadonlySet<string>): Promise<string | undefined> {
    const { code, status, region, serverTime } = problem;
    const elsewhere = status === 301 || code === "AuthorizationHeaderMalformed" ||
      code === "PermanentRedirect" || code === "IllegalLocationConstraintException";
    if (elsewhere && region !== undefined && region !== this.#region && !mended.has("region")) {
      this.#region = region;
      this.#signer = undefined;
      return "region";
    }
    if (code === "RequestTimeTooSkewed" && serverTime !== undefined && !mended.has("clock")) {
      this.#clockSkew = serverTime - Date.now();
      return "clock";
    }
    if (/^ExpiredToken/.test(code) && !mended.has("keys")) {
      const before = this.#signer?.identity;
      const fresh = await this.#identities(true);
      return fresh === undefined || fresh === before ? undefined : "keys";
    }
    if (!this.#contentMd5 && status === 400 && /Content-MD5/i.test(problem.message)) {
      this.#contentMd5 = true;
      return "checksum";
    }
    return undefined;
  }

  #signerFor(identity: AwsIdentity): AwsSigner {
    if (this.#signer?.identity !== identity) {
      this.#signer = { identity, signer: new AwsSigner(identity, this.#region) };
    }
    return this.#signer.signer;
  }

  #target(key: string | undefined): { origin: string; host: string; path: string } {
    const { bucket, endpoint, useSsl, accelerate, dualStack } = this.settings;
    const base = endpoint ?? new URL(
      `${useSsl ? "https" : "http"}://${awsHost(this.#region, { accelerate, dualStack })}`,
    );
    // A certificate for *.s3.amazonaws.com covers one label only.
    const inPath = this.settings.pathStyle || !/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket) ||
      /^[\d.]+$|\[/.test(base.hostname) || base.hostname === "localhost";
    const host = inPath ? base.host : `${bucket}.${base.host}`;
    const before = base.pathname.replace(/\/$/, "") + (inPath ? `/${encodeAws(bucket)}` : "");
    const path = key === undefined ? before || "/" : `${before}/${encodeKey(key)}`;
    return { origin: `${base.protocol}//${host}`, host, path };
  }

  #errand(request: S3Request, identity: AwsIdentity | undefined) {
    return {
      address: this.address(request.key ?? request.query?.["prefix"] ?? ""),
      deed: request.deed,
      identity: identity === undefined ? undefined : `access key '${masked(identity)}'`,
      bucket: this.settings.bucket,
      endpoint: this.#target(undefined).origin,
      clockSkew: this.#clockSkew,
    };
  }
}

function awsHost(
  region: string,
  { accelerate, dualStack }: { accelerate: boolean; dualStack: boolean },
): string {
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const wide = dualStack ? ".dualstack" : "";
  return accelerate ? `s3-accelerate${wide}.${domain}` : `s3${wide}.${region}.${domain}`;
}

function encodeKey(key: string): string {
  return key.split("/").map(encodeAws).join("/");
}

function queryText(query: Readonly<Record<string, string>>): string {
  const names = Object.keys(query);
  if (names.length === 0) return "";
  return names.sort().map((name) => `${encodeAws(name)}=${encodeAws(query[name] ?? "")}`).join("&");
}
