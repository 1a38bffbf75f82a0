/**
 * Repositories served over HTTP by git's own `git http-backend`, on loopback.
 *
 * @module
 */
import { runProcess } from "../../src/platform/process.ts";
import { environmentFor } from "./environment.ts";

/** What may be set. */
export interface GitServerOptions {
  /** Asks for this name and password. */
  readonly user?: string;
  readonly password?: string;
  /** Answers in the server's place, or undefined. */
  readonly before?: (request: Request) => Response | undefined;
  /**
   * How old it is: `v0` does not speak version 2 of the protocol, `dumb` only hands out files.
   */
  readonly age?: "v0" | "dumb";
}

/** A running server. */
export interface GitServer extends AsyncDisposable {
  /** Repositories are below it: `${url}/name.git`. */
  readonly url: string;
  /** `GET /r.git/info/refs`, `POST /r.git/git-upload-pack ls-refs`, … */
  readonly log: string[];
  /** The bytes of all answers. */
  readonly traffic: { bytes: number };
}

/** Serves all repositories below a folder. */
export function startGitServer(folder: string, options: GitServerOptions = {}): GitServer {
  const log: string[] = [];
  const traffic = { bytes: 0 };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      const body = new Uint8Array(await request.arrayBuffer());
      log.push(`${request.method} ${pathname}${await commandOf(request, body)}`);
      const answer = options.before?.(request) ?? refusal(request, options) ??
        await runBackend(folder, request, { body, age: options.age });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      traffic.bytes += bytes.length;
      return new Response(bytes, { status: answer.status, headers: answer.headers });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    log,
    traffic,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** What a request of protocol version 2 asks for. */
async function commandOf(request: Request, body: Uint8Array<ArrayBuffer>): Promise<string> {
  if (body.length === 0) return "";
  let plain = body;
  if (request.headers.get("content-encoding") === "gzip") {
    const unpacked = new Blob([body]).stream().pipeThrough(new DecompressionStream("gzip"));
    plain = new Uint8Array(await new Response(unpacked).arrayBuffer());
  }
  const command = /^....command=(ls-refs|fetch)/.exec(new TextDecoder().decode(plain))?.[1];
  return command === undefined ? "" : ` ${command}`;
}

function refusal(request: Request, { user, password }: GitServerOptions): Response | undefined {
  if (user === undefined) return undefined;
  const expected = `Basic ${btoa(`${user}:${password ?? ""}`)}`;
  if (request.headers.get("authorization") === expected) return undefined;
  const headers = { "www-authenticate": 'Basic realm="git"' };
  return new Response("who are you?", { status: 401, headers });
}

async function runBackend(
  folder: string,
  request: Request,
  { body, age }: { body: Uint8Array<ArrayBuffer>; age: GitServerOptions["age"] },
): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const header = (name: string) => request.headers.get(name) ?? "";
  const call = {
    program: "git",
    args: ["http-backend"],
    directory: folder,
    environment: {
      ...environmentFor(folder),
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: age === "dumb" ? "" : search.slice(1),
      CONTENT_TYPE: header("content-type"),
      CONTENT_LENGTH: String(body.length),
      HTTP_CONTENT_ENCODING: header("content-encoding"),
      GIT_PROTOCOL: age === undefined ? header("git-protocol") : "",
    },
  };
  const { stdout } = await runProcess(call, { input: body });
  return parseCgi(stdout);
}

function parseCgi(bytes: Uint8Array<ArrayBuffer>): Response {
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, 4096));
  const end = text.indexOf("\r\n\r\n");
  const headers = new Headers();
  let status = 200;
  for (const line of text.slice(0, Math.max(end, 0)).split("\r\n")) {
    const colon = line.indexOf(":");
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (name === "Status") status = parseInt(value);
    else if (colon > 0) headers.set(name, value);
  }
  return new Response(bytes.slice(end + 4), { status, headers });
}
