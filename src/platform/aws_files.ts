/**
 * What the user's AWS configuration file says of a profile.
 *
 * @module
 */
import { loadSharedConfigFiles } from "npm:@smithy/shared-ini-file-loader@4.7.2";

/** Settings by name; nested ones as `s3.addressing_style`. */
export type AwsProfile = Readonly<Record<string, string | undefined>>;

/** The settings of a profile in both files, and of the `services` section it points to. */
export async function readAwsProfile(
  { profile, configFile, credentialsFile }: {
    profile: string;
    configFile: string;
    credentialsFile: string;
  },
): Promise<AwsProfile | undefined> {
  const files = await loadSharedConfigFiles({
    configFilepath: configFile,
    filepath: credentialsFile,
    ignoreCache: true,
  });
  const own = files.configFile[profile];
  const keys = files.credentialsFile[profile];
  if (own === undefined && keys === undefined) return undefined;
  const services = own?.["services"];
  return {
    ...keys,
    ...own,
    ...(services === undefined ? {} : files.configFile[`services.${services}`]),
  };
}
