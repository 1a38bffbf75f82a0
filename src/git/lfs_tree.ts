/**
 * A commit whose large files lie in Git LFS: its pointers are followed where the commit's own
 * attributes say that they are pointers.
 *
 * @module
 */
import { streamOf } from "../platform/byte_stream.ts";
import { joinPath, parentPath } from "../platform/paths.ts";
import type { LfsObjects } from "./lfs_objects.ts";
import { AttributeFile } from "./attributes.ts";
import { longestPointer, parsePointer } from "./lfs_pointer.ts";
import type { Git } from "./repository.ts";
import { GitTree } from "./tree.ts";

/** A {@linkcode GitTree} whose `open` gives the content behind pointers. `read` gives what Git has. */
export class LfsTree extends GitTree {
  readonly #openObjects: () => Promise<LfsObjects>;
  #objects: Promise<LfsObjects> | undefined;
  /** By folder: what its `.gitattributes` says of filters; undefined where it says nothing. */
  readonly #attributes = new Map<string, Promise<AttributeFile | undefined>>();

  constructor(git: Git, commit: string, objects: () => Promise<LfsObjects>) {
    super(git, commit);
    this.#openObjects = objects;
  }

  override async open(path: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | undefined> {
    const blob = await this.openObject(path);
    if (blob === undefined || blob.size > longestPointer) return blob?.content;
    const bytes = new Uint8Array(await new Response(blob.content).arrayBuffer());
    const pointer = parsePointer(bytes);
    if (pointer === undefined || !await this.#isFiltered(path)) {
      return streamOf(bytes);
    }
    return await (await this.#lfs()).open(pointer, path);
  }

  /** Fetches the pointers, and what they stand for, each in one go. */
  override async prefetch(paths: Iterable<string>): Promise<void> {
    const wanted = [...paths];
    const attributes = await this.#attributeFiles(wanted);
    await super.prefetch([...wanted, ...attributes]);
    if (attributes.length === 0) return;
    const filtered: string[] = [];
    for (const path of wanted) {
      if (await this.#isFiltered(path)) filtered.push(path);
    }
    if (filtered.length === 0) return;
    const pointers = [];
    for (const [path, size] of await this.sizes(filtered)) {
      if (size > longestPointer) continue;
      const pointer = parsePointer(await this.read(path) ?? new Uint8Array());
      if (pointer !== undefined) pointers.push({ ...pointer, path });
    }
    if (pointers.length > 0) await (await this.#lfs()).fetch(pointers);
  }

  #lfs(): Promise<LfsObjects> {
    return this.#objects ??= this.#openObjects();
  }

  async #attributeFiles(paths: readonly string[]): Promise<string[]> {
    const folders = new Set<string>();
    for (const path of paths) {
      for (let at = path; at !== "" && !folders.has(parentPath(at)); at = parentPath(at)) {
        folders.add(parentPath(at));
      }
    }
    const files: string[] = [];
    for (const folder of folders) {
      const file = joinPath(folder, ".gitattributes");
      if ((await this.stat(file))?.kind === "file") files.push(file);
    }
    return files;
  }

  /** Whether the attributes of a file hand it over to LFS: the nearest file's last word counts. */
  async #isFiltered(path: string): Promise<boolean> {
    for (let folder = path; folder !== "";) {
      folder = parentPath(folder);
      const inside = folder === "" ? path : path.slice(folder.length + 1);
      const value = (await this.#attributesIn(folder))?.valueFor(inside);
      if (value !== undefined) return value === "lfs";
    }
    return false;
  }

  #attributesIn(folder: string): Promise<AttributeFile | undefined> {
    let known = this.#attributes.get(folder);
    if (known === undefined) this.#attributes.set(folder, known = this.#readAttributes(folder));
    return known;
  }

  async #readAttributes(folder: string): Promise<AttributeFile | undefined> {
    const bytes = await this.read(joinPath(folder, ".gitattributes"));
    if (bytes === undefined) return undefined;
    const file = new AttributeFile(new TextDecoder().decode(bytes), "filter");
    return file.speaks ? file : undefined;
  }
}
