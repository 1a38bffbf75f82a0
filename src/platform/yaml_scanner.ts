/**
 * YAML text → tokens, as ruamel.yaml cuts it: the same texts are refused, at the same places.
 *
 * The method is libyaml's: where a token may turn out to be the key of a mapping, the scanner looks
 * ahead for the colon and then puts a key token before it.
 *
 * @module
 */
import { PossibleKeys } from "./yaml_keys.ts";
import { markAt, pythonRepr, YamlError } from "./yaml_error.ts";
import { scanBlockScalar, scanPlain, scanQuoted } from "./yaml_scalars.ts";
import type { CommentCollector } from "./yaml_comments.ts";
import { scanAnchorName, scanDirective, scanTag } from "./yaml_properties.ts";
import type { ScannedScalar, Token, TokenKind, YamlCursor } from "./yaml_token.ts";

/** Blanks, line breaks and the end of the text. */
const spaceOrEnd = new Set(["\0", " ", "\t", "\n", "\u2028", "\u2029"]);
const plainStart = /[^\0 \t\n\u2028\u2029\-?:,[\]{}#&*!|>'"%@`]/y;

/** Cuts one text into tokens, as far as they are asked for. */
export class Scanner implements YamlCursor {
  /** The text with a NUL behind it, line breaks as LF. */
  readonly text: string;
  pos = 0;
  /** The indentation of the innermost block collection, -1 outside of all. */
  indent = -1;
  /** How many flow collections are open here. */
  get flowLevel(): number {
    return this.#flow.length;
  }
  allowSimpleKey = true;
  /** How many line breaks were passed. */
  line = 0;
  #lineStart = 0;
  readonly #flow: string[] = [];
  readonly #indents: number[] = [];
  readonly #keys = new PossibleKeys(this);
  #queue: Token[] = [];
  #head = 0;
  #taken = 0;
  #done = false;

  readonly #comments: CommentCollector | undefined;

  /** The text must hold no carriage returns. Without a collector, comments are passed over. */
  constructor(text: string, comments?: CommentCollector) {
    this.text = `${text}\0`;
    this.#comments = comments;
    if (text.startsWith("\uFEFF")) this.pos = this.#lineStart = 1;
  }

  /** The next token, which stays the next. */
  peek(): Token {
    while (this.#needsMore()) this.#fetch();
    return this.#queue[this.#head] as Token;
  }

  /** The next token. */
  take(): Token {
    const token = this.peek();
    // Comments behind a token are known when the next one is.
    if (this.#comments && !this.#done && this.#head === this.#queue.length - 1) this.#fetch();
    this.#head++;
    this.#taken++;
    if (this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    }
    return token;
  }

  /** Whether blanks, a line break or the end stand at the offset. */
  endsAt(offset: number): boolean {
    return spaceOrEnd.has(this.text.charAt(offset));
  }

  get column(): number {
    return this.pos - this.#lineStart;
  }

  /** Steps over the line break at the current place and says what it was (`""` if none). */
  takeBreak(): string {
    const found = this.text.charAt(this.pos);
    if (found !== "\n" && found !== "\u2028" && found !== "\u2029") return "";
    this.pos++;
    this.line++;
    this.#lineStart = this.pos;
    return found;
  }

  /** Whether a `---` or `...` line begins at the current place. */
  atDocumentMarker(): boolean {
    if (this.column !== 0) return false;
    const marker = this.text.substr(this.pos, 3);
    return (marker === "---" || marker === "...") && this.endsAt(this.pos + 3);
  }

  /** The fault at the current place. */
  fault(problem: string, context?: string, contextStart?: number): YamlError {
    return new YamlError(problem, markAt(this.text, this.pos), {
      ...(context === undefined ? {} : { context }),
      ...(contextStart === undefined ? {} : { contextMark: markAt(this.text, contextStart) }),
    });
  }

  #needsMore(): boolean {
    if (this.#done) return false;
    if (this.#head === this.#queue.length) return true;
    this.#keys.dropStale();
    return this.#keys.has(this.#taken);
  }

  #fetch(): void {
    if (this.#comments) this.#comments.skip(this);
    else this.#skipToToken();
    this.#keys.dropStale();
    this.#unwind(this.column);
    const character = this.text.charAt(this.pos);
    switch (character) {
      case "\0":
        if (this.pos < this.text.length - 1) break;
        return this.#endStream();
      case "%":
        if (this.column !== 0) break;
        this.#endBlocks();
        this.#push(scanDirective(this));
        return;
      case "-":
        if (this.atDocumentMarker()) return this.#documentMarker("<document start>");
        if (this.endsAt(this.pos + 1)) return this.#blockEntry();
        break;
      case ".":
        if (this.atDocumentMarker()) return this.#documentMarker("<document end>");
        break;
      case "[":
      case "{":
        this.#saveKey();
        this.#flow.push(character);
        this.allowSimpleKey = true;
        return this.#indicator(character);
      case "]":
      case "}":
        this.#keys.remove();
        this.#flow.pop();
        this.allowSimpleKey = false;
        return this.#indicator(character);
      case ",":
        this.allowSimpleKey = true;
        this.#keys.remove();
        return this.#indicator(",");
      case "?":
        if (this.flowLevel > 0 || this.endsAt(this.pos + 1)) return this.#key();
        break;
      case ":":
        if (this.#isValue()) return this.#value();
        break;
      case "*":
      case "&":
        this.#saveKey();
        this.allowSimpleKey = false;
        this.#push(scanAnchorName(this));
        return;
      case "!":
        this.#saveKey();
        this.allowSimpleKey = false;
        this.#push(scanTag(this));
        return;
      case "|":
      case ">":
        if (this.flowLevel > 0) break;
        this.allowSimpleKey = true;
        this.#keys.remove();
        return this.#scalar(scanBlockScalar);
      case "'":
      case '"':
        this.#saveKey();
        this.allowSimpleKey = false;
        return this.#scalar(scanQuoted);
    }
    if (!this.#startsPlain(character)) {
      throw this.fault(
        `found character ${pythonRepr(character)} that cannot start any token`,
        "while scanning for the next token",
      );
    }
    this.#saveKey();
    this.allowSimpleKey = false;
    this.#scalar(scanPlain);
  }

  #push(token: Token): void {
    this.#queue.push(token);
    this.#comments?.pushed(token);
  }

  #scalar(scan: (scanner: Scanner) => ScannedScalar): void {
    const start = this.pos;
    const scalar = scan(this);
    this.#push({ kind: "<scalar>", start, end: scalar.end, scalar });
  }

  #startsPlain(character: string): boolean {
    plainStart.lastIndex = this.pos;
    if (plainStart.test(this.text)) return true;
    const next = this.text.charAt(this.pos + 1);
    if (character === ":" && this.flowLevel > 0) return next !== " " && next !== "\t";
    if (this.endsAt(this.pos + 1)) return false;
    return character === "-" || (this.flowLevel === 0 && (character === "?" || character === ":"));
  }

  #skipToToken(): void {
    const { text } = this;
    for (;;) {
      let character = text.charAt(this.pos);
      while (character === " " || (character === "\t" && this.flowLevel > 0)) {
        character = text.charAt(++this.pos);
      }
      if (character === "#") {
        const rest = /[\n\u2028\u2029]|\0$/g;
        rest.lastIndex = this.pos;
        this.pos = rest.exec(text)?.index ?? text.length - 1;
      }
      if (this.takeBreak() === "") return;
      if (this.flowLevel === 0) this.allowSimpleKey = true;
    }
  }

  #saveKey(): void {
    if (this.allowSimpleKey) this.#keys.save(this.#taken + this.#queue.length - this.#head);
  }

  #unwind(column: number): void {
    if (this.flowLevel > 0) return;
    while (this.indent > column) {
      this.indent = this.#indents.pop() ?? -1;
      this.#push({ kind: "<block end>", start: this.pos, end: this.pos });
    }
  }

  /** Whether a block collection begins at the column. */
  #deepen(column: number): boolean {
    if (this.indent >= column) return false;
    this.#indents.push(this.indent);
    this.indent = column;
    return true;
  }

  #indicator(kind: TokenKind): void {
    const start = this.pos++;
    this.#push({ kind, start, end: this.pos });
  }

  #endBlocks(): void {
    this.#unwind(-1);
    this.#keys.remove();
    this.allowSimpleKey = false;
  }

  #endStream(): void {
    this.#endBlocks();
    this.#push({ kind: "<stream end>", start: this.pos, end: this.pos });
    this.#done = true;
  }

  #documentMarker(kind: TokenKind): void {
    this.#endBlocks();
    const start = this.pos;
    this.pos += 3;
    this.#push({ kind, start, end: this.pos });
  }

  #startBlock(kind: TokenKind, refused: string): void {
    if (this.flowLevel > 0) return;
    if (!this.allowSimpleKey) throw this.fault(refused);
    if (this.#deepen(this.column)) this.#push({ kind, start: this.pos, end: this.pos });
  }

  #blockEntry(): void {
    this.#startBlock("<block sequence start>", "sequence entries are not allowed here");
    this.allowSimpleKey = true;
    this.#keys.remove();
    this.#indicator("-");
  }

  #key(): void {
    this.#startBlock("<block mapping start>", "mapping keys are not allowed here");
    this.allowSimpleKey = this.flowLevel === 0;
    this.#keys.remove();
    this.#indicator("?");
  }

  #isValue(): boolean {
    if (this.endsAt(this.pos + 1)) return true;
    if (this.flowLevel === 0) return false;
    // After a quoted key of a flow mapping, `:` needs no blank behind it.
    if (this.#flow.at(-1) === "[") return false;
    return this.#queue.at(-1)?.kind !== ":" || this.#head === this.#queue.length;
  }

  #value(): void {
    const key = this.#keys.take();
    if (key) {
      const at = key.token - this.#taken + this.#head;
      const inserted: Token[] = [{ kind: "?", start: key.start, end: key.start }];
      if (this.flowLevel === 0 && this.#deepen(key.column)) {
        inserted.unshift({ kind: "<block mapping start>", start: key.start, end: key.start });
      }
      const keyToken = this.#queue[at];
      if (keyToken?.before && inserted[0]) {
        inserted[0].before = keyToken.before;
        keyToken.before = undefined;
      }
      this.#queue.splice(at, 0, ...inserted);
      this.allowSimpleKey = false;
    } else {
      this.#startBlock("<block mapping start>", "mapping values are not allowed here");
      this.allowSimpleKey = this.flowLevel === 0;
      this.#keys.remove();
    }
    this.#indicator(":");
  }
}
