/**
 * The scenes of the fault runs: a small registry, and one command that changes it.
 *
 * @module
 */
import type { TemporaryFolder } from "./temporary.ts";

/** One command in a prepared folder. */
export interface FaultScene {
  readonly name: string;
  /** Prepares the folder; the project is `reg`, its remote `store`, another registry `src`. */
  prepare(folder: TemporaryFolder): Promise<void>;
  readonly args: readonly string[];
}

const second = { "reg/d/a": "one, changed", "reg/d/new": "new", "reg/f": "three, changed" };

async function project(folder: TemporaryFolder): Promise<void> {
  folder.git("init", "-q", "reg");
  const cwd = folder.at("reg");
  await folder.dvt(["init", "-q"], { cwd });
  await folder.dvt(["remote", "add", "-q", "-d", "st", folder.at("store")], { cwd });
  folder.writeAll({
    "reg/d/a": "one",
    "reg/d/b": "two",
    "reg/d/in/c": "two",
    "reg/d/in/e": "",
    "reg/f": "three",
  });
}

async function tracked(folder: TemporaryFolder): Promise<void> {
  await project(folder);
  await folder.dvt(["add", "-q", "d", "f"], { cwd: folder.at("reg") });
  folder.git("-C", "reg", "add", "--all");
  folder.git("-C", "reg", "commit", "-qm", "one");
  folder.git("-C", "reg", "tag", "v1");
}

async function pushed(folder: TemporaryFolder): Promise<void> {
  await tracked(folder);
  await folder.dvt(["push", "-q"], { cwd: folder.at("reg") });
}

async function twoVersions(folder: TemporaryFolder): Promise<void> {
  await pushed(folder);
  const cwd = folder.at("reg");
  folder.writeAll(second);
  folder.remove("reg/d/in/c");
  await folder.dvt(["add", "-q", "d", "f"], { cwd });
  folder.git("-C", "reg", "commit", "-qam", "two");
  folder.git("-C", "reg", "tag", "v2");
}

/** `src` has two versions, `reg` an import of the first one. */
async function imported(folder: TemporaryFolder): Promise<void> {
  await source(folder);
  await project(folder);
  const cwd = folder.at("reg");
  await folder.dvt(["import", "-q", "--rev", "v1", "../src", "d", "-o", "x"], { cwd });
}

async function source(folder: TemporaryFolder): Promise<void> {
  folder.git("init", "-q", "src");
  const cwd = folder.at("src");
  await folder.dvt(["init", "-q"], { cwd });
  for (const [tag, files] of [["v1", ["1", "2"]], ["v2", ["1", "3"]]] as const) {
    folder.writeAll({ "src/d/p": files[0], "src/d/q": files[1], [`src/d/${tag}`]: tag });
    if (tag === "v2") folder.remove("src/d/v1");
    await folder.dvt(["add", "-q", "d"], { cwd });
    folder.git("-C", "src", "add", "--all");
    folder.git("-C", "src", "commit", "-qm", tag);
    folder.git("-C", "src", "tag", tag);
  }
}

function without(...names: readonly string[]): (folder: TemporaryFolder) => void {
  return (folder) => {
    for (const name of names) folder.remove(`reg/${name}`);
  };
}

function after(
  prepare: (folder: TemporaryFolder) => Promise<void>,
  change: (folder: TemporaryFolder) => void | Promise<void>,
): (folder: TemporaryFolder) => Promise<void> {
  return async (folder) => {
    await prepare(folder);
    await change(folder);
  };
}

/** All scenes. */
export const faultScenes: readonly FaultScene[] = [
  { name: "add", prepare: project, args: ["add", "d"] },
  {
    name: "add what changed",
    prepare: after(tracked, (folder) => folder.writeAll(second)),
    args: ["add", "d"],
  },
  {
    name: "add with links",
    prepare: after(project, async (folder) => {
      await folder.dvt(["config", "cache.type", "hardlink"], { cwd: folder.at("reg") });
    }),
    args: ["add", "d"],
  },
  { name: "add --to-remote", prepare: project, args: ["add", "--to-remote", "d"] },
  {
    name: "commit",
    prepare: after(tracked, (folder) => folder.writeAll(second)),
    args: ["commit", "-f"],
  },
  { name: "push", prepare: tracked, args: ["push"] },
  { name: "fetch", prepare: after(pushed, without(".dvc/cache")), args: ["fetch"] },
  { name: "pull", prepare: after(pushed, without(".dvc/cache", "d", "f")), args: ["pull"] },
  {
    name: "checkout of another version",
    prepare: after(twoVersions, (folder) => {
      folder.git("-C", "reg", "checkout", "-q", "v1", "--", "d.dvc", "f.dvc");
    }),
    args: ["checkout"],
  },
  {
    name: "checkout with links",
    prepare: after(tracked, async (folder) => {
      await folder.dvt(["config", "cache.type", "symlink"], { cwd: folder.at("reg") });
    }),
    args: ["checkout", "--relink"],
  },
  {
    name: "import",
    prepare: after(source, project),
    args: ["import", "../src", "d", "-o", "x"],
  },
  { name: "import again", prepare: imported, args: ["import", "../src", "d", "--rev", "v2", "-f"] },
  { name: "update", prepare: imported, args: ["update", "--rev", "v2", "x.dvc"] },
  { name: "get", prepare: after(source, project), args: ["get", "../src", "d", "-o", "x"] },
  { name: "import-url", prepare: project, args: ["import-url", "d/a", "y"] },
  { name: "gc", prepare: twoVersions, args: ["gc", "-w", "-f"] },
  {
    name: "gc of the remote",
    prepare: after(twoVersions, async (folder) => {
      await folder.dvt(["push", "-q"], { cwd: folder.at("reg") });
    }),
    args: ["gc", "-w", "-c", "-f"],
  },
  { name: "gc --trash", prepare: twoVersions, args: ["gc", "-w", "-f", "--trash"] },
  { name: "move", prepare: tracked, args: ["move", "d", "elsewhere"] },
  { name: "remove", prepare: tracked, args: ["remove", "--outs", "d.dvc"] },
  { name: "config", prepare: tracked, args: ["config", "core.autostage", "true"] },
  { name: "remote add", prepare: tracked, args: ["remote", "add", "-d", "two", "../two"] },
];
