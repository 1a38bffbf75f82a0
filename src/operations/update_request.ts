/**
 * What `update` is asked, and what it answers.
 *
 * @module
 */

/** What is updated. */
export interface UpdateRequest {
  readonly targets: readonly string[];
  readonly recursive: boolean;
  /** The revision to follow from now on. */
  readonly rev: string | undefined;
  /** The range of versions to follow from now on, such as `^1.2`. */
  readonly version: string | undefined;
  /** Follow the newest tag of the series that the import's tag belongs to. */
  readonly newest: boolean;
  readonly offline: boolean;
  /** Only say what would happen. */
  readonly dryRun: boolean;
  readonly noDownload: boolean;
  readonly toRemote: boolean;
  readonly remote: string | undefined;
  readonly jobs: number | undefined;
}

/** What happened to one import. */
export interface UpdatedImport {
  /** The stage file as shown. */
  readonly stage: string;
  readonly changed: boolean;
  /** Objects that came from the source. */
  readonly moved: number;
  readonly bytes: number;
}
