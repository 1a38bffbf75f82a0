/**
 * Shows where one run of dvt spends its time:
 *
 *     deno task bench:profile --cd path/to/project status
 *
 * Writes `dist/dvt.cpuprofile`, which the developer tools of Chromium open, and prints the
 * functions that took the most time themselves.
 *
 * @module
 */
import { permissions } from "../permissions.ts";
import { distFolder, runScript, say, ScriptFailure } from "../project_folder.ts";

/** What V8's profiler gives. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { functionName: string; url: string; lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

/** One conversation with V8's inspector. */
class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  readonly #paused = Promise.withResolvers<void>();
  #next = 1;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.method === "Debugger.paused") {
        // The break at the start is not always told as one, so the other is known by its place.
        if (message.params.callFrames[0]?.functionName === "atTheEnd") this.#paused.resolve();
        else this.ask("Debugger.resume");
      } else this.#waiting.get(message.id)?.(message.result);
    };
  }

  ask(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const id = this.#next++;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  /** Resolves when the program pauses in `atTheEnd`. */
  get paused(): Promise<void> {
    return this.#paused.promise;
  }

  close(): void {
    this.#socket.close();
  }
}

async function connect(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  return new Inspector(socket);
}

/** Runs dvt with these arguments and gives the profile. */
async function profile(args: readonly string[]): Promise<Profile> {
  const script = new URL("profiled.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--inspect-brk=127.0.0.1:0", ...permissions, script, ...args],
    stderr: "piped",
  }).spawn();
  const inspector = await connect(await inspectorUrl(child.stderr));
  await inspector.ask("Profiler.enable");
  await inspector.ask("Profiler.setSamplingInterval", { interval: 200 });
  await inspector.ask("Profiler.start");
  await inspector.ask("Debugger.enable");
  await inspector.ask("Runtime.runIfWaitingForDebugger");
  await inspector.paused;
  const { profile } = await inspector.ask("Profiler.stop") as { profile: Profile };
  inspector.ask("Debugger.resume"); // the program may end before it answers
  await child.status;
  inspector.close();
  return profile;
}

/** Passes on what the program says on stderr, in which the address of its inspector stands. */
function inspectorUrl(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const follow = async (): Promise<void> => {
    let text = "";
    for await (const chunk of stream) {
      Deno.stderr.writeSync(chunk);
      text += new TextDecoder().decode(chunk);
      const url = /ws:\/\/\S+/.exec(text)?.[0];
      if (url !== undefined) resolve(url);
    }
    reject(new ScriptFailure("dvt did not start"));
  };
  follow().catch(reject);
  return promise;
}

/** The functions by their own time. */
function printTop({ nodes, samples, timeDeltas }: Profile): void {
  const names = new Map(nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
    const place = url.replace(/^.*\/(?=(?:src|scripts)\/)/, "");
    return [id, `${functionName || "(anonymous)"}  ${place}:${lineNumber + 1}`];
  }));
  const times = new Map<string, number>();
  samples.forEach((id, at) => {
    const name = names.get(id) ?? "";
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[at] ?? 0));
  });
  for (const [name, time] of [...times].sort((a, b) => b[1] - a[1]).slice(0, 25)) {
    say(`${(time / 1000).toFixed(1).padStart(9)} ms  ${name}`);
  }
}

if (import.meta.main) {
  await runScript(async () => {
    if (Deno.args.length === 0) throw new ScriptFailure("which command of dvt?");
    const result = await profile(Deno.args);
    Deno.mkdirSync(distFolder, { recursive: true });
    Deno.writeTextFileSync(`${distFolder}/dvt.cpuprofile`, JSON.stringify(result));
    printTop(result);
  });
}
