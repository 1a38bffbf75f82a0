/**
 * DVC's second lock: which paths processes read and write that gave the project's lock back for a
 * while, such as `dvc repro` whose command runs for hours. dvt keeps the project's lock for as long
 * as it runs, so that it has nothing to note here, but it keeps off what others are at.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { leadsSomewhere, readTextIfThere } from "../platform/files.ts";
import { isInside, toPosix } from "../platform/paths.ts";
import type { Project } from "./project.ts";

/** A process that is at a path. */
interface Holder {
  readonly pid: number;
  readonly cmd: string;
}

interface Holders {
  readonly write: Readonly<Record<string, Holder>>;
  readonly read: Readonly<Record<string, readonly Holder[]>>;
}

/**
 * Refuses to write to a path of the project that a living process of DVC reads or writes, in DVC's
 * words. Throws `corrupt` where the file cannot be understood.
 */
export function refuseBusy(project: Project, path: string): void {
  let held = known.get(project);
  if (held === undefined) known.set(project, held = holdersIn(project));
  const { read, write } = held;
  const place = project.nativePath(path);
  const overlaps = (other: string) => {
    const [a, b] = [toPosix(place), toPosix(other)];
    return isInside(a, b) || isInside(b, a);
  };
  const holders = [
    ...Object.entries(write).filter(([other]) => overlaps(other)).map(([, holder]) => holder),
    ...Object.entries(read).filter(([other]) => overlaps(other)).flatMap(([, holders]) => holders),
  ].filter(({ pid }) => lives(pid));
  if (holders.length === 0) return;
  const lines = new Set(holders.map(({ pid, cmd }) => `  (PID ${pid}): ${cmd}`));
  throw new DvtError(
    "conflict",
    `'${place}' is busy, it is being blocked by:\n${[...lines].join("\n")}\n\n` +
      "If there are no processes with such PIDs, you can manually remove " +
      `'${fileOf(project)}' and try again.`,
    { exitCode: 1 },
  );
}

/** Whoever wants to come needs the project's lock, which we hold: one look a run is enough. */
const known = new WeakMap<Project, Holders>();

function fileOf(project: Project): string {
  return `${project.temporaryFolder}/rwlock`;
}

function holdersIn(project: Project): Holders {
  const text = readTextIfThere(fileOf(project));
  return text === undefined
    ? { write: {}, read: {} }
    : parse(text, project.shown(".dvc/tmp/rwlock"));
}

function parse(text: string, label: string): Holders {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DvtError(
      "corrupt",
      `Unable to read RWLock-file '${label}'. JSON structure is corrupted`,
      { exitCode: 1, hint: "remove it if no dvc is running" },
    );
  }
  const part = (name: string): unknown => isRecord(value) ? value[name] ?? {} : undefined;
  const [read, write] = [part("read"), part("write")];
  const isFine = isRecord(read) && isRecord(write) && Object.values(write).every(isHolder) &&
    Object.values(read).every((holders) => Array.isArray(holders) && holders.every(isHolder));
  if (isFine) return { read, write } as unknown as Holders;
  throw new DvtError("corrupt", `RWLock-file '${label}' format error.`, {
    exitCode: 1,
    hint: "remove it if no dvc is running",
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isHolder(value: unknown): value is Holder {
  return isRecord(value) && Number.isSafeInteger(value["pid"]) && typeof value["cmd"] === "string";
}

/** Whether a process is there, as far as this system tells without a program of its own. */
function lives(pid: number): boolean {
  return !leadsSomewhere("/proc/self") || leadsSomewhere(`/proc/${pid}`);
}
