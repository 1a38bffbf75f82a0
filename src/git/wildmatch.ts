/**
 * Git's patterns, those of `.gitignore` and `.gitattributes`, as its `wildmatch` reads them.
 *
 * @module
 */
import {
  aSlash,
  codeOf,
  literal,
  notSlash,
  type Program,
  type Step,
} from "../platform/pattern_machine.ts";

/**
 * A pattern of one byte a character ({@linkcode bytesOf}) as steps; undefined for one that never
 * matches. `nameOnly` says that it is held against names, not paths.
 */
export function gitPattern(pattern: string, nameOnly: boolean): Program | undefined {
  const text = pattern.startsWith("/") ? pattern.slice(1) : pattern;
  const steps: Step[] = [];
  // Git compares everything before the first special character by itself, so that `a**/b` has its
  // stars in first place.
  const firstSpecial = text.search(/[*?[\\]/);
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? "";
    if (character === "\\") {
      const escaped = text[++i];
      if (escaped === undefined) return undefined;
      steps.push(literal(escaped));
    } else if (character === "?") steps.push({ ...notSlash, loop: false, skip: 0 });
    else if (character === "*") {
      let end = i + 1;
      while (text[end] === "*") end++;
      const opened = i === firstSpecial || text[i - 1] === "/";
      const rest = text.slice(end);
      const closed = rest === "" || rest.startsWith("/") || rest.startsWith("\\/");
      i = end - 1;
      if (nameOnly || end === i || !(text[end - 2] === "*" && opened && closed)) {
        if (steps.at(-1)?.loop !== true) steps.push({ ...notSlash, loop: true, skip: 0 });
      } else if (rest.startsWith("/")) {
        steps.push({ ...anything, loop: false, skip: 3 }, { ...anything, loop: true, skip: 0 });
        steps.push(aSlash);
        i++;
      } else steps.push({ ...anything, loop: true, skip: 0 });
    } else if (character === "[") {
      const bracket = readBracket(text, i);
      if (bracket === undefined) return undefined;
      steps.push(bracket.step);
      i = bracket.end;
    } else steps.push(literal(character));
  }
  return { steps, end: "end" };
}

const anything = { text: "[^]", test: () => true };

const namedClasses: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[^ -~\x80-\xff]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

/** Reads `[…]`; undefined where git gives up on the pattern. A slash never passes. */
function readBracket(text: string, start: number): { step: Step; end: number } | undefined {
  let at = start + 1;
  const negated = text[at] === "!" || text[at] === "^";
  if (negated) at++;
  const tests: ((code: number) => boolean)[] = [];
  let previous = 0;
  for (let first = true;; first = false, at++) {
    let character = text[at];
    if (character === undefined) return undefined;
    if (character === "]" && !first) break;
    const name = /^\[:([^\]]*):\]/.exec(text.slice(at))?.[1];
    if (character === "-" && previous !== 0 && text[at + 1] !== undefined && text[at + 1] !== "]") {
      character = text[++at];
      if (character === "\\") character = text[++at];
      if (character === undefined) return undefined;
      const [low, high] = [previous, codeOf(character)];
      tests.push((code) => low <= code && code <= high);
      previous = 0;
    } else if (name !== undefined) {
      const named = namedClasses[name];
      if (named === undefined) return undefined;
      tests.push((code) => named.test(String.fromCharCode(code)));
      at += name.length + 3;
      previous = 0;
    } else {
      if (character === "\\") character = text[++at];
      if (character === undefined) return undefined;
      const wanted = codeOf(character);
      tests.push((code) => code === wanted);
      previous = wanted;
    }
  }
  const test = (code: number) => code !== 0x2f && tests.some((test) => test(code)) !== negated;
  return { step: { text: "", test, loop: false, skip: 0 }, end: at };
}
