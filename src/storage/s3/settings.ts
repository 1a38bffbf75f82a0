/**
 * Everything that decides how an S3 remote is spoken to: DVC's options, the environment, and the
 * user's AWS files, in this order.
 *
 * @module
 */
import type { AwsProfile } from "../../platform/aws_files.ts";
import type { Context } from "../../platform/context.ts";
import { DvtError } from "../../platform/error.ts";
import { leadsSomewhere } from "../../platform/files.ts";
import { absolutePath } from "../../platform/paths.ts";
import { flag, type StorageOptions, text } from "../options.ts";
import { parseUrl } from "../web_endpoint.ts";

/** The settings of one remote. */
export interface S3Settings {
  /** What addresses begin with: `s3`, or a relative's name. */
  readonly scheme: string;
  readonly bucket: string;
  /** Without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
  /** From `?versionId=` in the URL. */
  readonly versionId: string | undefined;
  readonly region: string;
  readonly endpoint: URL | undefined;
  readonly pathStyle: boolean;
  readonly useSsl: boolean;
  readonly accelerate: boolean;
  readonly dualStack: boolean;
  readonly anonymous: boolean;
  readonly profile: string | undefined;
  readonly configFile: string;
  readonly credentialsFile: string;
  readonly authorities: string | undefined;
  readonly concurrency: number | undefined;
  readonly partSize: number | undefined;
  readonly partThreshold: number | undefined;
}

/** Gathers the settings. */
export async function s3Settings(
  { url, options }: { url: string; options: StorageOptions },
  context: Context,
): Promise<S3Settings> {
  const { environment } = context;
  const { bucket, prefix, versionId } = s3Address(url);
  const inHome = (name: string) => `${environment["HOME"] ?? ""}/.aws/${name}`;
  const named = (path: string | undefined) =>
    path === undefined ? undefined : absolutePath(expandHome(path, environment), context.directory);
  // DVC lets the environment win over these two options.
  const configFile = named(environment["AWS_CONFIG_FILE"] ?? text(options, "configpath")) ??
    inHome("config");
  const credentialsFile =
    named(environment["AWS_SHARED_CREDENTIALS_FILE"] ?? text(options, "credentialpath")) ??
      inHome("credentials");
  const profile = text(options, "profile") ?? environment["AWS_PROFILE"] ??
    environment["AWS_DEFAULT_PROFILE"];
  const file = await profileSettings(profile, { configFile, credentialsFile });
  const endpoint = endpointOf(options, { environment, file });
  const accelerate = isTrue(file["s3.use_accelerate_endpoint"]);
  const style = file["s3.addressing_style"] ?? "auto";
  return {
    scheme: "s3",
    bucket,
    prefix,
    versionId,
    region: text(options, "region") ?? environment["AWS_REGION"] ??
      environment["AWS_DEFAULT_REGION"] ?? file["region"] ?? "us-east-1",
    endpoint,
    pathStyle: !accelerate &&
      (endpoint === undefined ? style === "path" : style !== "virtual"),
    useSsl: flag(options, "use_ssl", true),
    accelerate,
    dualStack: isTrue(file["s3.use_dualstack_endpoint"] ?? file["use_dualstack_endpoint"]),
    anonymous: flag(options, "allow_anonymous_login", false),
    profile,
    configFile,
    credentialsFile,
    authorities: text(options, "ssl_verify") === undefined
      ? environment["AWS_CA_BUNDLE"] ?? file["ca_bundle"]
      : undefined,
    concurrency: size(file["s3.max_concurrent_requests"]),
    partSize: size(file["s3.multipart_chunksize"]),
    partThreshold: size(file["s3.multipart_threshold"]),
  };
}

/** Takes `s3://bucket/prefix?versionId=…` apart. Keys may hold `?` and `#` like any letter. */
function s3Address(url: string): Pick<S3Settings, "bucket" | "prefix" | "versionId"> {
  const parts = /^s3:\/\/([^/?#]+)\/*(.*)$/is.exec(url);
  const bucket = parts?.[1];
  if (parts === null || bucket === undefined || /[@:]/.test(bucket)) {
    throw new DvtError("configuration", `'${url}' does not name a bucket as s3://bucket/path does`);
  }
  const version = /\?versionId=([^&]+)$/.exec(parts[2] ?? "");
  const path = (parts[2] ?? "").slice(0, version?.index);
  return {
    bucket,
    prefix: path.replace(/\/+$/, ""),
    versionId: version?.[1] === undefined ? undefined : decodeURIComponent(version[1]),
  };
}

async function profileSettings(
  profile: string | undefined,
  { configFile, credentialsFile }: { configFile: string; credentialsFile: string },
): Promise<AwsProfile> {
  if (!leadsSomewhere(configFile) && !leadsSomewhere(credentialsFile)) {
    if (profile === undefined || profile === "default") return {};
    throw noProfile(profile, configFile);
  }
  const { readAwsProfile } = await import("../../platform/aws_files.ts");
  const found = await readAwsProfile({
    profile: profile ?? "default",
    configFile,
    credentialsFile,
  });
  if (found === undefined && profile !== undefined && profile !== "default") {
    throw noProfile(profile, configFile);
  }
  return found ?? {};
}

function noProfile(profile: string, configFile: string): DvtError {
  return new DvtError("configuration", `The config profile (${profile}) could not be found`, {
    hint: `the profiles of this machine are in '${configFile}'`,
  });
}

function endpointOf(
  options: StorageOptions,
  { environment, file }: { environment: Context["environment"]; file: AwsProfile },
): URL | undefined {
  const ignored = isTrue(environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]) ||
    isTrue(file["ignore_configured_endpoint_urls"]);
  const configured = ignored ? undefined : environment["AWS_ENDPOINT_URL_S3"] ??
    environment["AWS_ENDPOINT_URL"] ?? file["s3.endpoint_url"] ?? file["endpoint_url"];
  const address = text(options, "endpointurl") ?? configured;
  if (address === undefined) return undefined;
  const url = parseUrl(address);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new DvtError("configuration", `Invalid endpoint: ${address}`, {
      hint: "the option 'endpointurl' starts with http:// or https://",
    });
  }
  return url;
}

function expandHome(path: string, environment: Context["environment"]): string {
  const home = environment["HOME"];
  return home !== undefined && /^~(\/|$)/.test(path) ? home + path.slice(1) : path;
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === "true";
}

/** A count or a size such as `24MiB`. */
function size(value: string | undefined): number | undefined {
  const parts = /^(\d+)\s*(?:([kmgt])i?b)?$/i.exec(value ?? "");
  if (parts === null) return undefined;
  const power = " kmgt".indexOf((parts[2] ?? " ").toLowerCase());
  return Number(parts[1]) * 1024 ** power;
}
