import { openStorage } from "../../src/storage/open.ts";
import { startS3Server } from "../support/s3_server.ts";
import { hastyPolicy, storageContext } from "../support/storage_context.ts";
import { storageSuite } from "./storage_suite.ts";

storageSuite("oss", async () => {
  const server = await startS3Server();
  const options = {
    oss_endpoint: server.endpoint,
    oss_key_id: server.accessKeyId,
    oss_key_secret: server.secretAccessKey,
  };
  const remote = { url: `oss://${server.bucket}/deep/er`, options };
  return {
    open: () => openStorage(remote, storageContext(), { retries: hastyPolicy }),
    stop: () => server.stop(),
  };
}, { manyFiles: 1100 });
