/**
 * Makes `dist/dvt`, one executable without any need, and beside it its checksum and the list of the
 * packages in it. The same sources give the same bytes.
 *
 * The program is bundled first and compiled from a folder that holds nothing else, since
 * `deno compile` would pack a `node_modules` folder, a lock file's packages and a configuration
 * into it. The bundle is of several files: with the S3 credentials of AWS inside, one file takes
 * 76 ms of processor time for `--version`, and several take 32 ms (an empty program: 25 ms).
 *
 * The program keeps no code cache. Deno would keep it in the shared folder for temporary files,
 * under a name that everybody can guess, where another user of the machine could put his code for
 * ours to run. The cache would save little: 30.7 against 32.5 ms for `--version`, 48 against 51 ms
 * for `status` (processor time, medians of 25 runs in turn).
 *
 * @module
 */
import { bundleInParts } from "./bundle.ts";
import { runQuietly } from "./child.ts";
import { findDenort } from "./denort.ts";
import { compiledPermissions } from "./permissions.ts";
import { billOfMaterials } from "./sbom.ts";
import { distFolder, runScript, say } from "./project_folder.ts";
import { sha256 } from "./python.ts";

/**
 * V8 lets garbage pile up while memory is plenty. Held shorter, `import` of 100,000 files takes 160
 * in place of 280 MB and, both measured in turn, no more processor time. `--expose-gc` is for
 * `src/platform/garbage.ts`.
 */
const engineFlags = "--v8-flags=--max-semi-space-size=4,--heap-growing-percent=40,--expose-gc";

/** Makes the executable and gives its absolute path. */
export async function compile(): Promise<string> {
  const path = await compileAs("dvt", compiledPermissions);
  const digest = await sha256(Deno.readFileSync(path));
  Deno.writeTextFileSync(`${distFolder}/dvt.sha256`, `${digest}  dvt\n`);
  Deno.writeTextFileSync(`${distFolder}/dvt.cdx.json`, billOfMaterials());
  return path;
}

/**
 * Makes the same program with every permission. It is for no user: what it takes less than the
 * other is what Deno's checks of paths cost.
 */
export function compileUnrestricted(): Promise<string> {
  return compileAs("dvt-unrestricted", ["--allow-all"]);
}

async function compileAs(name: string, permissions: readonly string[]): Promise<string> {
  const denort = await findDenort();
  Deno.mkdirSync(distFolder, { recursive: true });
  const folder = Deno.makeTempDirSync({ dir: distFolder, prefix: ".compile-" });
  try {
    await bundleInParts(`${folder}/dvt`);
    // The program holds its files' times, which have to be the same in every build.
    for (const { name } of Deno.readDirSync(`${folder}/dvt`)) {
      Deno.utimeSync(`${folder}/dvt/${name}`, 0, 0);
    }
    const command = ["compile", "-q", "--no-config", "--no-lock", "--no-check", "--no-code-cache"];
    await runQuietly(
      [
        ...[Deno.execPath(), ...command, engineFlags, ...permissions] as const,
        ...["--output", "../executable", "main.js"],
      ],
      { cwd: `${folder}/dvt`, env: { DENORT_BIN: denort } },
    );
    Deno.renameSync(`${folder}/executable`, `${distFolder}/${name}`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
  return `${distFolder}/${name}`;
}

if (import.meta.main) {
  await runScript(async () => {
    const path = await compile();
    say(`${path}: ${(Deno.statSync(path).size / 1e6).toFixed(1)} MB`);
  });
}
