/**
 * Comments and blank lines of a YAML text, each with the token that ruamel.yaml ties it to.
 *
 * @module
 */
import type { Token, YamlComment, YamlCursor } from "./yaml_token.ts";
import { lengthOf } from "./yaml_value.ts";

/** Comments around a node, where they will be written again. */
export interface NodeComments {
  /** Behind it; of a block collection: behind the `:` or `-` before it. */
  readonly behind?: YamlComment | undefined;
  readonly before?: readonly YamlComment[] | undefined;
  /** After the last entry of a collection. */
  readonly end?: readonly YamlComment[] | undefined;
}

interface FoundComment extends YamlComment {
  readonly offset: number;
}

const lineEnd = /[\n\u2028\u2029]|\0$/g;

/** Gathers comments between tokens and gives them to the token before or behind them. */
export class CommentCollector {
  #found: FoundComment[] = [];
  #last: Token | undefined;
  #text = "";

  /** Steps to the next token, keeping what is passed over. */
  skip(scanner: YamlCursor): void {
    this.#text = scanner.text;
    for (;;) {
      this.#skipBlanks(scanner);
      const offset = scanner.pos;
      const column = lengthOf(scanner.text.slice(offset - scanner.column, offset));
      if (scanner.text.charAt(offset) === "#") {
        lineEnd.lastIndex = offset;
        scanner.pos = lineEnd.exec(scanner.text)?.index ?? scanner.text.length - 1;
        const comment = scanner.text.slice(offset, scanner.pos);
        let breaks = scanner.takeBreak() || "\n";
        for (let next = scanner.takeBreak(); next !== ""; next = scanner.takeBreak()) {
          breaks += next;
        }
        this.#found.push({ text: comment + breaks, column, offset });
      } else if (scanner.takeBreak() === "") return;
      else if (scanner.text.charAt(scanner.pos) === "\n") this.#blankLines(scanner);
      if (scanner.flowLevel === 0) scanner.allowSimpleKey = true;
    }
  }

  #skipBlanks(scanner: YamlCursor): void {
    for (;;) {
      const character = scanner.text.charAt(scanner.pos);
      if (character !== " " && !(character === "\t" && scanner.flowLevel > 0)) return;
      scanner.pos++;
    }
  }

  /** Blank lines count as a comment; only blanks before a real comment do not. */
  #blankLines(scanner: YamlCursor): void {
    const offset = scanner.pos;
    let text = "";
    for (;;) {
      const lineBreak = scanner.takeBreak();
      const character = scanner.text.charAt(scanner.pos);
      if (lineBreak !== "") text += lineBreak;
      else if (character === " " || character === "\t") {
        text += character;
        scanner.pos++;
      } else break;
    }
    if (scanner.text.charAt(scanner.pos) === "#") text = text.replace(/[^\n]*$/, "");
    this.#found.push({ text: text.replace(/ +$/, ""), column: 0, offset });
  }

  /** Told of each token in the order of the text. */
  pushed(token: Token): void {
    const last = this.#last;
    this.#last = token;
    const found = this.#found;
    this.#found = [];
    const trailing = last?.scalar?.trailing;
    const [first, ...others] = found;
    if (!first) {
      if (last && trailing !== undefined) last.behind = { text: trailing, column: 0 };
      return;
    }
    const joined = first.text +
      others.map((each) => " ".repeat(each.column) + each.text).join("");
    if (last?.scalar?.header !== undefined && trailing !== undefined) {
      last.behind = { text: trailing + " ".repeat(first.column) + joined, column: 0 };
      return;
    }
    const breaks = last ? this.#text.slice(last.end, first.offset).match(/\n/g)?.length ?? 0 : 0;
    if (last && breaks === 0 && ["<scalar>", ":", "]", "}"].includes(last.kind)) {
      last.behind = { text: joined, column: first.column };
    } else if (last?.kind === "<scalar>") {
      const text = "\n".repeat(breaks) + " ".repeat(first.column) + joined;
      last.behind = { text, column: first.column };
    } else token.before = found;
  }
}

/** Gives a token's comments to the one that takes its place, where there is one in the document. */
export function moveComments(from: Token, to: Token): void {
  if (to.kind === "<stream end>" || to.kind === "<document start>") return;
  if (from.before) to.before = [...from.before, ...to.before ?? []];
  to.behind = from.behind ?? to.behind;
  from.before = undefined;
  from.behind = undefined;
}
