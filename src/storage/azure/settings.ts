/**
 * Everything that decides how an Azure container is spoken to: DVC's options, the environment, and
 * the configuration of Azure's own tools, in this order.
 *
 * @module
 */
import type { AzureTokenLogin } from "../../platform/azure.ts";
import type { Context } from "../../platform/context.ts";
import { DvtError } from "../../platform/error.ts";
import { readTextIfThere } from "../../platform/files.ts";
import type { Environment } from "../../platform/user_folders.ts";
import { flag, type StorageOptions, text } from "../options.ts";
import { parseUrl } from "../web_endpoint.ts";

/** Who asks. */
export type AzureLogin =
  | { readonly kind: "key"; readonly account: string; readonly key: Uint8Array }
  | { readonly kind: "sas"; readonly token: string }
  | { readonly kind: "nobody" }
  | AzureTokenLogin;

/** The settings of one remote. */
export interface AzureSettings {
  readonly container: string;
  /** Without slashes at its ends; empty for the whole container. */
  readonly prefix: string;
  /** The service's own address, without a slash at its end. */
  readonly endpoint: URL;
  readonly account: string;
  readonly login: AzureLogin;
}

/** Gathers the settings. Throws `configuration` where they lead nowhere. */
export function azureSettings(
  { url, options }: { url: string; options: StorageOptions },
  context: Context,
): AzureSettings {
  const { environment } = context;
  const file = toolSettings(environment);
  const either = (option: string, variables: readonly string[], name: string) =>
    text(options, option) ?? firstOf(environment, variables) ?? file.get(name);
  const connection = either(
    "connection_string",
    ["AZURE_STORAGE_CONNECTION_STRING"],
    "connection_string",
  );
  const parts = connection === undefined ? undefined : readConnectionString(connection);
  const accountVariables = ["AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_ACCOUNT_NAME"];
  const account = parts?.get("accountname") ?? either("account_name", accountVariables, "account");
  const endpoint = parts?.get("blobendpoint");
  if (account === undefined && endpoint === undefined) {
    throw new DvtError(
      "configuration",
      "Authentication to Azure Blob Storage requires either account_name or connection_string.",
      { hint: "set one of them with 'dvt remote modify', the latter with --local" },
    );
  }
  const [, named = "", rest = ""] = /^azure:\/\/([^/]*)\/*(.*)$/is.exec(url) ?? [];
  const container = named ||
    (environment["AZURE_STORAGE_CONTAINER_NAME"] ?? file.get("container_name") ?? "");
  if (!/^(\$root|\$web|[a-z0-9](-?[a-z0-9]){2,62})$/.test(container)) {
    throw new DvtError(
      "configuration",
      `'${url}' does not name a container as azure://container/path does`,
    );
  }
  const key = parts?.get("accountkey") ??
    either("account_key", ["AZURE_STORAGE_KEY", "AZURE_STORAGE_ACCOUNT_KEY"], "key");
  const sas = parts?.get("sharedaccesssignature") ??
    either("sas_token", ["AZURE_STORAGE_SAS_TOKEN"], "sas_token");
  const host = endpoint === undefined ? undefined : parseUrl(endpoint);
  return {
    container,
    prefix: rest.replace(/\/+$/, ""),
    account: account ?? accountOf(host),
    endpoint: host ?? parseUrl(usualEndpoint(account ?? "", parts)),
    login: loginOf(options, {
      account: account ?? accountOf(host),
      // A connection string says it all: who asks is in it, or nobody asks.
      key: parts === undefined || parts.has("accountkey") ? key : undefined,
      sas: parts === undefined || parts.has("sharedaccesssignature") ? sas : undefined,
      complete: parts !== undefined,
      workload: (environment["AZURE_FEDERATED_TOKEN_FILE"] ?? "") !== "",
    }),
  };
}

function loginOf(
  options: StorageOptions,
  { account, key, sas, complete, workload }: {
    account: string;
    key: string | undefined;
    sas: string | undefined;
    complete: boolean;
    workload: boolean;
  },
): AzureLogin {
  const tenant = text(options, "tenant_id");
  const client = text(options, "client_id");
  const secret = text(options, "client_secret");
  if (!complete && tenant !== undefined && client !== undefined && secret !== undefined) {
    return { kind: "principal", tenant, client, secret };
  }
  if (key !== undefined) return { kind: "key", account, key: keyBytes(key) };
  if (sas !== undefined) return { kind: "sas", token: sas.replace(/^\?/, "") };
  if (complete || flag(options, "allow_anonymous_login", false)) return { kind: "nobody" };
  return {
    kind: "default",
    environment: !flag(options, "exclude_environment_credential", false),
    workload,
    managedIdentity: !flag(options, "exclude_managed_identity_credential", false),
  };
}

function keyBytes(key: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(key);
  } catch {
    throw new DvtError("configuration", "the account key of the Azure remote is not base64");
  }
}

/** The account of the storage emulator, which everybody knows. */
const emulator = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=" +
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;" +
  "BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1";

/** Values by name, in lower case. */
function readConnectionString(connection: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const part of connection.split(";")) {
    const [, name, value = ""] = /^\s*([^=]+?)\s*=(.*)$/s.exec(part) ?? [];
    if (name !== undefined) parts.set(name.toLowerCase(), value.trim());
  }
  if (parts.get("usedevelopmentstorage")?.toLowerCase() === "true") {
    return readConnectionString(emulator);
  }
  if (parts.has("accountname") || parts.has("blobendpoint")) return parts;
  throw new DvtError("configuration", "the connection string of the Azure remote names no account");
}

function usualEndpoint(account: string, parts: ReadonlyMap<string, string> | undefined): string {
  if (!/^[a-z0-9]{3,24}$/.test(account)) {
    throw new DvtError("configuration", `'${account}' cannot be the name of a storage account`);
  }
  const protocol = parts?.get("defaultendpointsprotocol") ?? "https";
  const suffix = parts?.get("endpointsuffix") ?? "core.windows.net";
  return `${protocol}://${account}.blob.${suffix}`;
}

/** `https://ACCOUNT.blob…`, or `http://127.0.0.1/ACCOUNT`. */
function accountOf(host: URL | undefined): string {
  if (host === undefined) return "";
  return /^\/([^/]+)/.exec(host.pathname)?.[1] ?? host.hostname.split(".")[0] ?? "";
}

/** What the user told Azure's own tools, in the section `storage`. */
function toolSettings(environment: Environment): Map<string, string> {
  const folder = environment["AZURE_CONFIG_DIR"] ?? `${environment["HOME"] ?? ""}/.azure`;
  const found = new Map<string, string>();
  let section = "";
  for (const line of (readTextIfThere(`${folder}/config`) ?? "").split(/\r?\n/)) {
    section = /^\[(.*)\]\s*$/.exec(line)?.[1] ?? section;
    const [, name, value = ""] = /^([\w.]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (section === "storage" && name !== undefined && value !== "") found.set(name, value);
  }
  return found;
}

function firstOf(environment: Environment, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = environment[name];
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}
