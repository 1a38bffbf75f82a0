/**
 * Alibaba's OSS, by way of its S3 protocol, with DVC's options for it.
 *
 * @module
 */
import type { Context } from "../../platform/context.ts";
import { DvtError } from "../../platform/error.ts";
import { type StorageOptions, text } from "../options.ts";
import type { Storage } from "../storage.ts";
import { s3Storage } from "./s3.ts";
import { s3Settings } from "./settings.ts";

/** Opens `oss://bucket/path`. */
export async function openOssStorage(
  remote: { url: string; options: StorageOptions },
  context: Context,
): Promise<Storage> {
  const { environment } = context;
  const given = text(remote.options, "oss_endpoint") ?? environment["OSS_ENDPOINT"];
  if (given === undefined || given === "") {
    throw new DvtError(
      "configuration",
      `'${remote.url}' needs the remote's option 'oss_endpoint'`,
      {
        hint: "such as oss-cn-hangzhou.aliyuncs.com",
      },
    );
  }
  const endpoint = /^https?:\/\//.test(given) ? given : `https://${given}`;
  const id = text(remote.options, "oss_key_id") ?? environment["OSS_ACCESS_KEY_ID"] ?? "";
  const secret = text(remote.options, "oss_key_secret") ?? environment["OSS_ACCESS_KEY_SECRET"] ??
    "";
  const options: StorageOptions = {
    endpointurl: endpoint,
    region: /\boss-([a-z]+-[a-z0-9-]+?)(?:-internal)?\./.exec(endpoint)?.[1] ?? "us-east-1",
    ...(id === "" && secret === ""
      ? { allow_anonymous_login: "true" }
      : { access_key_id: id, secret_access_key: secret }),
  };
  // Nothing that AWS's tools were told is meant for another company's service.
  const own = { ...context, environment: withoutAws(environment) };
  const settings = await s3Settings(
    { url: remote.url.replace(/^oss:/i, "s3:"), options },
    own,
  );
  return s3Storage({ ...settings, scheme: "oss", pathStyle: false }, { options, context: own });
}

function withoutAws(environment: Context["environment"]): Context["environment"] {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith("AWS_") && name !== "HOME"),
  );
}
