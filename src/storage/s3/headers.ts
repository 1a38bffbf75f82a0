/**
 * DVC's options for encryption and access, as the headers that carry them.
 *
 * @module
 */
import { md5Hex } from "../../platform/digest/md5.ts";
import { DvtError } from "../../platform/error.ts";
import { type StorageOptions, text } from "../options.ts";

/** Headers by the sort of request that needs them. */
export interface S3Headers {
  /** Of everything that touches an object's bytes: the customer's own key. */
  readonly every: Readonly<Record<string, string>>;
  /** Of what creates an object, beside those of `every`. */
  readonly create: Readonly<Record<string, string>>;
}

const grants = {
  grant_full_control: "x-amz-grant-full-control",
  grant_read: "x-amz-grant-read",
  grant_read_acp: "x-amz-grant-read-acp",
  grant_write_acp: "x-amz-grant-write-acp",
} as const;

/** Reads the options `sse*`, `acl` and `grant_*`. */
export function s3Headers(options: StorageOptions): S3Headers {
  const every: Record<string, string> = {};
  const create: Record<string, string> = {};
  const customerKey = text(options, "sse_customer_key");
  const kmsKey = text(options, "sse_kms_key_id");
  const encryption = text(options, "sse");
  if (customerKey !== undefined) {
    if (kmsKey !== undefined) {
      throw new DvtError(
        "configuration",
        "`sse_kms_key_id` and `sse_customer_key` AWS S3 config options are mutually exclusive",
      );
    }
    const name = "x-amz-server-side-encryption-customer";
    every[`${name}-algorithm`] = text(options, "sse_customer_algorithm") ?? "AES256";
    every[`${name}-key`] = customerKey;
    every[`${name}-key-md5`] = Uint8Array.fromHex(md5Hex(decodeKey(customerKey))).toBase64();
  }
  if (encryption !== undefined) create["x-amz-server-side-encryption"] = encryption;
  if (kmsKey !== undefined) {
    create["x-amz-server-side-encryption"] ??= "aws:kms";
    create["x-amz-server-side-encryption-aws-kms-key-id"] = kmsKey;
  }
  const acl = text(options, "acl");
  if (acl !== undefined) create["x-amz-acl"] = acl;
  for (const [option, header] of Object.entries(grants)) {
    const value = text(options, option);
    if (value === undefined) continue;
    if (acl !== undefined) {
      throw new DvtError(
        "configuration",
        "`acl` and `grant_*` AWS S3 config options are mutually exclusive",
      );
    }
    create[header] = value;
  }
  return { every, create };
}

function decodeKey(key: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(key);
  } catch {
    throw new DvtError("configuration", "the remote's option 'sse_customer_key' is not base64");
  }
}
