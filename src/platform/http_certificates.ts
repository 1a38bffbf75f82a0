/**
 * Which authorities the machine trusts.
 *
 * @module
 */
import { readTextIfThere } from "./files.ts";

const variables = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];

const places = [
  "/etc/ssl/certs/ca-certificates.crt", // Debian, Arch
  "/etc/pki/tls/certs/ca-bundle.crt", // Fedora, Red Hat
  "/etc/ssl/ca-bundle.pem", // SUSE
  "/etc/ssl/cert.pem", // Alpine, macOS, BSD
];

/** The machine's bundle of authorities as PEM text: what the variables name, else the system's. */
export function certificateBundle(
  environment: Readonly<Record<string, string>>,
): string | undefined {
  for (const path of [...variables.map((name) => environment[name]), ...places]) {
    if (path === undefined || path === "") continue;
    try {
      const text = readTextIfThere(path);
      if (text?.includes("-----BEGIN CERTIFICATE-----")) return text;
    } catch {
      continue; // not ours to read: the next place may do
    }
  }
  return undefined;
}
