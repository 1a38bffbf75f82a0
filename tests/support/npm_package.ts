/**
 * The files of published packages, as real data with real versions.
 *
 * @module
 */
import { dirname } from "node:path";

/** The folder of a package's files, fetched into Deno's own cache when it is first asked for. */
export async function npmPackage(name: string, version: string): Promise<string> {
  await deno("cache", "--quiet", "--no-config", `npm:${name}@${version}`);
  const { npmCache } = JSON.parse(await deno("info", "--json"));
  for (const registry of Deno.readDirSync(npmCache)) {
    const folder = `${npmCache}/${registry.name}/${name}/${version}`;
    try {
      if (Deno.statSync(`${folder}/package.json`).isFile) return folder;
    } catch {
      // not from this registry
    }
  }
  throw new Error(`${name}@${version} is not below ${npmCache}`);
}

async function deno(...args: string[]): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd: dirname(Deno.execPath()),
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await child.output();
  if (code !== 0) throw new Error(`deno ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
