/**
 * Checks a merged configuration as DVC does, with its words. The first fault ends it.
 *
 * @module
 */
import { type IniEntry, isIniSection } from "../platform/ini.ts";
import { pythonRepr, pythonStr } from "../platform/python_repr.ts";
import { isLinkType, type Options, remoteRules, type Rule, sectionRules } from "./config_schema.ts";
import { configError, type ConfigTree } from "./config_tree.ts";

/** What {@linkcode validate} found: values in their plain form, and what deserves a warning. */
export interface Validated {
  /** Booleans are `true` or `false`, numbers plain, link types a list. */
  readonly tree: ConfigTree;
  readonly warnings: readonly string[];
}

/** Checks a configuration; throws a `configuration` error at the first fault. */
export function validate(tree: ConfigTree): Validated {
  const plain: ConfigTree = new Map();
  const warnings: string[] = [];
  for (const [name, entry] of tree) {
    const rules = Object.hasOwn(sectionRules, name) ? sectionRules[name] : undefined;
    if (rules === undefined) {
      throw fault("extra keys not allowed", [name], {
        hint: `DVC knows these sections: ${Object.keys(sectionRules).join(", ")}`,
      });
    }
    const section = needSection(entry, [name]);
    if (rules.holds === "options") {
      if (rules.exclusive !== undefined) checkExclusive(section, name, rules.exclusive);
      const known = rules.open === true ? onlyKnown(section, rules.options) : section;
      if (known.size < section.size) warnings.push(unsupported(section, known));
      plain.set(name, readOptions(known, rules.options, [name]));
    } else {
      const named: ConfigTree = new Map();
      for (const [own, options] of section) {
        const way = [name, own];
        named.set(
          own,
          rules.holds === "remotes"
            ? readRemote(needSection(options, way), way)
            : readOptions(needSection(options, way), rules.options, way),
        );
      }
      plain.set(name, named);
    }
  }
  return { tree: plain, warnings };
}

/** Checks the options of one remote; `way` leads to it in messages. */
export function readRemote(options: ConfigTree, way: readonly string[] = []): ConfigTree {
  const url = options.get("url");
  if (url === undefined) throw fault("expected 'url'", way, { ofRemote: true });
  if (typeof url !== "string") throw fault("expected str", [...way, "url"], { ofValue: true });
  // No path and no address can hold one; DVC finds out when it opens the file.
  if (url.includes("\0")) throw fault("a NUL byte in it", [...way, "url"], { ofValue: true });
  const { scheme, host } = splitUrl(url);
  if (host === undefined) throw fault("not a valid value", way, { ofRemote: true });
  if (host !== "" && scheme === "remote") return new Map(options);
  const kind = host === "" ? "" : scheme;
  const rules = Object.hasOwn(remoteRules, kind) ? remoteRules[kind] : undefined;
  if (rules === undefined) {
    throw fault(`Unsupported URL type ${scheme}://`, way, { ofRemote: true });
  }
  return readOptions(options, rules, way);
}

/**
 * Scheme and host part of a URL as Python's `urlparse` sees them; a path has neither. The host is
 * undefined where its brackets do not match.
 */
export function splitUrl(url: string): { scheme: string; host: string | undefined } {
  // deno-lint-ignore no-control-regex -- these are what Python takes away
  const plain = url.replace(/^[\x00-\x20]+/, "").replace(/[\t\r\n]/g, "");
  const [, scheme = "", rest] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(plain) ?? [, "", plain];
  if (rest === undefined || !rest.startsWith("//")) {
    return { scheme: scheme.toLowerCase(), host: "" };
  }
  const host = rest.slice(2).split(/[/?#]/, 1)[0] ?? "";
  const matched = host.includes("[") === host.includes("]");
  return { scheme: scheme.toLowerCase(), host: matched ? host : undefined };
}

function readOptions(section: ConfigTree, rules: Options, way: readonly string[]): ConfigTree {
  const plain: ConfigTree = new Map();
  for (const [name, entry] of section) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) {
      throw fault("extra keys not allowed", [...way, name], {
        hint: `DVC knows these here: ${Object.keys(rules).sort().join(", ")}`,
      });
    }
    const read = readValue(entry, rule);
    if ("fault" in read) throw fault(read.fault, [...way, name], { ofValue: true });
    plain.set(name, read.value);
  }
  return plain;
}

type Read = { readonly value: string | readonly string[] } | { readonly fault: string };

function readValue(entry: IniEntry, rule: Rule): Read {
  switch (rule.kind) {
    case "text":
      return typeof entry === "string" ? { value: entry } : { fault: "expected str" };
    case "lower":
      return { value: lowered(entry) };
    case "bool":
      return readBool(entry);
    case "bool-or-text": {
      const read = readBool(entry);
      return "fault" in read && typeof entry === "string" ? { value: entry } : read;
    }
    case "integer":
      return readNumber(entry, { type: "int" });
    case "positive":
      return readNumber(entry, { type: "int", least: 1 });
    case "percent":
      return readNumber(entry, { type: "int", least: 0, most: 100 });
    case "number":
      return readNumber(entry, { type: "float" });
    case "seconds":
      return readNumber(entry, { type: "float", least: 0 });
    case "choice":
      return rule.words.includes(lowered(entry))
        ? { value: lowered(entry) }
        : { fault: `expected one of ${rule.words.join(", ")}` };
    case "links":
      return readLinks(entry);
    case "never":
      return { fault: `expected ${rule.expected}` };
  }
}

function lowered(entry: IniEntry): string {
  return pythonStr(entry).toLowerCase();
}

function readBool(entry: IniEntry): Read {
  const value = lowered(entry);
  return value === "true" || value === "false" ? { value } : { fault: "expected true or false" };
}

const numberShapes = {
  int: /^\s*[+-]?\d+(_\d+)*\s*$/,
  float: /^\s*[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?\s*$/i,
};

function readNumber(
  entry: IniEntry,
  wanted: { type: "int" | "float"; least?: number; most?: number },
): Read {
  if (typeof entry !== "string") return { fault: `expected ${wanted.type}` };
  const [, sign, word] = /^\s*([+-]?)(inf|infinity|nan)\s*$/i.exec(entry) ?? [];
  let value: number;
  if (wanted.type === "float" && word !== undefined) {
    value = word.toLowerCase() === "nan" ? NaN : sign === "-" ? -Infinity : Infinity;
  } else if (numberShapes[wanted.type].test(entry)) {
    value = Number(entry.replaceAll("_", ""));
  } else {
    return { fault: `expected ${wanted.type}` };
  }
  if (wanted.least !== undefined && !(value >= wanted.least)) {
    return { fault: `value must be at least ${wanted.least}` };
  }
  if (wanted.most !== undefined && value > wanted.most) {
    return { fault: `value must be at most ${wanted.most}` };
  }
  return { value: String(value) };
}

function readLinks(entry: IniEntry): Read {
  const words = typeof entry === "string"
    ? entry.split(",").map((word) => word.trim())
    : isIniSection(entry)
    ? [...entry.keys()]
    : entry;
  const unknown = words.filter((word) => !isLinkType(word));
  if (unknown.length === 0) return { value: words };
  return { fault: `Unsupported cache type(s): ${[...new Set(unknown)].join(", ")}` };
}

function needSection(entry: IniEntry, way: readonly string[]): ConfigTree {
  if (isIniSection(entry)) return entry;
  throw fault("expected a dictionary", way, { ofValue: true });
}

function checkExclusive(
  section: ConfigTree,
  name: string,
  { group, options }: { group: string; options: readonly string[] },
): void {
  if (options.filter((option) => section.has(option)).length < 2) return;
  throw configError(
    `two or more values in the same group of exclusion '${group}' @ data['${name}'][<${group}>]`,
  );
}

function onlyKnown(section: ConfigTree, options: Options): ConfigTree {
  return new Map([...section].filter(([name]) => Object.hasOwn(options, name)));
}

function unsupported(section: ConfigTree, known: ConfigTree): string {
  const names = [...section.keys()].filter((name) => !known.has(name)).sort();
  const shown = names.map((name) => `'feature.${name}'`).join(", ");
  return `${shown} config option${names.length === 1 ? " is" : "s are"} unsupported`;
}

/** DVC says `for dictionary value` of what is wrong with a value, not of what is wrong inside it. */
function fault(
  text: string,
  way: readonly string[],
  kind: { ofValue?: boolean; ofRemote?: boolean; hint?: string } = {},
): ReturnType<typeof configError> {
  const ofValue = kind.ofValue === true || (kind.ofRemote === true && way.length > 0);
  const place = way.length === 0
    ? ""
    : ` @ data[${way.map((name) => pythonRepr(name)).join("][")}]`;
  return configError(`${text}${ofValue ? " for dictionary value" : ""}${place}`, kind.hint);
}
