import { openStorage } from "../../src/storage/open.ts";
import { startGsServer } from "../support/gs_server.ts";
import { hastyPolicy, storageContext } from "../support/storage_context.ts";
import { storageSuite } from "./storage_suite.ts";

storageSuite("gs", async () => {
  const server = await startGsServer();
  const options = { endpointurl: server.endpoint, allow_anonymous_login: "true" };
  const remote = { url: `gs://${server.bucket}/deep/er`, options };
  return {
    open: () => openStorage(remote, storageContext(), { retries: hastyPolicy }),
    stop: () => server.stop(),
  };
}, { manyFiles: 1100 });
