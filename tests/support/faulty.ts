/**
 * dvt with a fault at the n-th change of the disk or call of the network: the process is killed
 * before it, or in the middle of a write; or the call fails, once or as on a full disk.
 *
 *     DVT_FAULT_AT=12 DVT_FAULT_MODE=kill deno run -A faulty.ts add data
 *
 * With `DVT_FAULT_MODE=power`, the power fails at the point, or after the last one: all names are as
 * they were left, but files of this run whose bytes were not synced are empty.
 * With `DVT_FAULT_MODE=count`, the number of points is written to the file `DVT_FAULT_COUNT`.
 * Deno's functions are replaced before dvt is loaded; dvt itself knows nothing of it.
 *
 * @module
 */

const at = Number(Deno.env.get("DVT_FAULT_AT") ?? "0");
const mode = Deno.env.get("DVT_FAULT_MODE") ?? "count";
const countFile = Deno.env.get("DVT_FAULT_COUNT");
let count = 0;
let isTearing = false;

function die(): never {
  Deno.kill(Deno.pid, "SIGKILL");
  // The signal is on its way; nothing more may happen.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}

/** Counts a point; at the chosen one the fault happens. `grows`: it needs room on the disk. */
function point(grows: boolean): void {
  count++;
  isTearing = mode === "torn" && count === at;
  if (mode === "full" && count >= at && grows) throw failure("ENOSPC", "No space left on device");
  if (count !== at) return;
  if (mode === "kill") die();
  if (mode === "power") {
    dropUnsynced();
    die();
  }
  if (mode === "fail") throw failure("EIO", "Input/output error");
}

function failure(code: string, text: string): Error {
  const number = code === "ENOSPC" ? 28 : 5;
  return Object.assign(new Error(`${text} (os error ${number})`), { code });
}

/** Inodes of files that this run wrote to and did not sync since. */
const unsynced = new Set<number>();

function inodeOf(path: string | URL): number | undefined {
  try {
    return Deno.lstatSync(path).ino ?? undefined;
  } catch {
    return undefined;
  }
}

function note(inode: number | undefined | null): void {
  if (inode !== undefined && inode !== null) unsynced.add(inode);
}

/** Empties what never reached the disk, in the folder around the project. */
function dropUnsynced(): void {
  const look = (folder: string): void => {
    for (const entry of Deno.readDirSync(folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory && entry.name !== ".git") look(path);
      else if (entry.isFile && unsynced.has(inodeOf(path) ?? -1)) {
        chmodSync(path, 0o644);
        Deno.truncateSync(path);
      }
    }
  };
  look(Deno.realPathSync(".."));
}

const { chmodSync, copyFileSync } = Deno;
Deno.copyFileSync = (from, to) => {
  copyFileSync(from, to);
  note(inodeOf(to));
};

type Callable = (...args: never[]) => unknown;

/** Puts a point before a function of an object. */
function watch<Owner extends object>(
  owner: Owner,
  name: keyof Owner & string,
  { grows, applies = () => true }: { grows: boolean; applies?: (args: unknown[]) => boolean },
): void {
  const original = owner[name] as Callable;
  const replacement = function (this: unknown, ...args: unknown[]): unknown {
    if (applies(args)) point(grows);
    return original.apply(this, args as never[]);
  };
  Object.defineProperty(owner, name, { value: replacement, configurable: true, writable: true });
}

function writes(args: unknown[]): boolean {
  const options = args[1] as Deno.OpenOptions | undefined;
  return options?.write === true || options?.append === true || options?.create === true;
}

for (const name of ["openSync", "open"] as const) {
  watch(Deno, name, { grows: true, applies: writes });
}
for (
  const name of ["mkdirSync", "linkSync", "symlinkSync", "copyFileSync", "writeFileSync"] as const
) watch(Deno, name, { grows: true });
for (const name of ["renameSync", "removeSync", "chmodSync", "utimeSync"] as const) {
  watch(Deno, name, { grows: false });
}
for (const name of ["syncSync", "syncDataSync"] as const) {
  watch(Deno.FsFile.prototype, name, { grows: true });
  const original = Deno.FsFile.prototype[name];
  Deno.FsFile.prototype[name] = function () {
    original.call(this);
    unsynced.delete(this.statSync().ino ?? -1);
  };
}
const { syncData } = Deno.FsFile.prototype;
Deno.FsFile.prototype.syncData = async function () {
  point(false);
  await syncData.call(this);
  unsynced.delete(this.statSync().ino ?? -1);
};
watch(globalThis, "fetch", { grows: false });

const { writeSync } = Deno.FsFile.prototype;
Deno.FsFile.prototype.writeSync = function (bytes: Uint8Array): number {
  point(true);
  if (mode === "power") note(this.statSync().ino);
  if (isTearing) {
    writeSync.call(this, bytes.subarray(0, bytes.length >> 1));
    die();
  }
  return writeSync.call(this, bytes);
};

const { run } = await import("../../src/commands/run.ts");
const { denoWorld } = await import("../../src/platform/world.ts");
const code = await run(Deno.args, denoWorld());
if (mode === "power") dropUnsynced(); // right after the end
if (countFile !== undefined) {
  const bytes = new TextEncoder().encode(String(count));
  const file = await Deno.create(countFile);
  await file.write(bytes);
  file.close();
}
Deno.exit(code);
