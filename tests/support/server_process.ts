/**
 * Other people's servers as child processes on loopback.
 *
 * @module
 */

/** A server that answers. */
export interface RunningServer {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** How a server is started. */
export interface ServerCommand {
  readonly command: (port: number) => readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The end of its life by itself that is no failure: daemons that go to the background. */
  readonly signal?: Deno.Signal;
  /** How long it may take to answer, in milliseconds: some are fetched at their first start. */
  readonly patience?: number;
}

/** Starts a server on a free port and waits until it takes connections. */
export async function startServer(options: ServerCommand): Promise<RunningServer> {
  for (let attempt = 1;; attempt++) {
    const port = freePort();
    const [program, ...args] = options.command(port);
    const log = Deno.makeTempFileSync();
    const child = new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      clearEnv: true,
      env: { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin", ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    }).spawn();
    const logging = child.stderr.pipeTo(Deno.openSync(log, { write: true }).writable);
    let ended = false;
    const status = child.status.then((result) => {
      ended = true;
      return result;
    });
    if (await answers(port, { ended: () => ended, patience: options.patience ?? 15_000 })) {
      return {
        port,
        pid: child.pid,
        async stop() {
          try {
            child.kill(options.signal ?? "SIGTERM");
          } catch {
            // It has ended already.
          }
          await status;
          await logging.catch(() => {});
          Deno.removeSync(log);
        },
      };
    }
    if (!ended) child.kill("SIGKILL");
    await status;
    await logging.catch(() => {});
    const words = Deno.readTextFileSync(log);
    Deno.removeSync(log);
    if (attempt === 3) throw new Error(`${program} ${args.join(" ")} does not start:\n${words}`);
  }
}

/** A port that nobody listens at. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function answers(
  port: number,
  { ended, patience }: { ended: () => boolean; patience: number },
): Promise<boolean> {
  for (let waited = 0; waited < patience && !ended(); waited += 25) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  return false;
}
