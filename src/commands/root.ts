/**
 * The whole command tree, one line per verb. To add a verb: write `src/commands/<verb>.ts` as
 * `src/cli/program.ts` shows, then add its line here. A verb's code is loaded only when it runs;
 * its summary stands here, so that help and completion need not load it.
 *
 * @module
 */
import { entry, group, section, type TreeEntry } from "../cli/tree.ts";

/** All verbs of dvt, in the order and under the headings of the help page. */
export const tree: readonly TreeEntry[] = [
  // Each section below takes the verbs that belong there; `entry` needs the name, the summary (no
  // full stop) and the loader, and takes `{ aliases: ["ls"] }` or `{ hidden: true }`.
  ...section("Track data", [
    entry(
      "init",
      "Make a folder a project",
      async () => (await import("./init.ts")).initCommand(),
    ),
    entry(
      "add",
      "Track files or folders",
      async () => (await import("./add.ts")).addCommand(),
    ),
    entry(
      "checkout",
      "Make the workspace match the stage files",
      async () => (await import("./checkout.ts")).checkoutCommand(),
    ),
    entry(
      "status",
      "Show what changed",
      async () => (await import("./status.ts")).statusCommand(),
    ),
    group("data", "See what changed in detail", [
      entry(
        "status",
        "Show changes between the last commit, the stage files and the workspace",
        async () => (await import("./data/status.ts")).dataStatusCommand(),
      ),
    ]),
    entry(
      "diff",
      "Show what differs between commits",
      async () => (await import("./diff.ts")).diffCommand(),
    ),
    entry(
      "remove",
      "Forget tracked data",
      async () => (await import("./remove.ts")).removeCommand(),
      { aliases: ["rm"] },
    ),
    entry(
      "move",
      "Rename tracked data",
      async () => (await import("./move.ts")).moveCommand(),
      { aliases: ["mv"] },
    ),
    entry(
      "commit",
      "Take changed data as the new truth",
      async () => (await import("./commit.ts")).commitCommand(),
    ),
    entry(
      "freeze",
      "Hold stages at their present state",
      async () => (await import("./freeze.ts")).freezeCommand(),
    ),
    entry(
      "unfreeze",
      "Let frozen stages change again",
      async () => (await import("./unfreeze.ts")).unfreezeCommand(),
    ),
    entry(
      "unprotect",
      "Make linked files editable",
      async () => (await import("./unprotect.ts")).unprotectCommand(),
    ),
  ]),
  ...section("Move data", [
    entry(
      "push",
      "Send data to a remote",
      async () => (await import("./push.ts")).pushCommand(),
    ),
    entry(
      "fetch",
      "Bring data from a remote into the cache",
      async () => (await import("./fetch.ts")).fetchCommand(),
    ),
    entry(
      "pull",
      "Bring data from a remote into the workspace",
      async () => (await import("./pull.ts")).pullCommand(),
    ),
    entry(
      "verify",
      "Check whether data is where and what it should be",
      async () => (await import("./verify.ts")).verifyCommand(),
    ),
    entry(
      "gc",
      "Remove objects that nothing needs",
      async () => (await import("./gc.ts")).gcCommand(),
    ),
  ]),
  ...section("Use data of others", [
    entry(
      "list",
      "Show what a repository holds",
      async () => (await import("./list.ts")).listCommand(),
      { aliases: ["ls"] },
    ),
    entry(
      "import",
      "Download data of a repository and keep the link",
      async () => (await import("./import.ts")).importCommand(),
    ),
    entry(
      "import-url",
      "Download data from an address and keep the link",
      async () => (await import("./import_url.ts")).importUrlCommand(),
    ),
    entry(
      "update",
      "Bring imports to a newer version",
      async () => (await import("./update.ts")).updateCommand(),
    ),
    entry(
      "outdated",
      "Show which imports have something newer",
      async () => (await import("./outdated.ts")).outdatedCommand(),
    ),
    entry(
      "get",
      "Download data of a repository",
      async () => (await import("./get.ts")).getCommand(),
    ),
    entry(
      "cat",
      "Print a file of a repository",
      async () => (await import("./cat.ts")).catCommand(),
    ),
    entry(
      "get-url",
      "Download data from an address",
      async () => (await import("./get_url.ts")).getUrlCommand(),
    ),
    entry(
      "list-url",
      "Show what lies at an address",
      async () => (await import("./list_url.ts")).listUrlCommand(),
      { aliases: ["ls-url"] },
    ),
    entry(
      "versions",
      "Show which versions of data a repository has",
      async () => (await import("./versions.ts")).versionsCommand(),
    ),
    entry(
      "why",
      "Show where data comes from",
      async () => (await import("./why.ts")).whyCommand(),
    ),
    group("artifacts", "Versions of what registries give a name", [
      entry(
        "list",
        "List the artifacts of a repository",
        async () => (await import("./artifacts/read.ts")).artifactsListCommand(),
      ),
      entry(
        "show",
        "Show an artifact and its versions",
        async () => (await import("./artifacts/read.ts")).artifactsShowCommand(),
      ),
      entry(
        "get",
        "Download a version of an artifact",
        async () => (await import("./artifacts/get.ts")).artifactsGetCommand(),
      ),
      entry(
        "register",
        "Give a commit a version",
        async () => (await import("./artifacts/write.ts")).artifactsRegisterCommand(),
      ),
      entry(
        "assign",
        "Put a version into a stage",
        async () => (await import("./artifacts/write.ts")).artifactsAssignCommand(),
      ),
      entry(
        "unassign",
        "Take a version out of a stage",
        async () => (await import("./artifacts/write.ts")).artifactsUnassignCommand(),
      ),
      entry(
        "deprecate",
        "Take a version, or all of an artifact, back",
        async () => (await import("./artifacts/write.ts")).artifactsDeprecateCommand(),
      ),
      entry(
        "history",
        "Show what happened to an artifact",
        async () => (await import("./artifacts/read.ts")).artifactsHistoryCommand(),
      ),
    ]),
    entry(
      "du",
      "Show how much data takes",
      async () => (await import("./du.ts")).duCommand(),
    ),
  ]),
  ...section("Pipelines", [
    group("stage", "Look at the stages of pipelines", [
      entry(
        "list",
        "List stages",
        async () => (await import("./stage/list.ts")).stageListCommand(),
      ),
    ]),
    entry(
      "dag",
      "Show which stages need which",
      async () => (await import("./dag.ts")).dagCommand(),
    ),
  ]),
  ...section("Settings", [
    entry(
      "config",
      "Show or set options",
      async () => (await import("./config.ts")).configCommand(),
    ),
    group("remote", "Manage the places that data is kept in", [
      entry(
        "add",
        "Add a remote",
        async () => (await import("./remote/add.ts")).remoteAddCommand(),
      ),
      entry(
        "copy",
        "Copy data from one remote to another",
        async () => (await import("./remote/copy.ts")).remoteCopyCommand(),
      ),
      entry(
        "default",
        "Show or set the default remote",
        async () => (await import("./remote/default.ts")).remoteDefaultCommand(),
      ),
      entry(
        "list",
        "List the remotes",
        async () => (await import("./remote/list.ts")).remoteListCommand(),
      ),
      entry(
        "modify",
        "Set an option of a remote",
        async () => (await import("./remote/modify.ts")).remoteModifyCommand(),
      ),
      entry(
        "remove",
        "Remove a remote",
        async () => (await import("./remote/remove.ts")).remoteRemoveCommand(),
      ),
      entry(
        "rename",
        "Rename a remote",
        async () => (await import("./remote/rename.ts")).remoteRenameCommand(),
      ),
    ]),
    group("cache", "Manage the cache", [
      entry(
        "dir",
        "Show or set the folder of the cache",
        async () => (await import("./cache/dir.ts")).cacheDirCommand(),
      ),
      entry(
        "migrate",
        "Take a cache of DVC 2.x over",
        async () => (await import("./cache/migrate.ts")).cacheMigrateCommand(),
      ),
    ]),
    entry(
      "check-ignore",
      "Show which paths .dvcignore hides",
      async () => (await import("./check_ignore.ts")).checkIgnoreCommand(),
    ),
    entry(
      "install",
      "Put hooks and a merge driver into Git",
      async () => (await import("./install.ts")).installCommand(),
    ),
    group("git-hook", "What the installed hooks call", [
      entry(
        "pre-commit",
        "Show what changed, before a commit",
        async () => (await import("./git_hook/hooks.ts")).preCommitCommand(),
      ),
      entry(
        "post-checkout",
        "Check data out, after a change of branch",
        async () => (await import("./git_hook/hooks.ts")).postCheckoutCommand(),
      ),
      entry(
        "pre-push",
        "Send data, before a push",
        async () => (await import("./git_hook/hooks.ts")).prePushCommand(),
      ),
      entry(
        "merge-driver",
        "Merge three versions of a .dvc file",
        async () => (await import("./git_hook/merge_driver.ts")).mergeDriverCommand(),
      ),
    ]),
    entry(
      "destroy",
      "End the project",
      async () => (await import("./destroy.ts")).destroyCommand(),
    ),
    entry(
      "root",
      "Show the way to the project's top folder",
      async () => (await import("./show_root.ts")).rootCommand(),
    ),
    entry(
      "version",
      "Show versions, the machine and how the project is set up",
      async () => (await import("./version.ts")).versionCommand(),
      { aliases: ["doctor"] },
    ),
    entry(
      "completion",
      "Print a completion script for a shell",
      async () => (await import("./completion.ts")).completionCommand(),
    ),
    entry(
      "complete",
      "Print what could come next on a command line",
      async () => (await import("./completion.ts")).completeCommand(tree),
      { hidden: true },
    ),
  ]),
];
