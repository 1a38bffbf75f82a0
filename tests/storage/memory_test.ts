import { MemoryStorage } from "../../src/storage/memory.ts";
import { withLimits } from "../../src/storage/with_limits.ts";
import { storageSuite } from "./storage_suite.ts";

storageSuite("memory", () => {
  const storage = new MemoryStorage();
  return Promise.resolve({ open: () => Promise.resolve(withLimits(storage, {})) });
});
