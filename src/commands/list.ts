/**
 * `dvt list`.
 *
 * @module
 */
import {
  type AnyCommand,
  command,
  dvcJsonOption,
  integer,
  Option,
  valueOption,
  verb,
} from "../cli/program.ts";
import type { ListNode } from "../operations/list.ts";
import { DvtError } from "../platform/error.ts";
import { maskSecrets } from "../platform/secrets.ts";
import { withPrefix } from "./exit_code.ts";
import {
  remoteConfigOption,
  revOption,
  sourceConfigOption,
  sourceRemoteOption,
} from "./options.ts";
import { printEach, printRows, type Row, treeRows } from "./rows.ts";

/** Shows what a repository holds. */
export function listCommand(): AnyCommand {
  return command("list")
    .description(
      "Show what a data registry, or any Git repository, holds: tracked data beside Git's files. " +
        "No data is downloaded.",
    )
    .examples([
      ["dvt list https://example.com/registry.git", "The top folder"],
      ["dvt list ../registry use-cases -R --dvc-only", "All tracked files below a folder"],
      ["dvt list . --rev v1 --size --show-hash", "This repository at a tag"],
    ])
    .argument("<url>", "repository: a path, or an address that git can clone")
    .argument("[path]", "file or folder in it")
    .addOption(new Option("-R, --recursive", "go into folders"))
    .addOption(new Option("-T, --tree", "draw the folders as a tree"))
    .addOption(valueOption("-L, --level <depth>", "go so many folders deep", integer))
    .addOption(new Option("--dvc-only", "only tracked data"))
    .addOption(dvcJsonOption())
    .addOption(revOption())
    .addOption(sourceConfigOption())
    .addOption(sourceRemoteOption())
    .addOption(remoteConfigOption())
    .addOption(new Option("--size", "show sizes"))
    .addOption(new Option("--show-hash", "show hashes"))
    .action(verb(async (context, url, path, options) => {
      if (options.tree === true && options.json !== undefined) {
        throw new DvtError("failed", "Cannot use --tree and --json options together.");
      }
      const request = {
        url,
        path: path ?? "",
        rev: options.rev,
        recursive: options.recursive === true || options.tree === true,
        depth: options.level,
        dvcOnly: options.dvcOnly ?? false,
        details: options.size === true || options.json !== undefined,
        config: options.config,
        remote: options.remote,
        remoteConfig: options.remoteConfig,
      };
      const columns = { size: options.size ?? false, hash: options.showHash ?? false };
      await unlessMissing(url, async () => {
        const { listInOrder, listTree } = await import("../operations/list.ts");
        if (options.tree === true) {
          const { rootOf } = await import("../operations/list_root.ts");
          const found = await listTree(request, context);
          const root = await rootOf(request, context);
          printRows([{ ...root, label: path ?? "." }, ...treeRows(found, "")], columns, context);
        } else if (options.json !== undefined) {
          context.output.json(await Array.fromAsync(listInOrder(request, context), jsonEntry));
        } else await printEach(rowsOf(listInOrder(request, context)), columns, context);
      });
    }));
}

function jsonEntry({ isout, isdir, isexec, size, md5, path }: ListNode): Record<string, unknown> {
  return { isout, isdir, isexec, size: size ?? null, md5: md5 ?? null, path };
}

/** A path that is not there is told in the system's words, any other failure in the verb's. */
async function unlessMissing(url: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof DvtError && error.message.startsWith("[Errno 2]")) throw error;
    await withPrefix(`failed to list '${maskSecrets(url)}'`, () => {
      throw error;
    });
  }
}

async function* rowsOf(nodes: AsyncIterable<ListNode>): AsyncGenerator<Row> {
  for await (const { path, size, md5 } of nodes) yield { label: path, size, md5 };
}
