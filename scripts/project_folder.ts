/**
 * Where the project lies on this machine; shared by everything in `scripts` and `tests/support`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** The absolute path of the project's top folder, without a slash at the end. */
export const projectFolder: string = fileURLToPath(new URL("..", import.meta.url))
  .replace(/[/\\]$/, "");

/** Git-ignored: what is built for users. */
export const distFolder: string = `${projectFolder}/dist`;

/** Git-ignored: programs that the build and the tests need and the machine may lack. */
export const toolsFolder: string = `${projectFolder}/.tools`;

/** Says on stderr what a script is doing. */
export function say(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

/**
 * Ends a script in the way people expect: its work's exit code, or one line of what went wrong.
 * `work` may give nothing for 0.
 */
export async function runScript(work: () => Promise<number | void> | number | void): Promise<void> {
  try {
    Deno.exit(await work() ?? 0);
  } catch (error) {
    say(error instanceof ScriptFailure ? error.message : Deno.inspect(error));
    Deno.exit(1);
  }
}

/** Something that the person at the keyboard can mend; the message says what and how. */
export class ScriptFailure extends Error {}
