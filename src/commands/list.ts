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
import { printRows, type Row, treeRows } from "./rows.ts";

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
        config: options.config,
        remote: options.remote,
        remoteConfig: options.remoteConfig,
      };
      const found = await unlessMissing(url, async () => {
        const { list } = await import("../operations/list.ts");
        return await list(request, context);
      });
      const columns = { size: options.size ?? false, hash: options.showHash ?? false };
      if (options.tree === true) {
        const { rootOf } = await import("../operations/list_root.ts");
        const root = await rootOf(request, context);
        printRows([{ ...root, label: path ?? "." }, ...treeRows(found, "")], columns, context);
        return;
      }
      const flat = flatten(found);
      if (options.json !== undefined) {
        context.output.json(flat.map((node) => ({
          isout: node.isout,
          isdir: node.isdir,
          isexec: node.isexec,
          size: node.size ?? null,
          md5: node.md5 ?? null,
          path: node.path,
        })));
      } else printRows(rowsOf(flat), columns, context);
    }));
}

/** A path that is not there is told in the system's words, any other failure in the verb's. */
async function unlessMissing<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DvtError && error.message.startsWith("[Errno 2]")) throw error;
    return await withPrefix(`failed to list '${maskSecrets(url)}'`, () => {
      throw error;
    });
  }
}

/** Files, and folders that were not entered, in order. */
function flatten(nodes: readonly ListNode[]): ListNode[] {
  return [...leaves(nodes)].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function* leaves(nodes: readonly ListNode[]): Generator<ListNode> {
  for (const node of nodes) {
    if (node.children === undefined) yield node;
    else yield* leaves(node.children);
  }
}

function* rowsOf(nodes: readonly ListNode[]): Generator<Row> {
  for (const { path, size, md5 } of nodes) yield { label: path, size, md5 };
}
