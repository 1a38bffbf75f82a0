/**
 * `.dvc` text → {@linkcode StageFile}.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { resolveScalar } from "../platform/yaml_resolve.ts";
import type { StageSource } from "./invalid_stage.ts";
import type { Out, StageFile } from "./stage_file.ts";

// The file that `dvc add` writes: one out, keys in DVC's order, nothing that YAML reads in a
// particular way. Everything else goes to the real reader.
const plainStageFile =
  /^outs:\n- md5: ([0-9a-f]{32}(?:\.dir)?)\n(?: {2}size: (0|[1-9]\d{0,14})\n)?(?: {2}nfiles: (0|[1-9]\d{0,14})\n)?( {2}isexec: true\n)?( {2}hash: md5\n)? {2}path: ([\p{L}\p{N}_./][\p{L}\p{N}_./@+=~,()$%^&!{}[\]' -]*)\n$/u;

/** Reads the plain file that `dvc add` writes, fast; undefined for any other text. */
export function tryParsePlainStageFile(text: string, path: string): StageFile | undefined {
  const found = plainStageFile.exec(text);
  if (!found) return undefined;
  const [, md5 = "", size, nfiles, isexec, hash, outPath = ""] = found;
  if (outPath.endsWith(" ") || outPath.startsWith("/") || outPath.startsWith("../")) {
    return undefined;
  }
  if (resolveScalar(md5) !== "str" || resolveScalar(outPath) !== "str") return undefined;
  const out: Out = {
    path: outPath,
    md5,
    ...(size === undefined ? {} : { size: Number(size) }),
    ...(nfiles === undefined ? {} : { nfiles: Number(nfiles) }),
    ...(isexec === undefined ? {} : { isexec: true }),
    hash: hash === undefined ? "md5-dos2unix" : "md5",
    cache: true,
    push: true,
    persist: false,
  };
  return { path, frozen: false, alwaysChanged: false, deps: [], outs: [out] };
}

/**
 * Reads a `.dvc` file. `path` is POSIX and relative to the project's root.
 * Throws `invalid-stage` with DVC's message; `source` says how the message names the file.
 */
export async function parseStageFile(
  text: string,
  path: string,
  source: StageSource = { path },
): Promise<StageFile> {
  const plain = tryParsePlainStageFile(text, path);
  if (plain) return plain;
  const { readStageFile } = await import("./read_stage.ts");
  return readStageFile(text, path, source);
}

/** The bytes of a stage file as text. Throws `invalid-stage` where they are not UTF-8. */
export function decodeStageText(bytes: Uint8Array, path: string): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new DvtError(
      "invalid-stage",
      `unable to read: '${path}', is not valid utf-8: 'utf-8' codec can't decode ${
        firstBadBytes(bytes)
      }`,
      { cause },
    );
  }
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

/** Where bytes stop being UTF-8, as Python says it. */
function firstBadBytes(bytes: Uint8Array): string {
  let at = 0;
  while (at < bytes.length) {
    const { length, fault } = sequenceAt(bytes, at);
    if (fault !== undefined) {
      const hex = (bytes[at] ?? 0).toString(16).padStart(2, "0");
      const place = length === 1
        ? `byte 0x${hex} in position ${at}`
        : `bytes in position ${at}-${at + length - 1}`;
      return `${place}: ${fault}`;
    }
    at += length;
  }
  return "bytes";
}

/** How many bytes at the offset make a character, or make none together. */
function sequenceAt(bytes: Uint8Array, at: number): { length: number; fault?: string } {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return { length: 1 };
  if (first < 0xc2 || first > 0xf4) return { length: 1, fault: "invalid start byte" };
  const wanted = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (let index = 1; index < wanted; index++) {
    const next = bytes[at + index];
    if (next === undefined) return { length: index, fault: "unexpected end of data" };
    // The second byte rules out overlong forms, surrogates and what lies above U+10FFFF.
    const low = index > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = index > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (next < low || next > high) return { length: index, fault: "invalid continuation byte" };
  }
  return { length: wanted };
}
