/**
 * What people and programs tell a run while it works.
 *
 * @module
 */
import type { Input } from "../platform/output.ts";
import type { World } from "../platform/world.ts";
import type { Console } from "./console.ts";

/** Asks yes-no questions on the terminal; undefined where nobody can be asked. */
export function confirmer(
  world: World,
  console: Console,
): (question: string) => boolean | undefined {
  return (question) => {
    if (!world.stdin.terminal || !world.stderr.terminal) return undefined;
    for (;;) {
      console.reporter.ask(`${question} [y/n]: `);
      const answer = world.stdin.readLine();
      if (answer === undefined) return undefined;
      if (/^\s*y(es)?\s*$/i.test(answer)) return true;
      if (/^\s*no?\s*$/i.test(answer)) return false;
      console.reporter.note('Answer "yes" or "no"');
    }
  };
}

/** Stdin as lines. */
export function inputOf(world: World): Input {
  return {
    terminal: world.stdin.terminal,
    async *lines() {
      let rest = "";
      const decoder = new TextDecoder();
      for await (const chunk of world.stdin.chunks()) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        yield* lines;
      }
      rest += decoder.decode();
      if (rest !== "") yield rest;
    },
  };
}
