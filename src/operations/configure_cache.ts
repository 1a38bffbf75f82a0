/**
 * Where the cache lies.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { nativeBelow } from "../platform/paths.ts";
import {
  type LevelChoice,
  missingOption,
  openConfig,
  readOption,
  setOption,
  unsetOption,
} from "./configure.ts";

const option = { group: undefined, section: "cache", option: "dir" } as const;

/** The absolute path of the cache folder, as a level sets it or as it is. */
export function readCacheDirectory({ level }: LevelChoice, context: Context): string {
  const { dvcDirectory } = openConfig(context).place;
  const found = readOption({ ...option, level }, context)?.value;
  if (typeof found === "string") return found;
  if (dvcDirectory !== undefined) return nativeBelow(dvcDirectory, "cache");
  throw missingOption(option, new Map());
}

/** Sets the cache folder; a relative path is relative to the working directory. */
export function setCacheDirectory(
  { level, path }: LevelChoice & { readonly path: string },
  context: Context,
): void {
  setOption({ ...option, level, value: path }, context);
}

/** Goes back to the usual cache folder. */
export function unsetCacheDirectory({ level }: LevelChoice, context: Context): void {
  unsetOption({ ...option, level }, context);
}
