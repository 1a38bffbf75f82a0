/**
 * One progress bar as a line of text.
 *
 * @module
 */
import type { ProgressTotal } from "../platform/reporter.ts";
import { displayWidth } from "./display_width.ts";
import { neutralise } from "./neutralise.ts";
import { duration, humanSize } from "./units.ts";

/** How far a wait has come. */
export interface BarState {
  readonly title: string;
  readonly total: ProgressTotal;
  readonly files: number;
  readonly bytes: number;
  readonly milliseconds: number;
}

/** The line of a wait: title, bar, files, bytes, rate, time left; at most `columns` - 1 wide. */
export function drawBar(state: BarState, columns: number): string {
  const { files, bytes, total } = state;
  const facts: string[] = [];
  const share = shareDone(state);
  if (share !== undefined) facts.push(`${String(Math.floor(share * 100)).padStart(3)}%`);
  if (total.files !== undefined) facts.push(`${files}/${total.files} files`);
  else if (files > 0) facts.push(files === 1 ? "1 file" : `${files} files`);
  if (bytes > 0) {
    facts.push(
      total.bytes === undefined
        ? humanSize(bytes)
        : `${humanSize(bytes)}/${humanSize(total.bytes)}`,
    );
    facts.push(`${humanSize(bytes / (state.milliseconds / 1000))}/s`);
  }
  if (share !== undefined && share > 0 && share < 1) {
    facts.push(`${duration(state.milliseconds * (1 / share - 1))} left`);
  } else {
    facts.push(duration(state.milliseconds));
  }
  const text = facts.join("  ");
  const room = columns - 1 - text.length - 2;
  const title = cut(neutralise(state.title).replaceAll("\n", " "), Math.max(8, Math.min(40, room)));
  const rest = room - displayWidth(title) - 4;
  const bar = share === undefined || rest < 10 ? "" : `[${blocks(share, Math.min(30, rest))}]  `;
  return cut(`${title}  ${bar}${text}`, columns - 1);
}

/** Bytes tell better than files, where they are known. */
function shareDone(state: BarState): number | undefined {
  const { total } = state;
  if (total.bytes !== undefined && total.bytes > 0) return Math.min(1, state.bytes / total.bytes);
  if (total.files !== undefined && total.files > 0) return Math.min(1, state.files / total.files);
  return undefined;
}

function blocks(share: number, width: number): string {
  const full = Math.round(share * width);
  return "#".repeat(full) + "-".repeat(width - full);
}

function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const character of text) {
    used += displayWidth(character);
    if (used > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
