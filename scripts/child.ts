/**
 * Child processes of scripts.
 *
 * @module
 */
import { ScriptFailure } from "./project_folder.ts";

/** How a child is started. */
export interface ChildOptions {
  readonly cwd?: string;
  /** Laid over the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program; its output is shown only if it fails. Throws {@linkcode ScriptFailure} then. */
export async function runQuietly(
  command: readonly [string, ...string[]],
  options: ChildOptions = {},
): Promise<string> {
  const [program, ...args] = command;
  const child = new Deno.Command(program, { args, stdin: "null", ...options });
  const { success, code, stdout, stderr } = await child.output();
  const text = new TextDecoder().decode(stdout);
  if (success) return text;
  const words = `${new TextDecoder().decode(stderr)}${text}`.trimEnd();
  throw new ScriptFailure(`${command.join(" ")}: exit code ${code}\n${words}`);
}

/** Whether a program can be started and exits with 0. */
export async function works(command: readonly [string, ...string[]]): Promise<boolean> {
  const [program, ...args] = command;
  try {
    const child = new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    });
    return (await child.output()).success;
  } catch {
    return false; // not there
  }
}
