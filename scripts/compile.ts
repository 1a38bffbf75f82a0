/**
 * Makes `dist/dvt`, one executable without any need, and its checksum beside it.
 *
 * The bundle is compiled from a folder that holds nothing else, since `deno compile` would pack a
 * `node_modules` folder, a lock file's packages and a configuration into the program.
 *
 * @module
 */
import { bundle } from "./bundle.ts";
import { runQuietly } from "./child.ts";
import { findDenort } from "./denort.ts";
import { permissions } from "./permissions.ts";
import { distFolder, runScript, say } from "./project_folder.ts";
import { sha256 } from "./python.ts";

/** Makes the executable and gives its absolute path. */
export async function compile(): Promise<string> {
  const denort = await findDenort();
  const bundled = await bundle();
  const folder = Deno.makeTempDirSync({ dir: distFolder, prefix: ".compile-" });
  try {
    Deno.copyFileSync(bundled, `${folder}/dvt.js`);
    // The program holds its file's time, which has to be the same in every build.
    Deno.utimeSync(`${folder}/dvt.js`, 0, 0);
    const command = ["compile", "-q", "--no-config", "--no-lock", "--no-check", "--no-code-cache"];
    await runQuietly(
      [Deno.execPath(), ...command, ...permissions, "--output", "dvt", "dvt.js"],
      { cwd: folder, env: { DENORT_BIN: denort } },
    );
    const digest = await sha256(Deno.readFileSync(`${folder}/dvt`));
    Deno.writeTextFileSync(`${distFolder}/dvt.sha256`, `${digest}  dvt\n`);
    Deno.renameSync(`${folder}/dvt`, `${distFolder}/dvt`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
  return `${distFolder}/dvt`;
}

if (import.meta.main) {
  await runScript(async () => {
    const path = await compile();
    say(`${path}: ${(Deno.statSync(path).size / 1e6).toFixed(1)} MB`);
  });
}
