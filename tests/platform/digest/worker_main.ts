/** The main module of hash workers in tests. */
import { isHashWorker } from "../../../src/platform/digest/hash_worker.ts";
import { serveHashing } from "../../../src/platform/digest/serve_hashing.ts";

if (isHashWorker()) serveHashing();
