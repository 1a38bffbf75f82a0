/**
 * Proofs that Azure accepts: the account's key, a shared access signature, or a token.
 *
 * @module
 */
import type { AzureTokenLogin } from "../../platform/azure.ts";
import { messageOf } from "../../platform/error.ts";
import { hmacSha256 } from "../../platform/sha256.ts";
import { type CloudIdentity, nobody } from "../cloud_client.ts";
import { storageError } from "../fault.ts";
import type { AzureLogin, AzureSettings } from "./settings.ts";

/** The version of the protocol that is spoken. */
const protocol = "2021-12-02";

/** Who asks, as the settings say. */
export function azureIdentity({ login, account, endpoint }: AzureSettings): CloudIdentity {
  switch (login.kind) {
    case "nobody":
      return { ...nobody, prove: () => Promise.resolve({ "x-ms-version": protocol }) };
    case "sas":
      return {
        label: `the shared access signature for account '${account}'`,
        renewable: false,
        // The address holds it.
        prove: () => Promise.resolve({ "x-ms-version": protocol }),
      };
    case "key":
      return keyIdentity(login);
    case "principal":
    case "default":
      return tokenIdentity(login, endpoint);
  }
}

function keyIdentity({ account, key }: AzureLogin & { kind: "key" }): CloudIdentity {
  return {
    label: `the key of account '${account}'`,
    renewable: false,
    prove({ method, url, headers }) {
      const own = { "x-ms-version": protocol, "x-ms-date": new Date().toUTCString() };
      const text = signedText({ method, url, headers: { ...headers, ...own }, account });
      const signature = hmacSha256(key, text);
      return Promise.resolve({
        ...own,
        authorization: `SharedKey ${account}:${new Uint8Array(signature).toBase64()}`,
      });
    },
  };
}

const standardHeaders = [
  "content-encoding content-language content-length content-md5 content-type date",
  "if-modified-since if-match if-none-match if-unmodified-since range",
].flatMap((names) => names.split(" "));

/** What the key signs. */
export function signedText({ method, url, headers, account }: {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly account: string;
}): string {
  const standard = standardHeaders.map((name) => {
    const value = headers[name] ?? "";
    return name === "content-length" && value === "0" ? "" : value;
  });
  const own = Object.keys(headers).filter((name) => name.startsWith("x-ms-")).sort();
  const query = [...new Set(url.searchParams.keys())].sort();
  return [
    method,
    ...standard,
    ...own.map((name) => `${name}:${headers[name] ?? ""}`),
    `/${account}${url.pathname}`,
    ...query.map((name) =>
      `${name.toLowerCase()}:${url.searchParams.getAll(name).sort().join(",")}`
    ),
  ].join("\n");
}

function tokenIdentity(
  login: AzureTokenLogin,
  endpoint: URL,
): CloudIdentity {
  let source: ((fresh: boolean) => Promise<string>) | undefined;
  let pending: Promise<string> | undefined;
  const label = login.kind === "principal"
    ? `the application '${login.client}'`
    : "the identity that Azure's chain of credentials found";
  async function ask(fresh: boolean): Promise<string> {
    const { azureTokens } = await import("../../platform/azure.ts");
    source ??= azureTokens(login);
    try {
      return await source(fresh);
    } catch (error) {
      throw storageError(
        "refused",
        `no token for '${endpoint.origin}' could be had: ${messageOf(error).split("\n")[0]}`,
        {
          hint: "set 'account_key', 'sas_token' or 'connection_string' with 'dvt remote modify " +
            "--local', or 'allow_anonymous_login' for public data",
          origin: error,
        },
      );
    }
  }
  return {
    label,
    renewable: true,
    async prove(_request, { fresh }) {
      const token = await (pending ??= ask(fresh).finally(() => pending = undefined));
      return { "x-ms-version": protocol, authorization: `Bearer ${token}` };
    },
  };
}
