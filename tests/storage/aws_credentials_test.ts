import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { type S3Server, startS3Server } from "../support/s3_server.ts";
import { startWebServer, type WebServer } from "../support/web_server.ts";

let server: S3Server;
let home: string;

Deno.test.beforeAll(async () => {
  server = await startS3Server();
  Deno.writeTextFileSync(`${server.folder}/file`, "content");
  home = Deno.makeTempDirSync();
  Deno.mkdirSync(`${home}/.aws`);
});
Deno.test.afterAll(async () => {
  await server.stop();
  Deno.removeSync(home, { recursive: true });
});

/** What a process says that has only this environment and these options. */
async function reads(
  environment: Record<string, string>,
  options: Record<string, string> = {},
): Promise<string> {
  const script = fileURLToPath(new URL("../support/read_as_somebody.ts", import.meta.url));
  const remote = JSON.stringify({ endpointurl: server.endpoint, ...options });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "-q", script, `s3://${server.bucket}`, remote],
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: home,
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
      AWS_EC2_METADATA_DISABLED: "true",
      ...environment,
    },
  });
  const { stdout, stderr } = await child.output();
  return new TextDecoder().decode(stdout) || new TextDecoder().decode(stderr);
}

function files(config: string, credentials = ""): void {
  Deno.writeTextFileSync(`${home}/.aws/config`, config);
  Deno.writeTextFileSync(`${home}/.aws/credentials`, credentials);
}

function check(sentence: string, work: () => Promise<void>): void {
  Deno.test({
    name: `S3 credentials: ${sentence}`,
    fn: work,
    sanitizeOps: false,
    sanitizeResources: false,
  });
}

const ambient = () => ({
  AWS_ACCESS_KEY_ID: server.accessKeyId,
  AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
});
const keyFile = (profile: string) =>
  `[${profile}]\naws_access_key_id = ${server.accessKeyId}\n` +
  `aws_secret_access_key = ${server.secretAccessKey}\n`;

check("from the environment, also beside files that say something else", async () => {
  files("", "[default]\naws_access_key_id = AKIDWRONG\naws_secret_access_key = wrong\n");
  assert.equal(await reads(ambient()), "read");
});

check("from the shared files: default, a named profile, AWS_PROFILE", async () => {
  files("[profile team]\nregion = eu-west-1\n", keyFile("default"));
  assert.equal(await reads({}), "read");
  files("[profile team]\nregion = eu-west-1\n", keyFile("team"));
  assert.equal(await reads({}, { profile: "team" }), "read");
  assert.equal(await reads({ AWS_PROFILE: "team" }), "read");
  assert.match(
    await reads({}, { profile: "nobody" }),
    /The config profile \(nobody\) could not be/,
  );
});

check("a profile that the remote asks for wins over the environment", async () => {
  files("", keyFile("team"));
  const wrong = { AWS_ACCESS_KEY_ID: "AKIDWRONG", AWS_SECRET_ACCESS_KEY: "wrong" };
  assert.equal(await reads(wrong, { profile: "team" }), "read");
});

check("from files that the remote names", async () => {
  files("");
  Deno.writeTextFileSync(`${home}/elsewhere`, keyFile("default"));
  assert.equal(await reads({}, { credentialpath: "~/elsewhere" }), "read");
});

check("from a process", async () => {
  const answer = JSON.stringify({
    Version: 1,
    AccessKeyId: server.accessKeyId,
    SecretAccessKey: server.secretAccessKey,
  });
  Deno.writeTextFileSync(`${home}/keys.sh`, `echo '${answer}'\n`);
  files(`[default]\ncredential_process = sh ${home}/keys.sh\n`);
  assert.equal(await reads({}), "read");
});

/** A service that hands out the right keys. */
function keyService(answer: (request: Request) => Response): WebServer {
  return startWebServer({ before: answer });
}

check("from a container's service", async () => {
  files("");
  const service = keyService((request) =>
    Response.json(
      request.headers.get("authorization") !== "token" ? {} : {
        AccessKeyId: server.accessKeyId,
        SecretAccessKey: server.secretAccessKey,
        Token: "",
        Expiration: new Date(Date.now() + 3600_000).toISOString(),
      },
    )
  );
  const environment = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${service.url}/keys`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: "token",
  };
  assert.equal(await reads(environment), "read");
  await service.stop();
});

check("from a web identity token", async () => {
  files("");
  Deno.writeTextFileSync(`${home}/token`, "the token");
  const bodies: string[] = [];
  const service = startWebServer({
    async before(request) {
      bodies.push(await request.text());
      return new Response(
        `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleWithWebIdentityResult><Credentials>
        <AccessKeyId>${server.accessKeyId}</AccessKeyId>
        <SecretAccessKey>${server.secretAccessKey}</SecretAccessKey>
        <SessionToken></SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
        </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
        { headers: { "content-type": "text/xml" } },
      );
    },
  });
  const environment = {
    AWS_WEB_IDENTITY_TOKEN_FILE: `${home}/token`,
    AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/reader",
    AWS_ENDPOINT_URL_STS: service.url,
    AWS_REGION: "us-east-1",
  };
  assert.equal(await reads(environment), "read");
  assert.match(bodies[0] ?? "", /WebIdentityToken=the%20token/);
  await service.stop();
});

/** Lays the token down that `aws sso login` would have left. */
function signOn(key: string, token: Record<string, string>): void {
  const folder = `${home}/.aws/sso/cache`;
  Deno.mkdirSync(folder, { recursive: true });
  const name = createHash("sha1").update(key).digest("hex");
  Deno.writeTextFileSync(`${folder}/${name}.json`, JSON.stringify(token));
}

/** The portal of single sign-on, and the service that renews its tokens. */
function portal(seen: string[]): WebServer {
  return startWebServer({
    async before(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/token") {
        const asked: { grantType?: string; refreshToken?: string } = await request.json();
        seen.push(`renew ${asked.grantType} ${asked.refreshToken}`);
        return Response.json({ accessToken: "renewed", tokenType: "Bearer", expiresIn: 3600 });
      }
      const token = request.headers.get("x-amz-sso_bearer_token");
      const role = `${searchParams.get("account_id")}/${searchParams.get("role_name")}`;
      seen.push(`${pathname} ${role} ${token}`);
      if (token !== "signed-on" && token !== "renewed") {
        return Response.json({ message: "Session token not found or invalid" }, {
          status: 401,
          headers: { "x-amzn-errortype": "UnauthorizedException" },
        });
      }
      return Response.json({
        roleCredentials: {
          accessKeyId: server.accessKeyId,
          secretAccessKey: server.secretAccessKey,
          sessionToken: "of the session",
          expiration: Date.now() + 3600_000,
        },
      });
    },
  });
}

const start = "https://team.example.org/start";
const inAnHour = () => new Date(Date.now() + 3600_000).toISOString();
const anHourAgo = () => new Date(Date.now() - 3600_000).toISOString();
const role = "sso_account_id = 123456789012\nsso_role_name = Reader\nregion = eu-west-1\n";
const session = `[profile team]\nsso_session = house\n${role}` +
  `[sso-session house]\nsso_region = eu-west-1\nsso_start_url = ${start}\n`;

check("from single sign-on: the older form of a profile, and a session", async () => {
  const seen: string[] = [];
  const service = portal(seen);
  const environment = { AWS_ENDPOINT_URL_SSO: service.url };
  files(`[profile team]\nsso_start_url = ${start}\nsso_region = eu-west-1\n${role}`);
  signOn(start, { accessToken: "signed-on", expiresAt: inAnHour() });
  assert.equal(await reads(environment, { profile: "team" }), "read");
  files(session);
  signOn("house", { accessToken: "signed-on", expiresAt: inAnHour() });
  assert.equal(await reads(environment, { profile: "team" }), "read");
  const asked = "/federation/credentials 123456789012/Reader signed-on";
  assert.deepEqual(seen, [asked, asked]);
  await service.stop();
});

check("from single sign-on: a session that ran out is renewed", async () => {
  const seen: string[] = [];
  const service = portal(seen);
  files(session);
  signOn("house", {
    accessToken: "old",
    expiresAt: anHourAgo(),
    clientId: "client",
    clientSecret: "secret",
    refreshToken: "again",
    registrationExpiresAt: inAnHour(),
  });
  const environment = {
    AWS_ENDPOINT_URL_SSO: service.url,
    AWS_ENDPOINT_URL_SSO_OIDC: service.url,
  };
  assert.equal(await reads(environment, { profile: "team" }), "read");
  assert.deepEqual(seen, [
    "renew refresh_token again",
    "/federation/credentials 123456789012/Reader renewed",
  ]);
  await service.stop();
});

check(
  "from single sign-on: who has to sign on again is told so, and no token is shown",
  async () => {
    const seen: string[] = [];
    const service = portal(seen);
    files(session);
    const environment = { AWS_ENDPOINT_URL_SSO: service.url };
    signOn("house", { accessToken: "secret-token", expiresAt: anHourAgo() });
    const late = await reads(environment, { profile: "team" });
    assert.match(late, /profile 'team' cannot be had.*aws sso login/);
    signOn("house", { accessToken: "secret-token", expiresAt: inAnHour() });
    const refused = await reads(environment, { profile: "team" });
    assert.match(refused, /profile 'team' cannot be had.*not found or invalid/);
    assert.doesNotMatch(late + refused, /secret-token/);
    await service.stop();
  },
);

check("endpoint and addressing come from the configuration file", async () => {
  files(
    `[default]\nendpoint_url = ${server.endpoint}\ns3 =\n  addressing_style = path\n`,
    keyFile("default"),
  );
  assert.equal(await reads({}, { endpointurl: "" }), "read");
});

check("nobody at all: refused quickly, with what may be done", async () => {
  files("");
  assert.match(await reads({}), /^failed: nobody \(anonymous\) may not read/);
});
