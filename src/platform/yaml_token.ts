/**
 * The pieces that a YAML text is cut into, and the place in it at which they are cut.
 *
 * @module
 */
import type { YamlError } from "./yaml_error.ts";

/** How a scalar was written. */
export type ScalarStyle = "plain" | "single" | "double" | "literal" | "folded";

/** A scalar's text and how it was written. */
export interface ScannedScalar {
  readonly text: string;
  readonly style: ScalarStyle;
  /** The offset behind its last character. */
  readonly end: number;
  /** Line breaks behind it that are no part of it, as a comment would hold them. */
  readonly trailing?: string;
  /** Of a block scalar: its header behind `|` or `>`, comment included. */
  readonly header?: string;
  /** Of a folded scalar: offsets in the text where a line break stood for a blank. */
  readonly folds?: readonly number[];
}

/** A tag as written: `!!str` is handle `!!` and suffix `str`; `!<uri>` has no handle. */
export interface YamlTag {
  readonly handle: string | undefined;
  readonly suffix: string;
}

/** A comment with the breaks behind it, and the column it stood at. */
export interface YamlComment {
  /** Starts with `#`, or with a line break where it begins on a line of its own. */
  readonly text: string;
  readonly column: number;
}

/** Token kinds, named as messages name them. */
export type TokenKind =
  | "<stream end>"
  | "<document start>"
  | "<document end>"
  | "<directive>"
  | "<block sequence start>"
  | "<block mapping start>"
  | "<block end>"
  | "["
  | "]"
  | "{"
  | "}"
  | "-"
  | ","
  | "?"
  | ":"
  | "<alias>"
  | "<anchor>"
  | "<tag>"
  | "<scalar>";

/** A piece of a YAML text; offsets count UTF-16 units. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  readonly scalar?: ScannedScalar;
  /** Of an alias or anchor. */
  readonly name?: string;
  readonly tag?: YamlTag;
  /** Of a `%YAML` directive: `1.1`. */
  readonly version?: string;
  /** Comments that belong to the token; they move to others while nodes are made. */
  before?: YamlComment[] | undefined;
  behind?: YamlComment | undefined;
}

/** A place in a text that moves on while tokens are cut. */
export interface YamlCursor {
  /** The text with a NUL behind it, line breaks as LF. */
  readonly text: string;
  pos: number;
  /** The indentation of the innermost block collection, -1 outside of all. */
  readonly indent: number;
  /** How many flow collections are open here. */
  readonly flowLevel: number;
  readonly column: number;
  /** How many line breaks were passed. */
  readonly line: number;
  allowSimpleKey: boolean;
  /** Whether blanks, a line break or the end stand at the offset. */
  endsAt(offset: number): boolean;
  /** Steps over the line break at the current place and says what it was (`""` if none). */
  takeBreak(): string;
  /** Whether a `---` or `...` line begins at the current place. */
  atDocumentMarker(): boolean;
  /** The fault at the current place. */
  fault(problem: string, context?: string, contextStart?: number): YamlError;
}
