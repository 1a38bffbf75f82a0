/**
 * Calling the system's `ssh`, so that the user's own settings, keys, agents and known hosts count.
 *
 * @module
 */
import type { Context } from "../../platform/context.ts";
import { DvtError } from "../../platform/error.ts";
import {
  createFile,
  makePrivate,
  makeTemporaryDirectory,
  removeTree,
} from "../../platform/files.ts";
import { startProcess } from "../../platform/process.ts";
import { expandHome } from "../../platform/user_folders.ts";
import { storageError } from "../fault.ts";
import { flag, number, type StorageOptions, text } from "../options.ts";
import type { Remote } from "../remote.ts";
import { SftpClient } from "./client.ts";

/** Where a session leads. */
export interface SshPlace {
  readonly host: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
  /** On the server: absolute. */
  readonly path: string;
  /** The address without secrets. */
  readonly label: string;
  readonly options: StorageOptions;
}

/** Reads the address of a remote. Throws `configuration` where it names no host. */
export function sshPlace({ url, options }: Remote): SshPlace {
  const [, login, host = "", digits, path = ""] =
    /^ssh:\/\/(?:([^@/]*)@)?(\[[0-9a-f:.%]+\]|[^/:@]*)(?::(\d*))?(\/.*)?$/is.exec(url) ?? [];
  const user = login?.replace(/:.*$/s, "") || text(options, "user");
  const port = digits ? Number(digits) : number(options, "port", { least: 1 });
  const name = host.replace(/^\[|\]$/g, "");
  // A name that begins with a hyphen would be an option to ssh.
  const wrong = name === "" || name.startsWith("-") || user?.startsWith("-") === true ||
    // deno-lint-ignore no-control-regex
    /[\s\0-\x1f]/.test(name + (user ?? ""));
  if (wrong || (port !== undefined && port > 65535)) {
    throw new DvtError("configuration", `'${url.replace(/:[^@/]*@/, "@")}' is no address of ssh`, {
      hint: "write it as in ssh://user@example.com:22/path",
    });
  }
  const at = `${user === undefined ? "" : `${user}@`}${host}${
    port === undefined ? "" : `:${port}`
  }`;
  const folder = path.replace(/\/+$/, "");
  return { host: name, user, port, path: folder, label: `ssh://${at}${folder}`, options };
}

/** How long a connection may take to come about where the remote does not say, in seconds. */
const usualTimeout = 30;

/** Starts a session. */
export async function connect(place: SshPlace, context: Context): Promise<SftpClient> {
  const secrets = await secretsOf(place, context);
  const helper = secrets === undefined ? undefined : askpassHelper();
  const { environment, directory } = context;
  try {
    const process = startProcess({
      program: "ssh",
      args: argumentsFor(place, { context, answersPrompts: helper !== undefined }),
      directory,
      environment: helper === undefined ? environment : {
        ...environment,
        SSH_ASKPASS: helper.program,
        SSH_ASKPASS_REQUIRE: "force",
        DVT_SSH_PASSWORD: secrets?.password ?? "",
        DVT_SSH_PASSPHRASE: secrets?.passphrase ?? "",
      },
    }, { keepComplaints: true });
    return await SftpClient.start(process, {
      onEnd: (complaints, started) => endOf(place, complaints, started),
    });
  } catch (error) {
    if (error instanceof DvtError && error.kind === "not-found") {
      throw storageError("unsupported", `cannot reach '${place.label}': ${error.message}`, {
        hint: "install OpenSSH's client",
        origin: error,
      });
    }
    throw error;
  } finally {
    helper?.remove();
  }
}

/** The command line. Secrets are none of it. */
function argumentsFor(
  { host, user, port, options }: SshPlace,
  { context, answersPrompts }: { context: Context; answersPrompts: boolean },
): string[] {
  const { environment, interactive } = context;
  const timeout = number(options, "timeout", { least: 0 }) ?? usualTimeout;
  const settings = [
    "ForwardAgent=no",
    "ForwardX11=no",
    "ClearAllForwardings=yes",
    "PermitLocalCommand=no",
    "RequestTTY=no",
    "ServerAliveInterval=30",
    "ServerAliveCountMax=4",
    ...(timeout > 0 ? [`ConnectTimeout=${Math.ceil(timeout)}`] : []),
    ...(answersPrompts ? ["NumberOfPasswordPrompts=1", "BatchMode=no"] : []),
    ...(!answersPrompts && interactive !== true ? ["BatchMode=yes"] : []),
    ...(flag(options, "allow_agent", true) ? [] : ["IdentityAgent=none"]),
    ...(flag(options, "gss_auth", false) ? ["GSSAPIAuthentication=yes"] : []),
  ];
  const keyFile = text(options, "keyfile");
  const config = environment["DVT_SSH_CONFIG"];
  return [
    ...(config ? ["-F", config] : []),
    ...settings.flatMap((setting) => ["-o", setting]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    ...(user === undefined ? [] : ["-l", user]),
    ...(keyFile === undefined ? [] : ["-i", expandHome(keyFile, environment)]),
    "-s",
    "--",
    host,
    "sftp",
  ];
}

interface Secrets {
  readonly password: string | undefined;
  readonly passphrase: string | undefined;
}

async function secretsOf(
  { options, label }: SshPlace,
  { askSecret }: Context,
): Promise<Secrets | undefined> {
  const ask = (wanted: string, what: string) => {
    if (text(options, wanted)?.toLowerCase() !== "true") return undefined;
    return askSecret?.(`${what} for '${label}': `);
  };
  const password = text(options, "password") ?? ask("ask_password", "Password");
  const passphrase = text(options, "passphrase") ?? ask("ask_passphrase", "Passphrase of the key");
  await Promise.resolve();
  return password === undefined && passphrase === undefined ? undefined : { password, passphrase };
}

/**
 * A program that answers what ssh asks: passwords and passphrases alone, out of the environment,
 * which no other user can read. To any other question, such as whether a host is known, it is no.
 */
const askpassScript = `#!/bin/sh
case "$1" in
  *assphrase*) [ -n "$DVT_SSH_PASSPHRASE" ] && printf '%s\\n' "$DVT_SSH_PASSPHRASE" ;;
  *assword*) [ -n "$DVT_SSH_PASSWORD" ] && printf '%s\\n' "$DVT_SSH_PASSWORD" ;;
  *) exit 1 ;;
esac
`;

function askpassHelper(): { readonly program: string; remove(): void } {
  const folder = makeTemporaryDirectory();
  makePrivate(folder);
  const program = `${folder}/askpass`;
  createFile(program, new TextEncoder().encode(askpassScript), 0o700);
  return { program, remove: () => removeTree(folder) };
}

/** Why a session ended, as far as ssh told. */
function endOf({ label }: SshPlace, complaints: string, started: boolean): Error {
  const last = complaints.trim().split("\n").at(-1)?.trim().replace(/\.$/, "") ?? "";
  const fail = (kind: Parameters<typeof storageError>[0], fact: string, hint?: string) =>
    storageError(kind, `cannot reach '${label}': ${fact}`, { hint });
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(complaints)) {
    return fail(
      "untrusted",
      "the server's key is another one than the known one",
      [
        "somebody may be listening; if the server was set up anew, remove the old key with",
        "'ssh-keygen -R'",
      ].join(" "),
    );
  }
  if (/Host key verification failed|No .* host key is known/i.test(complaints)) {
    return fail(
      "untrusted",
      "the server's key is unknown",
      "connect once with 'ssh' and accept it",
    );
  }
  if (
    /Permission denied \(|Too many authentication failures|no more authentication/i.test(complaints)
  ) {
    return fail(
      "refused",
      `no permission to sign in (${last})`,
      [
        "check the user, the key file and the agent: 'ssh' must get in without a question, or set",
        "'password' with 'dvt remote modify --local'",
      ].join(" "),
    );
  }
  if (/Could not resolve hostname|Name or service not known/i.test(complaints)) {
    return fail("unreachable", "there is no host of that name");
  }
  if (/timed out/i.test(complaints) && !started) return fail("timeout", "no answer");
  if (/Connection refused|No route to host|Network is unreachable/i.test(complaints)) {
    return fail("unreachable", last);
  }
  if (/subsystem request failed/i.test(complaints)) {
    return fail("unsupported", "the server offers no SFTP");
  }
  if (/Bad configuration option|no such identity|Bad owner or permissions/i.test(complaints)) {
    return fail("refused", last);
  }
  return storageError("cut", `the connection to '${label}' ended${last === "" ? "" : `: ${last}`}`);
}
