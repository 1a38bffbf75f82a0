/**
 * Lines of a file as DVC shows them below a message: numbered, wrapped and padded to 80 columns.
 *
 * @module
 */

const width = 80;
const guideStep = 4;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;

function cells(text: string): number {
  let count = 0;
  for (const character of text) count += wide.test(character) ? 2 : 1;
  return count;
}

/** The text broken into lines of at most 80 columns. */
export function wrapMessage(text: string): string {
  return wrapLine(text, width).join("\n");
}

/** Breaks between words; a word that is too long for any line is cut. */
function wrapLine(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.match(/\s*\S+\s*/g) ?? []) {
    const length = cells(word.trimEnd());
    if (cells(line) + length <= columns) line += word;
    else if (length <= columns) {
      lines.push(line);
      line = word;
    } else {
      if (line !== "") lines.push(line);
      line = "";
      for (const character of word) {
        if (cells(line + character) > columns) {
          lines.push(line);
          line = "";
        }
        line += character;
      }
    }
  }
  if (line !== "" || lines.length === 0) lines.push(line);
  return lines.map((each) => cells(each) > columns ? trimTo(each, columns) : each);
}

/** Takes blanks off the end as far as the line is too long. */
function trimTo(line: string, columns: number): string {
  const blanks = line.length - line.trimEnd().length;
  return line.slice(0, line.length - Math.min(blanks, cells(line) - columns));
}

/** Which lines to show, and how they are numbered. */
export interface ExcerptRange {
  /** The number of the first line given; 1 by default. */
  readonly firstLine?: number;
  /** Numbers (from 1) of the first and last line to show; all by default. */
  readonly from?: number;
  readonly to?: number;
}

/** The lines with their numbers. A last, empty line stands for the line break before it. */
export function printExcerpt(lines: readonly string[], range: ExcerptRange = {}): string {
  const { firstLine = 1, to = lines.length } = range;
  const from = Math.max(range.from ?? 1, 1);
  const breaks = lines.length - 1;
  const numberWidth = `${firstLine + breaks}`.length;
  const codeWidth = width - numberWidth - 3;
  const shown = withGuides(lines.slice(from - 1, to));
  const rows = shown.flatMap((line, index) => {
    const number = `  ${`${firstLine + from - 1 + index}`.padStart(numberWidth)} `;
    return wrapLine(line, codeWidth).map((part, piece) => {
      const padding = " ".repeat(Math.max(codeWidth - cells(part), 0));
      return (piece === 0 ? number : " ".repeat(number.length)) + part + padding;
    });
  });
  return rows.join("\n");
}

/** Draws a line below every fourth column of the indentation. */
function withGuides(lines: readonly string[]): string[] {
  const result: string[] = [];
  let blank = 0;
  for (const line of lines) {
    const text = expandTabs(line);
    const indent = text.length - text.trimStart().length;
    if (indent === text.length) {
      blank++;
      continue;
    }
    const guides = `│${" ".repeat(guideStep - 1)}`.repeat(Math.floor(indent / guideStep));
    const drawn = guides + " ".repeat(indent % guideStep);
    for (; blank > 0; blank--) result.push(drawn);
    result.push(drawn + text.slice(indent));
  }
  for (; blank > 0; blank--) result.push("");
  return result;
}

function expandTabs(line: string): string {
  let result = "";
  for (const character of line) {
    result += character === "\t" ? " ".repeat(guideStep - result.length % guideStep) : character;
  }
  return result;
}
