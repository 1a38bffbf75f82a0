/**
 * What Google Cloud Storage says when it says no, as a sentence.
 *
 * @module
 */
import type { DvtError } from "../../platform/error.ts";
import type { HttpAnswer } from "../../platform/http_answer.ts";
import { retryAfter } from "../../platform/retry.ts";
import { storageError } from "../fault.ts";
import type { Errand } from "../http_status.ts";

/** Of whom what was asked, for messages. */
export interface GoogleErrand extends Errand {
  readonly bucket: string;
  readonly endpoint: string;
}

/** The error for an answer that is no success; undefined where the object alone is missing. */
export function googleProblem(
  answer: HttpAnswer,
  body: string,
  errand: GoogleErrand,
): DvtError | undefined {
  const { status, headers } = answer;
  const { address, deed, identity, bucket, endpoint } = errand;
  const who = identity ?? "nobody (anonymous)";
  const message = messageIn(body);
  switch (status) {
    case 401:
      return identity === undefined
        ? storageError("refused", `'${address}' cannot be had without credentials (401)`, {
          hint: "sign in with 'gcloud auth application-default login', or name a key file in the " +
            "remote's option 'credentialpath'",
        })
        : storageError("refused", `'${endpoint}' does not accept ${who} (401)`);
    case 403:
      if (/billing|disabled in state/i.test(message)) {
        return storageError("refused", `cannot ${deed} '${address}': ${message} (403)`);
      }
      return storageError("refused", `${who} may not ${deed} '${address}' (403)`);
    case 404:
    case 410:
      if (
        /^The specified bucket does not exist/i.test(message) || deed === "list" || deed === "write"
      ) {
        return storageError("no-place", `there is no bucket '${bucket}' at '${endpoint}'`);
      }
      return undefined;
    case 412:
      return storageError("changed", `'${address}' changed while it was read`);
    case 413:
      return storageError("full", `'${endpoint}' takes no object of this size: '${address}'`);
  }
  if (status === 408 || status === 429 || status >= 500) {
    const kind = status === 408 ? "timeout" : status === 429 || status === 503 ? "busy" : "broken";
    const wait = retryAfter(headers.get("retry-after"), Date.now());
    return storageError(kind, `cannot ${deed} '${address}': the server answered ${status}`, {
      wait,
    });
  }
  const fact = message === "" ? String(status) : `${message} (${status})`;
  return storageError("unexpected", `cannot ${deed} '${address}': ${fact}`);
}

function messageIn(body: string): string {
  try {
    const { error } = JSON.parse(body);
    const message = typeof error === "object" ? error?.message : error;
    return typeof message === "string" ? message.split("\n")[0] ?? "" : "";
  } catch {
    return body.length < 200 ? body.trim().split("\n")[0] ?? "" : "";
  }
}
