/**
 * Makes `dist/dvt.js`: the whole program in one file, which runs with
 * `deno run <flags> https://example.org/dvt.js`. The same sources give the same bytes.
 *
 * @module
 */
import { dirname } from "node:path";
import { runQuietly } from "./child.ts";
import { distFolder, projectFolder, runScript, say } from "./project_folder.ts";

/**
 * Packages in CommonJS call `require` for Node's own modules, which a bundle does not have. The
 * path stands for no file: only built-in modules are asked for, and a bundle that was loaded from
 * a URL has none.
 */
const banner = 'import{createRequire as $createRequire}from"node:module";' +
  'const require=$createRequire("/dvt.js");\n';

/**
 * Makes the bundle of one file, at `path`, and gives its absolute path. `entry` is the module that
 * it begins with, relative to the project.
 */
export async function bundle(
  path = `${distFolder}/dvt.js`,
  { entry = "main.ts", minify = true }: { entry?: string; minify?: boolean } = {},
): Promise<string> {
  Deno.mkdirSync(dirname(path), { recursive: true });
  const folder = Deno.makeTempDirSync({ dir: dirname(path), prefix: ".bundle-" });
  try {
    const built = `${folder}/dvt.js`;
    await runBundler(entry, ...(minify ? ["--minify"] : []), "--output", built);
    Deno.writeTextFileSync(built, banner + Deno.readTextFileSync(built));
    Deno.renameSync(built, path);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
  return path;
}

/**
 * Makes a bundle of several files in `folder`, of which `main.js` is the first: what is imported
 * when it is needed stays in files of its own, so that a start need not read it.
 */
export async function bundleInParts(folder: string): Promise<void> {
  await runBundler("main.ts", "--minify", "--code-splitting", "--outdir", folder);
  for (const { name } of [...Deno.readDirSync(folder)]) {
    const text = Deno.readTextFileSync(`${folder}/${name}`);
    if (/\brequire\b/.test(text)) Deno.writeTextFileSync(`${folder}/${name}`, banner + text);
  }
}

async function runBundler(entry: string, ...options: readonly string[]): Promise<void> {
  const command = [Deno.execPath(), "bundle", "-q"] as const;
  await runQuietly([...command, ...options, entry], { cwd: projectFolder });
}

if (import.meta.main) {
  await runScript(async () => {
    const path = await bundle();
    say(`${path}: ${(Deno.statSync(path).size / 1024).toFixed(0)} KiB`);
  });
}
