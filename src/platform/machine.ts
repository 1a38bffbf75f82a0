/**
 * Facts of the machine, for reports of faults.
 *
 * @module
 */
import { readTextIfThere, realPath } from "./files.ts";

/** What this program runs on. */
export interface MachineFacts {
  /** Such as `Deno 2.6.10`. */
  readonly runtime: string;
  /** Such as `Linux-6.1.0 x86_64`. */
  readonly system: string;
}

/** What this program runs on. */
export function machineFacts(): MachineFacts {
  const { os, arch } = Deno.build;
  const name = { linux: "Linux", darwin: "macOS", windows: "Windows" }[os as string] ?? os;
  return { runtime: `Deno ${Deno.version.deno}`, system: `${name}${release()} ${arch}` };
}

function release(): string {
  try {
    return `-${Deno.osRelease()}`;
  } catch {
    return ""; // not permitted, and not worth a question
  }
}

/** The file system that holds a path, such as `ext4 on /dev/vda`; undefined where nothing tells. */
export function fileSystemAt(path: string): string | undefined {
  const table = Deno.build.os === "linux" ? readTable() : undefined;
  if (table === undefined) return undefined;
  const place = realPath(path);
  let best: readonly string[] | undefined;
  for (const line of table.split("\n")) {
    // device, mount point, type; octal escapes stand for blanks
    const fields = line.split(" ").map((field) =>
      field.replace(/\\(\d{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8)))
    );
    const point = fields[1];
    if (point === undefined || (best?.[1] ?? "").length > point.length) continue;
    const folder = point.endsWith("/") ? point : `${point}/`;
    if (place === point || place.startsWith(folder)) best = fields;
  }
  return best === undefined ? undefined : `${best[2]} on ${best[0]}`;
}

function readTable(): string | undefined {
  try {
    return readTextIfThere("/proc/mounts");
  } catch {
    return undefined; // not permitted
  }
}
