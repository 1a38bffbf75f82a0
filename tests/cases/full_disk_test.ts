/** A disk that really is full. */
import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary.ts";

/** A small file system of its own; making one takes root's rights. */
class SmallDisk implements Disposable {
  readonly path: string;

  constructor(folder: TemporaryFolder, size: string) {
    this.path = folder.at("disk");
    Deno.mkdirSync(this.path);
    run("mount", "-t", "tmpfs", "-o", `size=${size},nr_inodes=2k`, "tmpfs", this.path);
  }

  [Symbol.dispose](): void {
    run("umount", "-l", this.path);
  }
}

function run(program: string, ...args: string[]): void {
  const { success, stderr } = new Deno.Command(program, { args }).outputSync();
  if (success) return;
  assert.fail(`${program}: ${new TextDecoder().decode(stderr)} (this test needs root's rights)`);
}

Deno.test("a full disk is told, leaves nothing half, and when there is room again all goes on", async () => {
  using folder = temporaryFolder();
  using disk = new SmallDisk(folder, "3m");
  folder.git("init", "-q", "disk/reg");
  const cwd = folder.at("disk/reg");
  await folder.dvt(["init", "-q"], { cwd });
  const piece = (i: number) => String(i).repeat(400_000);
  for (let i = 0; i < 4; i++) folder.write(`disk/reg/d/${i}`, piece(i));
  folder.write("disk/ballast", "x".repeat(1_000_000));

  const full = await runDvt(["add", "d"], { cwd });
  assert.notEqual(full.code, 0);
  assert.match(full.stderr, /No space left on device/);
  assert.doesNotMatch(full.stderr, /fault of dvt itself/);
  assert.ok(!folder.exists("disk/reg/d.dvc"));
  for (let i = 0; i < 4; i++) assert.equal(folder.read(`disk/reg/d/${i}`), piece(i));

  folder.remove("disk/ballast");
  run("mount", "-o", "remount,size=20m", disk.path);
  await folder.dvt(["add", "d"], { cwd });
  assert.deepEqual(folder.files("disk/reg/.dvc/cache").filter((name) => /\.tmp$/.test(name)), []);

  // The same on the way out of a cache: what was there stays, whatever of it was to change.
  await folder.dvt(["remote", "add", "-q", "-d", "st", folder.at("store")], { cwd });
  await folder.dvt(["push", "-q"], { cwd });
  folder.remove("disk/reg/d");
  folder.remove("disk/reg/.dvc/cache");
  run("mount", "-o", "remount,size=2m", disk.path);
  const pulled = await runDvt(["pull"], { cwd });
  assert.notEqual(pulled.code, 0);
  assert.match(pulled.stderr, /No space left on device/);
  assert.match(pulled.stderr, /make room on the disk/);
  assert.equal(pulled.stderr.match(/^ERROR/gm)?.length, 1, "once, not for each file");
  run("mount", "-o", "remount,size=20m", disk.path);
  await folder.dvt(["pull"], { cwd });
  for (let i = 0; i < 4; i++) assert.equal(folder.read(`disk/reg/d/${i}`), piece(i));
  assert.equal(
    (await folder.dvt(["status"], { cwd })).stdout,
    "Data and pipelines are up to date.\n",
  );
});
