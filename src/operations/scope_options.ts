/**
 * What a verb is asked to work on.
 *
 * @module
 */

/** The options that `push`, `fetch`, `pull` and `status -c` share. */
export interface Scope {
  /** As typed; empty for the whole project. */
  readonly targets: readonly string[];
  readonly recursive: boolean;
  readonly withDeps: boolean;
  readonly glob?: boolean;
  readonly allBranches: boolean;
  readonly allTags: boolean;
  readonly allCommits: boolean;
}

/** A scope of the whole workspace. */
export const workspaceScope: Scope = {
  targets: [],
  recursive: false,
  withDeps: false,
  allBranches: false,
  allTags: false,
  allCommits: false,
};
