/**
 * Keeps what DVC's own tests say about dvt from getting worse.
 *
 *     deno run -A scripts/peer_floor.ts check LOG    fails where less passes than before
 *     deno run -A scripts/peer_floor.ts raise LOG    takes what passes in LOG as the new floor
 *
 * LOG is the output of the suite's runner, with one line for each test file: its name, then how many
 * tests passed and failed. The floor, `tests/peer_floor.txt`, holds names and passed tests.
 *
 * @module
 */
import { projectFolder, runScript, say, ScriptFailure } from "./project_folder.ts";

const floorPath = `${projectFolder}/tests/peer_floor.txt`;

/** Passed tests by test file, as the output of a runner has them. */
export function readScores(log: string): ReadonlyMap<string, number> {
  const rows = log.matchAll(/^(tests\/\S+\.py)\s+(\d+)\s+\d+\s+\d+\s+\d+$/gm);
  return new Map([...rows].map(([, name = "", passed]) => [name, Number(passed)]));
}

/** Passed tests by test file, as a floor's text has them. */
export function readFloor(text: string): ReadonlyMap<string, number> {
  const rows = text.matchAll(/^(tests\/\S+) (\d+)$/gm);
  return new Map([...rows].map(([, name = "", passed]) => [name, Number(passed)]));
}

/** What is worse than the floor, one line each. */
export function belowFloor(
  floor: ReadonlyMap<string, number>,
  scores: ReadonlyMap<string, number>,
): readonly string[] {
  const worse: string[] = [];
  for (const [name, wanted] of floor) {
    const passed = scores.get(name) ?? 0;
    if (passed < wanted) worse.push(`${name}: ${passed} passed, ${wanted} did before`);
  }
  return worse;
}

function raise(floor: ReadonlyMap<string, number>, scores: ReadonlyMap<string, number>): string {
  const names = [...new Set([...floor.keys(), ...scores.keys()])].sort();
  const rows = names.map((name) =>
    `${name} ${Math.max(floor.get(name) ?? 0, scores.get(name) ?? 0)}`
  );
  return `${rows.join("\n")}\n`;
}

function sum(scores: ReadonlyMap<string, number>): number {
  return [...scores.values()].reduce((total, one) => total + one, 0);
}

if (import.meta.main) {
  await runScript(() => {
    const [action, log] = Deno.args;
    if (log === undefined || (action !== "check" && action !== "raise")) {
      throw new ScriptFailure("usage: peer_floor.ts check|raise LOG");
    }
    const scores = readScores(Deno.readTextFileSync(log));
    if (scores.size === 0) throw new ScriptFailure("the log holds no result of any test file");
    const floor = readFloor(Deno.readTextFileSync(floorPath));
    if (action === "raise") Deno.writeTextFileSync(floorPath, raise(floor, scores));
    const worse = action === "check" ? belowFloor(floor, scores) : [];
    for (const line of worse) say(line);
    say(`peer suite: ${sum(scores)} passed; the floor is ${sum(floor)}`);
    return worse.length === 0 ? 0 : 1;
  });
}
