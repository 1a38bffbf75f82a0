/**
 * Large objects go to Google part after part, in one upload that can be gone on with.
 *
 * @module
 */
import type { HttpAnswer } from "../../platform/http_answer.ts";
import type { CloudRequest } from "../cloud_client.ts";
import { storageError } from "../fault.ts";
import type { PartsOptions } from "../object_storage.ts";
import type { PartSource } from "../parts.ts";

/** What an upload works with. */
export interface ResumableUpload {
  send(request: Required<Pick<CloudRequest, "headers" | "body">>): Promise<HttpAnswer>;
  readonly again: PartsOptions["again"];
  /** Throws the error for an answer that is no success. */
  failed(answer: HttpAnswer): Promise<undefined>;
}

/** Sends all parts; the answer to the last one tells of the object. */
export async function sendResumable(
  parts: PartSource,
  upload: ResumableUpload,
): Promise<HttpAnswer> {
  // Which part is the last one shows only behind it, so that one is held back.
  let held: Uint8Array<ArrayBuffer> | undefined;
  let start = 0;
  await parts(async (bytes) => {
    if (held !== undefined) {
      await sendOne(upload, { bytes: held, start, total: undefined });
      start += held.length;
    }
    held = bytes();
  });
  const last = held ?? new Uint8Array();
  const answer = await sendOne(upload, { bytes: last, start, total: start + last.length });
  if (answer !== undefined) return answer;
  throw storageError("unexpected", "the upload was not finished");
}

/** Sends a part, or what the server still lacks of it; the answer if it was the last one. */
async function sendOne(
  { send, again, failed }: ResumableUpload,
  { bytes, start, total }: {
    bytes: Uint8Array<ArrayBuffer>;
    start: number;
    total: number | undefined;
  },
): Promise<HttpAnswer | undefined> {
  let sent = 0;
  let sure = true;
  return await again(async () => {
    for (;;) {
      // After a failure only the server knows how much arrived.
      const body: Uint8Array<ArrayBuffer> = sure ? bytes.subarray(sent) : new Uint8Array();
      const end = start + bytes.length;
      const range = !sure || body.length === 0
        ? `bytes */${total ?? "*"}`
        : `bytes ${start + sent}-${end - 1}/${total ?? "*"}`;
      const asked = sure;
      sure = false;
      const answer = await send({ headers: { "content-range": range }, body });
      if (answer.status === 200 || answer.status === 201) return answer;
      if (answer.status !== 308) await failed(answer);
      await answer.discard();
      const reached = /bytes=0-(\d+)/.exec(answer.headers.get("range") ?? "")?.[1];
      const arrived = reached === undefined ? 0 : Number(reached) + 1;
      if (arrived < start || arrived > end) {
        throw storageError("unexpected", `the server has ${arrived} bytes of the upload`);
      }
      if (arrived === end && total === undefined) return undefined;
      if (asked && arrived - start === sent && bytes.length > 0) {
        throw storageError("broken", "the server takes nothing of the upload");
      }
      sent = arrived - start;
      sure = true;
    }
  });
}
