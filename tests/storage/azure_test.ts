import { openStorage } from "../../src/storage/open.ts";
import { startAzureServer } from "../support/azure_server.ts";
import { hastyPolicy, storageContext } from "../support/storage_context.ts";
import { storageSuite } from "./storage_suite.ts";

storageSuite("azure", async () => {
  const server = await startAzureServer();
  const options = { connection_string: server.connectionString };
  const remote = { url: `azure://${server.container}/deep/er`, options };
  return {
    open: () => openStorage(remote, storageContext(), { retries: hastyPolicy }),
    stop: () => server.stop(),
  };
}, { manyFiles: 300, forbidden: /\\/ });
