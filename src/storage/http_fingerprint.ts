/**
 * The number that DVC records for a file whose server sends neither an etag nor a checksum.
 *
 * @module
 */
import { md5Hex } from "../platform/digest/md5.ts";
import type { HttpAnswer } from "../platform/http_answer.ts";
import { pythonRepr, type ShownValue } from "../platform/python_repr.ts";
import { urlWithoutSecrets } from "../platform/secret_urls.ts";

/**
 * The MD5 of all that an answer tells of a file, as a decimal number: the hash of what Python shows
 * of fsspec's description of the file. Undefined where there is an etag or checksum.
 */
export function fingerprint(
  url: string,
  answer: Pick<HttpAnswer, "headers" | "url">,
  size: number | undefined,
): string | undefined {
  const { headers } = answer;
  if (headers.get("etag") || headers.get("content-md5")) return undefined;
  const facts = new Map<string, ShownValue>([["name", url], ["size", size ?? null]]);
  const type = headers.get("content-type");
  if (type !== null) facts.set("mimetype", type.split(";", 1)[0] ?? "");
  if (headers.get("accept-ranges") === "none") facts.set("partial", false);
  // A signed address behind a redirect is another one every time; its secrets say nothing.
  facts.set("url", urlWithoutSecrets(answer.url));
  for (const name of ["Digest", "Last-Modified"]) {
    const value = headers.get(name);
    if (value) facts.set(name, value);
  }
  facts.set("type", "file");
  const text = `(${pythonRepr(facts)},)`;
  return BigInt(`0x${md5Hex(new TextEncoder().encode(text))}`).toString();
}
