/**
 * What Hadoop says when it says no, as a sentence.
 *
 * @module
 */
import type { DvtError } from "../../platform/error.ts";
import type { HttpAnswer } from "../../platform/http_answer.ts";
import { storageError } from "../fault.ts";
import type { Errand } from "../http_status.ts";

/** An answer that is no success. */
export interface HdfsRefusal {
  readonly status: number;
  /** The class of Hadoop's exception, without its package; empty where there was none. */
  readonly exception: string;
  readonly message: string;
}

/** Reads a refusal. */
export async function readRefusal(answer: HttpAnswer): Promise<HdfsRefusal> {
  const body = await answer.text();
  try {
    const { exception, message } = JSON.parse(body).RemoteException;
    return {
      status: answer.status,
      exception: String(exception),
      message: String(message).split("\n")[0] ?? "",
    };
  } catch {
    return { status: answer.status, exception: "", message: "" };
  }
}

/** The error for a refusal; undefined where the file alone is missing. */
export function hdfsError(
  { status, exception, message }: HdfsRefusal,
  { address, deed, identity, nameNode }: Errand & { readonly nameNode: string },
): DvtError | undefined {
  const who = identity ?? "nobody (anonymous)";
  switch (exception) {
    case "FileNotFoundException":
      return undefined;
    case "AccessControlException":
      return storageError("refused", `${who} may not ${deed} '${address}': ${message}`);
    case "SecurityException":
    case "InvalidToken":
    case "AuthenticationException":
      return storageError("refused", `'${nameNode}' does not accept ${who}: ${message}`);
    case "StandbyException":
      return storageError("unexpected", `'${nameNode}' is a standby name node`, {
        hint: "name the active one in the remote's URL",
      });
    case "SafeModeException":
    case "RetriableException":
      return storageError("busy", `'${nameNode}' takes no changes at this time: ${message}`);
    case "DSQuotaExceededException":
    case "NSQuotaExceededException":
    case "QuotaExceededException":
      return storageError("full", `no room is left to write '${address}': ${message}`);
  }
  if (/^Failed to find datanode/.test(message)) {
    return storageError("busy", `'${nameNode}' has no data node that would ${deed} '${address}'`);
  }
  if (status === 401) return storageError("refused", `'${nameNode}' does not accept ${who} (401)`);
  if (exception === "") {
    return status >= 500
      ? storageError("broken", `cannot ${deed} '${address}': the server answered ${status}`)
      : storageError("unexpected", `'${nameNode}' does not answer as a name node does (${status})`);
  }
  return storageError("unexpected", `cannot ${deed} '${address}': ${message || exception}`);
}
