import assert from "node:assert/strict";
import { type Outcome, runProgram } from "../support/dvc.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary.ts";

const wrapper = new URL("../../scripts/deno", import.meta.url).pathname;

/** A project with only the wrapper in it, and a machine with only the named programs. */
function machine(programs: Readonly<Record<string, string>>): TemporaryFolder {
  const folder = temporaryFolder();
  folder.write("project/scripts/deno", Deno.readTextFileSync(wrapper));
  Deno.mkdirSync(folder.at("bin"));
  for (const name of ["uname", "mkdir", "mktemp", "rm", "mv", "chmod", "sed", "cat"]) {
    Deno.symlinkSync(which(name), folder.at(`bin/${name}`));
  }
  for (const [name, script] of Object.entries(programs)) {
    folder.write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
    Deno.chmodSync(folder.at(`bin/${name}`), 0o755);
  }
  return folder;
}

function which(name: string): string {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const found = folders.map((folder) => `${folder}/${name}`).find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
  return found ?? assert.fail(`${name} is needed`);
}

function start(
  folder: TemporaryFolder,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return runProgram(["/bin/sh", folder.at("project/scripts/deno"), ...args], {
    cwd: folder.path,
    env: { PATH: folder.at("bin"), ...env },
  });
}

const deno = (version: string): string =>
  `if [ "$1" = --version ]; then echo "deno ${version} (stable)"; exit; fi
printf '%s\\n' ${version} "$DENO_TLS_CA_STORE" "$DENO_NO_UPDATE_CHECK" "$@"`;

Deno.test("scripts/deno takes a fitting Deno of the machine and hands everything over", async () => {
  using folder = machine({ deno: deno("2.6.12") });
  const { stdout, stderr } = await start(folder, ["task", "a b", "--c=*", ""]);
  assert.equal(stdout, "2.6.12\nmozilla,system\n1\ntask\na b\n--c=*\n\n");
  assert.equal(stderr, "");
  const kept = await start(folder, [], { DENO_TLS_CA_STORE: "system" });
  assert.equal(kept.stdout, "2.6.12\nsystem\n1\n");
});

Deno.test("scripts/deno takes the Deno that DVT_DENO names, whatever its version", async () => {
  using folder = machine({ deno: deno("2.6.10"), mine: deno("2.9.0") });
  assert.match((await start(folder, [], { DVT_DENO: folder.at("bin/mine") })).stdout, /^2\.9\.0\n/);
  const wrong = await start(folder, [], { DVT_DENO: "/nowhere/deno" });
  assert.equal(wrong.code, 1);
  assert.equal(
    wrong.stderr,
    "scripts/deno: DVT_DENO names '/nowhere/deno', which cannot be run\n",
  );
});

Deno.test("scripts/deno installs the pinned Deno once, also when started twice at once", async () => {
  const { stdout: python } = await runProgram(
    [which("python3"), "-c", "import sys; print(sys.executable, end='')"],
    { cwd: "/" },
  );
  using folder = machine({ deno: deno("2.5.6"), python3: `exec '${python}' "$@"` });
  // Where pip finds its packages is a matter of the machine.
  const settings = Object.entries(Deno.env.toObject()).filter(([name]) =>
    /^(PIP_|SSL_|REQUESTS_|PYENV_|https?_proxy$)/i.test(name)
  );
  const env = { ...Object.fromEntries(settings), HOME: folder.at("home") };
  const code = "console.log(Deno.version.deno)";
  const both = await Promise.all([1, 2].map(() => start(folder, ["eval", code], env)));
  for (const { stdout, stderr } of both) {
    assert.equal(stdout, "2.6.10\n", stderr);
    assert.equal(stderr, "scripts/deno: installing Deno 2.6.10 into .tools, once\n");
  }
  assert.deepEqual(folder.files("project/.tools").filter((name) => !/^deno-cache/.test(name)), [
    "deno-2.6.10/deno",
  ]);
  const again = await start(folder, ["eval", code], env);
  assert.deepEqual(again, { code: 0, stdout: "2.6.10\n", stderr: "" });
});

Deno.test("scripts/deno takes what npm has where there is no Python", async () => {
  // npm's part is played: it brings the nearest patch version of the same minor.
  const npm = `[ "$1 $2" = "install --prefix" ] || exit 9
mkdir -p "$3/node_modules/@deno/linux"
printf '#!/bin/sh\\necho deno 2.6.8; echo "$@"\\n' >"$3/node_modules/@deno/linux/deno"`;
  using folder = machine({ npm });
  const first = await start(folder, ["x"]);
  assert.deepEqual([first.code, first.stdout], [0, "deno 2.6.8\nx\n"]);
  folder.remove("bin/npm");
  assert.deepEqual(await start(folder, ["x"]), { ...first, stderr: "" });
});

Deno.test("scripts/deno says what it needs on a machine that has nothing", async () => {
  using folder = machine({});
  const { code, stdout, stderr } = await start(folder, ["task", "test"]);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /hint: install pip \(Python\), npm \(Node\) or curl/);
  assert.deepEqual(folder.files("project/.tools"), []);
});
