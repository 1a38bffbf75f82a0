/**
 * What a driver is given to open a place.
 *
 * @module
 */
import type { StorageOptions } from "./options.ts";

/** A remote as the configuration describes it. */
export interface Remote {
  readonly url: string;
  readonly options: StorageOptions;
}
