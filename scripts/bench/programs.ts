/**
 * The programs that benchmarks compare.
 *
 * @module
 */
import { realDvc } from "../../tests/support/dvc.ts";
import { compile, compileUnrestricted } from "../compile.ts";
import { permissions } from "../permissions.ts";
import { distFolder, projectFolder } from "../project_folder.ts";

/** A program by the name that tables give it. */
export interface Program {
  readonly name: string;
  readonly command: readonly string[];
}

/** dvt as the executable that users get, freshly made; DVT_BENCH_DVT names another one. */
export async function dvtExecutable(): Promise<Program> {
  return { name: "dvt", command: [Deno.env.get("DVT_BENCH_DVT") ?? await compile()] };
}

/** dvt without the checks that its permissions cost; see {@linkcode compileUnrestricted}. */
export async function dvtUnrestricted(): Promise<Program> {
  return { name: "dvt -A", command: [await compileUnrestricted()] };
}

/** Real DVC. */
export async function dvc(): Promise<Program> {
  return { name: "DVC", command: [await realDvc()] };
}

/** dvt run by Deno from a server on loopback: as one file, and as sources. */
export class ServedPrograms implements AsyncDisposable {
  readonly programs: readonly Program[];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, serveFile);
    const host = `http://127.0.0.1:${this.#server.addr.port}`;
    const deno = [Deno.execPath(), "run", ...permissions];
    this.programs = [
      { name: "deno run …/dvt.js", command: [...deno, `${host}/dist/dvt.js`] },
      { name: "deno run …/main.ts", command: [...deno, `${host}/main.ts`] },
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function serveFile(request: Request): Response {
  const { pathname } = new URL(request.url);
  const path = pathname === "/dist/dvt.js" ? `${distFolder}/dvt.js` : projectFolder + pathname;
  const type = path.endsWith(".ts") ? "text/typescript" : "text/javascript";
  try {
    return new Response(Deno.readFileSync(path), { headers: { "content-type": type } });
  } catch {
    return new Response("not there", { status: 404 });
  }
}
