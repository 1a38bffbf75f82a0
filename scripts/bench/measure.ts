/**
 * Measures programs: time, processor time and memory of each run.
 *
 * @module
 */

/** One run of a program. Times in seconds, of the program and all that it started. */
export interface Sample {
  readonly wall: number;
  readonly cpu: number;
  /** Bytes of the largest process. */
  readonly peak: number;
}

/** A program as a benchmark starts it. */
export interface Run {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Measures one run after the other. Dispose it when done. */
export class Meter implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;
  #rest = "";

  /** `python` is any Python 3: what it measures is not slowed down by it. */
  constructor(python = "python3") {
    const script = new URL("measure.py", import.meta.url).pathname;
    const args = ["-u", script];
    this.#child = new Deno.Command(python, { args, stdin: "piped", stdout: "piped" }).spawn();
    this.#requests = this.#child.stdin.getWriter();
    this.#answers = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Runs a program, which must succeed. */
  async measure(run: Run): Promise<Sample> {
    await this.#requests.write(new TextEncoder().encode(`${JSON.stringify(run)}\n`));
    const answer = JSON.parse(await this.#line());
    if (answer.code !== 0) {
      throw new Error(`${run.command.join(" ")}: exit code ${answer.code}\n${answer.stderr}`);
    }
    return { wall: answer.wall, cpu: answer.user + answer.sys, peak: answer.peak };
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        return line;
      }
      const { value, done } = await this.#answers.read();
      if (done) throw new Error("the measuring process ended");
      this.#rest += value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#requests.close();
    await this.#child.status;
    await this.#answers.cancel();
  }
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Medians of the samples, figure by figure. */
export function medianOf(samples: readonly Sample[]): Sample {
  const of = (figure: keyof Sample): number => median(samples.map((sample) => sample[figure]));
  return { wall: of("wall"), cpu: of("cpu"), peak: of("peak") };
}
