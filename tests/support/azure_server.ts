/**
 * Azurite, Microsoft's own stand-in for Azure Blob Storage.
 *
 * @module
 */
import { azureIdentity } from "../../src/storage/azure/identity.ts";
import { azureSettings } from "../../src/storage/azure/settings.ts";
import { startServer } from "./server_process.ts";
import { storageContext } from "./storage_context.ts";

const version = "3.37.0";

/** A server with one container. */
export interface AzureServer {
  readonly container: string;
  readonly account: string;
  /** The account's key, in base64. */
  readonly key: string;
  readonly endpoint: string;
  readonly connectionString: string;
  /** Asks the service for something about the container, as its owner. */
  call(query: Readonly<Record<string, string>>, request?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

const account = "dovetail";
const key = btoa("a secret that only the tests know, and Azurite with them");
const container = "registry";

/** Starts the server over a new folder. */
export async function startAzureServer(): Promise<AzureServer> {
  const folder = Deno.makeTempDirSync({ prefix: "dvt-azurite-" });
  const process = await startServer({
    command: (port) => [
      Deno.execPath(),
      ...["run", "-q", "-A", "--no-lock", "--no-config", `npm:azurite@${version}/azurite-blob`],
      ...["--silent", "--blobHost", "127.0.0.1", "--blobPort", String(port)],
      ...["--location", folder, "--skipApiVersionCheck", "--disableTelemetry"],
    ],
    env: {
      AZURITE_ACCOUNTS: `${account}:${key}`,
      HOME: Deno.env.get("HOME") ?? "/",
      ...(Deno.env.has("DENO_DIR") ? { DENO_DIR: Deno.env.get("DENO_DIR") ?? "" } : {}),
      DENO_TLS_CA_STORE: "mozilla,system",
      DENO_NO_UPDATE_CHECK: "1",
    },
    cwd: folder,
    patience: 180_000,
  });
  const endpoint = `http://127.0.0.1:${process.port}/${account}`;
  const connectionString =
    `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${endpoint};`;
  const settings = azureSettings(
    { url: `azure://${container}`, options: { connection_string: connectionString } },
    storageContext(),
  );
  const identity = azureIdentity(settings);
  const server: AzureServer = {
    ...{ container, account, key, endpoint, connectionString },
    async call(query, request = {}) {
      const url = new URL(`${endpoint}/${container}`);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      const method = request.method ?? "GET";
      const headers = { ...request.headers as Record<string, string> };
      const secrets = await identity.prove({ method, url, headers }, { fresh: false });
      return await fetch(url, { ...request, headers: { ...headers, ...secrets } });
    },
    async stop() {
      await process.stop();
      Deno.removeSync(folder, { recursive: true });
    },
  };
  const made = await server.call({ restype: "container" }, { method: "PUT" });
  if (!made.ok) throw new Error(`azurite: ${made.status} ${await made.text()}`);
  await made.body?.cancel();
  return server;
}
