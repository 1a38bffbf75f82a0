import assert from "node:assert/strict";
import { fingerprint } from "../../src/storage/http_fingerprint.ts";

const base = "http://127.0.0.1:8765";
const lastModified = { "last-modified": "Tue, 02 Jan 2024 03:04:05 GMT" };

/** What real DVC recorded as `checksum` of files of such a server. */
const recorded: readonly {
  readonly what: string;
  readonly url: string;
  readonly answered?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly size: number | undefined;
  readonly checksum: string;
}[] = [
  {
    what: "a time of change",
    url: `${base}/lm/x.txt`,
    headers: lastModified,
    size: 6,
    checksum: "299801922869882161556183060989695566086",
  },
  {
    what: "a type, and a refusal of ranges",
    url: `${base}/lmtype/x.txt`,
    headers: {
      ...lastModified,
      "content-type": "text/pl'ain; charset=utf-8",
      "accept-ranges": "none",
    },
    size: 6,
    checksum: "329394857954980503597050209977597900860",
  },
  {
    what: "a length alone",
    url: `${base}/none/x.txt`,
    headers: {},
    size: 6,
    checksum: "60644346517330309322371690834130916106",
  },
  {
    what: "nothing at all",
    url: `${base}/nolength/x.txt`,
    headers: {},
    size: undefined,
    checksum: "56871201650811352027323845131670374571",
  },
  {
    what: "a redirect",
    url: `${base}/redirlm/x.txt`,
    answered: `${base}/lm/x.txt`,
    headers: lastModified,
    size: 6,
    checksum: "191769697950106950299801977485416805030",
  },
];

for (const { what, url, answered = url, headers, size, checksum } of recorded) {
  Deno.test(`without an etag, DVC's number is found from ${what}`, () => {
    assert.equal(
      fingerprint(url, { headers: new Headers(headers), url: answered }, size),
      checksum,
    );
  });
}

Deno.test("with an etag or a checksum there is no such number", () => {
  for (const name of ["etag", "content-md5"]) {
    const headers = new Headers({ [name]: "x" });
    assert.equal(fingerprint(base, { headers, url: base }, 1), undefined);
  }
});

Deno.test("secrets of the address that answered make no difference", () => {
  const of = (signature: string) => {
    const url = `${base}/x?X-Amz-Date=1&X-Amz-Signature=${signature}`;
    return fingerprint(`${base}/x`, { headers: new Headers(), url }, 1);
  };
  assert.equal(of("one"), of("two"));
});
