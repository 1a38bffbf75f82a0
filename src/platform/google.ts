/**
 * The one door to Google's library of identities. Loaded when a remote is not anonymous.
 *
 * @module
 */
import process from "node:process";
import { setGCPResidency } from "npm:gcp-metadata@8.1.2";
import { GoogleAuth } from "npm:google-auth-library@10.9.1";

const scopes = ["https://www.googleapis.com/auth/devstorage.full_control"];

/** Where the library looks first. */
export interface GoogleLogin {
  /** A file with the keys of a service account, of a user, or of a federated identity. */
  readonly keyFile: string | undefined;
}

/**
 * Opens Google's chain: the key file, `GOOGLE_APPLICATION_CREDENTIALS`, what `gcloud` left behind,
 * the machine's own service account. Each call gives a token that still works.
 */
export function googleTokens({ keyFile }: GoogleLogin): (fresh: boolean) => Promise<string> {
  let auth: GoogleAuth | undefined;
  // Whether this machine is Google's shows when its metadata server answers; the library would look
  // at the machine's network cards, which dvt has no permission to do.
  setGCPResidency(false);
  // It warns programmers, on the user's terminal, when a machine is none of Google's.
  process.emitWarning = () => {};
  return async (fresh) => {
    if (fresh) auth = undefined;
    auth ??= new GoogleAuth({
      scopes,
      // Tokens need no project; the library would ask a service for its name.
      projectId: "unused",
      ...(keyFile === undefined ? {} : { keyFilename: keyFile }),
    });
    const token = await auth.getAccessToken();
    if (typeof token === "string" && token !== "") return token;
    throw new Error("no identity was found");
  };
}
