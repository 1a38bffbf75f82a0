import { openStorage } from "../../src/storage/open.ts";
import { hastyPolicy, storageContext } from "../support/storage_context.ts";
import { startSshServer } from "../support/sshd.ts";
import { storageSuite } from "./storage_suite.ts";

storageSuite("ssh", async () => {
  const server = await startSshServer();
  const context = storageContext({
    environment: { PATH: Deno.env.get("PATH") ?? "", DVT_SSH_CONFIG: server.config },
  });
  const remote = { url: `${server.url}/deep/er`, options: {} };
  return {
    open: () => openStorage(remote, context, { retries: hastyPolicy }),
    stop: () => server.stop(),
  };
}, { manyFiles: 1500 });
