/**
 * What a run tells programs with `--json`: one object, or with `--json=stream` events as they
 * happen, on stdout and with nothing else there.
 *
 * One object: `{"schema": 1, "command": "push", …}`; the rest is the verb's. A failure before there
 * was an answer is `{"schema": 1, "command": "push", "error": {"kind", "message", "hint"}}`; of what
 * failed in part, the answer itself tells. The exit code is the same with and without `--json`.
 *
 * Events, one to a line, each with `"schema": 1`:
 *
 * - `{"event": "plan", "step", "files", "bytes"}`: a wait begins; `null` where the size is unknown
 * - `{"event": "progress", "step", "files", "bytes"}`: so much of it is done
 * - `{"event": "warning", "message"}`, and `{"event": "failure", "message"}`: one thing of many failed
 * - `{"event": "result", "answer"}`: what `--json` alone would have printed
 * - `{"event": "error", "kind", "message", "hint"}`: the run failed
 * - `{"event": "end", "exit"}`: the last line of every run, with the exit code
 *
 * The number in `schema` is raised when a field changes its meaning or goes; new fields and events
 * may come any time. Sizes are bytes, paths are as people would type them.
 *
 * @module
 */
import type { Output } from "../platform/output.ts";
import type { Progress, ProgressTotal, Reporter } from "../platform/reporter.ts";
import { maskSecrets } from "../platform/secrets.ts";

const schema = 1;

/** So many milliseconds at least lie between two reports of one wait. */
const reportEvery = 100;

/** A verb's answer, field by field. */
export type AnswerFields = Readonly<Record<string, unknown>>;

/** A failure as programs see it. */
export interface AnsweredError {
  readonly kind: string;
  readonly message: string;
  readonly hint: string | null;
}

/** How a run answers, chosen by its command line. */
export interface Answers {
  /** Where the verb says and prints. */
  readonly output: Output;
  readonly reporter: Reporter;
  /** The verb's answer, printed where it was asked for. */
  answer(fields: AnswerFields): void;
  /** The failure that ended the run. */
  fail(error: AnsweredError): void;
  /** The last word. */
  end(exit: number): void;
}

/** What the answers of a run go through. */
export interface Voices {
  readonly output: Output & { flush(): void };
  readonly reporter: Reporter;
  /** Of the verb, as typed: `remote add`. */
  readonly command: string;
}

/** Without `--json`: people read along. */
export function noAnswers({ output, reporter }: Voices): Answers {
  return { output, reporter, answer() {}, fail() {}, end() {} };
}

/** `--json` of a verb whose JSON is DVC's: it prints that itself, and its failures are on stderr. */
export const dvcAnswers = noAnswers;

/** `--json`: what the verb says to people goes to stderr, what it prints for them nowhere. */
export function oneAnswer(voices: Voices): Answers {
  const { output, command } = voices;
  let answered = false;
  const print = (fields: AnswerFields) => {
    answered = true;
    output.json({ schema, command, ...fields });
  };
  return {
    output: unspoken(output, (value) => output.json(value)),
    reporter: hushed(voices.reporter),
    answer: print,
    fail(error) {
      if (!answered) print({ error });
    },
    end() {},
  };
}

/** `--json=stream`. */
export function eventStream(voices: Voices, now: () => number = () => performance.now()): Answers {
  const { output, command } = voices;
  const emit = (event: string, fields: AnswerFields) => {
    output.json({ schema, event, ...fields });
    output.flush();
  };
  const reporter = hushed(voices.reporter);
  return {
    output: unspoken(output, (answer) => emit("result", { answer })),
    reporter: {
      ...reporter,
      warn(line) {
        emit("warning", { message: maskSecrets(line) });
        reporter.warn(line);
      },
      error(line) {
        emit("failure", { message: maskSecrets(line) });
        reporter.error(line);
      },
      progress(step, total = {}) {
        return watched({ step, total, shown: reporter.progress(step, total) }, { emit, now });
      },
    },
    answer: (fields) => emit("result", { answer: { schema, command, ...fields } }),
    fail: (error) => emit("error", { ...error }),
    end: (exit) => emit("end", { exit }),
  };
}

/** A wait that is told as events and shown to people, too. */
function watched(
  wait: { readonly step: string; readonly total: ProgressTotal; readonly shown: Progress },
  { emit, now }: {
    readonly emit: (event: string, fields: AnswerFields) => void;
    readonly now: () => number;
  },
): Progress {
  const { step, total, shown } = wait;
  emit("plan", { step, files: total.files ?? null, bytes: total.bytes ?? null });
  const done = { files: 0, bytes: 0 };
  let told = now();
  const tell = () => {
    told = now();
    emit("progress", { step, ...done });
  };
  return {
    advance(files, bytes = 0) {
      done.files += files;
      done.bytes += bytes;
      shown.advance(files, bytes);
      if (now() - told >= reportEvery) tell();
    },
    [Symbol.dispose]() {
      shown[Symbol.dispose]();
      tell();
    },
  };
}

/** A reporter whose words on stdout go to stderr. */
function hushed(reporter: Reporter): Reporter {
  return {
    debug: (line) => reporter.debug(line),
    say: (line) => reporter.note(line),
    note: (line) => reporter.note(line),
    warn: (line) => reporter.warn(line),
    error: (line) => reporter.error(line),
    progress: (title, total) => reporter.progress(title, total),
  };
}

/** An output that leaves out lines for people. */
function unspoken(output: Output, json: (value: unknown) => void): Output {
  return {
    line() {},
    json,
    bytes: (chunk) => output.bytes(chunk),
    columns: output.columns,
    terminal: output.terminal,
  };
}
