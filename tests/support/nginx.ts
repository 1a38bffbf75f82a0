/**
 * A real nginx on loopback, with what stands behind it: Git over HTTP, a Git LFS server, a folder
 * of files.
 *
 * @module
 */
import { type RunningServer, startServer } from "./server_process.ts";

/** What is served. */
export interface NginxOptions {
  /** The address of a server that Git's requests are handed on to. */
  readonly git?: string;
  /** The address of a server that Git LFS's requests are handed on to. */
  readonly lfs?: string;
  /** A folder that `/data/` serves and, with WebDAV's PUT, DELETE and MKCOL, takes. */
  readonly data?: string;
  /** Asks for this name and password at Git's and LFS's door, or at the one of the data alone. */
  readonly user?: string;
  readonly password?: string;
  readonly locked?: "git" | "data";
  /** Where LFS hands out content: usually behind the same door. */
  readonly openContent?: boolean;
}

/** A running nginx. */
export interface Nginx extends RunningServer {
  readonly url: string;
  /** `METHOD /path?query status` of every request since the last call. */
  requests(): Promise<string[]>;
}

function nginxProgram(): string {
  for (const path of ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"]) {
    try {
      if (Deno.statSync(path).isFile) return path;
    } catch {
      // the next place
    }
  }
  throw new Error("nginx is not here: install Debian's package nginx-light");
}

/** Starts nginx. Throws, naming the package, where it is not installed. */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const folder = Deno.makeTempDirSync({ prefix: "dvt-nginx-" });
  Deno.chmodSync(folder, 0o755);
  const at = (name: string) => `${folder}/${name}`;
  Deno.writeTextFileSync(at("users"), `${options.user ?? ""}:{PLAIN}${options.password ?? ""}\n`);
  const program = nginxProgram();
  const server = await startServer({
    command(port) {
      Deno.writeTextFileSync(at("nginx.conf"), configuration(port, folder, options));
      return [program, "-p", folder, "-e", at("error.log"), "-c", at("nginx.conf")];
    },
  });
  let seen = 0;
  return {
    ...server,
    url: `http://127.0.0.1:${server.port}`,
    async requests() {
      // The line of a request is written after its answer.
      await new Promise((resolve) => setTimeout(resolve, 100));
      const lines = Deno.readTextFileSync(at("access.log")).split("\n").slice(0, -1);
      const fresh = lines.slice(seen);
      seen = lines.length;
      return fresh;
    },
    async stop() {
      await server.stop();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

function configuration(port: number, folder: string, options: NginxOptions): string {
  const { git, lfs, data, user, locked = "git", openContent = false } = options;
  const lock = user === undefined
    ? ""
    : `auth_basic "registry"; auth_basic_user_file ${folder}/users;`;
  const gitLock = locked === "git" ? lock : "";
  const passedOn = "proxy_set_header Host $http_host; proxy_request_buffering off;";
  // The door has looked at the password; the server behind it takes everybody.
  const lfsHeaders = `proxy_set_header Authorization ""; ${passedOn}`;
  // The folders of tests are their owner's alone.
  const runsAs = Deno.uid() === 0 ? "user root;" : "";
  return `daemon off;
${runsAs}
worker_processes 1;
pid ${folder}/pid;
events {}
http {
  log_format short '$request_method $request_uri $status';
  access_log ${folder}/access.log short;
  client_max_body_size 0;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port};
    ${
    lfs === undefined ? "" : `location ~ /info/lfs/ { ${gitLock} proxy_pass ${lfs}; ${lfsHeaders} }
    location ~ /objects/(storage|batch|verify) { ${
      openContent ? "" : gitLock
    } proxy_pass ${lfs}; ${passedOn} }`
  }
    ${
    data === undefined ? "" : `location /data/ { ${locked === "data" ? lock : ""} alias ${data}/; }`
  }
    ${git === undefined ? "" : `location / { ${gitLock} proxy_pass ${git}; ${passedOn} }`}
  }
}
`;
}
