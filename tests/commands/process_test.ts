import assert from "node:assert/strict";

const source = new URL("../../src/", import.meta.url);

/** Starts a process whose one verb, `work`, has this body. */
function startWork(body: string, argv: readonly string[] = []): Deno.ChildProcess {
  const program = `
    import { command, verb } from "${source}cli/program.ts";
    import { entry } from "${source}cli/tree.ts";
    import { runTree } from "${source}commands/run.ts";
    import { denoWorld } from "${source}platform/world.ts";
    const work = () => Promise.resolve(command("work").action(verb(async (context) => { ${body} })));
    Deno.exit(await runTree(Deno.args, { tree: [entry("work", "", work)], world: denoWorld() }));
  `;
  const file = Deno.makeTempFileSync({ suffix: ".ts" });
  Deno.writeTextFileSync(file, program);
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-config", "--no-lock", file, "work", ...argv],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Reads a stream until a word has come. */
async function readUntil(stream: ReadableStream<Uint8Array>, word: string): Promise<void> {
  let text = "";
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.includes(word)) {
    const { done, value } = await reader.read();
    assert(!done, text);
    text += value;
  }
  await reader.cancel();
}

Deno.test("Ctrl-C lets the work clean up and ends with 252", async () => {
  const child = startWork(`
    context.output.line("ready");
    context.output.flush();
    await new Promise((resolve) => {
      context.signal.addEventListener("abort", resolve);
      setTimeout(resolve, 60_000);
    });
    context.signal.throwIfAborted();
  `);
  await readUntil(child.stdout, "ready");
  child.kill("SIGINT");
  const stderr = await new Response(child.stderr).text();
  assert.equal((await child.status).code, 252);
  assert.equal(stderr, "ERROR: interrupted by the user\n");
});

Deno.test("a second Ctrl-C ends work that does not listen", async () => {
  const child = startWork(`
    context.signal.addEventListener("abort", () => {
      context.output.line("heard");
      context.output.flush();
    });
    context.output.line("ready");
    context.output.flush();
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  `);
  const [first, second] = child.stdout.tee();
  await readUntil(first, "ready");
  child.kill("SIGINT");
  await readUntil(second, "heard");
  child.kill("SIGINT");
  await child.stderr.cancel();
  assert.equal((await child.status).code, 252);
});

Deno.test("a reader that goes away ends the run with 141, quietly", async () => {
  const child = startWork(`
    for (let line = 0; line < 100_000; line++) context.output.line("line " + line);
  `);
  await readUntil(child.stdout, "line 1\n");
  const stderr = await new Response(child.stderr).text();
  assert.deepEqual([(await child.status).code, stderr], [141, ""]);
});

Deno.test("a slow reader gets every byte, in order", async () => {
  const child = startWork(`
    for (let line = 0; line < 200_000; line++) context.output.line("line " + line);
  `);
  const stdout = await new Response(child.stdout).text();
  await child.stderr.cancel();
  assert.equal((await child.status).code, 0);
  const lines = stdout.split("\n");
  assert.equal(lines.length, 200_001);
  assert(lines.slice(0, -1).every((line, at) => line === `line ${at}`));
});
