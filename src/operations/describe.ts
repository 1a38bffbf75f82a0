/**
 * What a report of a fault should tell: versions, the machine, and how the project is set up.
 *
 * @module
 */
import { openGit } from "../git/git.ts";
import type { Context } from "../platform/context.ts";
import {
  createFile,
  isDirectory,
  linkFile,
  removeIfThere,
  sharesBlocks,
  symlinkFile,
  temporaryName,
} from "../platform/files.ts";
import { fileSystemAt, type MachineFacts, machineFacts } from "../platform/machine.ts";
import { nativeBelow, parentDirectory } from "../platform/paths.ts";
import { ConfigFiles } from "../registry/config_files.ts";
import { splitUrl } from "../registry/config_validate.ts";
import { findProjectRoot } from "../registry/find_root.ts";
import { openProjectAt, type Project } from "../registry/project.ts";

/** How a machine and a project are set up. */
export interface Description {
  readonly machine: MachineFacts;
  /** Such as `git version 2.39.2`; undefined without git or outside of a repository. */
  readonly git: string | undefined;
  /** The folders of the user's and the machine's configuration. */
  readonly configFolders: {
    readonly global: string | undefined;
    readonly system: string | undefined;
  };
  readonly project: ProjectDescription | undefined;
}

/** How a project is set up. */
export interface ProjectDescription {
  /** Links that work from the cache to the workspace; undefined before the cache exists. */
  readonly linkTypes: readonly string[] | undefined;
  readonly cacheFileSystem: string | undefined;
  readonly workspaceFileSystem: string | undefined;
  /** The kinds of the remotes, such as `s3`. */
  readonly remotes: readonly string[];
  readonly hasGit: boolean;
}

/** Looks at the machine and, if we stand in one, at the project. */
export function describe(context: Context): Description {
  const root = findProjectRoot(context.directory);
  const files = new ConfigFiles({
    directory: context.directory,
    environment: context.environment,
  });
  return {
    machine: machineFacts(),
    git: gitVersion(context),
    configFolders: {
      global: files.has("global") ? parentDirectory(files.path("global")) : undefined,
      system: files.has("system") ? parentDirectory(files.path("system")) : undefined,
    },
    project: root === undefined ? undefined : describeProject(openProjectAt(root, context)),
  };
}

function gitVersion(context: Context): string | undefined {
  const git = openGit(context.directory, context);
  try {
    const answer = git?.runSync(["version"], { okCodes: "any" });
    return answer?.code === 0 ? new TextDecoder().decode(answer.stdout).trim() : undefined;
  } catch {
    return undefined; // git is not installed
  }
}

function describeProject(project: Project): ProjectDescription {
  const cache = project.cacheDirectory;
  const there = isDirectory(cache);
  return {
    linkTypes: there ? workingLinks(cache, project.dvcDirectory) : undefined,
    cacheFileSystem: there ? fileSystemAt(cache) : undefined,
    workspaceFileSystem: fileSystemAt(project.root),
    remotes: [...project.config.remotes.values()].map(({ url }) => splitUrl(url).scheme || "local"),
    hasGit: project.git !== undefined,
  };
}

/** Tries the links out, with files that are gone afterwards. */
function workingLinks(cache: string, workspace: string): string[] {
  const source = nativeBelow(cache, temporaryName());
  const name = nativeBelow(workspace, temporaryName());
  const types = sharesBlocks(cache) && fileSystemAt(cache) === fileSystemAt(workspace)
    ? ["reflink"]
    : [];
  try {
    createFile(source, new Uint8Array());
    if (works(() => linkFile(source, name), name)) types.push("hardlink");
    if (works(() => symlinkFile(source, name), name)) types.push("symlink");
  } catch {
    return types; // the cache cannot be written to
  } finally {
    removeIfThere(source);
  }
  return types;
}

function works(attempt: () => void, name: string): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  } finally {
    removeIfThere(name);
  }
}
