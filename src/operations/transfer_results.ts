/**
 * What transfers did.
 *
 * @module
 */
import type { ObjectId } from "../objects/object_id.ts";
import type { TransferResult } from "../objects/transfer.ts";
import { append } from "../platform/append.ts";
import type { DvtError } from "../platform/error.ts";

/** An object that could not be had. */
export interface FailedObject {
  readonly id: ObjectId;
  readonly error: DvtError;
}

/** What was pushed. */
export interface PushResult {
  /** Objects that were sent, listings counted, too. */
  readonly pushed: number;
  readonly bytes: number;
  readonly failed: readonly FailedObject[];
}

/** Counts what several transfers did. */
export class FetchTally {
  fetched = 0;
  bytes = 0;
  failed: FailedObject[] = [];
  readonly unreachable: DvtError[] = [];

  add({ moved, bytes, failed }: TransferResult): void {
    this.fetched += moved;
    this.bytes += bytes;
    append(this.failed, failed);
  }
}
