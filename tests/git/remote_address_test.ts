import assert from "node:assert/strict";
import { remoteAddress } from "../../src/git/remote_address.ts";
import { gitContext } from "../support/git_context.ts";

const context = gitContext("/place/here", {
  DVT_TOKEN_GIT_EXAMPLE_ORG: "t0p",
  DVT_TOKEN_LOCALHOST: "l",
});

Deno.test("paths and addresses are told apart as git tells them", () => {
  const paths = {
    "../reg": "/place/reg",
    "/abs/reg.git": "/abs/reg.git",
    "reg": "/place/here/reg",
    "./a:b": "/place/here/a:b",
    "/a:b/c": "/a:b/c",
    "file:///srv/reg.git": "/srv/reg.git",
    "file:///srv/a%20b%23c": "/srv/a b#c",
    "file:///srv/100%": "/srv/100%",
  };
  for (const [typed, path] of Object.entries(paths)) {
    assert.equal(remoteAddress(typed, context).path, path, typed);
  }
  const addresses = [
    ...["git@github.com:a/b.git", "host:path", "host:/path", "user@[::1]:p", "ssh://git@h:22/p"],
    ...["https://h/p", "http://h:8080/p.git", "git://h/p", "codecommit::us-east-1://repo"],
  ];
  for (const typed of addresses) {
    const { path, url, secrets, hiddenConfig } = remoteAddress(typed, context);
    assert.deepEqual({ path, url, secrets, hiddenConfig }, {
      path: undefined,
      url: typed,
      secrets: [],
      hiddenConfig: [],
    });
  }
});

Deno.test("what would run a program or become an option is refused", () => {
  for (
    const typed of [
      ...[
        "",
        "-x",
        "--upload-pack=touch /tmp/x",
        "ext::sh -c 'x'",
        "EXT::sh",
        "fd::3",
        "a\nb",
        "a\0b",
      ],
      "https://u:p%0ahost=evil@h/p",
    ]
  ) {
    assert.throws(() => remoteAddress(typed, context), { kind: "git" }, typed);
  }
});

Deno.test("secrets are taken out of an address and handed on for it alone", () => {
  const { url, shown, hiddenConfig, variables, secrets } = remoteAddress(
    "https://us%40er:p%3Ass%25@h.org:8443/r.git",
    context,
  );
  assert.equal(url, "https://h.org:8443/r.git");
  assert.equal(shown, "https://us%40er:***@h.org:8443/r.git");
  assert.deepEqual(variables, { DVT_GIT_USERNAME: "us@er", DVT_GIT_PASSWORD: "p:ss%" });
  assert.deepEqual(secrets, ["p:ss%", "p%3Ass%25", "p%3Ass%25"]);
  assert.equal(hiddenConfig[0]?.[0], "credential.https://h.org:8443/r.git.helper");
  assert(!JSON.stringify(hiddenConfig).includes("p:ss"));
  const named = remoteAddress("https://alice@h.org/r.git", context);
  assert.deepEqual(named.hiddenConfig, [["credential.https://h.org/r.git.username", "alice"]]);
  assert.equal(named.url, "https://h.org/r.git");
  const shell = remoteAddress("ssh://git:word@h/p@q", context);
  assert.deepEqual([shell.url, shell.secrets], ["ssh://git@h/p@q", ["word"]]);
});

Deno.test("a token of the environment goes to its host, never in the clear to another machine", () => {
  const tokenOf = (typed: string) => remoteAddress(typed, context).variables.DVT_GIT_PASSWORD;
  assert.equal(tokenOf("https://git.example.org/r"), "t0p");
  assert.equal(tokenOf("https://git.example.org:444/r"), "t0p");
  assert.equal(tokenOf("https://git-example.org/r"), undefined);
  assert.equal(tokenOf("http://git.example.org/r"), undefined);
  assert.equal(tokenOf("http://localhost:80/r"), "l");
  assert.equal(tokenOf("https://example.org/r"), undefined);
  assert.equal(tokenOf("https://me:typed@git.example.org/r"), "typed");
  const variables = remoteAddress("https://bob@git.example.org/r", context).variables;
  assert.deepEqual(variables, { DVT_GIT_USERNAME: "bob", DVT_GIT_PASSWORD: "t0p" });
});

Deno.test("the tokens of CI systems count for their own hosts, where that is wanted", () => {
  const environment = { GITHUB_TOKEN: "gh", CI_JOB_TOKEN: "job", CI_SERVER_HOST: "git.firm.org" };
  const given = (url: string, more: Record<string, string>) => {
    const { variables } = remoteAddress(url, {
      ...context,
      environment: { ...environment, ...more },
    });
    return [variables.DVT_GIT_USERNAME, variables.DVT_GIT_PASSWORD];
  };
  const wanted = { DVT_CI_TOKENS: "1" };
  const none = [undefined, undefined];
  assert.deepEqual(given("https://github.com/a/b", {}), none);
  assert.deepEqual(given("https://github.com/a/b", wanted), ["oauth2", "gh"]);
  assert.deepEqual(given("https://github.com.evil.org/a/b", wanted), none);
  assert.deepEqual(given("http://github.com/a/b", wanted), none);
  assert.deepEqual(given("https://git.firm.org/a/b", wanted), ["gitlab-ci-token", "job"]);
  assert.deepEqual(
    given("https://git.firm.org/a/b", { ...wanted, DVT_TOKEN_GIT_FIRM_ORG: "own" }),
    [
      "oauth2",
      "own",
    ],
  );
});
