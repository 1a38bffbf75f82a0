/**
 * The one door to the AWS SDK: who we are, as its credential chain finds out, and what the user's
 * AWS files say. Loaded when an S3 remote names no keys of its own.
 *
 * @module
 */
import { defaultProvider } from "npm:@aws-sdk/credential-provider-node@3.972.98";
import { FetchHttpHandler } from "npm:@smithy/fetch-http-handler@5.8.1";
import type { AwsIdentity } from "./aws_signature.ts";
import { messageOf } from "./error.ts";

/** Where the chain starts. */
export interface AwsIdentityOptions {
  readonly profile?: string | undefined;
  readonly configFile: string;
  readonly credentialsFile: string;
  readonly region: string;
}

/** A chain that found nobody, or was turned away on the way. */
export class NoAwsIdentity extends Error {
  override readonly name = "NoAwsIdentity";
}

/**
 * Opens the chain: environment, single sign-on, shared files (keys, roles, `credential_process`),
 * web identity tokens, container and instance services. Each call gives keys that still work.
 */
export function awsIdentities(
  options: AwsIdentityOptions,
): (fresh?: boolean) => Promise<AwsIdentity> {
  const { profile, configFile, credentialsFile, region } = options;
  const provider = defaultProvider({
    ...(profile === undefined ? {} : { profile }),
    configFilepath: configFile,
    filepath: credentialsFile,
    // The default handler loses answers on kept connections in Deno.
    clientConfig: { region, requestHandler: new FetchHttpHandler({ requestTimeout: 20_000 }) },
  });
  return async (fresh = false) => {
    try {
      return await provider(fresh ? { forceRefresh: true } : {});
    } catch (error) {
      throw new NoAwsIdentity(messageOf(error).split("\n")[0] ?? "", { cause: error });
    }
  };
}
