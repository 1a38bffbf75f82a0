/**
 * fake-gcs-server, a stand-in for Google Cloud Storage.
 *
 * @module
 */
import { runQuietly } from "../../scripts/child.ts";
import { installOnce } from "../../scripts/install_once.ts";
import { say } from "../../scripts/project_folder.ts";
import { startServer } from "./server_process.ts";

const version = "1.56.1";

/** A server with one bucket that keeps versions, and one that does not. */
export interface GsServer {
  readonly endpoint: string;
  readonly bucket: string;
  readonly versionedBucket: string;
  stop(): Promise<void>;
}

/** Starts the server; what it holds is gone when it stops. */
export async function startGsServer(): Promise<GsServer> {
  const program = await gsProgram();
  const process = await startServer({
    command: (port) => [
      program,
      ...["-scheme", "http", "-host", "127.0.0.1", "-port", String(port), "-backend", "memory"],
      ...["-public-host", `127.0.0.1:${port}`, "-external-url", `http://127.0.0.1:${port}`],
      ...["-log-level", "error"],
    ],
    env: { HOME: "/nonexistent" },
  });
  const endpoint = `http://127.0.0.1:${process.port}`;
  const server = {
    ...{ endpoint, bucket: "registry", versionedBucket: "versions" },
    stop: () => process.stop(),
  };
  for (const name of [server.bucket, server.versionedBucket]) {
    const answer = await fetch(`${endpoint}/storage/v1/b?project=tests`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        name,
        ...(name === server.versionedBucket ? { versioning: { enabled: true } } : {}),
      }),
    });
    const words = await answer.text();
    if (!answer.ok) throw new Error(`fake-gcs-server: ${answer.status} ${words}`);
  }
  return server;
}

/** The path of the server: the one that DVT_TEST_GCS names, else one that is built once. */
async function gsProgram(): Promise<string> {
  const named = Deno.env.get("DVT_TEST_GCS");
  if (named !== undefined && named !== "") return named;
  const folder = await installOnce(`fake-gcs-server-${version}`, async (folder) => {
    say(`building fake-gcs-server ${version} into .tools, once`);
    const build = `${folder}/build`;
    await runQuietly(["go", "install", `github.com/fsouza/fake-gcs-server@v${version}`], {
      env: { GOBIN: folder, GOFLAGS: "-modcacherw", GOPATH: build, GOCACHE: `${build}/cache` },
    });
    Deno.removeSync(build, { recursive: true }); // a gigabyte of sources
  });
  return `${folder}/fake-gcs-server`;
}
