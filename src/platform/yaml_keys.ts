/**
 * Places in a YAML text that turn into keys when a colon follows on the same line.
 *
 * @module
 */
import type { YamlCursor } from "./yaml_token.ts";

/** A place where a key without `?` may have begun. */
export interface PossibleKey {
  /** The number of the token that begins there, counted from the start of the text. */
  readonly token: number;
  /** Whether nothing but a key can stand there. */
  readonly required: boolean;
  readonly start: number;
  readonly line: number;
  readonly column: number;
}

const longestKey = 1024;

/** The possible keys of a scanner: at most one for each level of flow collections. */
export class PossibleKeys {
  readonly #scanner: YamlCursor;
  readonly #byLevel: (PossibleKey | undefined)[] = [];

  constructor(scanner: YamlCursor) {
    this.#scanner = scanner;
  }

  /** Whether a token may still turn out to begin a key. */
  has(token: number): boolean {
    for (const key of this.#byLevel) if (key?.token === token) return true;
    return false;
  }

  /** Forgets what can be no key any more. Throws where there had to be one. */
  dropStale(): void {
    const { line, pos } = this.#scanner;
    for (let level = 0; level < this.#byLevel.length; level++) {
      const key = this.#byLevel[level];
      if (key && (key.line !== line || pos - key.start > longestKey)) this.#forget(level, key);
    }
  }

  /** Forgets the possible key of the current level. Throws where there had to be one. */
  remove(): void {
    const level = this.#scanner.flowLevel;
    const key = this.#byLevel[level];
    if (key) this.#forget(level, key);
  }

  /** Notes that the token that begins here may be a key. */
  save(token: number): void {
    this.remove();
    const { flowLevel, indent, column, pos, line } = this.#scanner;
    const required = flowLevel === 0 && indent === column;
    this.#byLevel[flowLevel] = { token, required, start: pos, line, column };
  }

  /** The possible key of the current level, which now is one. */
  take(): PossibleKey | undefined {
    const level = this.#scanner.flowLevel;
    const key = this.#byLevel[level];
    if (key) this.#byLevel[level] = undefined;
    return key;
  }

  #forget(level: number, key: PossibleKey): void {
    if (key.required) {
      throw this.#scanner.fault(
        "could not find expected ':'",
        "while scanning a simple key",
        key.start,
      );
    }
    this.#byLevel[level] = undefined;
  }
}
