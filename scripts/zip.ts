/**
 * Reads one file out of a zip archive (a release of Deno, a Python wheel) without any program.
 *
 * @module
 */
import { ScriptFailure } from "./project_folder.ts";

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const endLength = 22;

/** The bytes of the first file in the archive whose name passes `accept`. */
export async function readZipEntry(
  archive: Uint8Array<ArrayBuffer>,
  accept: (name: string) => boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view);
  let position = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (view.getUint32(position, true) !== entrySignature) break;
    const nameLength = view.getUint16(position + 28, true);
    const name = new TextDecoder().decode(
      archive.subarray(position + 46, position + 46 + nameLength),
    );
    if (accept(name)) return await unpack(archive, view, position);
    position += 46 + nameLength + view.getUint16(position + 30, true) +
      view.getUint16(position + 32, true);
  }
  throw new ScriptFailure("the archive does not hold the expected file");
}

/** The archive's last record, which may be followed by a comment. */
function findEnd(view: DataView): number {
  for (let at = view.byteLength - endLength; at >= 0; at--) {
    if (view.getUint32(at, true) === endSignature) return at;
  }
  throw new ScriptFailure("not a zip archive");
}

async function unpack(
  archive: Uint8Array<ArrayBuffer>,
  view: DataView,
  entry: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const method = view.getUint16(entry + 10, true);
  const packedSize = view.getUint32(entry + 20, true);
  const local = view.getUint32(entry + 42, true);
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const packed = archive.subarray(start, start + packedSize);
  if (method === 0) return packed;
  if (method !== 8) throw new ScriptFailure(`unknown compression ${method} in the archive`);
  const content = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return await new Response(content).bytes();
}
