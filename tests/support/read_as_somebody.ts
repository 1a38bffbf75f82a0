/** Reads one object of a remote in a process of its own, whose environment is all it has. */
import { openStorage } from "../../src/storage/open.ts";
import { hastyPolicy, storageContext } from "./storage_context.ts";

const [url = "", options = "{}"] = Deno.args;
const context = storageContext({ environment: Deno.env.toObject() });
try {
  const storage = await openStorage({ url, options: JSON.parse(options) }, context, {
    retries: { ...hastyPolicy, attempts: 2 },
  });
  const bytes = await storage.readBytes("file");
  Deno.stdout.writeSync(new TextEncoder().encode(bytes === undefined ? "missing" : "read"));
} catch (error) {
  Deno.stdout.writeSync(new TextEncoder().encode(`failed: ${(error as Error).message}`));
}
Deno.exit(0);
