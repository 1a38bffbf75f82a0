/**
 * What Azure says when it says no, as a sentence.
 *
 * @module
 */
import type { DvtError } from "../../platform/error.ts";
import type { HttpAnswer } from "../../platform/http_answer.ts";
import { retryAfter } from "../../platform/retry.ts";
import { type FaultKind, storageError } from "../fault.ts";
import { element } from "../flat_xml.ts";
import type { Errand } from "../http_status.ts";

/** Of whom what was asked, for messages. */
export interface AzureErrand extends Errand {
  readonly container: string;
  readonly endpoint: string;
}

/** Whether the blob alone is missing, and everything around it is in order. */
export function isMissingBlob(answer: HttpAnswer): boolean {
  if (answer.status !== 404) return false;
  const code = answer.headers.get("x-ms-error-code");
  return code === "BlobNotFound" || code === "ResourceNotFound";
}

const transient: Readonly<Record<string, FaultKind>> = {
  ServerBusy: "busy",
  OperationTimedOut: "timeout",
  InternalError: "broken",
};

/** The error for an answer that is no success; `body` is empty for HEAD. */
export function azureProblem(answer: HttpAnswer, body: string, errand: AzureErrand): DvtError {
  const { status, headers } = answer;
  const { address, deed, identity, container, endpoint } = errand;
  const code = headers.get("x-ms-error-code") ?? element(body, "Code") ?? "";
  const who = identity ?? "nobody (anonymous)";
  const refused = (sentence: string, hint?: string) => storageError("refused", sentence, { hint });
  switch (code) {
    case "ContainerNotFound":
      return storageError("no-place", `there is no container '${container}' at '${endpoint}'`);
    case "ContainerBeingDeleted":
      return storageError("busy", `container '${container}' is being deleted`);
    case "AuthenticationFailed": {
      const detail = element(body, "AuthenticationErrorDetail")?.split("\n")[0] ?? "";
      if (/expired|not valid yet|Signature not valid in the specified time/i.test(detail)) {
        return refused(
          `${who} is not valid at this time`,
          "make a new signature, or set the clock",
        );
      }
      if (/^The Date header|x-ms-date/i.test(detail)) {
        return refused(
          `this machine's clock differs from that of '${endpoint}'`,
          "set the clock; requests are signed with the time",
        );
      }
      return refused(`'${endpoint}' does not accept ${who}`);
    }
    case "InvalidAuthenticationInfo":
    case "AccountIsDisabled":
      return refused(`'${endpoint}' does not accept ${who} (${code})`);
    case "NoAuthenticationInformation":
    case "PublicAccessNotPermitted":
      return refused(
        `'${address}' cannot be had without credentials (${status})`,
        "set 'connection_string', 'account_key' or 'sas_token' of the remote with --local",
      );
    case "BlobArchived":
      return refused(`'${address}' is archived and must be rehydrated before it can be read`);
    case "ConditionNotMet":
      return storageError("changed", `'${address}' changed while it was read`);
    case "RequestBodyTooLarge":
      return storageError("full", `'${endpoint}' takes no blob of this size: '${address}'`);
  }
  const passing = transient[code];
  if (passing !== undefined || status === 429 || status === 408 || status >= 500) {
    const kind = passing ?? (status === 429 || status === 503 ? "busy" : "broken");
    const fact = code === "" ? String(status) : `${code} (${status})`;
    const wait = retryAfter(headers.get("retry-after"), Date.now());
    return storageError(kind, `cannot ${deed} '${address}': the server answered ${fact}`, { wait });
  }
  if (status === 401 || status === 403) {
    const fact = code === "" ? String(status) : `${code}, ${status}`;
    return refused(`${who} may not ${deed} '${address}' (${fact})`);
  }
  if (![...headers.keys()].some((name) => name.startsWith("x-ms-"))) {
    return storageError(
      "unexpected",
      `'${endpoint}' does not answer as Azure Blob Storage does (${status})`,
    );
  }
  return storageError("unexpected", `cannot ${deed} '${address}': ${code || status}`);
}
