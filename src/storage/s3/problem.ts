/**
 * What an S3 service says when it says no, as a sentence.
 *
 * @module
 */
import type { DvtError } from "../../platform/error.ts";
import { retryAfter } from "../../platform/retry.ts";
import { type FaultKind, storageError } from "../fault.ts";
import type { Errand } from "../http_status.ts";
import { element } from "../flat_xml.ts";

/** An answer that is no success. */
export interface S3Problem {
  readonly status: number;
  /** Such as `NoSuchKey`; empty where the answer did not say. */
  readonly code: string;
  readonly message: string;
  readonly region: string | undefined;
  readonly wait: number | undefined;
  /** The server's clock, in milliseconds. */
  readonly serverTime: number | undefined;
  /** Whether the answer bears the marks of an S3 service. */
  readonly genuine: boolean;
}

/** Reads a refusal; `body` is empty for HEAD. */
export function readProblem(
  { status, headers }: { status: number; headers: Headers },
  body: string,
): S3Problem {
  const date = Date.parse(headers.get("date") ?? "");
  return {
    status,
    code: element(body, "Code") ?? "",
    message: (element(body, "Message") ?? "").replace(/\.$/, ""),
    region: headers.get("x-amz-bucket-region") ?? element(body, "Region") ?? undefined,
    wait: retryAfter(headers.get("retry-after"), Date.now()),
    serverTime: Number.isNaN(date) ? undefined : date,
    genuine: /<(Error|Code)>/.test(body) || [...headers.keys()].some((name) => /^x-amz/.test(name)),
  };
}

/** Whether the object alone is missing, and everything around it is in order. */
export function isMissingObject({ status, code, genuine }: S3Problem): boolean {
  if (code === "NoSuchKey" || code === "NoSuchVersion" || code === "NotFound") return true;
  // A delete marker that is asked for by its id may not be read.
  if (status === 405 && code === "MethodNotAllowed") return true;
  return status === 404 && code === "" && genuine;
}

/** Of whom what was asked, for messages. */
export interface S3Errand extends Errand {
  readonly bucket: string;
  readonly endpoint: string;
  readonly clockSkew: number;
}

const transient: Readonly<Record<string, FaultKind>> = {
  SlowDown: "busy",
  ServiceUnavailable: "busy",
  Throttling: "busy",
  ThrottlingException: "busy",
  RequestLimitExceeded: "busy",
  TooManyRequests: "busy",
  InternalError: "broken",
  InternalFailure: "broken",
  OperationAborted: "broken",
  RequestTimeout: "timeout",
  RequestTimeoutException: "timeout",
  IncompleteBody: "cut",
  BadDigest: "cut",
};

/** The error for a problem. */
export function problemError(problem: S3Problem, errand: S3Errand): DvtError {
  const { status, code, message, wait } = problem;
  const { address, deed, bucket, endpoint, identity } = errand;
  const who = identity ?? "nobody (anonymous)";
  const refused = (sentence: string, hint?: string) => storageError("refused", sentence, { hint });
  switch (code) {
    case "NoSuchBucket":
      return storageError(
        "no-place",
        `The specified bucket does not exist: '${bucket}' at '${endpoint}'`,
      );
    case "InvalidBucketName":
      return storageError("no-place", `'${bucket}' cannot be the name of a bucket`);
    case "InvalidAccessKeyId":
      return refused(`'${endpoint}' does not know ${who}`);
    case "SignatureDoesNotMatch":
      return refused(`the secret access key that belongs to ${who} is wrong for '${endpoint}'`);
    case "ExpiredToken":
    case "ExpiredTokenException":
    case "TokenRefreshRequired":
      return refused(`the session of ${who} has expired`, "sign in again, then repeat the command");
    case "InvalidToken":
      return refused(`the session token of ${who} is not valid at '${endpoint}'`);
    case "RequestTimeTooSkewed":
      return refused(
        `this machine's clock differs from that of '${endpoint}'${minutes(errand.clockSkew)}`,
        "set the clock; requests are signed with the time",
      );
    case "PreconditionFailed":
      return storageError("changed", `'${address}' changed while it was read`);
    case "InvalidObjectState":
      return storageError(
        "refused",
        `'${address}' is archived and must be restored before it can be read`,
      );
    case "PermanentRedirect":
    case "AuthorizationHeaderMalformed":
    case "IllegalLocationConstraintException":
      return storageError(
        "unexpected",
        `bucket '${bucket}' is not in the region that was asked${
          problem.region === undefined ? "" : ` but in '${problem.region}'`
        }`,
        { hint: "set the option 'region' of the remote" },
      );
    case "EntityTooLarge":
      return storageError("full", `'${endpoint}' takes no object of this size: '${address}'`);
    case "QuotaExceeded":
    case "XMinioStorageFull":
    case "InsufficientStorage":
      return storageError("full", `no room is left to write '${address}'`);
  }
  const passing = transient[code];
  if (passing !== undefined || status === 429 || status >= 500) {
    const kind = passing ?? (status === 429 || status === 503 ? "busy" : "broken");
    const fact = code === "" ? String(status) : `${code} (${status})`;
    return storageError(kind, `cannot ${deed} '${address}': the server answered ${fact}`, { wait });
  }
  if (!problem.genuine) {
    return storageError(
      "unexpected",
      `'${endpoint}' does not answer as an S3 service does (${status})`,
      { hint: "check the option 'endpointurl' of the remote" },
    );
  }
  // Some services call an unsigned request malformed in place of refusing it.
  const unsigned = identity === undefined && /^(UnsupportedAlgorithm|Missing\w+)$/.test(code);
  if (status === 401 || status === 403 || unsigned) {
    const hint = identity === undefined
      ? "no credentials were found: set 'access_key_id' and 'secret_access_key' or 'profile' " +
        "of the remote, or sign in with the AWS tools"
      : undefined;
    const reason = message === "" || /^access denied$/i.test(message) ? "" : `: ${message}`;
    return refused(`${who} may not ${deed} '${address}' (${status})${reason}`, hint);
  }
  const fact = [code, message].filter((part) => part !== "").join(": ");
  return storageError("unexpected", `cannot ${deed} '${address}': ${fact || status}`);
}

function minutes(skew: number): string {
  const count = Math.round(Math.abs(skew) / 60_000);
  return count === 0 ? "" : ` by ${count} minutes`;
}
