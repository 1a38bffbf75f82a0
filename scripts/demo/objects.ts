/**
 * Looks at a store of objects from outside, without trusting what dvt says about it.
 *
 * @module
 */

/** What tells one object of a store from another, and from a copy that replaced it. */
export type Objects = ReadonlyMap<string, { readonly size: number; readonly inode: number | null }>;

/** All objects of a cache or a remote folder, by their path in it (`ab/cdef…`). */
export function objectsIn(store: string): Objects {
  const found = new Map<string, { size: number; inode: number | null }>();
  const top = `${store}/files/md5`;
  for (const folder of Deno.readDirSync(top)) {
    for (const { name } of Deno.readDirSync(`${top}/${folder.name}`)) {
      const { size, ino } = Deno.lstatSync(`${top}/${folder.name}/${name}`);
      found.set(`${folder.name}/${name}`, { size, inode: ino });
    }
  }
  return found;
}

/** Those that were not there before. */
export function newObjects(before: Objects, after: Objects): Objects {
  return new Map([...after].filter(([path]) => !before.has(path)));
}

/** Whether every object of before is still the very same file. */
export function untouched(before: Objects, after: Objects): boolean {
  return [...before].every(([path, { inode }]) => after.get(path)?.inode === inode);
}

/** Whether both hold the same objects. */
export function sameObjects(one: Objects, other: Objects): boolean {
  return one.size === other.size && [...one.keys()].every((path) => other.has(path));
}

/** `1,001 objects, 23.1 MB`. */
export function describe(objects: Objects): string {
  const bytes = [...objects.values()].reduce((sum, { size }) => sum + size, 0);
  return `${objects.size.toLocaleString("en")} objects, ${(bytes / 1e6).toFixed(1)} MB`;
}

/** Moves objects of one store into another place, in which they keep their paths. */
export function moveObjects(objects: Objects, from: string, to: string): void {
  for (const path of objects.keys()) {
    Deno.mkdirSync(`${to}/files/md5/${path.slice(0, 2)}`, { recursive: true });
    Deno.renameSync(`${from}/files/md5/${path}`, `${to}/files/md5/${path}`);
  }
}
