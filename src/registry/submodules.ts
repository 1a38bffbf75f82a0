/**
 * Submodules of a repository: what a commit says of them. Their files are somebody else's, and
 * nothing of them is fetched, as in a plain clone.
 *
 * @module
 */
import { GitTree } from "../git/tree.ts";
import { DvtError } from "../platform/error.ts";
import { maskSecrets } from "../platform/secrets.ts";
import type { FileTree } from "../platform/file_tree.ts";

/** Throws where a path of the tree is, or lies in, a submodule; says where its files can be had. */
export async function refuseSubmodule(
  { tree, label }: { readonly tree: FileTree; readonly label: string },
  path: string,
): Promise<void> {
  if (!(tree instanceof GitTree)) return;
  const names = path.split("/");
  for (let length = 1; length <= names.length; length++) {
    const place = names.slice(0, length).join("/");
    const entry = await tree.stat(place);
    if (entry === undefined) return;
    if (entry.kind !== "submodule") continue;
    const commit = await tree.submoduleAt(place);
    const address = await addressOf(tree, place);
    const where = address === undefined ? "" : ` of '${maskSecrets(address)}'`;
    throw new DvtError("not-found", `'${place}' is a submodule of '${label}'${where}`, {
      hint: "ask its own repository for the path" +
        (commit === undefined ? "" : `; it is used at --rev ${commit}`),
    });
  }
}

/** The address that `.gitmodules` of the commit gives a submodule. */
async function addressOf(tree: GitTree, path: string): Promise<string | undefined> {
  const text = new TextDecoder().decode(await tree.read(".gitmodules"));
  let found: string | undefined;
  for (const section of text.split(/^\s*\[/m)) {
    const value = (key: string) =>
      new RegExp(`^\\s*${key}\\s*=\\s*(.*?)\\s*$`, "m").exec(section)?.[1];
    if (value("path") === path) found = value("url");
  }
  return found;
}
