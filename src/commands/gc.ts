/**
 * `dvt gc`.
 *
 * @module
 */
import {
  type AnyCommand,
  command,
  type CommandContext,
  integer,
  jsonOption,
  listOption,
  Option,
  ownOption,
  valueOption,
  verb,
} from "../cli/program.ts";
import { humanSize } from "../console/units.ts";
import type { GcRequest, SweptPlace } from "../operations/gc.ts";
import { absolutePath } from "../platform/paths.ts";
import {
  allBranchesOption,
  allCommitsOption,
  allTagsOption,
  forceOption,
  jobsOption,
  remoteOption,
} from "./options.ts";

/** Removes objects that nothing needs. */
export function gcCommand(): AnyCommand {
  return command("gc")
    .description(
      "Remove objects from the cache, and with -c from a remote, that nothing in scope needs. The " +
        "workspace is always in scope. Where a stage file or the listing of a folder cannot be " +
        "read, nothing is removed; the data of imports stays.",
    )
    .examples([
      ["dvt gc -w --dry", "What would go; with -v also what stays, and what needs it"],
      ["dvt gc -a -T -f", "Keep what branches and tags track; ask nothing"],
      ["dvt gc -A --not-in-remote", "Free the disk of what can be fetched again"],
      ["dvt gc -w --trash", "Put aside instead of removing; `dvt gc --restore` brings it back"],
    ])
    .addOption(new Option("-w, --workspace", "keep what the workspace tracks"))
    .addOption(new Option("--rev <commit>", "keep what this commit tracks"))
    .addOption(
      valueOption(
        "-n, --num <number>",
        "so many commits back from --rev or from branches",
        integer,
      ),
    )
    .addOption(allBranchesOption())
    .addOption(allTagsOption())
    .addOption(allCommitsOption())
    .addOption(new Option("--date <yyyy-mm-dd>", "keep what commits of this day and later track"))
    .addOption(new Option("--all-experiments", "keep what DVC's experiments track"))
    .addOption(new Option("--not-in-remote", "keep only what the remote does not have"))
    .addOption(new Option("-c, --cloud", "remove from the remote, too"))
    .addOption(remoteOption("remote for -c and --not-in-remote"))
    .addOption(new Option("--skip-failed", "go on without what cannot be read"))
    .addOption(forceOption("do not ask"))
    .addOption(jobsOption())
    .addOption(listOption("-p, --projects [paths...]", "keep what these projects need, too"))
    .addOption(new Option("--dry", "only show what would be removed"))
    .addOption(
      ownOption(new Option("--trash", "put objects aside in the cache instead of removing them")),
    )
    .addOption(ownOption(new Option("--restore", "bring back what --trash put aside")))
    .addOption(ownOption(new Option("--empty-trash", "remove what --trash put aside")))
    .addOption(jsonOption())
    .action(verb(async (context, options) => {
      if (options.restore === true || options.emptyTrash === true) {
        const { emptyTrash, restoreTrash } = await import("../operations/gc_trash.ts");
        const [work, done] = options.restore === true
          ? [restoreTrash, "Restored"] as const
          : [emptyTrash, "Removed"] as const;
        const objects = await work(context);
        context.answer({ [done.toLowerCase()]: objects });
        context.reporter.say(`${done} ${objects} objects from the trash.`);
        return 0;
      }
      const request: GcRequest = {
        workspace: options.workspace ?? false,
        allBranches: options.allBranches ?? false,
        allTags: options.allTags ?? false,
        allCommits: options.allCommits ?? false,
        allExperiments: options.allExperiments ?? false,
        date: options.date,
        rev: options.rev,
        num: options.num,
        cloud: options.cloud ?? false,
        notInRemote: options.notInRemote ?? false,
        remote: options.remote,
        projects: options.projects ?? [],
        dry: options.dry ?? false,
        trash: options.trash ?? false,
        skipFailed: options.skipFailed ?? false,
      };
      const { checkGcRequest, gc } = await import("../operations/gc.ts");
      checkGcRequest(request);
      context.reporter.warn(announcement(request, context));
      if (options.force !== true && !request.dry) {
        if (context.confirm("Are you sure you want to proceed?") !== true) return 1;
      }
      const swept = await gc(request, context);
      for (const place of swept) tell(place, request, context);
      context.answer({
        dry: request.dry,
        places: swept.map(({ place, removed, bytes }) => ({ place, objects: removed, bytes })),
      });
      return 0;
    }));
}

/** What stays, in DVC's words. */
function announcement(request: GcRequest, { directory }: CommandContext): string {
  const { allBranches, allTags, num, projects } = request;
  let text = "This will remove all cache except items used in the workspace";
  const branches = num === undefined
    ? " and all git branches"
    : ` and last ${num} commits from all git branches`;
  if (request.allCommits) text += " and all git commits";
  else {
    if (allBranches && allTags) {
      text += num === undefined ? `${branches} and tags` : `${branches} and all git tags`;
    } else if (allBranches) text += branches;
    else if (allTags) text += " and all git tags";
    if (request.date !== undefined) text += ` and all git commits before date ${request.date}`;
    if (request.rev !== undefined) text += ` and last ${num ?? 1} commits from ${request.rev}`;
  }
  if (request.allExperiments) text += " and all experiments";
  if (request.notInRemote) text += " that are not present in the DVC remote";
  if (projects.length === 0) return `${text} of the current repo.`;
  const names = projects.map((typed) => `\n  - ${absolutePath(typed, directory)}`);
  return `${text} of the current and the following repos:${names.join("")}`;
}

function tell(
  { place, removed, bytes }: SweptPlace,
  { dry, trash }: GcRequest,
  { reporter }: CommandContext,
): void {
  if (place === "remote") {
    reporter.say(
      removed > 0
        ? `Removed ${removed} objects from remote.`
        : "No unused cache to remove from remote.",
    );
  } else {
    reporter.say(
      removed > 0
        ? `Removed ${removed} objects from ${place} cache.`
        : `No unused '${place}' cache to remove.`,
    );
  }
  if (removed === 0 || bytes === 0) return;
  if (dry) reporter.note(`${humanSize(bytes)}B would be freed; nothing was removed`);
  else if (trash && place !== "remote") {
    reporter.note(`${humanSize(bytes)}B lie in the trash; to bring them back: dvt gc --restore`);
  }
}
