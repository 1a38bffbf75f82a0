/** Shows the proof of who asks Azure, in a process of its own, whose environment is all it has. */
import { azureIdentity } from "../../src/storage/azure/identity.ts";
import { azureSettings } from "../../src/storage/azure/settings.ts";
import { storageContext } from "./storage_context.ts";

const [url = "", options = "{}"] = Deno.args;
const context = storageContext({ environment: Deno.env.toObject() });
let words: string;
try {
  const identity = azureIdentity(azureSettings({ url, options: JSON.parse(options) }, context));
  const request = { method: "GET", url: new URL("https://example.org/"), headers: {} };
  const { authorization = "none" } = await identity.prove(request, { fresh: false });
  words = `${identity.label}: ${authorization}`;
} catch (error) {
  words = `failed: ${(error as Error).message}`;
}
Deno.stdout.writeSync(new TextEncoder().encode(words));
Deno.exit(0);
