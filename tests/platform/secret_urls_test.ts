import assert from "node:assert/strict";
import { urlWithoutSecrets } from "../../src/platform/secret_urls.ts";

const cases: readonly (readonly [what: string, typed: string, kept: string])[] = [
  ["a path", "../a?token=b", "../a?token=b"],
  ["a plain address", "https://h/x.csv", "https://h/x.csv"],
  [
    "a harmless query",
    "https://h/x.csv?version=3&f=%20#top",
    "https://h/x.csv?version=3&f=%20#top",
  ],
  ["a password", "https://bob:pw@h/x", "https://h/x"],
  ["a user alone", "ssh://bob@h/x", "ssh://bob@h/x"],
  ["a token in the user's place", "https://ghp_0123456789@h/x", "https://h/x"],
  ["a key of a bucket", "s3://b/what?token=x", "s3://b/what?token=x"],
  ["a token", "https://h/x?id=5&token=abc", "https://h/x?id=5"],
  ["a key at the front", "https://h/x?api_key=abc&id=5#top", "https://h/x?id=5#top"],
  [
    "a signed query of S3",
    "https://b.s3.amazonaws.com/k?X-Amz-Algorithm=A&X-Amz-Credential=c&X-Amz-Date=d" +
    "&X-Amz-Expires=9&X-Amz-SignedHeaders=host&X-Amz-Signature=s",
    "https://b.s3.amazonaws.com/k",
  ],
  [
    "an old signed query of S3",
    "https://b/k?AWSAccessKeyId=a&Signature=s&Expires=1&versionId=v",
    "https://b/k?versionId=v",
  ],
  ["a signed query of Azure", "https://h/k?sv=1&se=2&sr=b&sp=r&sig=abc%3D", "https://h/k"],
  [
    "parts that look like a signature's, without one",
    "https://h/k?sv=1&policy=x",
    "https://h/k?sv=1&policy=x",
  ],
];

for (const [what, typed, kept] of cases) {
  Deno.test(`what is written down of an address: ${what}`, () => {
    assert.equal(urlWithoutSecrets(typed), kept);
  });
}
