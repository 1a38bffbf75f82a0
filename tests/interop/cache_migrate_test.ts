import assert from "node:assert/strict";
import { md5Hex } from "../../src/platform/digest/md5.ts";
import { runDvt } from "../support/cli.ts";
import { TwinProjects } from "../support/twin_projects.ts";
import type { TemporaryFolder } from "../support/temporary.ts";

/** A project as DVC 2.x leaves it: text with CRLF was hashed as if it had LF. */
function makeOld(project: TemporaryFolder): void {
  const put = (id: string, content: string) => {
    const path = `.dvc/cache/${id.slice(0, 2)}/${id.slice(2)}`;
    project.write(path, content);
    Deno.chmodSync(project.at(path), 0o444);
  };
  const listing = '[{"md5": "c4ca4238a0b923820dcc509a6f75849b", "relpath": "sub/x"}, ' +
    '{"md5": "e5ebd4c02cefbe7955977c67ada242b7", "relpath": "t.csv"}]';
  const folder = `${md5Hex(new TextEncoder().encode(listing))}.dir`;
  put("e5ebd4c02cefbe7955977c67ada242b7", "a,b\r\n1,2\r\n");
  put("c4ca4238a0b923820dcc509a6f75849b", "1");
  put(folder, listing);
  project.write(
    "t.csv.dvc",
    "outs:\n- md5: e5ebd4c02cefbe7955977c67ada242b7\n  size: 10\n  path: t.csv\n",
  );
  project.write(
    "d.dvc",
    `outs:\n- md5: ${folder}\n  size: 11\n  nfiles: 2\n  path: d\n  desc: kept\n`,
  );
}

Deno.test("cache migrate does what DVC does with a 2.x project", async () => {
  using twins = new TwinProjects();
  twins.both(makeOld);
  await twins.run(["checkout", "-q"]);
  await twins.run(["cache", "migrate", "--dry"]);
  await twins.run(["cache", "migrate", "--dry", "--dvc-files"]);
  await twins.run(["cache", "migrate"]);
  await twins.run(["cache", "migrate", "--dvc-files"], { stdout: false });
  await twins.run(["status"]);
  await twins.run(["cache", "migrate", "--dvc-files"], { stdout: false });
});

Deno.test("cache migrate needs no workspace, and takes no edit for the recorded content", async () => {
  using twins = new TwinProjects();
  twins.both(makeOld);
  await twins.dvt.dvt(["checkout", "-q"]);
  await twins.dvt.dvt(["cache", "migrate", "--dvc-files"]);
  const wanted = ["t.csv.dvc", "d.dvc"].map((name) => twins.dvt.read(name));
  using other = new TwinProjects();
  makeOld(other.dvt);
  other.dvt.write("t.csv", "an edit that nobody committed");
  await other.dvt.dvt(["cache", "migrate", "--dvc-files"]);
  assert.deepEqual(["t.csv.dvc", "d.dvc"].map((name) => other.dvt.read(name)), wanted);
  assert.equal(other.dvt.read("t.csv"), "an edit that nobody committed");
});

Deno.test("cache migrate leaves alone what it cannot vouch for", async () => {
  using twins = new TwinProjects();
  const project = twins.dvt;
  makeOld(project);
  const damaged = project.at(".dvc/cache/c4/ca4238a0b923820dcc509a6f75849b");
  Deno.chmodSync(damaged, 0o644);
  Deno.writeTextFileSync(damaged, "2");
  const before = project.read("d.dvc");
  const { code, stderr } = await runDvt(["cache", "migrate", "--dvc-files"], { cwd: project.path });
  assert.equal(code, 0);
  assert.match(stderr, /has the wrong content/);
  assert.match(stderr, /'d\.dvc' stays as it is/);
  assert.equal(project.read("d.dvc"), before);
  assert.match(project.read("t.csv.dvc"), /hash: md5/);
});
