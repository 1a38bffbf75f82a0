/**
 * A server of Git LFS: where it is, and the "batch" requests that tell where content lies.
 * Source: the Git LFS documentation, `docs/api/batch.md` and `docs/api/server-discovery.md`.
 *
 * @module
 */
import { append } from "../platform/append.ts";
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { basicHeader, HttpClient, withoutSecrets } from "../platform/http.ts";
import type { HttpAnswer } from "../platform/http_answer.ts";
import { HttpFault } from "../platform/http_fault.ts";
import { runProcess } from "../platform/process.ts";
import { patientPolicy, retryAfter, tryAgain } from "../platform/retry.ts";
import { maskSecrets } from "../platform/secrets.ts";
import type { NamedPointer } from "./lfs_pointer.ts";
import { type Git, textOf } from "./repository.ts";

/** Content that a server has, ready to be read. */
export interface LfsDownload {
  readonly pointer: NamedPointer;
  open(): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
}

/** What answers for the content of pointers. */
export interface LfsServer {
  /** Asks where content is; throws where the server lacks any of it. */
  locate(pointers: readonly NamedPointer[]): Promise<LfsDownload[]>;
}

/** The address of a server, and what it wants to hear. */
export interface LfsEndpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const mediaType = "application/vnd.git-lfs+json";
/** As many as git-lfs itself asks for at once. */
const batchSize = 100;
const longestAnswer = 16 << 20;

type Headers = Readonly<Record<string, string>>;

/**
 * The server that belongs to a repository's address; undefined for one without any. An address in
 * the commit's own `.lfsconfig` may lead to other hosts, which get no credentials then.
 */
export async function lfsEndpoint(
  { url, commit, git, context }: {
    /** Of the repository, without secrets. */
    readonly url: string;
    readonly commit: string;
    readonly git: Git;
    readonly context: Context;
  },
): Promise<LfsEndpoint | undefined> {
  const named = await git.run(["config", "--blob", `${commit}:.lfsconfig`, "--get", "lfs.url"], {
    okCodes: "any",
  });
  const text = named.code === 0 ? textOf(named).trim() : "";
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) {
    return { url: text.replace(/\/+$/, ""), headers: {} };
  }
  if (/^https?:\/\//i.test(url)) return { url: besides(url), headers: {} };
  const ssh = sshPlace(url);
  return ssh === undefined ? undefined : await askBySsh(ssh, context);
}

function besides(url: string): string {
  const bare = url.replace(/\/+$/, "");
  return `${/\.git$/.test(bare) ? bare : `${bare}.git`}/info/lfs`;
}

interface SshPlace {
  readonly host: string;
  readonly port: string | undefined;
  readonly path: string;
}

function sshPlace(url: string): SshPlace | undefined {
  const long = /^(?:git\+)?ssh:\/\/([^/:]+)(?::(\d+))?\/(.+)$/i.exec(url);
  const short = /^([\w.-]+(?:@[\w.-]+)?):(?!\/\/)(.+)$/.exec(url);
  const [, host, port, path] = long ?? [undefined, short?.[1], undefined, short?.[2]];
  if (host === undefined || path === undefined || host.startsWith("-")) return undefined;
  return { host, port, path: long === null ? path : `/${path}`.replace(/^\/~/, "~") };
}

/** Servers that are reached by SSH hand out the address and a token for it there. */
async function askBySsh(
  { host, port, path }: SshPlace,
  context: Context,
): Promise<LfsEndpoint | undefined> {
  if (/['\n\0]/.test(path)) return undefined;
  const config = context.environment.DVT_SSH_CONFIG;
  const { code, stdout } = await runProcess({
    program: "ssh",
    args: [
      ...config === undefined || config === "" ? [] : ["-F", config],
      ...context.interactive === true ? [] : ["-o", "BatchMode=yes"],
      ...port === undefined ? [] : ["-p", port],
      "--",
      host,
      `git-lfs-authenticate '${path}' download`,
    ],
    directory: context.directory,
    environment: context.environment,
  }, { signal: context.signal, limit: 1 << 20 });
  const given = code === 0 ? jsonObject(new TextDecoder().decode(stdout)) : undefined;
  const { href, header } = given ?? {};
  if (typeof href === "string" && /^https?:\/\//i.test(href) && URL.canParse(href)) {
    return { url: href.replace(/\/+$/, ""), headers: headersOf(header) };
  }
  const name = host.replace(/^.*@/, "");
  return { url: besides(`https://${name}/${path.replace(/^\/+/, "")}`), headers: {} };
}

/** Talks to the server at an endpoint. */
export function lfsServer(
  endpoint: LfsEndpoint,
  { git, repository, context }: {
    readonly git: Git;
    /** The address of the repository: only its host, or the user's own settings, get credentials. */
    readonly repository: string;
    readonly context: Context;
  },
): LfsServer {
  const client = new HttpClient({
    signal: context.signal,
    environment: context.environment,
    connectTimeout: 60_000,
    readTimeout: 60_000,
  });
  context.atEnd?.(() => {
    client.close();
    return Promise.resolve();
  });
  const label = withoutSecrets(new URL(endpoint.url));
  let authorization: Headers = endpoint.headers;

  async function batch(pointers: readonly NamedPointer[]): Promise<LfsDownload[]> {
    const body = new TextEncoder().encode(JSON.stringify({
      operation: "download",
      transfers: ["basic"],
      objects: pointers.map(({ oid, size }) => ({ oid, size })),
      hash_algo: "sha256",
    }));
    const ask = () =>
      send(client, {
        method: "POST",
        url: `${endpoint.url}/objects/batch`,
        headers: { accept: mediaType, "content-type": mediaType },
        secrets: authorization,
        body,
      }, context);
    let answer = await ask();
    if (answer.status === 401 && sameHost(endpoint.url, repository)) {
      await answer.discard();
      const found = await credentials(endpoint.url, git);
      if (found !== undefined) {
        authorization = found;
        answer = await ask();
      }
    }
    if (answer.status !== 200) {
      await answer.discard();
      throw refusal(answer.status, label);
    }
    const said = jsonObject(new TextDecoder().decode(await answer.bytes(longestAnswer)));
    const objects = Array.isArray(said?.objects) ? said.objects : [];
    return pointers.map((pointer) => download(pointer, objects));
  }

  function download(pointer: NamedPointer, objects: readonly unknown[]): LfsDownload {
    const found = objects.map(fieldsOf).find((one) => one?.oid === pointer.oid);
    const action = fieldsOf(fieldsOf(found?.actions)?.download);
    const href = action?.href;
    if (typeof href !== "string" || !/^https?:\/\//i.test(href) || !URL.canParse(href)) {
      const reason = fieldsOf(found?.error)?.message;
      throw new DvtError(
        "missing-data",
        `the Git LFS server '${label}' has no content for '${pointer.path}' (${pointer.oid})` +
          (typeof reason === "string" ? `: ${maskSecrets(reason.slice(0, 200))}` : ""),
      );
    }
    const secrets = {
      ...sameHost(href, endpoint.url) ? authorization : {},
      ...headersOf(action?.header),
    };
    return {
      pointer,
      async open() {
        const answer = await send(client, { method: "GET", url: href, secrets }, context);
        if (answer.status === 200) return answer.stream();
        await answer.discard();
        throw refusal(answer.status, withoutSecrets(new URL(href)));
      },
    };
  }

  return {
    async locate(pointers) {
      const found: LfsDownload[] = [];
      for (let at = 0; at < pointers.length; at += batchSize) {
        append(found, await batch(pointers.slice(at, at + batchSize)));
      }
      return found;
    },
  };
}

/** Sends until the server answers with something final. */
async function send(
  client: HttpClient,
  request: Parameters<HttpClient["send"]>[0],
  { signal }: Context,
): Promise<HttpAnswer> {
  const label = withoutSecrets(new URL(request.url));
  try {
    return await tryAgain(async () => {
      const answer = await client.send(request);
      if (answer.status !== 429 && answer.status < 500) return answer;
      await answer.discard();
      throw new Busy(answer.status, retryAfter(answer.headers.get("retry-after"), Date.now()));
    }, {
      policy: patientPolicy,
      judge: (error) =>
        error instanceof Busy ? { again: error.status !== 501, wait: error.wait } : {
          again: error instanceof HttpFault && error.kind !== "tls" && error.kind !== "redirect",
        },
      signal,
    });
  } catch (error) {
    if (error instanceof Busy) throw refusal(error.status, label);
    if (!(error instanceof HttpFault)) throw error;
    throw new DvtError("git", `the Git LFS server '${label}': ${error.message}`, { cause: error });
  }
}

class Busy extends Error {
  readonly status: number;
  readonly wait: number | undefined;

  constructor(status: number, wait: number | undefined) {
    super(`status ${status}`);
    this.status = status;
    this.wait = wait;
  }
}

function refusal(status: number, label: string): DvtError {
  const denied = status === 401 || status === 403;
  return new DvtError(
    "git",
    `the Git LFS server '${label}' ${denied ? "refuses access" : "failed"} (status ${status})`,
    denied
      ? { hint: "give git credentials for it, or a token as DVT_TOKEN_<HOST> in the environment" }
      : {},
  );
}

/** What git knows for an address: a token of ours, what stood in the URL, the user's helpers. */
async function credentials(url: string, git: Git): Promise<Headers | undefined> {
  const { protocol, host, pathname } = new URL(url);
  const input = `protocol=${protocol.slice(0, -1)}\nhost=${host}\npath=${pathname.slice(1)}\n\n`;
  const answer = await git.run(["credential", "fill"], { input, okCodes: "any" });
  if (answer.code !== 0) return undefined;
  const said = new Map(
    textOf(answer).split("\n").map((line) => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
  const [user, password] = [said.get("username"), said.get("password")];
  if (user === undefined || password === undefined) return undefined;
  return { authorization: basicHeader(user, password) };
}

function sameHost(one: string, other: string): boolean {
  return URL.canParse(other) && new URL(one).origin === new URL(other).origin;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function headersOf(value: unknown): Headers {
  return Object.fromEntries(
    Object.entries(fieldsOf(value) ?? {}).filter((one): one is [string, string] =>
      typeof one[1] === "string" && /^[\w-]+$/.test(one[0])
    ),
  );
}
