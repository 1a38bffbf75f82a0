/**
 * Random sets of ignore rules and paths to hold them against, the same for the same seed.
 *
 * @module
 */

/** Ignore files and paths whose fate they decide. */
export interface IgnoreCase {
  /** The text of each ignore file by its path; `.dvcignore` or, for git, `.gitignore`. */
  readonly files: Readonly<Record<string, string>>;
  /** Folders with a `.dvc` of their own. */
  readonly subprojects: readonly string[];
  readonly paths: readonly string[];
}

/** Numbers from 0 up to, not including, 1, the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Lines that name every feature of the language and the corners where readers disagree. */
export const oddLines: readonly string[] = [
  "*",
  "**",
  "***",
  "*/",
  "**/",
  "/*",
  "/**",
  "/*/",
  "/**/",
  "**/*",
  "**/*/",
  "*/*",
  "*/**",
  "!*",
  "!*/",
  "!**",
  "!**/",
  "!/*",
  "!*.txt",
  "a",
  "/a",
  "a/",
  "/a/",
  "!a",
  "!/a",
  "!a/",
  "a/b",
  "/a/b",
  "a/b/",
  "a/*",
  "a/**",
  "a/**/",
  "!a/**",
  "!a/**/",
  "a/**/b",
  "**/b",
  "**/b/",
  "**/a/b",
  "a/**/*.txt",
  "***/a",
  "a***",
  "a**",
  "**b",
  "a/**b",
  "*.txt",
  "*.txt/",
  "?.txt",
  "b?",
  "[ab]",
  "[!a]",
  "[^a]",
  "[a-c].txt",
  "[c-a]",
  "[]a]",
  "[!]a]",
  "[]",
  "[a",
  "[a-]",
  "[-a]",
  "[[:alpha:]]",
  "[[:alpha:]]*",
  "[\\]]",
  "[\\\\]",
  "a[!b]b",
  "x[/]y",
  "\\#x",
  "#x",
  "\\!x",
  "!x",
  "!",
  "\\",
  "a\\",
  "a\\ ",
  " a",
  "a ",
  "  # c",
  "\\a",
  "\\*",
  "\\*.txt",
  "\\[a]",
  "\\\\",
  "\\ a",
  "a\\b",
  "/",
  "//",
  "a//b",
  "./a",
  "../a",
  "a/.",
  ".dvcignore",
  "*ignore",
  ".*",
  "!.git",
  ".git",
  "*/b",
  "*/b/",
  "c/*/b",
  "a/b/c",
  "!a/b/c.txt",
  "ü*",
  "?",
  "??",
  "[ü]",
  "[à-ÿ]*",
  "\u{1f600}*",
  "a b",
  "a\tb",
  "*.t?t",
  "*a*b*",
  "**/a*/**",
  "*.TXT",
  "\u00a0a",
  "\u3000b\u3000",
  "\x1cb",
  "\ufeffa",
  "x\\",
  "!\\a",
  "!\\!x",
  "!#x",
  "b.txt\r",
  "*a*x*t*",
  "*?*?*",
  "**/a/**/b/**/*.t*",
  "!*a*.*t*",
  "**/[ab]*/**/*[!c]*/**",
];

const segments: readonly string[] = [
  "a",
  "b",
  "c",
  "ab",
  "a.txt",
  "b.txt",
  "c.txt",
  "x",
  "#x",
  "!x",
  "a b",
  " a",
  "b ",
  "[a]",
  "a]",
  "*",
  "*.txt",
  "\\",
  "ü",
  "üx",
  "\u{1f600}",
  "\u{1f600}x",
  ".git",
  ".dvc",
  ".hg",
  ".dvcignore",
  ".x",
  "x\ny",
  "a\n",
  "a[1]",
  "a1",
  "A",
  "a.TXT",
  "-",
  "a-b",
  "a\\b",
  ":]",
  "p]",
];

/** Makes cases. `fileName` is the ignore files' name. */
export function ignoreCases(
  seed: number,
  { count, fileName = ".dvcignore", valid = false }: {
    count: number;
    fileName?: string;
    /** Leave out lines on which DVC fails. */
    valid?: boolean;
  },
): IgnoreCase[] {
  const random = randomNumbers(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const broken = new Set(["!", "\\", "a\\", "a\\ ", "x\\", "[c-a]"]);

  function line(): string {
    const text = random() < 0.6 ? pick(oddLines) : grow();
    return valid && (broken.has(text) || text.includes("[c-a]")) ? "a" : text;
  }
  function grow(): string {
    const parts = Array.from(
      { length: 1 + Math.floor(random() * 3) },
      () =>
        pick(["a", "b", "c", "*", "**", "?", "*.txt", "a*", "*b", "[ab]", "[!c]", "x", "ü", "a b"]),
    );
    return (random() < 0.3 ? "!" : "") + (random() < 0.3 ? "/" : "") + parts.join("/") +
      (random() < 0.3 ? "/" : "");
  }
  function path(): string {
    return Array.from(
      { length: 1 + Math.floor(random() * 4) },
      () => pick(random() < 0.6 ? segments.slice(0, 8) : segments),
    ).join("/");
  }
  function text(): string {
    const lines = Array.from({ length: 1 + Math.floor(random() * 4) }, line);
    return lines.join(random() < 0.1 ? "\r\n" : "\n") + (random() < 0.8 ? "\n" : "");
  }

  const cases: IgnoreCase[] = [];
  for (let i = 0; i < count; i++) {
    const files: Record<string, string> = {};
    // The first cases hold the odd lines one by one.
    const odd = oddLines[i];
    if (odd !== undefined) files[fileName] = `${odd}\n`;
    else if (random() < 0.9) files[fileName] = text();
    const nested = odd === undefined ? Math.floor(random() * 2.5) : 0;
    for (let n = 0; n < nested; n++) {
      files[`${pick(["a", "b", "a/b", "a/c", "a[1]", "a b", "ü"])}/${fileName}`] = text();
    }
    const subprojects = random() < 0.2 ? [pick(["a", "c", "a/c", "b/a"])] : [];
    const paths = new Set<string>();
    while (paths.size < 16) paths.add(path());
    cases.push({ files, subprojects, paths: [...paths] });
  }
  return cases;
}
