/**
 * Bytes that are in memory, for those who take them as they come.
 *
 * @module
 */

/** A stream of bytes. */
export function streamOf(
  bytes: Uint8Array<ArrayBuffer>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}
