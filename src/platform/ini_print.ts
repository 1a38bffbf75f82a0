/**
 * Configuration files as DVC writes them.
 *
 * @module
 */
import { append } from "./append.ts";
import { DvtError } from "./error.ts";
import { type IniSection, type IniValue, isIniSection } from "./ini_section.ts";

/** Prints sections and values: four spaces a level, quotes where needed, a line break at the end. */
export function printIni(root: IniSection): string {
  return sectionLines(root, 0).join("\n") + "\n";
}

function sectionLines(section: IniSection, depth: number): string[] {
  const indent = "    ".repeat(depth);
  const lines: string[] = [];
  for (const [key, entry] of section) {
    if (isIniSection(entry)) continue;
    lines.push(`${indent}${quote(key)} = ${printValue(entry)}`);
  }
  for (const [name, entry] of section) {
    if (!isIniSection(entry)) continue;
    lines.push(`${indent}${"[".repeat(depth + 1)}${quote(name)}${"]".repeat(depth + 1)}`);
    append(lines, sectionLines(entry, depth + 1));
  }
  return lines;
}

function printValue(value: IniValue): string {
  if (typeof value !== "string") {
    if (value.length === 0) return ",";
    return value.length === 1 ? quote(value[0] ?? "") + "," : value.map(quote).join(", ");
  }
  if (value.includes("\n") || (value.includes("'") && value.includes('"'))) {
    return tripleQuote(value);
  }
  return quote(value);
}

const atTheEdge = " \r\n\v\t'\"";

/** A name, an item of a list, or a value on one line. */
function quote(text: string): string {
  if (text === "") return '""';
  if (text.includes("\n")) throw unquotable(text);
  const bare = !atTheEdge.includes(text.charAt(0)) && !atTheEdge.includes(text.slice(-1)) &&
    !text.includes(",") && !text.includes("#");
  if (bare) return text;
  if (!text.includes('"')) return `"${text}"`;
  if (text.includes("'")) throw unquotable(text);
  return `'${text}'`;
}

/** Where DVC would choose the quotes that break off the value, this chooses the others. */
function tripleQuote(text: string): string {
  if (!text.includes("'''")) return `'''${text}'''`;
  if (text.includes('"""')) throw unquotable(text);
  return `"""${text}"""`;
}

function unquotable(text: string): DvtError {
  return new DvtError("failed", `unexpected error - Value "${text}" cannot be safely quoted.`);
}
