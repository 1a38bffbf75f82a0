/**
 * Signatures that S3 and its relatives accept (Signature Version 4), quick enough for every small
 * object.
 *
 * @module
 */
import { hmacSha256, hmacSha256Hex, sha256Hex } from "./sha256.ts";

/** Who signs. */
export interface AwsIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** When the keys stop working. */
  readonly expiration?: Date | undefined;
}

/** What is signed. */
export interface SignedRequest {
  readonly method: string;
  readonly host: string;
  /** The path as it goes over the wire, encoded by {@linkcode encodeAws} part by part. */
  readonly path: string;
  /** Encoded and sorted by name, without the question mark. */
  readonly query: string;
  /** Headers with lower-case names, without `host`; those that AWS insists on are signed. */
  readonly headers: Readonly<Record<string, string>>;
  /** The SHA-256 of the body in hex, or `UNSIGNED-PAYLOAD`. */
  readonly payload: string;
}

function isSigned(header: string): boolean {
  return header.startsWith("x-amz-") || header === "content-md5";
}

/** Encodes as AWS wants it: everything but letters, digits and `-._~`. */
export function encodeAws(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Signs requests for one region with one identity. The key of a day is worked out once. */
export class AwsSigner {
  readonly #identity: AwsIdentity;
  readonly #region: string;
  #day = "";
  #key: Uint8Array = new Uint8Array();

  constructor(identity: AwsIdentity, region: string) {
    this.#identity = identity;
    this.#region = region;
  }

  /** The headers to send: those of the request, and the signature with what belongs to it. */
  sign(request: SignedRequest, time: Date): Record<string, string> {
    const stamp = time.toISOString().replace(/[-:]|\.\d{3}/g, "");
    const day = stamp.slice(0, 8);
    const { accessKeyId, sessionToken } = this.#identity;
    const headers: Record<string, string> = {
      ...request.headers,
      "x-amz-content-sha256": request.payload,
      "x-amz-date": stamp,
    };
    if (sessionToken !== undefined) headers["x-amz-security-token"] = sessionToken;
    const names = ["host", ...Object.keys(headers).filter(isSigned)].sort();
    let lines = "";
    for (const name of names) {
      const value = name === "host" ? request.host : headers[name] ?? "";
      lines += `${name}:${value.trim().replace(/ +/g, " ")}\n`;
    }
    const signed = names.join(";");
    const canonical =
      `${request.method}\n${request.path}\n${request.query}\n${lines}\n${signed}\n${request.payload}`;
    const scope = `${day}/${this.#region}/s3/aws4_request`;
    const text = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${sha256Hex(canonical)}`;
    const signature = hmacSha256Hex(this.#keyOf(day), text);
    headers["authorization"] =
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
    return headers;
  }

  #keyOf(day: string): Uint8Array {
    if (day !== this.#day) {
      this.#day = day;
      const dated = hmacSha256(`AWS4${this.#identity.secretAccessKey}`, day);
      const regional = hmacSha256(dated, this.#region);
      this.#key = hmacSha256(hmacSha256(regional, "s3"), "aws4_request");
    }
    return this.#key;
  }
}
