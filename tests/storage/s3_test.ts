import { openStorage } from "../../src/storage/open.ts";
import { startS3Server } from "../support/s3_server.ts";
import { hastyPolicy, storageContext } from "../support/storage_context.ts";
import { storageSuite } from "./storage_suite.ts";

storageSuite("s3", async () => {
  const server = await startS3Server();
  const remote = { url: `s3://${server.bucket}/some/prefix`, options: server.options };
  return {
    open: () => openStorage(remote, storageContext(), { retries: hastyPolicy }),
    stop: () => server.stop(),
  };
}, { manyFiles: 1100 });
