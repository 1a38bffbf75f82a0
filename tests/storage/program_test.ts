import { openStorage } from "../../src/storage/open.ts";
import { rcloneProgram } from "../support/rclone.ts";
import { hastyPolicy, storageContext } from "../support/storage_context.ts";
import { storageSuite } from "./storage_suite.ts";

storageSuite("program", async () => {
  const folder = Deno.makeTempDirSync();
  const program = `${await rcloneProgram()} serve sftp --stdio "${folder}"`;
  const environment = { HOME: folder, RCLONE_CONFIG: "/dev/null", RCLONE_CACHE_DIR: folder };
  const context = storageContext({ environment, directory: folder });
  const remote = { url: "program://drive", options: { program } };
  return {
    open: () => openStorage(remote, context, { retries: hastyPolicy }),
    stop: () => Deno.remove(folder, { recursive: true }),
  };
}, { manyFiles: 300 });
