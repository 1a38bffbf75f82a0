import { openStorage } from "../../src/storage/open.ts";
import { startHdfs } from "../support/hdfs_server.ts";
import { hastyPolicy, storageContext } from "../support/storage_context.ts";
import { storageSuite } from "./storage_suite.ts";

storageSuite("webhdfs", async () => {
  const server = await startHdfs();
  const remote = { url: `webhdfs://bob@127.0.0.1:${server.port}/deep/er`, options: {} };
  return {
    open: () => openStorage(remote, storageContext(), { retries: hastyPolicy }),
    stop: () => server.stop(),
  };
}, { manyFiles: 100, forbidden: /:/ });
