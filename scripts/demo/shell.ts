/**
 * Runs the demo's commands as a person at a terminal would, and shows them.
 *
 * @module
 */
import { ScriptFailure } from "../project_folder.ts";

/** How to start dvt, in which environment. */
export interface ShellOptions {
  /** The words before dvt's own arguments. */
  readonly dvt: readonly string[];
  /** Laid over the user's environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** A terminal that shows each command, its answer and its time. */
export class Shell {
  readonly #options: ShellOptions;
  readonly #colored = Deno.stdout.isTerminal() && !Deno.noColor;
  #folder = "/";

  constructor(options: ShellOptions) {
    this.#options = options;
  }

  /** Says what comes next. */
  tell(text: string): void {
    this.#print(`\n${this.#paint("1", text)}\n`);
  }

  /** Shows a fact that the demo has checked. */
  fact(text: string): void {
    this.#print(`  ${this.#paint("32", "✓")} ${text}\n`);
  }

  /** Goes to another folder, as all commands after it show. */
  enter(folder: string): void {
    this.#folder = folder;
  }

  /** `dvt …`; must succeed. */
  async dvt(...args: string[]): Promise<void> {
    await this.#run("dvt", [...this.#options.dvt, ...args], args);
  }

  /** `git …`; must succeed. */
  async git(...args: string[]): Promise<void> {
    await this.#run("git", ["git", ...args], args);
  }

  async #run(name: string, command: readonly string[], shown: readonly string[]): Promise<void> {
    const line = [name, ...shown].map(quote).join(" ");
    const where = this.#folder.slice(this.#folder.lastIndexOf("/") + 1);
    this.#print(`${this.#paint("2", where)} $ ${line}`);
    const [program = "", ...args] = command;
    const start = performance.now();
    const { success, code, stdout, stderr } = await new Deno.Command(program, {
      args,
      cwd: this.#folder,
      env: this.#options.env,
      stdin: "null",
    }).output();
    const seconds = (performance.now() - start) / 1000;
    this.#print(`  ${this.#paint("36", `(${seconds.toFixed(2)} s)`)}\n`);
    const decoder = new TextDecoder();
    const answer = (decoder.decode(stdout) + decoder.decode(stderr)).trim();
    if (answer !== "") this.#print(`${answer.replace(/^/gm, "  ")}\n`);
    if (!success) throw new ScriptFailure(`\`${line}\` ended with exit code ${code}`);
  }

  #paint(code: string, text: string): string {
    return this.#colored ? `\x1b[${code}m${text}\x1b[0m` : text;
  }

  #print(text: string): void {
    const bytes = new TextEncoder().encode(text);
    for (let done = 0; done < bytes.length;) done += Deno.stdout.writeSync(bytes.subarray(done));
  }
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
