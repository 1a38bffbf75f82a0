/**
 * Who asks: the remote's own keys, those of the environment, or whoever the AWS SDK's chain finds.
 *
 * @module
 */
import type { AwsIdentity } from "../../platform/aws_signature.ts";
import type { Context } from "../../platform/context.ts";
import { DvtError, messageOf } from "../../platform/error.ts";
import { type StorageOptions, text } from "../options.ts";
import type { S3Settings } from "./settings.ts";

/** Gives an identity that works now; undefined for nobody. */
export type IdentitySource = (fresh?: boolean) => Promise<AwsIdentity | undefined>;

/** The source that the options ask for. */
export function identitySource(
  options: StorageOptions,
  { settings, context }: { settings: S3Settings; context: Context },
): IdentitySource {
  if (settings.anonymous) return () => Promise.resolve(undefined);
  const own = keysOf(
    options["access_key_id"],
    options["secret_access_key"],
    options["session_token"],
  );
  if (own === "half") {
    throw new DvtError(
      "configuration",
      "the remote's options 'access_key_id' and 'secret_access_key' go together",
    );
  }
  if (own !== undefined) return () => Promise.resolve(own);
  const { environment } = context;
  // As botocore does: a profile that the remote asks for wins over keys in the environment.
  const ambient = text(options, "profile") === undefined
    ? keysOf(
      environment["AWS_ACCESS_KEY_ID"],
      environment["AWS_SECRET_ACCESS_KEY"],
      environment["AWS_SESSION_TOKEN"],
    )
    : undefined;
  if (ambient !== undefined && ambient !== "half") return () => Promise.resolve(ambient);
  return fromChain(settings, context);
}

function fromChain(settings: S3Settings, { reporter }: Context): IdentitySource {
  let source: ((fresh?: boolean) => Promise<AwsIdentity>) | undefined;
  let pending: Promise<AwsIdentity | undefined> | undefined;
  let known: AwsIdentity | undefined;
  async function ask(fresh: boolean): Promise<AwsIdentity | undefined> {
    const { awsIdentities, NoAwsIdentity } = await import("../../platform/aws.ts");
    source ??= awsIdentities(settings);
    try {
      return known = await source(fresh);
    } catch (error) {
      if (!(error instanceof NoAwsIdentity)) throw error;
      reporter.debug(`no AWS credentials: ${messageOf(error)}`);
      // A profile that was asked for and does not work is no reason to go on as nobody.
      if (settings.profile !== undefined) {
        throw new DvtError(
          "storage",
          `the credentials of AWS profile '${settings.profile}' cannot be had: ${messageOf(error)}`,
          { cause: error },
        );
      }
      return undefined;
    }
  }
  return (fresh = false) => {
    if (!fresh && known !== undefined && stillGood(known)) return Promise.resolve(known);
    return pending ??= ask(fresh).finally(() => pending = undefined);
  };
}

/** Keys are renewed five minutes before they stop working. */
function stillGood({ expiration }: AwsIdentity): boolean {
  return expiration === undefined || expiration.getTime() - Date.now() > 5 * 60_000;
}

function keysOf(
  id: string | undefined,
  secret: string | undefined,
  token: string | undefined,
): AwsIdentity | "half" | undefined {
  const hasId = id !== undefined && id !== "";
  const hasSecret = secret !== undefined && secret !== "";
  if (!hasId && !hasSecret) return undefined;
  if (!hasId || !hasSecret) return "half";
  return {
    accessKeyId: id,
    secretAccessKey: secret,
    ...(token === undefined || token === "" ? {} : { sessionToken: token }),
  };
}

/** An access key as messages may show it. */
export function masked(identity: AwsIdentity): string {
  const { accessKeyId } = identity;
  return accessKeyId.length < 12
    ? `${accessKeyId.slice(0, 2)}…`
    : `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}`;
}
