/**
 * The nodes of a YAML document, as written.
 *
 * @module
 */
import type { NodeComments } from "./yaml_comments.ts";
import type { ScalarStyle } from "./yaml_token.ts";

/** What all nodes have. */
export interface NodeFacts {
  /** Offsets in the text, in UTF-16 units. */
  readonly start: number;
  end: number;
  /** The whole tag, such as `tag:yaml.org,2002:str`; absent where none is written. */
  readonly tag?: string;
  readonly anchor?: string;
  /** Present only where the document was parsed for comments. */
  comments?: NodeComments;
}

/** A scalar as written. */
export interface YamlScalar extends NodeFacts {
  readonly kind: "scalar";
  readonly text: string;
  readonly style: ScalarStyle;
  readonly header?: string;
  readonly folds?: readonly number[];
}

/** A list. */
export interface YamlSequence extends NodeFacts {
  readonly kind: "sequence";
  readonly flow: boolean;
  readonly items: YamlNode[];
}

/** A mapping; keys may be anything and may repeat. */
export interface YamlMapping extends NodeFacts {
  readonly kind: "mapping";
  readonly flow: boolean;
  readonly entries: { readonly key: YamlNode; readonly value: YamlNode }[];
}

/** Another place's node, by its anchor. */
export interface YamlAlias extends NodeFacts {
  readonly kind: "alias";
  readonly target: YamlScalar | YamlSequence | YamlMapping;
}

/** What a YAML text is made of. */
export type YamlNode = YamlScalar | YamlSequence | YamlMapping | YamlAlias;

/** A text read as one document. */
export interface YamlDocument {
  /** The text that the offsets count in: line breaks are LF. */
  readonly text: string;
  /** Absent for an empty text. */
  readonly root?: YamlNode;
  /** Whether the text asks to be read as YAML 1.1. */
  readonly version11: boolean;
}
