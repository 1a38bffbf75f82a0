/**
 * Who asks Google: as DVC, whoever Google's chain of credentials finds, else nobody.
 *
 * @module
 */
import type { Context } from "../../platform/context.ts";
import { DvtError, messageOf } from "../../platform/error.ts";
import { type CloudIdentity, nobody } from "../cloud_client.ts";
import { storageError } from "../fault.ts";
import { flag, type StorageOptions, text } from "../options.ts";
import { expandHome } from "../../platform/user_folders.ts";

/** The identity that a remote's options ask for. */
export function googleIdentity(
  options: StorageOptions,
  { endpoint, context }: { endpoint: URL; context: Context },
): CloudIdentity {
  const { environment, reporter } = context;
  const path = text(options, "credentialpath");
  const emulated = environment["STORAGE_EMULATOR_HOST"] ?? "";
  if (flag(options, "allow_anonymous_login", false) || path === "anon") return nobody;
  // The emulator has no use for a token, which is not sent to it.
  if (emulated !== "" && path === undefined) return nobody;
  if (!isTrusted(endpoint, emulated)) {
    // Whoever gets a token may use it: a stranger's configuration must not say who that is.
    throw new DvtError("configuration", `a token for Google is not sent to '${endpoint.origin}'`, {
      hint: "set 'allow_anonymous_login', or trust the place by STORAGE_EMULATOR_HOST",
    });
  }
  const keyFile = path === undefined || chains.has(path)
    ? undefined
    : expandHome(path, environment);
  let source: ((fresh: boolean) => Promise<string>) | undefined;
  let pending: Promise<string | undefined> | undefined;
  let anonymous = false;
  async function ask(fresh: boolean): Promise<string | undefined> {
    const { googleTokens } = await import("../../platform/google.ts");
    source ??= googleTokens({ keyFile });
    try {
      return await source(fresh);
    } catch (error) {
      const reason = messageOf(error).split("\n")[0] ?? "";
      if (path === undefined && /Could not load the default credentials/.test(reason)) {
        reporter.debug(`no Google credentials: ${reason}`);
        anonymous = true;
        return undefined;
      }
      const whose = path === undefined ? "Google's chain of credentials" : `'${path}'`;
      throw storageError("refused", `no token could be had from ${whose}: ${reason}`, {
        hint: "sign in with 'gcloud auth application-default login', or name a key file in the " +
          "remote's option 'credentialpath'",
        origin: error,
      });
    }
  }
  return {
    get label() {
      if (anonymous) return undefined;
      return path === undefined ? "the identity of this machine" : `the identity in '${path}'`;
    },
    get renewable() {
      return !anonymous;
    },
    async prove(_request, { fresh }) {
      if (anonymous) return {};
      const token = await (pending ??= ask(fresh).finally(() => pending = undefined));
      return token === undefined ? {} : { authorization: `Bearer ${token}` };
    },
  };
}

/** Words that DVC takes in place of a path: parts of the chain. */
const chains: ReadonlySet<string> = new Set(["google_default", "cache", "cloud", "browser"]);

function isTrusted({ protocol, hostname, origin }: URL, emulator: string): boolean {
  if (
    emulator !== "" && emulator.replace(/^(?!https?:)/, "http://").replace(/\/+$/, "") === origin
  ) {
    return true;
  }
  return protocol === "https:" && /(^|\.)googleapis\.com$/.test(hostname);
}
