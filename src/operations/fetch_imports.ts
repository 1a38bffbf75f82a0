/**
 * The data of imports, fetched from where it came from.
 *
 * @module
 */
import { type ObjectId, objectId } from "../objects/object_id.ts";
import { DvtError } from "../platform/error.ts";
import type { Project } from "../registry/project.ts";
import type { FetchTally } from "./transfer_results.ts";
import { requirePath } from "./get.ts";
import { importData } from "./import_data.ts";
import { ownMeta } from "../stages/own_meta.ts";
import { importDep, openImportSource } from "./import_source.ts";
import { partOf } from "./parts.ts";
import type { SelectedOut } from "./targets.ts";

/**
 * Brings the data of imports into the cache, each from the commit it was imported at. Answers the
 * ids of those whose stage file records none (`--no-download`), by path.
 */
export async function fetchImports(
  project: Project,
  { imports, jobs }: { imports: readonly SelectedOut[]; jobs: number | undefined },
  tally: FetchTally,
): Promise<Map<string, ObjectId>> {
  const resolved = new Map<string, ObjectId>();
  for (const one of imports) {
    const { repo, path } = importDep(one.stage);
    const rev = repo.revLock ?? repo.rev;
    // --no-exec: nothing was imported yet
    if (repo.revLock === undefined && one.out.md5 === undefined) continue;
    try {
      const snapshot = await openImportSource(project, one.stage, rev);
      const found = partOf(await requirePath(snapshot, path), ownMeta(one.stage), path);
      const data = await importData(project, { snapshot, found, jobs });
      tally.fetched += data.moved;
      tally.bytes += data.bytes;
      if (one.out.md5 === undefined) resolved.set(one.path, data.id);
      else if (one.out.hash === "md5-dos2unix") {
        const { recallLegacy } = await import("./legacy_import.ts");
        await recallLegacy(project, { out: one.out, id: data.id });
      } else if (data.id !== one.out.md5) {
        throw new DvtError(
          "corrupt",
          `'${project.shown(one.path)}' was imported as ${one.out.md5}, but its source at ` +
            `${rev?.slice(0, 7) ?? "its newest commit"} holds ${data.id}`,
          { hint: `to take what is there now: dvt update ${project.shown(one.stage.path)}` },
        );
      }
    } catch (error) {
      if (!(error instanceof DvtError) || error.kind === "interrupted") throw error;
      if (one.out.md5 === undefined) tally.unreachable.push(error);
      else tally.failed.push({ id: objectId(one.out.md5), error });
    }
  }
  return resolved;
}
