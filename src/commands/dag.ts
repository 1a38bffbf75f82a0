/**
 * `dvt dag`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../cli/program.ts";
import type { Dag } from "../operations/dag.ts";

/** Draws which stage needs which. */
export function dagCommand(): AnyCommand {
  return command("dag")
    .description("Show which stages or outputs need which others, upstream first.")
    .examples([
      ["dvt dag", "All stages"],
      ["dvt dag --outs --mermaid", "Outputs, for a page in Markdown"],
      ["dvt dag train --full", "All that hangs together with a stage"],
    ])
    .argument("[target]", "stage or output (default: all)")
    .addOption(new Option("--dot", "print Graphviz's DOT"))
    .addOption(new Option("--mermaid", "print a Mermaid flowchart"))
    .addOption(new Option("--md", "print a Mermaid flowchart in a Markdown block"))
    .addOption(
      new Option("--collapse-foreach-matrix", "show the stages of a foreach or matrix as one"),
    )
    .addOption(new Option("--full", "show all that hangs together with the target"))
    .addOption(new Option("-o, --outs", "show outputs instead of stages"))
    .addOption(jsonOption())
    .action(verb(async (context, target, options) => {
      const { dag } = await import("../operations/dag.ts");
      const parts = await dag({
        target,
        full: options.full ?? false,
        outs: options.outs ?? false,
        collapse: options.collapseForeachMatrix ?? false,
      }, context);
      context.answer({ parts });
      const { output } = context;
      if (options.dot === true) output.line(dot(parts));
      else if (options.md === true) output.line(`\`\`\`mermaid\n${mermaid(parts)}\n\`\`\``);
      else output.line(options.mermaid === true ? mermaid(parts) : drawing(parts));
    }));
}

function dot(parts: readonly Dag[]): string {
  const lines = ["strict digraph {"];
  for (const { nodes } of parts) for (const node of nodes) lines.push(`"${node}";`);
  for (const { edges } of parts) {
    for (const [from, to] of edges) lines.push(`"${from}" -> "${to}";`);
  }
  return [...lines, "}", ""].join("\n");
}

function mermaid(parts: readonly Dag[]): string {
  const lines = ["flowchart TD"];
  let total = 0;
  for (const { nodes, edges } of parts) {
    const ids = new Map<string, string>();
    for (const node of [...nodes].sort()) {
      ids.set(node, `node${++total}`);
      lines.push(`\tnode${total}["${node}"]`);
    }
    for (const [from, to] of [...edges].sort(byNames)) {
      lines.push(`\t${ids.get(from)}-->${ids.get(to)}`);
    }
  }
  return lines.join("\n");
}

function byNames(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] === b[0] ? (a[1] < b[1] ? -1 : 1) : a[0] < b[0] ? -1 : 1;
}

/** Boxes below each other for a chain, as DVC draws it; else a list of who needs whom. */
function drawing(parts: readonly Dag[]): string {
  return parts.map((part) => {
    const chain = asChain(part);
    return chain === undefined ? needsList(part) : boxes(chain);
  }).join("\n");
}

/** The nodes upstream first, where each has at most one neighbour on either side. */
function asChain({ nodes, edges }: Dag): string[] | undefined {
  const next = new Map(edges);
  const hasBefore = new Set(edges.map(([, to]) => to));
  if (next.size !== edges.length || hasBefore.size !== edges.length) return undefined;
  const chain: string[] = [];
  for (let at = nodes.find((node) => !hasBefore.has(node)); at !== undefined; at = next.get(at)) {
    chain.push(at);
  }
  return chain.length === nodes.length ? chain : undefined;
}

function boxes(chain: readonly string[]): string {
  const width = Math.max(...chain.map((name) => name.length)) + 4;
  const whole = width + (width % 2 === 0 ? 1 : 2);
  const at = (column: number, text: string) => `${" ".repeat(column)}${text}`.padEnd(whole);
  const star = at(roundToEven(width / 2), "*");
  const lines: string[] = [];
  for (const [index, name] of chain.entries()) {
    if (index > 0) lines.push(star, star, star);
    const edge = `+${"-".repeat(name.length + 2)}+`;
    const column = roundToEven((width - edge.length) / 2);
    lines.push(at(column, edge), at(column, `| ${name} |`), at(column, edge));
  }
  return lines.join("\n");
}

/** As Python rounds. */
function roundToEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 && below % 2 === 0 ? below : Math.round(value);
}

function needsList({ nodes, edges }: Dag): string {
  const lines: string[] = [];
  const done = new Set<string>();
  const left = [...nodes];
  while (left.length > 0) {
    // The graph of a readable project has no circle, so that something is always ready.
    const at = Math.max(
      0,
      left.findIndex((node) => edges.every(([from, to]) => to !== node || done.has(from))),
    );
    const [node = ""] = left.splice(at, 1);
    done.add(node);
    const needs = edges.filter(([, to]) => to === node).map(([from]) => from);
    lines.push(needs.length === 0 ? node : `${node} <- ${needs.join(", ")}`);
  }
  return lines.join("\n");
}
