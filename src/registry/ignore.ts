/**
 * `.dvcignore`: which paths DVC does not see. What DVC hides enters no folder listing, so the
 * answers here are DVC's to the letter: another answer would be another hash.
 *
 * @module
 */
import { joinPath, parentPath } from "../platform/paths.ts";
import {
  allRules,
  builtInRules,
  decide,
  decidingRule,
  extend,
  type IgnoreRule,
  parseIgnoreFile,
  type RuleList,
} from "./ignore_rules.ts";
import { compilePattern } from "./ignore_pattern.ts";

/** Where the rules come from: a folder on disk, or a revision read beforehand. */
export interface IgnoreSource {
  /** The bytes of a regular file; the path is POSIX, relative to the project's root. */
  read(path: string): Uint8Array | undefined;
  /** Whether anything is at a path. */
  exists(path: string): boolean;
}

/** How {@linkcode IgnoreRules} treat projects within the project. */
export interface IgnoreOptions {
  /** Whether folders with a `.dvc` of their own are hidden; DVC's walks do, checks of outs don't. */
  readonly subprojects?: "hidden" | "visible";
}

/** One answer of {@linkcode IgnoreRules.check}. */
export interface IgnoreCheck {
  /** Whether the path is hidden. */
  readonly ignored: boolean;
  /** The rule that settled it, hiding or bringing back; undefined where none speaks of the path. */
  readonly rule: IgnoreRule | undefined;
}

/** The rules for the names of one folder. */
export interface FolderRules {
  /** POSIX, relative to the project's root. */
  readonly path: string;
  /** Whether a rule hides a name in this folder. Projects within the project show in `enter`. */
  ignores(name: string, isDirectory: boolean): boolean;
  /**
   * The rules of a folder in this one, or undefined where nothing in it is visible. A walk that
   * has the inner folder's names at hand passes `has`, and the disk is asked nothing.
   */
  enter(name: string, has?: (name: string) => boolean): FolderRules | undefined;
}

/** Folders remembered by {@linkcode IgnoreRules.isIgnored}; more than that start anew. */
const maximumRemembered = 10_000;

/** The rules of one project. */
export class IgnoreRules {
  readonly #root: Folder;
  readonly #setup: Setup;
  #remembered = new Map<string, Folder>();

  private constructor(setup: Setup) {
    this.#setup = setup;
    this.#root = openFolder(setup, { path: "", rules: setup.builtIn });
  }

  /** Reads the rules of the root now, those of other folders when they are asked for. */
  static load(source: IgnoreSource, options: IgnoreOptions = {}): IgnoreRules {
    const hideSubprojects = options.subprojects !== "visible";
    return new IgnoreRules({ source, hideSubprojects, builtIn: builtInRules() });
  }

  /** The same rules with the projects within the project in sight, as DVC checks outputs. */
  withSubprojects(): IgnoreRules {
    const { source, hideSubprojects } = this.#setup;
    return hideSubprojects ? IgnoreRules.load(source, { subprojects: "visible" }) : this;
  }

  /** The rules for the names of a folder, hidden or not. */
  folder(path: string): FolderRules {
    return this.#folder(path);
  }

  /**
   * Whether DVC hides a path (POSIX, relative to the project's root). A path that does not exist is
   * tried both as file and as folder, as DVC does.
   */
  isIgnored(path: string, kind: "file" | "directory" | "missing"): boolean {
    if (isOutside(path)) return false;
    const folder = this.#folder(parentPath(path));
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (kind !== "directory" && folder.ignores(name, false)) return true;
    return kind !== "file" && folder.hides(name);
  }

  /** Which rule settles a path, for `check-ignore`. A missing path counts as a file. */
  check(path: string, kind: "file" | "directory" | "missing"): IgnoreCheck {
    if (isOutside(path)) return { ignored: false, rule: undefined };
    const list = this.rulesFor(path, kind);
    const parts = path.split("/");
    let rule: IgnoreRule | undefined;
    for (let i = 1; i <= parts.length; i++) {
      const isDirectory = i < parts.length || kind === "directory";
      rule = decidingRule(list, parts.slice(0, i).join("/"), isDirectory);
      if (rule !== undefined && !rule.compiled.negated) return { ignored: true, rule };
    }
    return { ignored: false, rule };
  }

  /** All rules that have a say about a path, in DVC's order. */
  rulesFor(path: string, kind: "file" | "directory" | "missing"): IgnoreRule[] {
    const rules = allRules(this.#folder(parentPath(path)).rules);
    const { hideSubprojects, source } = this.#setup;
    if (hideSubprojects && kind === "directory" && source.exists(joinPath(path, ".dvc"))) {
      rules.push(subprojectRule(path));
    }
    return rules;
  }

  #folder(path: string): Folder {
    if (path === "") return this.#root;
    const remembered = this.#remembered.get(path);
    if (remembered !== undefined) return remembered;
    const outer = this.#folder(parentPath(path));
    const folder = outer.open(path.slice(path.lastIndexOf("/") + 1));
    if (this.#remembered.size >= maximumRemembered) this.#remembered = new Map();
    this.#remembered.set(path, folder);
    return folder;
  }
}

interface Setup {
  readonly source: IgnoreSource;
  readonly hideSubprojects: boolean;
  readonly builtIn: RuleList;
}

interface FolderState {
  readonly path: string;
  readonly rules: RuleList;
  /** Everything in the folder is hidden. */
  readonly hidden: boolean;
}

class Folder implements FolderRules {
  readonly path: string;
  readonly rules: RuleList;
  readonly hidden: boolean;
  readonly #setup: Setup;
  readonly #plain: boolean;

  constructor(setup: Setup, { path, rules, hidden }: FolderState) {
    this.path = path;
    this.rules = rules;
    this.hidden = hidden;
    this.#setup = setup;
    // Where only the built-in rules apply, names are compared. DVC's own answer for a name behind
    // a line feed is odd, so such a path takes the long way.
    this.#plain = rules === setup.builtIn && !path.includes("\n");
  }

  ignores(name: string, isDirectory: boolean): boolean {
    if (this.hidden) return true;
    if (!this.#plain || name.includes("\n")) {
      return decide(this.rules, this.#below(name), isDirectory);
    }
    if (name.charCodeAt(0) !== 0x2e) return false;
    return name === ".git" || (isDirectory && (name === ".hg" || name === ".dvc"));
  }

  enter(name: string, has?: (name: string) => boolean): FolderRules | undefined {
    if (this.ignores(name, true)) return undefined;
    const folder = this.#openVisible(name, has);
    return folder.hidden ? undefined : folder;
  }

  /** Whether a folder in this one is hidden, be it as a project of its own. */
  hides(name: string): boolean {
    return this.ignores(name, true) || this.#isSubproject(name);
  }

  /** The rules of a folder in this one, hidden or not. */
  open(name: string): Folder {
    const hidden = this.ignores(name, true);
    // For `check`, which names the rule, a subproject counts also where another rule hides it.
    if (!hidden || (!this.hidden && this.#isSubproject(name))) return this.#openVisible(name);
    return this.#inner(name, { rules: this.rules, hidden });
  }

  #openVisible(name: string, has?: (name: string) => boolean): Folder {
    if (this.#isSubproject(name, has)) {
      const rules = extend(this.rules, [subprojectRule(this.#below(name))]);
      return this.#inner(name, { rules, hidden: true });
    }
    if (has?.(".dvcignore") === false) {
      return this.#inner(name, { rules: this.rules, hidden: false });
    }
    return openFolder(this.#setup, { path: this.#below(name), rules: this.rules });
  }

  #isSubproject(name: string, has?: (name: string) => boolean): boolean {
    if (!this.#setup.hideSubprojects) return false;
    return has?.(".dvc") ?? this.#setup.source.exists(`${this.#below(name)}/.dvc`);
  }

  #inner(name: string, state: { rules: RuleList; hidden: boolean }): Folder {
    return new Folder(this.#setup, { path: this.#below(name), ...state });
  }

  #below(name: string): string {
    return this.path === "" ? name : `${this.path}/${name}`;
  }
}

/** A folder that nothing hides, with the rules of its own `.dvcignore` if it has one. */
function openFolder(
  setup: Setup,
  { path, rules }: { path: string; rules: RuleList },
): Folder {
  const file = joinPath(path, ".dvcignore");
  const bytes = decide(rules, file, false) ? undefined : setup.source.read(file);
  const own = bytes === undefined ? [] : parseIgnoreFile(bytes, path);
  if (own.length === 0) return new Folder(setup, { path, rules, hidden: false });
  const extended = extend(rules, own);
  // A folder's own rules may hide the folder itself, or one above it, and with it all it holds.
  return new Folder(setup, { path, rules: extended, hidden: isHidden(extended, path) });
}

function isHidden(rules: RuleList, folder: string): boolean {
  if (folder === "") return false;
  for (let cut = folder.indexOf("/"); cut >= 0; cut = folder.indexOf("/", cut + 1)) {
    if (decide(rules, folder.slice(0, cut), true)) return true;
  }
  return decide(rules, folder, true);
}

/** DVC's rule against a project within the project. */
function subprojectRule(path: string): IgnoreRule {
  const literal = path.replace(/[\\*?[]/g, (character) => `\\${character}`);
  const pattern = `/${literal}/`;
  const compiled = compilePattern(pattern);
  if (compiled === undefined) throw new Error(`no pattern: ${pattern}`);
  const name = path.slice(path.lastIndexOf("/") + 1);
  return { pattern, compiled, source: undefined, label: `in sub_repo:${name}` };
}

function isOutside(path: string): boolean {
  return path === "" || path === ".." || path.startsWith("../") || path.startsWith("/");
}
