/**
 * The line at the top of `list --tree`.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { parentPath } from "../platform/paths.ts";
import { listSnapshot } from "../registry/snapshot_entries.ts";
import { openSource } from "../registry/source.ts";
import type { ListRequest } from "./list.ts";
import { sourceOverrides } from "./source_options.ts";

/** Size and hash of the folder that is listed, as far as they are known. */
export async function rootOf(
  request: ListRequest,
  context: Context,
): Promise<{ size: number | undefined; md5: string | undefined }> {
  const snapshot = await openSource({
    url: request.url,
    rev: request.rev,
    overrides: sourceOverrides(request, context),
  }, context);
  const path = snapshot.treePath(request.path);
  if (path === "" || path === snapshot.top) {
    return { size: (await snapshot.tree.stat(path))?.size, md5: undefined };
  }
  const around = await listSnapshot(snapshot, parentPath(request.path.replace(/\/+$/, "")));
  const name = path.slice(path.lastIndexOf("/") + 1);
  const entry = around?.kind === "directory"
    ? around.entries.find((one) => one.name === name)
    : undefined;
  return { size: entry?.size, md5: entry?.md5 };
}
