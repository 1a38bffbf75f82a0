/**
 * Random input for everything that reads what strangers wrote.
 *
 * @module
 */
import { AttributeFile } from "../../src/git/attributes.ts";
import { parsePointer } from "../../src/git/lfs_pointer.ts";
import { parsePackedRefs } from "../../src/git/refs.ts";
import { remoteAddress } from "../../src/git/remote_address.ts";
import { parseTree } from "../../src/git/tree_object.ts";
import { ListingReader, parseListing } from "../../src/objects/listing_bytes.ts";
import type { ObjectId } from "../../src/objects/object_id.ts";
import type { Context } from "../../src/platform/context.ts";
import { DvtError } from "../../src/platform/error.ts";
import { HttpFault } from "../../src/platform/http_fault.ts";
import { silentReporter } from "../../src/platform/reporter.ts";
import { retryAfter } from "../../src/platform/retry.ts";
import { maskSecrets } from "../../src/platform/secrets.ts";
import { fullVersion, isInRange, isVersionRange } from "../../src/platform/version_ranges.ts";
import { readConfigBytes } from "../../src/registry/config_files.ts";
import { splitUrl } from "../../src/registry/config_validate.ts";
import { parseGtoTag } from "../../src/registry/gto_tag.ts";
import { parseIgnoreFile } from "../../src/registry/ignore_rules.ts";
import { parseSemanticVersion } from "../../src/registry/semantic_version.ts";
import { readPipeline } from "../../src/stages/pipeline.ts";
import { decodeStageText, parseStageFile } from "../../src/stages/read.ts";
import { digestChallenge } from "../../src/storage/http_digest.ts";
import { elements, unescapeXml } from "../../src/storage/flat_xml.ts";
import { parseUrl } from "../../src/storage/web_endpoint.ts";
import { readMultistatus } from "../../src/storage/webdav/multistatus.ts";
import type { Chance } from "./chance.ts";

/** One reader of other people's bytes, and examples of what it usually gets. */
export interface FuzzedParser {
  readonly name: string;
  readonly examples: readonly string[];
  parse(bytes: Uint8Array<ArrayBuffer>): unknown;
}

const context: Context = {
  directory: "/nowhere",
  environment: {},
  processId: 1,
  reporter: silentReporter,
  signal: new AbortController().signal,
  interactive: false,
  lockWait: { milliseconds: 0 },
  confirm: () => undefined,
};

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const md5 = "0123456789abcdef0123456789abcdef";

/** Everything that reads what strangers wrote. */
export const fuzzedParsers: readonly FuzzedParser[] = [
  {
    name: "stage file",
    examples: [
      `outs:\n- md5: ${md5}\n  size: 3\n  hash: md5\n  path: data\n`,
      `md5: ${md5}\nfrozen: true\ndeps:\n- path: d\n  repo:\n    url: ../r\n    rev_lock: ${md5}\n` +
      `outs:\n- md5: ${md5}.dir\n  nfiles: 2\n  hash: md5\n  path: d\n  desc: 'a: b'\nmeta: {a: [1]}\n`,
      "outs:\n- path: d\n  files:\n  - relpath: a\n    md5: " + md5 +
      "\n    cloud: {st: {etag: x}}\n",
    ],
    parse: (bytes) => parseStageFile(decodeStageText(bytes, "x.dvc"), "x.dvc"),
  },
  {
    name: "dvc.yaml and dvc.lock",
    examples: [
      "vars:\n- a: {b: [1, 2]}\nstages:\n  s:\n    cmd: echo ${a.b[0]}\n    outs:\n    - o${a.b[1]}\n",
      "stages:\n  s:\n    foreach: [x, y]\n    do:\n      cmd: c ${item}\n      outs: ['${item}']\n",
      "stages:\n  s:\n    matrix: {a: [1, 2], b: [x]}\n    cmd: c\n    deps: [d]\n    params: [p]\n",
      `schema: '2.0'\nstages:\n  s:\n    cmd: c\n    outs:\n    - path: o\n      md5: ${md5}\n`,
    ],
    parse: (bytes) => readPipeline("dvc.yaml", () => Promise.resolve(textOf(bytes))),
  },
  {
    name: "listing",
    examples: [
      `[{"md5": "${md5}", "relpath": "a/b"}, {"md5": "${md5}", "relpath": "\\u00e9"}]`,
      "[]",
    ],
    parse(bytes) {
      const reader = new ListingReader();
      return reader.push(bytes) && reader.finish() || parseListing(bytes, `${md5}.dir` as ObjectId);
    },
  },
  {
    name: "configuration",
    examples: [
      "[core]\n    remote = st\n['remote \"st\"']\n    url = s3://b/p\n    jobs = 4\n",
      "[cache]\n    dir = '''/x\ny'''\n    type = \"reflink,copy\" # note\n[[in]]\n  a = %(b)s, c\n",
    ],
    parse: (bytes) => readConfigBytes(bytes, "config"),
  },
  {
    name: "ignore file",
    examples: ["*.log\n!keep.log\n/a/**/b\n[a-z]?\\ \n**/x/\n# note\n", "d/\n!d/[!a]*\n"],
    parse(bytes) {
      const rules = parseIgnoreFile(bytes, "");
      return rules.map(({ compiled }) => compiled.matches("d/some/file.log"));
    },
  },
  {
    name: "Git's answers",
    examples: [
      `100644 a\0${"x".repeat(20)}40000 dir\0${"y".repeat(20)}120000 l\0${"z".repeat(20)}`,
      `# pack-refs with: peeled\n${md5}01234567 refs/tags/v1\n^${md5}01234567\n`,
      "version https://git-lfs.github.com/spec/v1\noid sha256:" + md5 + md5 + "\nsize 12\n",
      '*.bin filter=lfs -text\n"a b" filter\n[attr]x\n**/y/[a-c]? !filter\n',
    ],
    parse(bytes) {
      const text = textOf(bytes);
      parsePackedRefs(text);
      parsePointer(bytes);
      new AttributeFile(text, "filter").valueFor("a/b/c.bin");
      return parseTree(bytes, 20);
    },
  },
  {
    name: "HTTP headers",
    examples: [
      'Digest realm="a", nonce="b", qop="auth,auth-int", algorithm=MD5-sess, opaque="c"',
      "120",
      "Wed, 21 Oct 2026 07:28:00 GMT",
    ],
    parse: (bytes) => [digestChallenge(textOf(bytes)), retryAfter(textOf(bytes), 0)],
  },
  {
    name: "XML of S3 and WebDAV",
    examples: [
      "<ListBucketResult><Contents><Key>a&amp;b</Key><Size>3</Size></Contents></ListBucketResult>",
      '<D:multistatus xmlns:D="DAV:"><D:response><D:href>/a%20b/</D:href><D:propstat><D:prop>' +
      "<D:resourcetype><D:collection/></D:resourcetype></D:prop><D:status>HTTP/1.1 200 OK" +
      "</D:status></D:propstat></D:response></D:multistatus>",
    ],
    parse(bytes) {
      const text = textOf(bytes);
      return [[...elements(text, "Contents")].map(unescapeXml), readMultistatus(text)];
    },
  },
  {
    name: "addresses",
    examples: [
      "https://user:pass@example.org:8443/a/b.git?x=y#z",
      "git@host:path/to/repo",
      "ssh://git@[::1]:22/~/x",
      "s3://bucket/some%20key?versionId=abc",
      "file:///a/../b",
      "remote://name/path",
    ],
    parse(bytes) {
      const text = textOf(bytes);
      maskSecrets(text);
      splitUrl(text);
      try {
        parseUrl(text);
      } catch (error) {
        if (!(error instanceof DvtError)) throw error;
      }
      return remoteAddress(text, context);
    },
  },
  {
    name: "tags and versions",
    examples: ["model@v1.2.3", "nlp=text@v1.0.0-rc.1#2", "m#prod#3", "m#prod!#4", ">=1.2 <2 || ^3"],
    parse(bytes) {
      const text = textOf(bytes);
      parseGtoTag(text);
      parseSemanticVersion(text);
      fullVersion(text);
      return isVersionRange(text) && isInRange("1.2.3", text);
    },
  },
];

const words = [
  "\0",
  "\n",
  "\r\n",
  "\t",
  "\ufeff",
  "\u2028",
  "..",
  "/",
  "\\",
  "'",
  '"',
  "`",
  ":",
  "- ",
  "{",
  "}",
  "[",
  "]",
  "&a ",
  "*a",
  "!!",
  "<<: ",
  "|",
  ">",
  "#",
  "%",
  "${",
  "}",
  "<!--",
  "]]>",
  "&#x0;",
  "&lt;",
  "<",
  ">",
  "=",
  "@",
  "~",
  "null",
  "true",
  "1e999",
  "-1",
  "0x10",
  "9".repeat(40),
  "a".repeat(300),
  "é",
  "\u{1F600}",
  "\ud800",
  "__proto__",
  "constructor",
  "toString",
  ".git",
  "%(a)s",
  "$",
  "**",
  "[[",
  "]]",
  "(",
  ")*",
  "+",
  "?",
  "{1,9999}",
  "\x1b[31m",
];

/** Bytes near those that a parser usually gets. */
export function mutated(examples: readonly string[], chance: Chance): Uint8Array<ArrayBuffer> {
  let bytes: Uint8Array<ArrayBuffer> = new TextEncoder().encode(chance.pick(examples));
  for (let changes = 1 + chance.below(6); changes > 0; changes--) {
    bytes = changed(bytes, examples, chance);
  }
  return bytes.length > 20_000 ? bytes.slice(0, 20_000) : bytes;
}

function changed(
  bytes: Uint8Array<ArrayBuffer>,
  examples: readonly string[],
  chance: Chance,
): Uint8Array<ArrayBuffer> {
  const at = chance.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + chance.below(40));
  const replace = (from: number, to: number, ...pieces: Uint8Array[]) => {
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const result = new Uint8Array(from + size + bytes.length - to);
    result.set(bytes.subarray(0, from));
    let position = from;
    for (const piece of pieces) {
      result.set(piece, position);
      position += piece.length;
    }
    result.set(bytes.subarray(to), position);
    return result;
  };
  switch (chance.below(7)) {
    case 0: {
      const flipped = bytes.slice();
      if (flipped.length > 0) flipped[at % flipped.length] = chance.below(256);
      return flipped;
    }
    case 1:
      return replace(at, end);
    case 2:
      return replace(at, at, new TextEncoder().encode(chance.pick(words)));
    case 3:
      return replace(at, end, new TextEncoder().encode(chance.pick(words)));
    case 4:
      return replace(at, at, ...chance.times(1 + chance.below(50), () => bytes.slice(at, end)));
    case 5: {
      const other = new TextEncoder().encode(chance.pick(examples));
      return replace(at, end, other.subarray(chance.below(other.length + 1)));
    }
    default: {
      const word = new TextEncoder().encode(chance.pick(words));
      return replace(at, at, ...chance.times(1 + chance.below(200), () => word));
    }
  }
}

/** So many milliseconds one input may take. */
const longest = 1000;

/** What is wrong with a parser's way of taking an input; undefined where nothing is. */
export async function tryInput(
  parser: FuzzedParser,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string | undefined> {
  let quickest = Infinity;
  // A neighbour on the processor makes an input slow once, but not every time.
  for (let attempt = 0; attempt < 3 && quickest > longest; attempt++) {
    const started = performance.now();
    try {
      const result = parser.parse(bytes);
      if (result instanceof Promise) await result;
    } catch (error) {
      if (!(error instanceof DvtError) && !(error instanceof HttpFault)) {
        return `${parser.name}: ${error instanceof Error ? error.stack : error}`;
      }
    }
    quickest = Math.min(quickest, performance.now() - started);
  }
  return quickest > longest ? `${parser.name}: took ${quickest.toFixed(0)} ms` : undefined;
}
