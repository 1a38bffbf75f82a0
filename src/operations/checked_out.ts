/**
 * What `checkout` and `pull` tell of an output.
 *
 * @module
 */

/** One output that changed. The path is shown as seen from the working directory. */
export interface CheckedOut {
  readonly change: "added" | "modified" | "deleted";
  readonly path: string;
  readonly isFolder: boolean;
}
