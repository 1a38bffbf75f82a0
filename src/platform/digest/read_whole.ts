/**
 * A small file in one read, now or beside others.
 *
 * @module
 */
import { openForReading, withPath } from "../files.ts";

/** Reads a file into `room` as far as it fits. Returns the number of bytes read. */
export function readWhole(path: string, room: Uint8Array, announced: number): number {
  const file = openForReading(path);
  try {
    let length = file.readSync(room) ?? 0;
    // One read is the whole file if it brings what was announced; else only the end is the end.
    while (length !== announced && length < room.length) {
      const more = file.readSync(room.subarray(length));
      if (more === null) break;
      length += more;
    }
    return length;
  } finally {
    file.close();
  }
}

/**
 * Reads a file into `room` without blocking. Returns the number of bytes read, which is other than
 * `announced` where the file changed or the room is too small for it.
 */
export async function readWholeBeside(
  path: string,
  room: Uint8Array,
  announced: number,
): Promise<number> {
  using file = await Deno.open(path).catch((error) => Promise.reject(withPath(error, path)));
  let length = await file.read(room) ?? 0;
  while (length !== announced && length < room.length) {
    const more = await file.read(room.subarray(length));
    if (more === null) break;
    length += more;
  }
  return length;
}
