/**
 * Names for the completion of command lines.
 *
 * @module
 */
import { openGit } from "../git/git.ts";
import { listRefs } from "../git/refs.ts";
import type { Context } from "../platform/context.ts";
import { nativeBelow } from "../platform/paths.ts";
import { loadConfig } from "../registry/config.ts";
import { requireProjectRoot } from "../registry/find_root.ts";

/** The remotes of the project we stand in. */
export function remoteNames(context: Context): string[] {
  const config = loadConfig({
    directory: context.directory,
    environment: context.environment,
    dvcDirectory: nativeBelow(requireProjectRoot(context.directory), ".dvc"),
  });
  return [...config.remotes.keys()];
}

/** The tags and branches of the repository we stand in, newest-looking tags first. */
export async function revisionNames(context: Context): Promise<string[]> {
  await using git = openGit(context.directory, context);
  if (git === undefined) return [];
  const tags = await listRefs(git, "refs/tags/");
  const branches = await listRefs(git, "refs/heads/");
  return [
    ...tags.map((ref) => ref.name.slice("refs/tags/".length)).reverse(),
    ...branches.map((ref) => ref.name.slice("refs/heads/".length)),
  ];
}
