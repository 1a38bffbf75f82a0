import { openStorage } from "../../src/storage/open.ts";
import { startRclone } from "../support/rclone.ts";
import { hastyPolicy, storageContext } from "../support/storage_context.ts";
import { storageSuite } from "./storage_suite.ts";

storageSuite("webdav", async () => {
  const server = await startRclone("webdav", ["--user", "bob", "--pass", "s3cret"]);
  const options = { user: "bob", password: "s3cret" };
  const remote = { url: `webdav://127.0.0.1:${server.port}/deep/er`, options };
  return {
    open: () => openStorage(remote, storageContext(), { retries: hastyPolicy }),
    stop: () => server.stop(),
  };
}, { manyFiles: 1100 });
