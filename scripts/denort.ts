/**
 * Finds `denort`, the part of Deno that `deno compile` puts under a program.
 *
 * `deno compile` would download it from Deno's own server by itself. Where that server is out of
 * reach, a published program comes to the rescue: the Python wheel of bids-validator-deno 2.4.1
 * holds one that Deno 2.6.10 compiled, which is `denort` 2.6.10 with the program's data appended
 * behind the ELF image.
 *
 * @module
 */
import { runQuietly } from "./child.ts";
import { installOnce, isFile } from "./install_once.ts";
import { say, ScriptFailure } from "./project_folder.ts";
import { downloadWheel } from "./python.ts";
import { readZipEntry } from "./zip.ts";

const wheel = "bids-validator-deno==2.4.1";
const wheelProgram = "/scripts/bids-validator-deno";

/** The absolute path of a `denort` that fits the running Deno; `DENORT_BIN` may name one. */
export async function findDenort(): Promise<string> {
  const named = Deno.env.get("DENORT_BIN");
  if (named !== undefined && named !== "") {
    if (!isFile(named)) throw new ScriptFailure(`DENORT_BIN names '${named}', which is not there`);
    return named;
  }
  const folder = await installOnce(`denort-${Deno.version.deno}`, async (folder) => {
    say(`installing denort ${Deno.version.deno} into .tools, once`);
    Deno.writeFileSync(`${folder}/denort`, await getDenort(), { mode: 0o755 });
    await tryOut(`${folder}/denort`);
  });
  return `${folder}/denort`;
}

async function getDenort(): Promise<Uint8Array<ArrayBuffer>> {
  const server = Deno.env.get("DVT_DENO_MIRROR") ?? "https://dl.deno.land/release";
  const url = `${server}/v${Deno.version.deno}/denort-${Deno.build.target}.zip`;
  try {
    const answer = await fetchSoon(url);
    if (!answer.ok) throw new ScriptFailure(`${url}: ${answer.status} ${answer.statusText}`);
    return await readZipEntry(await answer.bytes(), (name) => name.startsWith("denort"));
  } catch (error) {
    if (Deno.build.os !== "linux") throw error;
    const program = await readZipEntry(
      await downloadWheel(wheel),
      (name) => name.endsWith(wheelProgram),
    );
    return elfImage(program);
  }
}

/** A network that swallows requests must not hold up the other way for long. */
async function fetchSoon(url: string): Promise<Response> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 20_000);
  try {
    return await fetch(url, { signal: controller.signal });
  } finally {
    clearTimeout(timer);
  }
}

/** The part of an executable that the system loads: it ends with the table of sections. */
export function elfImage(program: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  const is64BitElf = program.length > 64 && view.getUint32(0) === 0x7f454c46 && program[4] === 2;
  if (!is64BitElf) throw new ScriptFailure("not a 64-bit ELF program");
  const table = Number(view.getBigUint64(0x28, true));
  const end = table + view.getUint16(0x3a, true) * view.getUint16(0x3c, true);
  if (end >= program.length) throw new ScriptFailure("not a program that Deno compiled");
  return program.subarray(0, end);
}

/** Compiles and runs a tiny program. */
async function tryOut(denort: string): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(
      `${folder}/hello.js`,
      "console.log(Deno.build.standalone, Deno.args[0])",
    );
    await runQuietly(
      [Deno.execPath(), "compile", "-q", "--no-config", "--no-lock", "-o", "hello", "hello.js"],
      { cwd: folder, env: { DENORT_BIN: denort } },
    );
    const answer = await runQuietly([`${folder}/hello`, "there"]);
    if (answer !== "true there\n") {
      throw new ScriptFailure(`a compiled program answers '${answer}'`);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
