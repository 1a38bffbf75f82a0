/**
 * Stores that another program opens: it is started by dvt and speaks SFTP (version 3) on its stdin
 * and stdout, as `rclone serve sftp --stdio` and OpenSSH's `sftp-server` do. Paths are relative to
 * wherever the program starts from; its stderr is for people; it ends when its stdin ends.
 *
 * @module
 */
import type { Context } from "../../platform/context.ts";
import { DvtError } from "../../platform/error.ts";
import { startProcess } from "../../platform/process.ts";
import { maskSecrets } from "../../platform/secrets.ts";
import { storageError } from "../fault.ts";
import { text } from "../options.ts";
import type { Remote } from "../remote.ts";
import type { Storage } from "../storage.ts";
import { SftpClient } from "./client.ts";
import { sftpStorage } from "./ssh.ts";

/** Opens `program://NAME`; the option `program` holds the command line. */
export function openProgramStorage({ url, options }: Remote, context: Context): Storage {
  const line = text(options, "program") ?? "";
  const [program, ...args] = wordsOf(line);
  if (program === undefined) {
    throw new DvtError("configuration", `'${url}' names no program`, {
      hint: "set it with 'dvt config --local dvt.remote.NAME.program'",
    });
  }
  const place = { path: ".", label: url };
  return sftpStorage(place, { context, connect: () => start({ program, args, url }, context) });
}

async function start(
  { program, args, url }: { program: string; args: readonly string[]; url: string },
  context: Context,
): Promise<SftpClient> {
  const { directory, environment } = context;
  try {
    const process = startProcess(
      { program, args, directory, environment },
      { keepComplaints: true },
    );
    return await SftpClient.start(process, {
      onEnd(complaints) {
        const last = maskSecrets(complaints.trim().split("\n").at(-1)?.trim() ?? "");
        return storageError("cut", `the program of '${url}' ended${last && `: ${last}`}`, {
          hint: `it must speak SFTP on stdin and stdout: '${program}'`,
        });
      },
    });
  } catch (error) {
    if (!(error instanceof DvtError) || error.kind !== "not-found") throw error;
    throw storageError("unsupported", `cannot open '${url}': ${error.message}`, {
      origin: error,
    });
  }
}

/**
 * A command line in words, as a shell splits it: blanks between them, quotes around those that
 * hold some, a backslash before a character that is meant as it is. Nothing else is special.
 */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const char = line[i] ?? "";
    if (char === "\\" && quote !== "'") word = (word ?? "") + (line[++i] ?? "");
    else if (char === quote) quote = "";
    else if (quote === "" && /["']/.test(char)) {
      quote = char;
      word ??= "";
    } else if (quote === "" && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + char;
  }
  if (quote !== "") {
    throw new DvtError("configuration", `a quote is not closed in the command line: ${line}`);
  }
  return word === undefined ? words : [...words, word];
}
