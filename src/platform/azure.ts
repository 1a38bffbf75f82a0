/**
 * The one door to Azure's library of identities. Loaded when a remote has neither key nor
 * signature.
 *
 * @module
 */
import {
  ChainedTokenCredential,
  ClientSecretCredential,
  EnvironmentCredential,
  ManagedIdentityCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from "npm:@azure/identity@4.14.1";

/** Whose tokens are wanted. */
export type AzureTokenLogin =
  | {
    readonly kind: "principal";
    readonly tenant: string;
    readonly client: string;
    readonly secret: string;
  }
  | {
    readonly kind: "default";
    readonly environment: boolean;
    /** A workload that the environment names a token file for. */
    readonly workload: boolean;
    readonly managedIdentity: boolean;
  };

const scope = "https://storage.azure.com/.default";

/**
 * Opens a chain: a service principal, or what the environment, the workload and the machine say.
 * Each call gives a token that still works.
 */
export function azureTokens(login: AzureTokenLogin): (fresh: boolean) => Promise<string> {
  let credential = credentialOf(login);
  let known: { readonly token: string; readonly expiresOnTimestamp: number } | undefined;
  return async (fresh) => {
    if (fresh) {
      known = undefined;
      credential = credentialOf(login);
    }
    if (known !== undefined && known.expiresOnTimestamp - Date.now() > 5 * 60_000) {
      return known.token;
    }
    const found = await credential.getToken(scope);
    if (found === null) throw new Error("no identity was found");
    known = found;
    return found.token;
  };
}

function credentialOf(login: AzureTokenLogin): TokenCredential {
  if (login.kind === "principal") {
    return new ClientSecretCredential(login.tenant, login.client, login.secret);
  }
  const { environment, workload, managedIdentity } = login;
  return new ChainedTokenCredential(
    ...(environment ? [new EnvironmentCredential()] : []),
    ...(workload ? [new WorkloadIdentityCredential()] : []),
    ...(managedIdentity ? [new ManagedIdentityCredential()] : []),
  );
}
