/**
 * `dvt list-url`.
 *
 * @module
 */
import {
  type AnyCommand,
  command,
  integer,
  jsonOption,
  Option,
  valueOption,
  verb,
} from "../cli/program.ts";
import type { UrlNode } from "../operations/list_url.ts";
import { maskSecrets } from "../platform/secrets.ts";
import { isUrl } from "../stages/stage_paths.ts";
import { fsConfigOption } from "./options.ts";
import { printRows, treeRows } from "./rows.ts";

/** Shows what lies at an address. */
export function listUrlCommand(): AnyCommand {
  return command("list-url")
    .description("Show the files and folders at a path or URL. No data is downloaded.")
    .examples([
      ["dvt list-url s3://bucket/images", "A folder of an object store"],
      ["dvt list-url -R --size remote://store", "All files below a remote of the project"],
      ["dvt list-url -T -L 2 /mnt/data", "Two levels as a tree"],
    ])
    .argument("<url>", "path, `file:`, `http(s):`, `s3:` or `remote://NAME/path` address")
    .addOption(new Option("-R, --recursive", "go into folders"))
    .addOption(new Option("-T, --tree", "draw the folders as a tree"))
    .addOption(valueOption("-L, --level <depth>", "go so many folders deep", integer))
    .addOption(new Option("--size", "show sizes"))
    .addOption(fsConfigOption())
    .addOption(jsonOption())
    .action(verb(async (context, url, options) => {
      const { listUrl } = await import("../operations/list_url.ts");
      const { name, size, entries } = await listUrl({
        url,
        recursive: options.recursive === true || options.tree === true,
        depth: options.level,
        fsConfig: options.fsConfig,
      }, context);
      context.answer({
        name,
        size: size ?? null,
        entries: entries === undefined ? null : flatten(entries).map((node) => ({
          path: node.path,
          isdir: node.isdir,
          size: node.size ?? null,
        })),
      });
      const columns = { size: options.size ?? false, hash: false };
      if (options.tree === true) {
        const label = isUrl(url) ? name : maskSecrets(url);
        printRows([{ size, label }, ...treeRows(entries ?? [], "")], columns, context);
      } else if (entries === undefined) printRows([{ size, label: name }], columns, context);
      else {
        printRows(
          flatten(entries).map((node) => ({ ...node, label: node.path })),
          columns,
          context,
        );
      }
    }));
}

/** Files, and folders that were not entered, in order. */
function flatten(nodes: readonly UrlNode[]): UrlNode[] {
  return nodes.flatMap((node) => node.children === undefined ? [node] : flatten(node.children));
}
