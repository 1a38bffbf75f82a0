/**
 * Objects of a repository, read through one `git cat-file --batch` that goes on running. Many
 * questions may be under way at once; they are answered in the order in which they were asked.
 *
 * @module
 */
import { streamOf } from "../platform/byte_stream.ts";
import { DvtError } from "../platform/error.ts";
import { stopIfAborted } from "../platform/pool.ts";
import type { RunningProcess } from "../platform/process.ts";
import { ByteSource } from "./byte_source.ts";
import type { Git } from "./repository.ts";

/** What Git calls its objects. */
export type GitObjectType = "blob" | "tree" | "commit" | "tag";

/** An object in memory. */
export interface GitObject {
  readonly id: string;
  readonly type: GitObjectType;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** An object as it comes. */
export interface GitContent {
  readonly id: string;
  readonly type: GitObjectType;
  readonly size: number;
  readonly content: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** What one read accepts. */
export interface ReadOptions {
  /** The most bytes that the object may have. */
  readonly limit?: number;
}

/** Objects that are read whole are small; a larger one is a mistake or an attack. */
const usualLimit = 512 * 1024 * 1024;

/** Up to here, an object that was asked for as a stream is read whole all the same. */
const streamFrom = 256 * 1024;

interface Question {
  readonly name: string;
  readonly limit: number;
  readonly streams: boolean;
  answer(object: GitObject | GitContent | undefined): void;
  fail(error: unknown): void;
}

/** One running `cat-file`, and the questions that it has been asked but has not answered. */
interface Talk {
  readonly process: RunningProcess;
  readonly source: ByteSource;
  readonly asked: Question[];
  /** Stops listening for the end of the run. */
  readonly forget: () => void;
  reading: boolean;
  /** Whether somebody else reads a long answer from it. */
  givenAway: boolean;
}

const readers = new WeakMap<Git, ObjectReader>();

/** The reader of a repository, the same for all who ask; it is closed with the repository. */
export function objectsOf(git: Git): ObjectReader {
  let reader = readers.get(git);
  if (reader === undefined) {
    const made = new ObjectReader(git);
    readers.set(git, reader = made);
    git.onClose(async () => {
      readers.delete(git);
      await made.close();
    });
  }
  return reader;
}

/** See the module. Names are whatever git understands: `HEAD~1^{commit}`, a hash, `v1:path`. */
export class ObjectReader {
  readonly #git: Git;
  #talk: Talk | undefined;
  readonly #talks = new Set<Talk>();
  #unsent: Question[] = [];

  constructor(git: Git) {
    this.#git = git;
  }

  /** An object, or undefined where git knows none of that name. */
  async read(name: string, { limit = usualLimit }: ReadOptions = {}) {
    return await this.#ask(name, limit, false) as GitObject | undefined;
  }

  /** An object as a stream, which must be read to its end or cancelled. */
  async open(name: string): Promise<GitContent | undefined> {
    const found = await this.#ask(name, Number.MAX_SAFE_INTEGER, true);
    if (found === undefined || "content" in found) return found;
    const { id, type, bytes } = found;
    return { id, type, size: bytes.length, content: streamOf(bytes) };
  }

  /** Ends all children. Questions that are open fail. */
  async close(): Promise<void> {
    for (const talk of [...this.#talks]) await this.#end(talk);
  }

  #ask(name: string, limit: number, streams: boolean): Promise<GitObject | GitContent | undefined> {
    if (/[\n\0]/.test(name) || name === "") return Promise.resolve(undefined);
    return new Promise((answer, fail) => {
      this.#unsent.push({ name, limit, streams, answer, fail });
      // Questions of one moment go to git with one write.
      if (this.#unsent.length === 1) queueMicrotask(() => this.#send());
    });
  }

  #send(): void {
    const questions = this.#unsent.splice(0);
    try {
      const talk = this.#talk ??= this.#start();
      for (const question of questions) talk.asked.push(question);
      const lines = questions.map(({ name }) => name + "\n").join("");
      // A child that has ended says so on the other pipe.
      talk.process.write(new TextEncoder().encode(lines)).catch(() => {});
      if (!talk.reading) this.#answerAll(talk);
    } catch (error) {
      for (const question of questions) question.fail(error);
    }
  }

  #start(): Talk {
    const process = this.#git.start(["cat-file", "--batch"]);
    const source = new ByteSource(process.output);
    const stop = () => process.kill();
    this.#git.signal.addEventListener("abort", stop, { once: true });
    const forget = () => this.#git.signal.removeEventListener("abort", stop);
    const talk = { process, source, asked: [], reading: false, givenAway: false, forget };
    this.#talks.add(talk);
    return talk;
  }

  async #end(talk: Talk): Promise<void> {
    this.#talks.delete(talk);
    if (this.#talk === talk) this.#talk = undefined;
    talk.forget();
    talk.process.kill();
    await Promise.all([talk.process.closeInput(), talk.source.cancel(), talk.process.ended()]);
  }

  /** Answers what a child has been asked, until all is answered or it is given away. */
  async #answerAll(talk: Talk): Promise<void> {
    talk.reading = true;
    talk.process.keepAlive(true);
    let lost: unknown;
    try {
      while (talk.asked.length > 0 && !talk.givenAway) await this.#answerOne(talk);
    } catch (error) {
      lost = error;
    }
    talk.reading = false;
    if (!talk.givenAway) talk.process.keepAlive(false);
    const open = talk.asked.splice(0);
    if (lost !== undefined) {
      const [first, ...others] = open;
      await this.#end(talk);
      first?.fail(lost);
      this.#again(others);
    } else {
      this.#again(open);
    }
  }

  /** Asks anew what a child that is gone, or busy with a long answer, has not answered. */
  #again(questions: readonly Question[]): void {
    if (questions.length === 0) return;
    this.#unsent = [...questions, ...this.#unsent];
    this.#send();
  }

  /** Reads one answer. Throws where the child is of no more use; the question then stays. */
  async #answerOne(talk: Talk): Promise<void> {
    const question = talk.asked[0];
    if (question === undefined) return;
    const line = talk.source.lineAtHand() ?? await talk.source.line();
    if (line === undefined) throw await this.#whyNot(talk, question.name);
    const header = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(line);
    if (header === null) return this.#answerNone(talk, question, line);
    const [, id = "", type = "blob", digits = ""] = header;
    const found = { id, type: type as GitObjectType };
    const size = Number(digits);
    if (question.streams && size > streamFrom) {
      talk.asked.shift();
      return question.answer({ ...found, size, content: this.#handOver(talk, size) });
    }
    if (size > question.limit) {
      throw new DvtError("git", `Git object '${id}' has ${size} bytes, which is too much here`);
    }
    const bytes = talk.source.bytesAtHand(size) ?? await talk.source.bytes(size);
    if (bytes === undefined || (talk.source.lineAtHand() ?? await talk.source.line()) !== "") {
      throw await this.#whyNot(talk, question.name);
    }
    talk.asked.shift();
    question.answer({ ...found, bytes });
  }

  #answerNone(talk: Talk, question: Question, line: string): void {
    talk.asked.shift();
    if (line.endsWith(" missing")) return question.answer(undefined);
    const error = line.endsWith(" ambiguous")
      ? new DvtError("not-found", `ambiguous Git revision '${question.name}'`)
      : new DvtError("git", `git cat-file answered '${line}'`);
    question.fail(error);
  }

  /**
   * Gives a child with its long answer to whoever reads it: others shall not wait for a reader
   * that may be slow. They are asked of a new child.
   */
  #handOver(talk: Talk, size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
    talk.givenAway = true;
    if (this.#talk === talk) this.#talk = undefined;
    let left = size;
    return new ReadableStream({
      pull: async (controller) => {
        const piece = await talk.source.some(left);
        if (piece === undefined) {
          await this.#end(talk);
          stopIfAborted(this.#git.signal);
          throw new DvtError("git", "git cat-file ended before the end of an object");
        }
        controller.enqueue(piece.slice());
        left -= piece.length;
        if (left > 0) return;
        await this.#end(talk);
        controller.close();
      },
      cancel: () => this.#end(talk),
    }, { highWaterMark: 0 });
  }

  /** Asks once more, in a way that lets git say what is wrong. */
  async #whyNot(talk: Talk, name: string): Promise<Error> {
    stopIfAborted(this.#git.signal);
    if (!this.#talks.has(talk)) return new DvtError("git", "the repository has been closed");
    const args = ["cat-file", "--batch"];
    const answer = await this.#git.run(args, { input: name + "\n", okCodes: "any" });
    if (answer.code !== 0 || answer.stderr !== "") return this.#git.failure(args, answer);
    return new DvtError("git", "git cat-file ended unexpectedly");
  }
}
