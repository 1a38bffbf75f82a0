import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { runDvc, type RunOptions } from "../support/dvc.ts";
import { temporaryProject } from "../support/temporary.ts";

const rules =
  "# comment\n\n*.txt\n!keep.txt\n*.log\nx.log\n  /d/tmp/  \n1/**\n!1/**/\n!1/**/3/**\n";

/** Command lines, told apart by what they exercise; the rest of the line goes to stdin. */
const lines: readonly (readonly [args: readonly string[], stdin?: string])[] = [
  [["d/b.log", "d/a.txt", "none"]],
  [["none"]],
  [["keep.txt"]],
  [["drop.txt", "keep.txt"]],
  [["-d", "drop.txt", "keep.txt", "none"]],
  [["-d", "-n", "drop.txt", "keep.txt", "none"]],
  [["-d", "-a", "x.log", "1/2/hide.txt", "1/2/3/keep.txt"]],
  [["-dn", "d/tmp", "d/tmp/x", ".git", ".dvc", ".dvc/config", "a/.git/x", "sub", "sub/x"]],
  [["-d", "./x.log", "nowhere/../x.log", "../x.log", "/etc/x.log", "."]],
  [["-d", "nested/y.bin", "nested/deep/y.bin", "y.bin"]],
  [["--stdin"], "x.log\nkeep.txt\n\ndrop.txt\n"],
  [["--stdin", "-d", "-n"], "x.log\nkeep.txt\nnone"],
  [["--stdin"], "none\n"],
  [["-q", "x.log"]],
  [["-q", "none"]],
  [[]],
  [["-n", "x"]],
  [["-a", "x"]],
  [["--stdin", "x"]],
];

Deno.test("check-ignore prints and answers what DVC does", async () => {
  using project = temporaryProject();
  project.writeAll({
    ".dvcignore": rules,
    "nested/.dvcignore": "y.*\n",
    "d/tmp/x": "",
    "sub/.dvc/config": "",
    "1/2/3/keep.txt": "",
  });
  for (const [args, stdin] of lines) {
    // Where one stands matters for relative paths only.
    for (const folder of args.includes("../x.log") ? ["", "/d"] : [""]) {
      const options: RunOptions = {
        cwd: project.path + folder,
        ...(stdin === undefined ? {} : { stdin }),
      };
      const dvc = await runDvc(["check-ignore", ...args], options);
      const dvt = await runDvt(["check-ignore", ...args], options);
      const what = `${args.join(" ")} in ${folder}`;
      assert.equal(dvt.stdout, dvc.stdout, what);
      assert.equal(dvt.code, dvc.code, `${what}\n${dvt.stderr}`);
      if (dvc.code === 255) assert.equal(dvt.stderr, dvc.stderr, what);
    }
  }
});

Deno.test("check-ignore -d tells where git would answer otherwise", async () => {
  using project = temporaryProject();
  project.write(".dvcignore", "d/**\n!d/keep\n");
  const { code, stdout, stderr } = await runDvt(["check-ignore", "-d", "d/keep", "d/x"], {
    cwd: project.path,
  });
  assert.equal(code, 0);
  assert.equal(stdout, ".dvcignore:1:d/**\td/keep\n.dvcignore:1:d/**\td/x\n");
  assert.match(stderr, /^WARNING: git would not ignore 'd\/keep', see \.dvcignore:1: .*\n$/);
  const help = await runDvt(["check-ignore", "--help"], { cwd: project.path });
  assert.match(help.stdout, /hides the folder itself/);
});

Deno.test("check-ignore outside of a project", async () => {
  const { code, stderr } = await runDvt(["check-ignore", "x"], { cwd: "/" });
  assert.equal(code, 253);
  assert.match(stderr, /^ERROR: you are not inside of a DVC repository/);
});

Deno.test("check-ignore names the line that cannot be read", async () => {
  using project = temporaryProject();
  project.write(".dvcignore", "ok\n!\n");
  const { code, stderr } = await runDvt(["check-ignore", "x"], { cwd: project.path });
  assert.equal(code, 255);
  assert.match(stderr, /^ERROR: '\.dvcignore', line 2: Invalid git pattern: '!'\n/);
});
