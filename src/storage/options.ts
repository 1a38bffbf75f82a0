/**
 * A remote's options, which are text in the configuration file.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { isNotFound, readTextIfThere } from "../platform/files.ts";
import { absolutePath } from "../platform/paths.ts";

/** Options by name, as DVC's configuration names them. */
export type StorageOptions = Readonly<Record<string, string>>;

/** An option that is not empty. */
export function text(options: StorageOptions, name: string): string | undefined {
  const value = options[name];
  return value === undefined || value === "" ? undefined : value;
}

/** A `true` or `false` in any case; the fallback where it is absent. */
export function flag(options: StorageOptions, name: string, fallback: boolean): boolean {
  const value = text(options, name)?.toLowerCase();
  if (value === undefined) return fallback;
  if (value === "true") return true;
  if (value === "false") return false;
  throw badOption(name, "true or false");
}

/** A number of at least `least`. */
export function number(
  options: StorageOptions,
  name: string,
  { least }: { least: number },
): number | undefined {
  const value = text(options, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isFinite(number) || number < least) throw badOption(name, "a number");
  return number;
}

/** A time in seconds as milliseconds; zero and absent give the fallback. */
export function seconds(options: StorageOptions, name: string, fallback: number): number {
  const value = number(options, name, { least: 0 });
  return value === undefined || value === 0 ? fallback : value * 1000;
}

/** What `ssl_verify` means: no check at all, or the text of a file with trusted authorities. */
export function certificateOptions(
  options: StorageOptions,
  context: Context,
): { verify: boolean; authorities?: string } {
  const value = text(options, "ssl_verify");
  if (value === undefined || value.toLowerCase() === "true") return { verify: true };
  if (value.toLowerCase() === "false") return { verify: false };
  return { verify: true, authorities: readPem(value, { option: "ssl_verify", context }) };
}

/** The text of a file that an option names. */
export function readPem(
  path: string,
  { option, context }: { option: string; context: Context },
): string {
  const home = context.environment["HOME"];
  const expanded = path.startsWith("~/") && home !== undefined ? home + path.slice(1) : path;
  let content: string | undefined;
  try {
    content = readTextIfThere(absolutePath(expanded, context.directory));
  } catch (error) {
    if (!isNotFound(error)) {
      throw new DvtError("configuration", `the file of option '${option}' cannot be read: ${path}`);
    }
  }
  if (content === undefined) {
    throw new DvtError("configuration", `the file of option '${option}' does not exist: ${path}`);
  }
  return content;
}

function badOption(name: string, wanted: string): DvtError {
  return new DvtError("configuration", `expected ${wanted} for the remote's option '${name}'`);
}
