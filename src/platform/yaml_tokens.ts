/**
 * The tokens of a YAML text, one after the other.
 *
 * @module
 */
import { CommentCollector, moveComments } from "./yaml_comments.ts";
import { markAt, pythonRepr, YamlError } from "./yaml_error.ts";
import { Scanner } from "./yaml_scanner.ts";
import type { Token } from "./yaml_token.ts";

/** Hands out tokens and says what is wrong with one. */
export class TokenReader {
  readonly text: string;
  readonly #scanner: Scanner;

  constructor(text: string, comments: "comments" | undefined) {
    this.text = text;
    this.#scanner = new Scanner(text, comments && new CommentCollector());
  }

  /** The next token, which stays the next. */
  peek(): Token {
    return this.#scanner.peek();
  }

  /** The next token. */
  take(): Token {
    return this.#scanner.take();
  }

  /** The next token, whose comments go to the one behind it. */
  takeMark(): Token {
    const token = this.#scanner.take();
    if (token.before || token.behind) moveComments(token, this.#scanner.peek());
    return token;
  }

  /** The fault of the next token, which is not among those that could stand here. */
  unexpected(problem: string, context?: string, contextStart?: number): YamlError {
    const token = this.#scanner.peek();
    return new YamlError(`${problem} ${pythonRepr(token.kind)}`, markAt(this.text, token.start), {
      ...(context === undefined ? {} : { context }),
      ...(contextStart === undefined ? {} : { contextMark: markAt(this.text, contextStart) }),
    });
  }
}
