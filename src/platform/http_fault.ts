/**
 * What can go wrong between here and a server.
 *
 * @module
 */

/**
 * - `unreachable`: no connection came about
 * - `tls`: no encrypted connection that can be trusted came about
 * - `timeout`: the server was silent for too long
 * - `cut`: the connection ended in the middle
 * - `redirect`: the server points to somewhere that is not followed
 * - `too-large`: more bytes came than may be held
 */
export type HttpFaultKind = "unreachable" | "tls" | "timeout" | "cut" | "redirect" | "too-large";

/** A request that brought no whole answer. The message is a fact without a subject. */
export class HttpFault extends Error {
  override readonly name = "HttpFault";
  readonly kind: HttpFaultKind;

  constructor(kind: HttpFaultKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/**
 * Reads what `fetch` threw. Its text names the URL, secrets included, so that only the reason
 * behind it is taken over.
 */
export function httpFaultOf(error: unknown): HttpFault {
  if (error instanceof HttpFault) return error;
  const text = error instanceof Error ? error.message : String(error);
  const reason = /client error \(\w+\): (.*)$/s.exec(text)?.[1] ?? "";
  if (/certificate|UnknownIssuer|NotValidForName|handshake|corrupt message|\btls\b/i.test(reason)) {
    return new HttpFault("tls", tlsReason(reason), { cause: error });
  }
  if (text.includes("client error (Connect)")) {
    return new HttpFault("unreachable", connectReason(reason), { cause: error });
  }
  return new HttpFault("cut", "the connection was closed in the middle", { cause: error });
}

function connectReason(reason: string): string {
  if (reason.includes("dns error")) return "the host name cannot be resolved";
  const fact = /tcp connect error: (.*?)(?: \(os error \d+\))?$/s.exec(reason)?.[1];
  if (fact !== undefined) return fact.toLowerCase();
  if (/proxy|tunnel/i.test(reason)) return "the proxy refused the connection";
  return reason === "" ? "no connection" : reason;
}

function tlsReason(reason: string): string {
  if (reason.includes("UnknownIssuer")) {
    return "the server's certificate is signed by an authority that is not trusted here";
  }
  if (/NotValidForName|not valid for name/.test(reason)) {
    return "the server's certificate is for another host";
  }
  if (/Expired|expired/.test(reason)) return "the server's certificate has expired";
  if (reason.includes("corrupt message")) return "the server does not speak TLS at this port";
  const fact = /invalid peer certificate: (.*)$/s.exec(reason)?.[1];
  return `the server's certificate is not valid (${fact ?? reason})`;
}
