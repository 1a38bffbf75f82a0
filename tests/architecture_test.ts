import assert from "node:assert/strict";

/** From top to bottom; a file sees its own floor and those below it. */
const floors = [
  "commands",
  "operations",
  "web",
  "registry",
  "workspace",
  "stages",
  "objects",
  "storage",
  "git",
  "platform",
];

/** Rooms beside the floors: only `commands` enters them, and they see `platform` alone. */
const sideRooms = ["cli", "console"];

/** Which packages stand behind which files, beside those that `platform` wraps. */
const wrapped: Readonly<Record<string, readonly string[]>> = {
  "src/cli/program.ts": ["npm:@commander-js/extra-typings@15.1.0"],
};

const lineLimit = 400;

interface Import {
  readonly specifier: string;
  readonly line: number;
}

interface SourceFile {
  /** From the project's top, such as `src/cli/program.ts`. */
  readonly path: string;
  readonly text: string;
  /** The text without comments and without what stands in quotes. */
  readonly code: string;
  readonly imports: readonly Import[];
}

const top = new URL("../", import.meta.url);

function git(...args: string[]): string {
  const { stdout } = new Deno.Command("git", { args, cwd: top }).outputSync();
  return new TextDecoder().decode(stdout);
}

function* walk(folder: string): Generator<string> {
  const names = [...Deno.readDirSync(new URL(`${folder}/`, top))].sort((a, b) =>
    a.name < b.name ? -1 : 1
  );
  for (const { name, isDirectory } of names) {
    if (isDirectory) yield* walk(`${folder}/${name}`);
    else yield `${folder}/${name}`;
  }
}

function readSource(path: string): SourceFile {
  const text = Deno.readTextFileSync(new URL(path, top));
  const bare = blankOut(text, /\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*/g);
  const imports = [
    ...bare.matchAll(/^import\s+(?:type\s)?\s*(?:[\w\s{},*]+?\sfrom\s+)?"([^"\n]+)"/gm),
    ...bare.matchAll(
      /^export\s+(?:type\s)?\s*(?:\*|\{[^}]*\})(?:\s+as\s+\w+)?\s+from\s+"([^"\n]+)"/gm,
    ),
    ...bare.matchAll(/\bimport\(\s*"([^"\n]+)",?\s*\)/g),
  ].map((match) => ({
    specifier: match[1] ?? "",
    line: text.slice(0, match.index + match[0].length).split("\n").length,
  }));
  const quotes =
    /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g;
  return { path, text, code: blankOut(text, quotes, true), imports };
}

/** Blanks comments (and quotes, if wanted) out; not a parser, but enough for this house. */
function blankOut(text: string, pattern: RegExp, quotes = false): string {
  return text.replace(
    pattern,
    (match) => match.startsWith("/") || quotes ? match.replace(/[^\n]/g, " ") : match,
  );
}

const files = [...walk("src")].filter((path) => path.endsWith(".ts")).map(readSource);
files.push(readSource("main.ts"));

/** The floor or side room of a file; undefined for `main.ts` and `src/version.ts`. */
function roomOf(path: string): string | undefined {
  const parts = path.split("/");
  return parts[0] === "src" && parts.length > 2 ? parts[1] : undefined;
}

function targetOf(file: SourceFile, specifier: string): string {
  return new URL(specifier, new URL(file.path, top)).href.slice(top.href.length);
}

function maySee(room: string, target: string): boolean {
  if (room === target) return true;
  if (sideRooms.includes(room)) return target === "platform";
  if (sideRooms.includes(target)) return room === "commands";
  return floors.indexOf(room) < floors.indexOf(target);
}

Deno.test("every room is a floor of the house or stands beside it", () => {
  const rooms = new Set(files.map((file) => roomOf(file.path)).filter((room) => room));
  const known = [...floors, ...sideRooms];
  assert.deepEqual([...rooms].filter((room) => !known.includes(room ?? "")), []);
});

Deno.test("files import from their own floor and from those below", () => {
  const wrong = files.flatMap((file) => {
    const room = roomOf(file.path);
    return file.imports.filter(({ specifier }) => specifier.startsWith(".")).filter(
      ({ specifier }) => {
        const target = roomOf(targetOf(file, specifier));
        return room !== undefined && target !== undefined && !maySee(room, target);
      },
    ).map(({ specifier, line }) => `${file.path}:${line} imports ${specifier}`);
  });
  assert.deepEqual(wrong, []);
});

Deno.test("no file imports itself by a detour, not even for a type or when it is needed", () => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      circles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
      return;
    }
    if (done.has(path)) return;
    const file = byPath.get(path);
    for (const { specifier } of file?.imports ?? []) {
      if (file !== undefined && specifier.startsWith(".")) {
        visit(targetOf(file, specifier), [...trail, path]);
      }
    }
    done.add(path);
  };
  for (const file of files) visit(file.path, []);
  assert.deepEqual(circles, []);
});

Deno.test("foreign packages are named in full, in platform or in the one file that wraps them", () => {
  const wrong = files.flatMap((file) =>
    file.imports.filter(({ specifier }) => {
      if (specifier.startsWith(".")) return false;
      if (specifier.startsWith("node:")) return roomOf(file.path) !== "platform";
      if (wrapped[file.path]?.includes(specifier)) return false;
      const full = /^npm:(?:@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(?:-[\w.]+)?(?:\/[\w./-]+)?$/;
      return !full.test(specifier) || roomOf(file.path) !== "platform";
    }).map(({ specifier, line }) => `${file.path}:${line} imports ${specifier}`)
  );
  assert.deepEqual(wrong, []);
});

Deno.test("a foreign package is named by one file alone", () => {
  const users = new Map<string, Set<string>>();
  for (const file of files) {
    for (const { specifier } of file.imports) {
      if (!specifier.startsWith("npm:")) continue;
      users.set(specifier, (users.get(specifier) ?? new Set()).add(file.path));
    }
  }
  const shared = [...users].filter(([, paths]) => paths.size > 1)
    .map(([specifier, paths]) => `${specifier}: ${[...paths].join(", ")}`);
  assert.deepEqual(shared, []);
});

/** Lines of code, comments and quotes aside, in which a pattern occurs. */
function linesWith(pattern: RegExp, chosen: (file: SourceFile) => boolean): string[] {
  return files.filter(chosen).flatMap((file) =>
    file.code.split("\n").flatMap((line, at) =>
      pattern.test(line) ? [`${file.path}:${at + 1} ${line.trim()}`] : []
    )
  );
}

Deno.test("Deno is touched in platform and main.ts only", () => {
  const outside = linesWith(
    /\bDeno\b/,
    (file) => roomOf(file.path) !== "platform" && file.path !== "main.ts",
  );
  assert.deepEqual(outside, []);
});

Deno.test("the process's own facts are read at the door alone", () => {
  const door = ["src/platform/world.ts", "main.ts"];
  const inside = linesWith(
    /\bDeno\.(?:args|exit|cwd|chdir|env|stdout|stderr|stdin)\b/,
    (file) => !door.includes(file.path),
  );
  assert.deepEqual(inside, []);
});

Deno.test("nobody prints past the console", () => {
  const below = (file: SourceFile) => !["commands"].includes(roomOf(file.path) ?? "");
  assert.deepEqual(linesWith(/\bconsole\.(?:log|error|warn|info|debug|table)\b/, () => true), []);
  assert.deepEqual(linesWith(/\b(?:alert|prompt)\(/, below), []);
});

Deno.test("exports have names, and private fields are private", () => {
  assert.deepEqual(linesWith(/\bexport default\b/, () => true), []);
  assert.deepEqual(linesWith(/^\s*private\s(?!constructor)|\bthis\._/, () => true), []);
});

Deno.test("files are short", () => {
  const long = files.map((file) => [file.path, file.text.trimEnd().split("\n").length] as const)
    .filter(([, lines]) => lines > lineLimit);
  assert.deepEqual(long, []);
});

Deno.test("names of files are words in snake case that mean something", () => {
  const wrong = files.filter((file) => {
    const name = file.path.split("/").at(-1) ?? "";
    return !/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*\.ts$/.test(name) ||
      /(?:^|_)(?:utils?|helpers?|common|misc|managers?)(?:_|\.)/.test(name);
  });
  assert.deepEqual(wrong.map((file) => file.path), []);
});

Deno.test("every file says at its head what it is for", () => {
  const silent = files.filter((file) => !/^\/[/*]/.test(file.text));
  assert.deepEqual(silent.map((file) => file.path), []);
});

Deno.test("the project stands on its own", () => {
  // Spelled in halves, so that this file passes, too.
  const forbidden = [
    ["/wo", "rk/"],
    ["../sha", "red/"],
    ["/ro", "ot/"],
    ["anth", "ropic"],
    ["clau", "de"],
    ["open", "ai"],
    ["chat", "gpt"],
    ["copi", "lot"],
  ].map((halves) => halves.join(""));
  // The one place that may use a neighbour of the project, if there is one.
  const exempt = new Set([".ci/run"]);
  const tracked = git("ls-files", "-z").split("\0").filter((path) =>
    path !== "" && path !== "deno.lock" && !exempt.has(path)
  );
  assert(tracked.length > 0);
  const found = tracked.flatMap((path) => {
    let text: string;
    try {
      text = Deno.readTextFileSync(new URL(path, top)).toLowerCase();
    } catch {
      return []; // removed, or no text
    }
    return forbidden.filter((word) => text.includes(word)).map((word) => `${path}: ${word}`);
  });
  assert.deepEqual(found, []);
});

Deno.test("nothing lies about: the top level is the agreed one, and no tracked file is large", () => {
  const tracked = git("ls-files", "-z").split("\0").filter((path) => path !== "");
  const agreed =
    "LICENSE README.md deno.json deno.lock main.ts scripts src tests .ci .github .gitignore";
  const heads = new Set(tracked.map((path) => path.split("/")[0] ?? ""));
  assert.deepEqual([...heads].sort(), agreed.split(" ").sort());
  const large = tracked.filter((path) => {
    const { size } = Deno.lstatSync(new URL(path, top));
    return size > 300_000;
  });
  assert.deepEqual(large, []);
});

Deno.test("no list is spread onto the stack, where a million things have no room", () => {
  const wrong: string[] = [];
  for (const path of walk("src")) {
    const { code } = readSource(path);
    if (/\.(push|unshift)\(\.\.\./.test(code)) wrong.push(path);
  }
  assert.deepEqual(wrong, []);
});

Deno.test("nothing that is to be disposed of is named only once more: bundlers put it there and forget it", () => {
  const wrong: string[] = [];
  for (const path of walk("src")) {
    const { code } = readSource(path);
    for (const { 1: name = "", index } of code.matchAll(/\busing (\w+) =/g)) {
      // As far as the block goes that it is declared in.
      let [end, depth] = [index, 0];
      for (; end < code.length && depth >= 0; end++) {
        if (code[end] === "{") depth++;
        else if (code[end] === "}") depth--;
      }
      const uses = code.slice(index, end).match(new RegExp(`\\b${name}\\b`, "g"))?.length;
      if (uses === 2) wrong.push(`${path}: ${name}`);
    }
  }
  assert.deepEqual(wrong, []);
});
