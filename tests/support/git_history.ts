/**
 * Repositories with a long history, made in a moment by `git fast-import`.
 *
 * @module
 */
import { runProcess } from "../../src/platform/process.ts";
import { environmentFor } from "./environment.ts";

/** What the history holds. */
export interface HistoryShape {
  readonly commits: number;
  /** Stage files `data/<nn>/f<n>.dvc`; each commit changes one of them. */
  readonly stageFiles: number;
  /** Tags `v<n>` of commits, by number; annotated if even. */
  readonly tags?: readonly number[];
}

/**
 * Makes a bare repository whose branch `main` has so many commits. The first commit has every
 * stage file; commit n writes `n` into the text of stage file n modulo their number.
 */
export async function makeHistory(path: string, shape: HistoryShape): Promise<void> {
  const parent = path.slice(0, path.lastIndexOf("/"));
  await runGit(["init", "-q", "--bare", "--initial-branch=main", path], parent);
  await runGit(["fast-import", "--quiet"], path, historyOf(shape));
}

/** The text of a stage file after commit n has written it. */
export function stageText(file: number, commit: number): string {
  const hash = (file * 1_000_003 + commit).toString(16).padStart(32, "0");
  return `outs:\n- md5: ${hash}\n  size: ${commit}\n  hash: md5\n  path: f${file}\n`;
}

/** The path of a stage file. */
export function stagePath(file: number): string {
  return `data/${String(file % 50).padStart(2, "0")}/f${file}.dvc`;
}

function historyOf({ commits, stageFiles, tags = [] }: HistoryShape): string {
  const lines: string[] = [];
  const write = (file: number, commit: number) => {
    const text = stageText(file, commit);
    lines.push(`M 100644 inline ${stagePath(file)}`, `data ${text.length}`, text);
  };
  for (let commit = 1; commit <= commits; commit++) {
    const message = `commit ${commit}`;
    const who = `Tester <tester@example.org> ${1_700_000_000 + commit * 60} +0000`;
    lines.push("commit refs/heads/main", `mark :${commit}`, `committer ${who}`);
    lines.push(`data ${message.length}`, message);
    if (commit === 1) { for (let file = 0; file < stageFiles; file++) write(file, 1); }
    else write(commit % stageFiles, commit);
  }
  for (const tag of tags) {
    if (tag % 2 === 1) lines.push(`reset refs/tags/v${tag}`, `from :${tag}`);
    else {
      lines.push(`tag v${tag}`, `from :${tag}`);
      lines.push(`tagger Tester <tester@example.org> ${1_800_000_000 + tag} +0000`);
      lines.push("data 4", "note");
    }
  }
  return lines.join("\n") + "\n";
}

/** Runs git with the tests' own settings; it must succeed. */
export async function runGit(
  args: readonly string[],
  directory: string,
  input?: string,
): Promise<string> {
  const environment = environmentFor(directory);
  const call = { program: "git", args, directory, environment };
  const { code, stdout, stderr } = await runProcess(call, { input });
  if (code !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
  return new TextDecoder().decode(stdout);
}
