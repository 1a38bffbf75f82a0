/**
 * `%(name)s` in a value stands for the value of that name in the same section, in its `DEFAULT`
 * section, or in a section further out.
 *
 * @module
 */
import { DvtError } from "./error.ts";
import { type IniEntry, type IniSection, isIniSection } from "./ini_section.ts";

/** No configuration needs more; values that refer to each other can grow without end. */
const mostReferences = 10_000;
const mostCharacters = 1 << 22;

/** A copy of a section with every reference resolved. */
export function interpolate(root: IniSection): IniSection {
  return new Interpolation().section([{ name: "", section: root }]);
}

/** A section with those around it, outermost first. */
type Scope = readonly { readonly name: string; readonly section: IniSection }[];

class Interpolation {
  #references = 0;
  #characters = 0;

  section(scope: Scope): IniSection {
    const resolved: IniSection = new Map();
    for (const [name, entry] of scope.at(-1)?.section ?? []) {
      resolved.set(name, this.#entry(name, entry, scope));
    }
    return resolved;
  }

  #entry(name: string, entry: IniEntry, scope: Scope): IniEntry {
    if (isIniSection(entry)) return this.section([...scope, { name, section: entry }]);
    if (typeof entry === "string") return this.#text(name, entry, { scope, trail: [] });
    return entry.map((item) => this.#text(name, item, { scope, trail: [] }));
  }

  #text(
    key: string,
    text: string,
    where: { readonly scope: Scope; readonly trail: readonly string[] },
  ): string {
    const step = JSON.stringify([key, where.scope.length, where.scope.at(-1)?.name]);
    if (where.trail.includes(step)) {
      throw unusable(`interpolation loop detected in value "${key}".`);
    }
    const trail = [...where.trail, step];
    let resolved = "";
    let done = 0;
    for (let at = text.indexOf("%("); at >= 0; at = text.indexOf("%(", at)) {
      const end = text.indexOf(")", at);
      if (end < 0) break;
      if (text[end + 1] === "s") {
        const found = find(text.slice(at + 2, end), where.scope);
        const value = this.#text(text.slice(at + 2, end), found.value, {
          scope: found.scope,
          trail,
        });
        resolved += text.slice(done, at) + value;
        done = end + 2;
        this.#count(key, value.length);
      }
      at = end + 1;
    }
    return resolved + text.slice(done);
  }

  #count(key: string, characters: number): void {
    this.#references++;
    this.#characters += characters;
    if (this.#references > mostReferences || this.#characters > mostCharacters) {
      throw unusable(`the value of "${key}" refers to too much.`);
    }
  }
}

function find(name: string, scope: Scope): { value: string; scope: Scope } {
  for (let depth = scope.length; depth > 0; depth--) {
    const section = scope[depth - 1]?.section;
    const defaults = section?.get("DEFAULT");
    const inherited = isIniSection(defaults) ? defaults.get(name) : undefined;
    for (const value of [section?.get(name), inherited]) {
      if (typeof value === "string") return { value, scope: scope.slice(0, depth) };
    }
  }
  throw unusable(`missing option "${name}" in interpolation.`);
}

/** DVC does not expect these failures: it calls them unexpected errors and ends with 255. */
function unusable(fault: string): DvtError {
  return new DvtError("failed", `unexpected error - ${fault}`, {
    hint: "a `%` before a parenthesis in a configuration file refers to another option",
  });
}
