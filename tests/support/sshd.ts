/**
 * A real OpenSSH server on loopback, with keys of its own and one user: whoever runs the tests.
 *
 * @module
 */
import { type RunningServer, startServer } from "./server_process.ts";

/** A server and what a client needs to get in. */
export interface SshServer extends RunningServer {
  /** A folder that only this server's tests use. */
  readonly folder: string;
  readonly user: string;
  /** A client's configuration that knows the server's key, for `DVT_SSH_CONFIG`. */
  readonly config: string;
  /** The same without the key. */
  readonly ignorantConfig: string;
  readonly keyFile: string;
  /** Holds the key under a passphrase. */
  readonly lockedKeyFile: string;
  readonly passphrase: string;
  /** The address of the folder. */
  readonly url: string;
}

const passphrase = "open sesame";

/** Starts `sshd`. Throws, naming the package, where it is not installed. */
export async function startSshServer(lines: readonly string[] = []): Promise<SshServer> {
  const folder = Deno.makeTempDirSync({ prefix: "dvt-sshd-" });
  Deno.chmodSync(folder, 0o755);
  const at = (name: string) => `${folder}/${name}`;
  Deno.mkdirSync(at("data"));
  makeKey(at("host"), "");
  makeKey(at("key"), "");
  makeKey(at("locked"), passphrase);
  const keys = ["key.pub", "locked.pub"].map((name) => Deno.readTextFileSync(at(name))).join("");
  Deno.writeTextFileSync(at("authorized"), keys, { mode: 0o600 });
  if (Deno.uid() === 0) Deno.mkdirSync("/run/sshd", { recursive: true });
  const server = await startServer({
    command: (port) => {
      const settings = [
        `Port ${port}`,
        "ListenAddress 127.0.0.1",
        `HostKey ${at("host")}`,
        `AuthorizedKeysFile ${at("authorized")}`,
        `PidFile ${at("pid")}`,
        "StrictModes no",
        "UsePAM no",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "MaxStartups 100",
        ...(lines.some((line) => line.startsWith("Subsystem"))
          ? []
          : ["Subsystem sftp internal-sftp"]),
        ...lines,
      ];
      Deno.writeTextFileSync(at("config"), `${settings.join("\n")}\n`);
      return [sshdProgram(), "-D", "-e", "-f", at("config")];
    },
  });
  const user = (Deno.env.get("USER") ?? "") || (Deno.uid() === 0 ? "root" : userName());
  const known = `dvt-test-server ${Deno.readTextFileSync(at("host.pub"))}`;
  Deno.writeTextFileSync(at("known"), known);
  const client = (knownHosts: string) =>
    [
      "Host *",
      `  User ${user}`,
      `  Port ${server.port}`,
      `  IdentityFile ${at("key")}`,
      "  IdentitiesOnly yes",
      "  HostKeyAlias dvt-test-server",
      `  UserKnownHostsFile ${knownHosts}`,
      "  GlobalKnownHostsFile /dev/null",
      "  LogLevel ERROR",
      "Host registry-host",
      "  HostName 127.0.0.1",
      "",
    ].join("\n");
  Deno.writeTextFileSync(at("client"), client(at("known")));
  Deno.writeTextFileSync(at("ignorant"), client("/dev/null"));
  return {
    ...server,
    folder: at("data"),
    user,
    config: at("client"),
    ignorantConfig: at("ignorant"),
    keyFile: at("key"),
    lockedKeyFile: at("locked"),
    passphrase,
    url: `ssh://${user}@127.0.0.1:${server.port}${at("data")}`,
    async stop() {
      await server.stop();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

function makeKey(path: string, passphrase: string): void {
  const args = ["-q", "-t", "ed25519", "-N", passphrase, "-C", "test", "-f", path];
  const { success, stderr } = new Deno.Command("ssh-keygen", { args }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** `sshd` wants to be called by its whole path. */
function sshdProgram(): string {
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin", "/usr/local/sbin"];
  for (const folder of folders) {
    try {
      if (Deno.statSync(`${folder}/sshd`).isFile) return `${folder}/sshd`;
    } catch {
      // not in this one
    }
  }
  throw new Error("the tests need OpenSSH's server: install the package openssh-server");
}

function userName(): string {
  return new TextDecoder().decode(new Deno.Command("id", { args: ["-un"] }).outputSync().stdout)
    .trim();
}
