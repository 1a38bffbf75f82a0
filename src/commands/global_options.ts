/**
 * The options before the verb.
 *
 * @module
 */
import { commonVerbOptions, Option } from "../cli/program.ts";

/** `-h`, `-q`, `-v` and what belongs to the program alone. */
export const globalOptions: readonly Option[] = [
  ...commonVerbOptions(),
  new Option("-V, --version", "show the version"),
  new Option("--cd <path>", "work in another folder"),
  new Option("--wait-for-lock", "wait for other processes instead of giving up"),
];
