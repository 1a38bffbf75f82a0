/**
 * What people type to name somebody else's repository. Secrets are taken out of it, so that they
 * stand in no process list, stage file or mirror; git gets them by its environment.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import { DvtError } from "../platform/error.ts";
import { absolutePath, isAbsolutePath } from "../platform/paths.ts";
import { maskSecrets } from "../platform/secrets.ts";

/** An address, understood. */
export interface RemoteAddress {
  /** As typed, secrets masked. */
  readonly shown: string;
  /** The absolute native path of a repository on this machine; undefined if it is elsewhere. */
  readonly path: string | undefined;
  /** What git is given: without secrets. */
  readonly url: string;
  /** Settings and variables for git's environment alone, which bring the secrets back. */
  readonly hiddenConfig: readonly (readonly [key: string, value: string])[];
  readonly variables: Readonly<Record<string, string>>;
  /** Texts that no message may hold. */
  readonly secrets: readonly string[];
}

/**
 * Understands an address as git does. Refuses those that name a program to be run.
 */
export function remoteAddress(typed: string, context: Context): RemoteAddress {
  const shown = maskSecrets(typed);
  // deno-lint-ignore no-control-regex
  if (typed === "" || typed.startsWith("-") || /[\x00-\x1f\x7f]/.test(typed)) {
    throw refused(shown, "it is not the address of a Git repository");
  }
  const helper = /^(\w+)::/.exec(typed)?.[1]?.toLowerCase();
  if (helper === "ext" || helper === "fd") {
    throw refused(shown, `transport '${helper}' runs programs and is not allowed`);
  }
  const plain = { shown, hiddenConfig: [], variables: {}, secrets: [] };
  const path = localPath(typed, context);
  if (path !== undefined) return { ...plain, path, url: path };
  const elsewhere = { ...plain, path: undefined };
  if (!/^[a-z][\w+.-]*:\/\//i.test(typed) || !URL.canParse(typed)) {
    return { ...elsewhere, url: typed };
  }
  const { protocol } = new URL(typed);
  if (protocol === "http:" || protocol === "https:") {
    return { ...elsewhere, ...withCredentials(typed, context) };
  }
  // SSH has no use for a password here; git would hand it on as a part of the host.
  const password = /^([^:/]+:\/\/[^/@:]*):([^/@]*)@/.exec(typed);
  if (password === null) return { ...elsewhere, url: typed };
  const [all, before = "", secret = ""] = password;
  return { ...elsewhere, url: `${before}@${typed.slice(all.length)}`, secrets: [secret] };
}

function refused(shown: string, why: string): DvtError {
  return new DvtError("git", `'${shown}' cannot be read: ${why}`);
}

/** By git's rule, what has a colon before the first slash is a host. */
function localPath(typed: string, context: Context): string | undefined {
  if (/^file:\/\//i.test(typed)) {
    const path = typed.slice("file://".length);
    try {
      return absolutePath(decodeURIComponent(path), context.directory);
    } catch {
      return absolutePath(path, context.directory); // a lone % stands for itself
    }
  }
  const isPath = /^[^:]*(\/|$)/.test(typed) || isAbsolutePath(typed);
  return isPath ? absolutePath(typed, context.directory) : undefined;
}

interface Credentials {
  readonly user: string;
  readonly password: string;
}

type Hidden = Pick<RemoteAddress, "url" | "hiddenConfig" | "variables" | "secrets">;

/**
 * A credential helper that only knows this address. It gives nothing to other hosts, whatever the
 * server redirects to, and takes the place of the user's helpers, so that nothing is stored.
 */
const helper = '!f() { test "$1" = get && ' +
  'printf \'username=%s\\npassword=%s\\n\' "$DVT_GIT_USERNAME" "$DVT_GIT_PASSWORD"; }; f';

function withCredentials(typed: string, context: Context): Hidden {
  const parsed = new URL(typed);
  const user = decoded(parsed.username);
  const password = decoded(parsed.password);
  // As typed but for the secrets: git compares addresses letter by letter.
  const url = typed.replace(/^([a-z]+:\/\/)[^/?#]*@/i, "$1");
  const known = password === ""
    ? tokenFor(parsed, user, context)
    : { user, password } satisfies Credentials;
  if (known !== undefined) {
    const { origin } = parsed;
    return {
      url,
      hiddenConfig: [
        [`credential.${url}.helper`, ""],
        [`credential.${url}.helper`, helper],
        // Newer gits then spare the request that is only sent to be refused.
        [`http.${origin}/.proactiveAuth`, "basic"],
      ],
      variables: { DVT_GIT_USERNAME: known.user, DVT_GIT_PASSWORD: known.password },
      secrets: [known.password, encodeURIComponent(known.password), parsed.password],
    };
  }
  const hiddenConfig = user === "" ? [] : [[`credential.${url}.username`, user]] as const;
  return { url, hiddenConfig, variables: {}, secrets: [] };
}

/** A name or password as typed into a URL. A line break would forge git's credential protocol. */
function decoded(text: string): string {
  let plain = text;
  try {
    plain = decodeURIComponent(text);
  } catch {
    // a lone % stands for itself
  }
  if (/[\r\n\0]/.test(plain)) {
    throw new DvtError("git", "a name or password in a Git address holds a line break");
  }
  return plain;
}

/**
 * A token for a host from the environment: `DVT_TOKEN_GIT_EXAMPLE_ORG`. A hyphen becomes two
 * underscores: `git-example.org` is somebody else.
 */
function tokenFor(url: URL, user: string, context: Context): Credentials | undefined {
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol !== "https:" && !loopback) return undefined;
  const name = url.hostname.toUpperCase().replaceAll("-", "__").replace(/[^A-Z0-9_]/g, "_");
  const token = context.environment[`DVT_TOKEN_${name}`] ?? "";
  const service = token === "" ? serviceToken(url, context) : undefined;
  const password = token === "" ? service?.password ?? "" : token;
  if (password === "") return undefined;
  // Most services take any name beside a token; Bitbucket wants this one.
  const usual = url.hostname.endsWith("bitbucket.org") ? "x-token-auth" : "oauth2";
  const given = user === "" ? service?.user ?? usual : user;
  return { user: given, password: decoded(password) };
}

/**
 * The variables in which CI systems hand out tokens for their own hosts. They count where
 * `DVT_CI_TOKENS` is set, since not everybody who has one at hand means it for this.
 */
function serviceToken(url: URL, { environment }: Context): Credentials | undefined {
  if ((environment.DVT_CI_TOKENS ?? "") === "") return undefined;
  const host = url.hostname.toLowerCase();
  const gitlab = (environment.CI_SERVER_HOST ?? "gitlab.com").toLowerCase();
  const tokens: (readonly [host: string, variable: string, user?: string])[] = [
    ["github.com", "GITHUB_TOKEN"],
    ["github.com", "GH_TOKEN"],
    [gitlab, "GITLAB_TOKEN"],
    [gitlab, "CI_JOB_TOKEN", "gitlab-ci-token"],
    ["huggingface.co", "HF_TOKEN"],
  ];
  for (const [place, variable, user = "oauth2"] of tokens) {
    const password = environment[variable] ?? "";
    if (place === host && password !== "") return { user, password };
  }
  return undefined;
}
