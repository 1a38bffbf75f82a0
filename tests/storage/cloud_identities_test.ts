/** Who asks Azure and Google: chains of credentials, with local stand-ins for their services. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { permissions } from "../../scripts/permissions.ts";
import { signedText } from "../../src/storage/azure/identity.ts";
import { azureSettings } from "../../src/storage/azure/settings.ts";
import { storageContext } from "../support/storage_context.ts";
import { startWebServer } from "../support/web_server.ts";

function check(name: string, fn: () => Promise<void> | void): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

/** What a script says that has only this environment, this address and these options. */
async function says(
  script: "azure_token" | "read_as_somebody",
  { url, options = {}, environment = {} }: {
    url: string;
    options?: Readonly<Record<string, string>>;
    environment?: Readonly<Record<string, string>>;
  },
): Promise<string> {
  const path = fileURLToPath(new URL(`../support/${script}.ts`, import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...permissions, "--no-check", "-q", path, url, JSON.stringify(options)],
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: "/nonexistent",
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
      DENO_TLS_CA_STORE: "mozilla,system",
      ...environment,
    },
  });
  const { stdout, stderr } = await child.output();
  const words = new TextDecoder().decode(stderr);
  assert.doesNotMatch(words, /Warning/, "the library's warnings are for programmers");
  return new TextDecoder().decode(stdout) || words;
}

const settingsOf = (
  options: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
  url = "azure://box/some/path/",
) => azureSettings({ url, options }, storageContext({ environment }));

check("azure: the account, its key and its address come from options and environment", () => {
  const key = btoa("key");
  const plain = settingsOf({ account_name: "acct", account_key: key });
  assert.deepEqual(
    [plain.endpoint.href, plain.container, plain.prefix, plain.login.kind],
    ["https://acct.blob.core.windows.net/", "box", "some/path", "key"],
  );
  const ambient = { AZURE_STORAGE_ACCOUNT: "acct", AZURE_STORAGE_KEY: key };
  assert.equal(settingsOf({}, ambient).login.kind, "key");
  assert.equal(settingsOf({ sas_token: "?sv=1&sig=x" }, ambient).login.kind, "key");
  assert.deepEqual(settingsOf({ account_name: "acct", sas_token: "?sv=1&sig=x" }).login, {
    kind: "sas",
    token: "sv=1&sig=x",
  });
  const suffixed = "AccountName=acct;AccountKey=" + key + ";EndpointSuffix=core.chinacloudapi.cn";
  assert.equal(
    settingsOf({ connection_string: suffixed }).endpoint.href,
    "https://acct.blob.core.chinacloudapi.cn/",
  );
  const emulator = settingsOf({ connection_string: "UseDevelopmentStorage=true" });
  assert.equal(emulator.endpoint.href, "http://127.0.0.1:10000/devstoreaccount1");
  const principal = { tenant_id: "t", client_id: "c", client_secret: "s" };
  assert.equal(settingsOf({ account_name: "acct", ...principal }).login.kind, "principal");
  assert.equal(settingsOf({ account_name: "acct" }).login.kind, "default");
  const open = { account_name: "acct", allow_anonymous_login: "true" };
  assert.equal(settingsOf(open).login.kind, "nobody");
  assert.throws(() => settingsOf({}), /requires either account_name or connection_string/);
  assert.throws(() => settingsOf({ account_name: "acct" }, {}, "azure://a/b"), /name a container/);
});

check("azure: an address in a connection string gets no key that the machine knows", () => {
  const { login } = settingsOf(
    { connection_string: "AccountName=acct;BlobEndpoint=https://stranger.example" },
    { AZURE_STORAGE_KEY: btoa("mine"), AZURE_STORAGE_SAS_TOKEN: "sig=mine" },
  );
  assert.equal(login.kind, "nobody");
});

check("azure: what the key signs is as the protocol says", () => {
  // The example of Microsoft's page "Authorize with Shared Key", for `Get Container Metadata`.
  const text = signedText({
    method: "GET",
    url: new URL(
      "https://myaccount.blob.core.windows.net/mycontainer?comp=metadata&restype=container&timeout=20",
    ),
    headers: { "x-ms-date": "Fri, 26 Jun 2015 23:39:12 GMT", "x-ms-version": "2015-02-21" },
    account: "myaccount",
  });
  assert.equal(
    text,
    "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n" +
      "/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20",
  );
});

check("azure: a token of the machine's own identity", async () => {
  const service = startWebServer({
    before: (request) =>
      request.headers.get("x-identity-header") !== "secret"
        ? new Response("who?", { status: 400 })
        : Response.json({ access_token: "tok", expires_on: "1999999999", token_type: "Bearer" }),
  });
  const subject = { url: "azure://box", options: { account_name: "acct" } };
  const environment = { IDENTITY_ENDPOINT: `${service.url}/msi`, IDENTITY_HEADER: "secret" };
  assert.match(
    await says("azure_token", { ...subject, environment }),
    /^the identity .*: Bearer tok$/,
  );
  const options = { ...subject.options, exclude_managed_identity_credential: "true" };
  assert.match(
    await says("azure_token", { ...subject, options, environment }),
    /^failed: no token for 'https:\/\/acct\.blob\.core\.windows\.net' could be had/,
  );
  await service.stop();
});

/** A service that hands out tokens, and a bucket that asks for one. */
function googleServices() {
  return startWebServer({
    before(request) {
      const { pathname } = new URL(request.url);
      const google = { headers: { "metadata-flavor": "Google" } };
      if (pathname === "/computeMetadata/v1/instance") return new Response("ok", google);
      if (pathname.endsWith("/token")) {
        return Response.json(
          { access_token: "tok", expires_in: 3600, token_type: "Bearer" },
          google,
        );
      }
      if (request.headers.get("authorization") !== "Bearer tok") {
        return Response.json({ error: { message: "who?" } }, { status: 401 });
      }
      return new Response("content");
    },
  });
}

check("gs: a token of the machine's own account, of a federated identity, and none", async () => {
  const service = googleServices();
  const home = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${home}/subject`, "the subject's token");
    Deno.writeTextFileSync(
      `${home}/federated.json`,
      JSON.stringify({
        type: "external_account",
        audience:
          "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x",
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        token_url: `${service.url}/token`,
        credential_source: { file: `${home}/subject` },
      }),
    );
    const environment = {
      STORAGE_EMULATOR_HOST: service.url,
      GCE_METADATA_HOST: new URL(service.url).host,
    };
    const read = (credentialpath: string) =>
      says("read_as_somebody", { url: "gs://box", options: { credentialpath }, environment });
    assert.equal(await read("cloud"), "read");
    assert.equal(await read(`${home}/federated.json`), "read");
    assert.match(
      await read("anon"),
      /^failed: 'gs:\/\/box\/file' cannot be had without credentials/,
    );
    assert.match(
      await read(`${home}/none.json`),
      /^failed: no token could be had from '.*none\.json'/,
    );
  } finally {
    Deno.removeSync(home, { recursive: true });
    await service.stop();
  }
});

check("gs: no token goes to a place that a configuration alone names", async () => {
  const service = googleServices();
  const options = { endpointurl: service.url, credentialpath: "cloud" };
  const environment = { GCE_METADATA_HOST: new URL(service.url).host };
  assert.match(
    await says("read_as_somebody", { url: "gs://box", options, environment }),
    /^failed: a token for Google is not sent to 'http:\/\/127/,
  );
  assert.deepEqual(service.log, []);
  await service.stop();
});
