import assert from "node:assert/strict";
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
