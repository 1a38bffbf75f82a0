/**
 * The help page: usage, description, arguments, options, commands, worked examples.
 *
 * @module
 */
import type { AnyCommand, Example } from "./program.ts";
import { commonVerbOptions, type Option, shapeOf, VerbCommand } from "./program.ts";
import type { GroupEntry, TreeEntry } from "./tree.ts";

/** One row of a list on the page. */
export interface HelpRow {
  readonly term: string;
  readonly text: string;
}

/** A page before it is laid out. */
export interface HelpPage {
  /** The words before the options, such as `dvt remote add`. */
  readonly name: string;
  /** What follows the name, as pieces that are not broken: `[-f]`, `[-j <number>]`, `url`. */
  readonly usage: readonly string[];
  readonly description: string;
  readonly lists: readonly { readonly heading: string; readonly rows: readonly HelpRow[] }[];
  readonly examples: readonly Example[];
  /** The last line, without a heading. */
  readonly footer?: string;
}

/** How the page is drawn. */
export interface HelpStyle {
  readonly columns: number;
  heading(text: string): string;
  term(text: string): string;
}

/** The page of a declared verb. */
export function verbPage(declared: AnyCommand, path: readonly string[], summary: string): HelpPage {
  const options = [...declared.options, ...commonVerbOptions()].filter((option) => !option.hidden);
  const positionals = declared.registeredArguments.map((argument) => {
    const name = argument.variadic ? `${argument.name()}...` : argument.name();
    return { term: argument.required ? `<${name}>` : `[${name}]`, text: argument.description };
  });
  const own = declared.description();
  return {
    name: path.join(" "),
    usage: [
      ...declared.options.filter((option) => !option.hidden).map(usagePiece),
      ...positionals.map((row) => row.term),
    ],
    description: own === "" ? summary : own,
    lists: [
      { heading: "Arguments", rows: positionals },
      { heading: "Options", rows: options.map(optionRow) },
    ],
    examples: declared instanceof VerbCommand ? declared.workedExamples : [],
  };
}

/** The page of a group, or of the program when `path` holds one word. */
export function groupPage(
  path: readonly string[],
  description: string,
  children: readonly TreeEntry[],
  options: readonly Option[],
  examples: readonly Example[] = [],
): HelpPage {
  const visible = children.filter((child) => !child.hidden);
  const headings = [...new Set(visible.map((child) => child.section))];
  const name = path.join(" ");
  return {
    name,
    usage: [...options.map(usagePiece), "<command>", "..."],
    description,
    lists: [
      ...headings.map((heading) => ({
        heading,
        rows: visible.filter((child) => child.section === heading).map(entryRow),
      })),
      { heading: "Options", rows: options.map(optionRow) },
    ],
    examples,
    footer: `"${name} <command> --help" explains a command.`,
  };
}

/** Lays a page out; ends with a line break. */
export function layOut(page: HelpPage, style: HelpStyle): string {
  const width = Math.max(40, Math.min(style.columns, 100));
  const lines: string[] = [];
  const lead = `Usage: ${page.name} `;
  const indent = lead.length > 32 ? 8 : lead.length;
  lines.push(
    ...flow(lead, page.usage, indent, width).map((line, at) =>
      at === 0 ? style.heading("Usage:") + line.slice("Usage:".length) : line
    ),
  );
  if (page.description !== "") {
    lines.push("", ...page.description.split("\n").flatMap((line) => wrap(line, width)));
  }
  const filled = page.lists.filter((list) => list.rows.length > 0);
  const longest = Math.max(0, ...filled.flatMap((list) => list.rows.map((row) => row.term.length)));
  const column = Math.min(longest, 30) + 4;
  for (const list of filled) {
    lines.push("", style.heading(`${list.heading}:`));
    for (const row of list.rows) {
      const texts = wrap(row.text, width - column);
      const own = row.term.length + 4 > column;
      lines.push(
        ("  " + style.term(row.term) + (own ? "" : " ".repeat(column - 2 - row.term.length) +
          (texts.shift() ?? ""))).trimEnd(),
        ...texts.map((text) => " ".repeat(column) + text),
      );
    }
  }
  if (page.examples.length > 0) {
    lines.push("", style.heading("Examples:"));
    for (const [commandLine, meaning] of page.examples) {
      lines.push(
        `  ${style.term(commandLine)}`,
        ...wrap(meaning, width - 6).map((text) => "      " + text),
      );
    }
  }
  if (page.footer !== undefined) lines.push("", page.footer);
  return lines.join("\n") + "\n";
}

/** `[-j <number>]`, `[--rev [commit]]`. */
function usagePiece(option: Option): string {
  const flag = option.short ?? option.long ?? "";
  if (isGlued(option)) return `[${gluedFlags(option)}]`;
  const value = valuePart(option);
  return value === "" ? `[${flag}]` : `[${flag} ${value}]`;
}

function valuePart(option: Option): string {
  return /[<[].*$/.exec(option.flags)?.[0] ?? "";
}

function isGlued(option: Option): boolean {
  return shapeOf(option).values === "glued";
}

/** `--json[=stream]`: the value stands behind `=` or nowhere. */
function gluedFlags(option: Option): string {
  return option.flags.replace(" [", "[=");
}

function optionRow(option: Option): HelpRow {
  if (isGlued(option)) return { term: `    ${gluedFlags(option)}`, text: option.description };
  const choices = option.argChoices === undefined ? "" : ` (${option.argChoices.join(", ")})`;
  // Long options without a short one stand below the long ones that have one.
  const term = option.short === undefined ? `    ${option.flags}` : option.flags;
  return { term, text: option.description + choices };
}

function entryRow(entry: TreeEntry): HelpRow {
  return { term: [entry.name, ...entry.aliases].join(", "), text: entry.summary };
}

/** Words of a text in lines of at most `width`. */
function wrap(text: string, width: number): string[] {
  const lines = flow("", text.split(" "), 0, Math.max(20, width));
  return lines.length === 0 ? [""] : lines;
}

/** Pieces set one after another, new lines indented. */
function flow(lead: string, pieces: readonly string[], indent: number, width: number): string[] {
  const lines: string[] = [];
  let line = lead;
  let empty = true;
  for (const piece of pieces) {
    if (!empty && line.length + 1 + piece.length > width) {
      lines.push(line);
      line = " ".repeat(indent) + piece;
    } else {
      line += empty ? piece : ` ${piece}`;
    }
    empty = false;
  }
  lines.push(line.trimEnd());
  return lines;
}

/** The page of a group below the program. */
export function pageOfGroup(entry: GroupEntry, path: readonly string[]): HelpPage {
  return groupPage(path, entry.summary, entry.children, commonVerbOptions());
}
