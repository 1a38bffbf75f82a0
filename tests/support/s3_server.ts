/**
 * S3 servers: rclone's checks signatures, moto's keeps versions.
 *
 * @module
 */
import { installOnce } from "../../scripts/install_once.ts";
import { say } from "../../scripts/project_folder.ts";
import { installIntoEnvironment } from "../../scripts/python.ts";
import { AwsSigner } from "../../src/platform/aws_signature.ts";
import { sha256Hex } from "../../src/platform/sha256.ts";
import { startRclone } from "./rclone.ts";
import { startServer } from "./server_process.ts";

/** A server with one bucket. */
export interface S3Server {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The options of a remote that may do everything. */
  readonly options: Readonly<Record<string, string>>;
  /** Where the bucket's objects lie as files, if they do. */
  readonly folder: string | undefined;
  stop(): Promise<void>;
}

const keys = {
  accessKeyId: "AKIDOVETAILTEST00001",
  secretAccessKey: "secret/of+the+test/0123456789abcdefghijk",
};
const bucket = "registry";

/** Starts the server that checks signatures. */
export async function startS3Server(): Promise<S3Server> {
  const server = await startRclone("s3", [
    "--auth-key",
    `${keys.accessKeyId},${keys.secretAccessKey}`,
  ]);
  Deno.mkdirSync(`${server.folder}/${bucket}`);
  return described(`http://127.0.0.1:${server.port}`, {
    folder: `${server.folder}/${bucket}`,
    stop: () => server.stop(),
  });
}

const motoVersion = "5.2.5";

/** Starts the server that keeps versions. It takes any key for the right one. */
export async function startVersionedS3Server(): Promise<S3Server> {
  const program = await motoProgram();
  const process = await startServer({
    command: (port) => [program, "-H", "127.0.0.1", "-p", String(port)],
    env: { HOME: "/nonexistent" },
  });
  const server = described(`http://127.0.0.1:${process.port}`, {
    folder: undefined,
    stop: () => process.stop(),
  });
  await put(server, "", new Uint8Array());
  await put(
    server,
    "versioning=",
    new TextEncoder().encode(
      '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        "<Status>Enabled</Status></VersioningConfiguration>",
    ),
  );
  return server;
}

async function motoProgram(): Promise<string> {
  const named = Deno.env.get("DVT_TEST_MOTO");
  if (named !== undefined && named !== "") return named;
  const folder = await installOnce(`moto-${motoVersion}`, async (folder) => {
    say(`installing moto ${motoVersion} into .tools, once`);
    await installIntoEnvironment(folder, `moto[server,s3]==${motoVersion}`);
  });
  return `${folder}/bin/moto_server`;
}

function described(
  endpoint: string,
  { folder, stop }: { folder: string | undefined; stop: () => Promise<void> },
): S3Server {
  return {
    endpoint,
    bucket,
    ...keys,
    options: {
      endpointurl: endpoint,
      access_key_id: keys.accessKeyId,
      secret_access_key: keys.secretAccessKey,
    },
    folder,
    stop,
  };
}

async function put(
  server: S3Server,
  query: string,
  body: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const { host } = new URL(server.endpoint);
  const headers = new AwsSigner(server, "us-east-1").sign({
    method: "PUT",
    host,
    path: `/${server.bucket}`,
    query,
    headers: {},
    payload: sha256Hex(body),
  }, new Date());
  const url = `${server.endpoint}/${server.bucket}${query === "" ? "" : `?${query}`}`;
  const answer = await fetch(url, { method: "PUT", headers, body });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  await answer.body?.cancel();
}
