/**
 * Real Git LFS: the client that makes repositories, and a server.
 *
 * @module
 */
import { installOnce } from "../../scripts/install_once.ts";
import { say } from "../../scripts/project_folder.ts";
import { installIntoEnvironment } from "../../scripts/python.ts";
import { type RunningServer, startServer } from "./server_process.ts";

const version = "0.6.2";

/** What the server imports without naming it as needed; PyJWT from 2.10 on refuses its tokens. */
const companions = [
  "cachetools==8.0.2",
  "cryptography==50.0.2",
  "figcan==0.0.4",
  "flask==3.1.3",
  "flask-classful==0.16.0",
  "flask-marshmallow==1.5.0",
  "importlib-metadata==10.2.0",
  "marshmallow==4.4.0",
  "pyjwt==2.9.0",
  "python-dateutil==4.0.0",
  "python-dotenv==1.2.4",
  "pyyaml==6.0.4",
  "typing-extensions==4.16.0",
  "webargs==8.7.1",
  "werkzeug==3.1.9",
];

const program = `
import sys
from giftless.app import init_app
from werkzeug.serving import run_simple

run_simple("127.0.0.1", int(sys.argv[1]), init_app(), threaded=True)
`;

async function lfsPython(): Promise<string> {
  const folder = await installOnce(`giftless-${version}`, async (folder) => {
    say(`installing giftless ${version}, a Git LFS server, into .tools, once`);
    await installIntoEnvironment(folder, `giftless==${version}`, ...companions);
  });
  return `${folder}/bin/python`;
}

/** Starts a Git LFS server that anybody may read and write; it keeps its files in a new folder. */
export async function startLfsServer(): Promise<RunningServer & { readonly folder: string }> {
  const python = await lfsPython();
  const folder = Deno.makeTempDirSync({ prefix: "dvt-lfs-" });
  const settings = `
AUTH_PROVIDERS:
  - giftless.auth.allow_anon:read_write
LEGACY_ENDPOINTS: true
TRANSFER_ADAPTERS:
  basic:
    factory: giftless.transfer.basic_streaming:factory
    options:
      storage_class: giftless.storage.local_storage:LocalStorage
      storage_options:
        path: ${folder}
`;
  const server = await startServer({
    command: (port) => [python, "-c", program, String(port)],
    env: { GIFTLESS_CONFIG_STR: settings },
    cwd: folder,
  });
  return {
    ...server,
    folder,
    async stop() {
      await server.stop();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

/** Throws, naming the package, where Git's client for LFS is not installed. */
export function requireLfsClient(): void {
  const { success } = new Deno.Command("git", { args: ["lfs", "version"] }).outputSync();
  if (!success) throw new Error("git-lfs is not here: install Debian's package git-lfs");
}
