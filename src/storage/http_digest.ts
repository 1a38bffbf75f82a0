/**
 * HTTP digest sign-in (RFC 7616): the password never travels.
 *
 * @module
 */
import { md5Hex } from "../platform/digest/md5.ts";
import { sha256Hex } from "../platform/sha256.ts";

/** What a server wants to see hashed. */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque?: string;
  readonly algorithm: string;
  readonly qop: boolean;
  /** How often the nonce was used. */
  uses: number;
}

/** Reads the strongest digest challenge of a `WWW-Authenticate` header that can be answered. */
export function digestChallenge(header: string | null): DigestChallenge | undefined {
  if (header === null) return undefined;
  let best: DigestChallenge | undefined;
  for (
    const [, values = ""] of header.matchAll(/\bDigest\s+((?:[\w-]+=(?:"[^"]*"|[^\s,"]+),?\s*)+)/gi)
  ) {
    const fields = new Map<string, string>();
    for (
      const [, name = "", quoted, bare] of values.matchAll(/([\w-]+)=(?:"([^"]*)"|([^\s,"]+))/g)
    ) {
      fields.set(name.toLowerCase(), quoted ?? bare ?? "");
    }
    const nonce = fields.get("nonce");
    const algorithm = (fields.get("algorithm") ?? "MD5").toUpperCase();
    if (nonce === undefined || !/^(MD5|SHA-256)(-SESS)?$/.test(algorithm)) continue;
    if (best !== undefined && !algorithm.startsWith("SHA")) continue;
    const opaque = fields.get("opaque");
    best = {
      realm: fields.get("realm") ?? "",
      nonce,
      ...(opaque === undefined ? {} : { opaque }),
      algorithm,
      qop: /\bauth\b/.test(fields.get("qop") ?? ""),
      uses: 0,
    };
  }
  return best;
}

/** The `Authorization` header for one request. Counts one more use of the challenge. */
export function digestAnswer(
  challenge: DigestChallenge,
  { user, password, method, url, clientNonce }: {
    user: string;
    password: string;
    method: string;
    url: string;
    clientNonce: string;
  },
): string {
  const { realm, nonce, opaque, algorithm, qop } = challenge;
  const hash = algorithm.startsWith("SHA") ? sha256Hex : md5Text;
  const target = new URL(url);
  const uri = target.pathname + target.search;
  const count = (++challenge.uses).toString(16).padStart(8, "0");
  const secret = hash(`${user}:${realm}:${password}`);
  const first = algorithm.endsWith("-SESS") ? hash(`${secret}:${nonce}:${clientNonce}`) : secret;
  const second = hash(`${method}:${uri}`);
  const response = qop
    ? hash(`${first}:${nonce}:${count}:${clientNonce}:auth:${second}`)
    : hash(`${first}:${nonce}:${second}`);
  const fields = [
    `username="${user.replace(/[\\"]/g, "\\$&")}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${uri}"`,
    `algorithm=${algorithm}`,
    `response="${response}"`,
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
    ...(qop ? ["qop=auth", `nc=${count}`, `cnonce="${clientNonce}"`] : []),
  ];
  return `Digest ${fields.join(", ")}`;
}

function md5Text(text: string): string {
  return md5Hex(new TextEncoder().encode(text));
}
