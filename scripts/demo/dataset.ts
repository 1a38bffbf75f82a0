/**
 * The data of the demo, in two versions: made up, or taken from a folder of the user's.
 *
 * @module
 */
import { ScriptFailure } from "../project_folder.ts";

/** A dataset whose second version has all files of the first one, and more. */
export interface Dataset {
  /** Fit for a file name and for a Git tag. */
  readonly name: string;
  readonly first: readonly DataFile[];
  readonly added: readonly DataFile[];
}

/** One file, by its path below the dataset's folder. */
export interface DataFile {
  readonly path: string;
  readonly bytes: () => Uint8Array;
}

/** The tutorial's cats and dogs by number and size, with noise in place of the pictures. */
export function catsAndDogs(): Dataset {
  return {
    name: "cats-dogs",
    first: [
      ...pictures("train/cats/cat", { from: 1, count: 500 }),
      ...pictures("train/dogs/dog", { from: 1, count: 500 }),
      ...pictures("validation/cats/cat", { from: 1001, count: 400 }),
      ...pictures("validation/dogs/dog", { from: 1001, count: 400 }),
    ],
    added: [
      ...pictures("train/cats/cat", { from: 501, count: 500 }),
      ...pictures("train/dogs/dog", { from: 501, count: 500 }),
    ],
  };
}

function pictures(
  start: string,
  { from, count }: { readonly from: number; readonly count: number },
): readonly DataFile[] {
  return Array.from({ length: count }, (_, index) => {
    const path = `data/${start}.${from + index}.jpg`;
    return { path, bytes: () => noise(path) };
  });
}

/** About 23 KB that cannot be compressed, always the same for one path. */
function noise(path: string): Uint8Array {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(path)) state = Math.imul(state ^ byte, 0x01000193);
  const words = new Uint32Array(5300 + (state >>> 0) % 800);
  state |= 1; // the generator below never leaves zero
  for (let at = 0; at < words.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[at] = state;
  }
  return new Uint8Array(words.buffer);
}

/** The files of a folder: two of three make up the first version, all of them the second. */
export function filesOf(folder: string): Dataset {
  const paths: string[] = [];
  const walk = (prefix: string): void => {
    for (const entry of Deno.readDirSync(`${folder}/${prefix}`)) {
      if (entry.name === ".git" || entry.name === ".dvc") continue;
      if (entry.isDirectory) walk(`${prefix}${entry.name}/`);
      else if (entry.isFile) paths.push(`${prefix}${entry.name}`);
    }
  };
  walk("");
  if (paths.length < 2) throw new ScriptFailure(`the demo needs at least two files in ${folder}`);
  const files = paths.sort().map((path) => ({
    path,
    bytes: () => Deno.readFileSync(`${folder}/${path}`),
  }));
  // Every third file, so that the second version adds something in all folders.
  const isAdded = (index: number): boolean => index % 3 === 1;
  return {
    name: nameOf(folder),
    first: files.filter((_, index) => !isAdded(index)),
    added: files.filter((_, index) => isAdded(index)),
  };
}

function nameOf(folder: string): string {
  const last = Deno.realPathSync(folder).split("/").at(-1) ?? "";
  return last.replace(/[^\w-]+/g, "-").replace(/^-+|-+$/g, "") || "data";
}

/** Writes files below a folder. */
export function writeFiles(folder: string, files: readonly DataFile[]): void {
  const made = new Set<string>();
  for (const { path, bytes } of files) {
    const target = `${folder}/${path}`;
    const parent = target.slice(0, target.lastIndexOf("/"));
    if (!made.has(parent)) Deno.mkdirSync(parent, { recursive: true });
    made.add(parent);
    Deno.writeFileSync(target, bytes());
  }
}

/** How many of the files lie below the folder with the very same bytes. */
export function countEqual(folder: string, files: readonly DataFile[]): number {
  return files.filter(({ path, bytes }) => {
    const [kept, wanted] = [Deno.readFileSync(`${folder}/${path}`), bytes()];
    return kept.length === wanted.length && kept.every((byte, at) => byte === wanted[at]);
  }).length;
}
