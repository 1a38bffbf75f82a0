/**
 * Temporary files that runs which died left on a server. Listings meet them; whoever has written
 * there clears them away.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { staleAge } from "../platform/files.ts";
import type { StoredFile } from "./storage.ts";

/** The leftovers of one storage. */
export class Leftovers {
  readonly #paths = new Set<string>();
  readonly #remove: (path: string) => Promise<void>;

  constructor(remove: (path: string) => Promise<void>) {
    this.#remove = remove;
  }

  /** Told of a temporary file. Others may still write to a young one, or to one of unknown age. */
  saw({ path, lastModified = "" }: StoredFile): void {
    if (Date.now() - Date.parse(lastModified) > staleAge) this.#paths.add(path);
  }

  /** Removes what was seen. What does not go is in nobody's way: the next run tries again. */
  async clear(): Promise<void> {
    for (const path of this.#paths) {
      this.#paths.delete(path);
      try {
        await this.#remove(path);
      } catch (error) {
        if (!(error instanceof DvtError) || error.kind === "interrupted") throw error;
      }
    }
  }
}
