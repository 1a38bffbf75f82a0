import { openStorage } from "../../src/storage/open.ts";
import { hastyPolicy, storageContext } from "../support/storage_context.ts";
import { startWebServer } from "../support/web_server.ts";
import { storageSuite } from "./storage_suite.ts";

storageSuite("http", () => {
  const server = startWebServer({ authorization: `Basic ${btoa("bob:s3cret")}` });
  const options = { method: "PUT", auth: "basic", user: "bob", password: "s3cret" };
  const remote = { url: `${server.url}/data`, options };
  return Promise.resolve({
    open: () => openStorage(remote, storageContext(), { retries: hastyPolicy }),
    stop: () => server.stop(),
  });
});
