/**
 * Addresses without what only their holder may know, so that they can be written down.
 *
 * @module
 */
import { maskSecrets } from "./secrets.ts";

/**
 * A URL without passwords, tokens and signatures; anything else stays letter by letter. A query
 * that signs a request goes with all its parts, since none of them means anything alone.
 */
export function urlWithoutSecrets(url: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return url;
  const named = withoutUserSecrets(url);
  // Keys of object stores and names on disks may hold a question mark like any letter.
  return /^(?:s3|gs|ssh|file):/i.test(url) ? named : withoutQuerySecrets(named);
}

function withoutUserSecrets(url: string): string {
  const [all, scheme = "", user = ""] = /^([^:]+:\/\/)([^/?#@]*)@/.exec(url) ?? [];
  if (all === undefined) return url;
  const rest = url.slice(all.length);
  const hidden = user.includes(":") || maskSecrets(all) !== all;
  return hidden ? scheme + rest : url;
}

/** The parts of signed queries: S3 (old and new), Google, CloudFront, Azure. */
const signing =
  /^(?:x-(?:amz|goog)-.*|awsaccesskeyid|googleaccessid|signature|expires|policy|key-pair-id)$/i;
const azureSigning = /^(?:sv|st|se|sr|sp|sip|spr|ss|srt|sig|si|sdd|sks|sktid|skoid|skt|ske|skv)$/i;

function withoutQuerySecrets(url: string): string {
  const start = url.indexOf("?");
  if (start < 0) return url;
  const hash = url.indexOf("#", start);
  const end = hash < 0 ? url.length : hash;
  const parts = url.slice(start + 1, end).split("&");
  const names = parts.map((part) => (part.split("=", 1)[0] ?? "").toLowerCase());
  const signed = names.some((name) => /^(?:.*-)?signature$/.test(name));
  const azure = names.includes("sig");
  const kept = parts.filter((part, i) => {
    const name = names[i] ?? "";
    if (signed && signing.test(name) || azure && azureSigning.test(name)) return false;
    return maskSecrets(`?${part}`) === `?${part}`;
  });
  if (kept.length === parts.length) return url;
  const query = kept.length === 0 ? "" : `?${kept.join("&")}`;
  return url.slice(0, start) + query + url.slice(end);
}
