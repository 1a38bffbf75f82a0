/**
 * What an HTTP status means for a storage, as a sentence.
 *
 * @module
 */
import type { DvtError } from "../platform/error.ts";
import type { HttpAnswer } from "../platform/http_answer.ts";
import type { HttpFault } from "../platform/http_fault.ts";
import { retryAfter } from "../platform/retry.ts";
import { type FaultKind, storageError } from "./fault.ts";

/** What was asked of whom, for messages. */
export interface Errand {
  /** The URL without secrets. */
  readonly address: string;
  /** What was to be done with it: `read '…'` reads well in `cannot read '…'`. */
  readonly deed: "read" | "write" | "list" | "remove";
  /** Who asked: `user 'bob'`, or undefined for nobody in particular. */
  readonly identity: string | undefined;
}

/** The error for an answer that is neither a success nor simply "not there". */
export function statusError(answer: HttpAnswer, errand: Errand): DvtError {
  const { status } = answer;
  const { address, identity, deed } = errand;
  const wait = retryAfter(answer.headers.get("retry-after"), Date.now());
  switch (status) {
    case 401:
      return identity === undefined
        ? storageError("refused", `'${address}' asks for credentials (401)`, {
          hint: "set 'auth', 'user' and 'password' of the remote",
        })
        : storageError("refused", `'${address}' refused the credentials of ${identity} (401)`);
    case 403:
      return storageError(
        "refused",
        `'${address}' does not let ${identity ?? "anonymous users"} ${deed} (403)`,
      );
    case 407:
      return storageError(
        "refused",
        `the proxy asks for credentials to ${deed} '${address}' (407)`,
      );
    case 405:
    case 501:
      return storageError("unsupported", `'${address}' cannot ${deed} this way (${status})`, {
        hint: deed === "write" ? "set the option 'method' of the remote, such as PUT" : undefined,
      });
    case 413:
      return storageError("full", `'${address}' takes no files of this size (413)`);
    case 507:
      return storageError("full", `no room is left to write '${address}' (507)`);
    case 429:
      return storageError("busy", `'${address}' was asked too often (429)`, { wait });
    case 404:
    case 410:
      return storageError("no-place", `cannot ${deed} '${address}': no such place (${status})`);
    default:
      return storageError(
        serverFault(status),
        `cannot ${deed} '${address}': the server answered ${status}${phrase(status)}`,
        { wait },
      );
  }
}

function serverFault(status: number): FaultKind {
  if (status === 503) return "busy";
  if (status === 408 || status === 425) return "timeout";
  return status >= 500 && status !== 505 ? "broken" : "unexpected";
}

function phrase(status: number): string {
  const known: Record<number, string> = {
    400: "Bad Request",
    408: "Request Timeout",
    409: "Conflict",
    411: "Length Required",
    412: "Precondition Failed",
    416: "Range Not Satisfiable",
    423: "Locked",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
  };
  const text = known[status];
  return text === undefined ? "" : ` ${text}`;
}

const faultKinds = {
  "unreachable": "unreachable",
  "tls": "untrusted",
  "timeout": "timeout",
  "cut": "cut",
  "redirect": "unexpected",
  "too-large": "unexpected",
} as const;

/** The error for a request that brought no whole answer. */
export function connectionError(fault: HttpFault, { address, deed }: Errand): DvtError {
  const subject = fault.kind === "unreachable" || fault.kind === "tls"
    ? `cannot connect to '${address}'`
    : `cannot ${deed} '${address}'`;
  return storageError(faultKinds[fault.kind], `${subject}: ${fault.message}`, {
    hint: fault.kind === "tls"
      ? "name a file with the server's authority in the remote's option 'ssl_verify'"
      : undefined,
    origin: fault,
  });
}
