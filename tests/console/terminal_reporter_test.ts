import assert from "node:assert/strict";
import { styled } from "../../src/console/color.ts";
import { neutralise } from "../../src/console/neutralise.ts";
import { drawBar } from "../../src/console/progress_bar.ts";
import { openConsole } from "../../src/console/console.ts";
import { TerminalReporter } from "../../src/console/terminal_reporter.ts";
import { StreamOutput } from "../../src/console/stream_output.ts";
import { TestWorld } from "../support/test_world.ts";

/** What a terminal shows after this text, as far as the reporter's few sequences go. */
function screenAfter(text: string): string[] {
  let lines = [""];
  let row = 0;
  let column = 0;
  // deno-lint-ignore no-control-regex
  for (const [token] of text.matchAll(/\x1b\[\d*[AJm]|[^]/g)) {
    if (token === "\n") [row, column] = [row + 1, 0];
    else if (token === "\r") column = 0;
    else if (token.endsWith("A") && token.startsWith("\x1b")) row -= Number(token.slice(2, -1));
    else if (token === "\x1b[J") {
      lines = lines.slice(0, row + 1);
      lines[row] = (lines[row] ?? "").slice(0, column);
    } else if (!token.startsWith("\x1b")) {
      const line = (lines[row] ?? "").padEnd(column);
      lines[row] = line.slice(0, column) + token + line.slice(column + 1);
      column++;
    }
    lines[row] ??= "";
  }
  return lines;
}

function openTerminal(columns = 80) {
  const world = new TestWorld({ terminal: true, environment: { NO_COLOR: "1" }, columns });
  let now = 0;
  const output = new StreamOutput(world.stdout, { columns, colors: false });
  const reporter = new TerminalReporter(output, world.stderr, {
    loudness: { quiet: false, verbose: 0 },
    colors: false,
    columns: () => columns,
    now: () => now,
  });
  output.beforeWrite = () => reporter.clear();
  return {
    output,
    reporter,
    wait: (milliseconds: number) => now += milliseconds,
    screen: () => screenAfter(world.written.stderr),
    stderr: () => world.written.stderr,
  };
}

Deno.test("a wait of less than half a second draws nothing", () => {
  const terminal = openTerminal();
  {
    using progress = terminal.reporter.progress("Hashing", { files: 3 });
    terminal.wait(400);
    progress.advance(3, 10);
  }
  assert.equal(terminal.stderr(), "");
});

Deno.test("a longer one is a bar that is redrawn in place and goes when the work is done", () => {
  const terminal = openTerminal();
  {
    using progress = terminal.reporter.progress("Hashing", { files: 4, bytes: 4096 });
    terminal.wait(600);
    progress.advance(1, 1024);
    assert.deepEqual(terminal.screen(), [
      "Hashing  [####-------------]   25%  1/4 files  1.00k/4.00k  1.67k/s  1.8 s left",
    ]);
    terminal.wait(200);
    progress.advance(1, 1024);
    assert.match(terminal.screen()[0] ?? "", /^Hashing {2}\[#+-+\] {3}50% {2}2\/4 files/);
    assert.equal(terminal.screen().length, 1);
  }
  assert.deepEqual(terminal.screen(), [""]);
});

Deno.test("two waits are two bars, and lines are written above them", () => {
  const terminal = openTerminal();
  const first = terminal.reporter.progress("First", { files: 2 });
  const second = terminal.reporter.progress("Second");
  terminal.wait(600);
  first.advance(1);
  terminal.wait(200);
  second.advance(5);
  assert.deepEqual(
    terminal.screen().map((line) => line.split(" ")[0]),
    ["First", "Second"],
  );
  terminal.reporter.warn("odd");
  assert.deepEqual(terminal.screen(), ["WARNING: odd", ""]);
  first.advance(0);
  assert.deepEqual(
    terminal.screen().map((line) => line.split(" ")[0]),
    ["WARNING:", "First", "Second"],
  );
  terminal.output.line("answer");
  assert.deepEqual(terminal.screen(), ["WARNING: odd", ""]);
  second[Symbol.dispose]();
  first[Symbol.dispose]();
  terminal.reporter.close();
});

Deno.test("bars fit any terminal and any title", () => {
  const state = {
    title: "Fetching ünïcödé 日本語 from a\x1b[31m remote\nwith a long name",
    total: { files: 123456, bytes: 5 * 1024 ** 3 },
    files: 12345,
    bytes: 1024 ** 3,
    milliseconds: 61_000,
  };
  for (let columns = 10; columns < 200; columns += 7) {
    const bar = drawBar(state, columns);
    assert(bar.length < columns, `${columns}: ${bar}`);
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x1f]/.test(bar));
  }
  const unknown = { ...state, title: "Reading", total: {}, files: 1, bytes: 0 };
  assert.equal(drawBar(unknown, 80), "Reading  1 file  1:01");
});

Deno.test("pipes and -q get no bars", () => {
  for (const options of [{ terminal: false }, { terminal: true, environment: {} }]) {
    const world = new TestWorld(options);
    const { reporter } = openConsole(world, { quiet: options.terminal, verbose: 0 });
    const progress = reporter.progress("Hashing");
    progress.advance(1, 1);
    progress[Symbol.dispose]();
    assert.equal(world.written.stderr, "");
  }
});

Deno.test("colours appear on terminals alone, and NO_COLOR takes them away", () => {
  const lines = (terminal: boolean, environment: Record<string, string>) => {
    const world = new TestWorld({ terminal, environment });
    const { output, reporter } = openConsole(world, { quiet: false, verbose: 0 });
    output.line(styled("green", "yes"));
    reporter.error("no");
    output.flush();
    return world.written;
  };
  assert.deepEqual(lines(true, {}), {
    stdout: "\x1b[32myes\x1b[0m\n",
    stderr: "\x1b[31mERROR\x1b[0m: no\n",
  });
  const plain = { stdout: "yes\n", stderr: "ERROR: no\n" };
  assert.deepEqual(lines(true, { NO_COLOR: "1" }), plain);
  assert.deepEqual(lines(true, { TERM: "dumb" }), plain);
  assert.deepEqual(lines(false, {}), plain);
});

Deno.test("JSON is one line for programs and indented for people", () => {
  const printed = (terminal: boolean) => {
    const world = new TestWorld({ terminal, environment: {} });
    const { output } = openConsole(world, { quiet: false, verbose: 0 });
    output.json({ a: [1, "ü"] });
    output.flush();
    return world.written.stdout;
  };
  assert.equal(printed(false), '{"a": [1, "\\u00fc"]}\n');
  assert.equal(printed(true), '{\n  "a": [\n    1,\n    "\\u00fc"\n  ]\n}\n');
});

Deno.test("neutralise() leaves letters of all scripts and joined emoji alone", () => {
  const harmless = "äöü 日本語 שלום مرحبا 👨‍👩‍👧 e\u0301\ta\nb";
  assert.equal(neutralise(harmless), harmless);
  assert.equal(neutralise("\r\x9b\u202e\u2066\ufeff\x7f"), "\\x0d\\x9b\\u202e\\u2066\\ufeff\\x7f");
});
