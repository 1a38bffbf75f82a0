import assert from "node:assert/strict";
import { DvtError } from "../../src/platform/error.ts";
import { type Config, loadConfig } from "../../src/registry/config.ts";
import { ConfigFiles } from "../../src/registry/config_files.ts";
import {
  loadConfigFromTree,
  loadConfigWith,
  readOverrideFile,
  upstreamOverride,
} from "../../src/registry/config_foreign.ts";
import { requireRemote } from "../../src/registry/config_remote.ts";
import { treeOfRecord } from "../../src/registry/config_tree.ts";
import { environmentFor } from "../support/environment.ts";
import { type TemporaryFolder, temporaryProject } from "../support/temporary.ts";

function placeOf(folder: TemporaryFolder) {
  return {
    directory: folder.path,
    environment: environmentFor(folder.path),
    dvcDirectory: folder.at(".dvc"),
  };
}

function load(folder: TemporaryFolder): Config {
  return loadConfig(placeOf(folder));
}

function faultOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof DvtError, String(error));
    return error.message;
  }
  assert.fail("nothing was thrown");
}

Deno.test("loadConfig() knows DVC's usual values", () => {
  using folder = temporaryProject();
  const config = load(folder);
  assert.deepEqual(config.core, {
    remote: undefined,
    autostage: false,
    noScm: false,
    hardlinkLock: false,
    checksumJobs: undefined,
    siteCacheDir: undefined,
  });
  assert.deepEqual(config.cache, {
    dir: undefined,
    types: ["reflink", "copy"],
    shared: false,
    slowLinkWarning: true,
    verify: false,
  });
  assert.equal(config.remotes.size, 0);
});

Deno.test("loadConfig() merges four levels, each over those before it", () => {
  using folder = temporaryProject();
  const levels = [
    "../.home/dvc-system/config",
    "../.home/dvc-global/config",
    ".dvc/config",
    ".dvc/config.local",
  ];
  for (const [at, name] of levels.entries()) {
    folder.write(
      name,
      `[core]\n    site_cache_dir = level${at}\n['remote "r"']\n    url = s3://b/${at}\n` +
        ["region", "profile", "acl", "sse"].slice(0, 4 - at)
          .map((option) => `    ${option} = ${option}${at}\n`).join(""),
    );
  }
  const config = load(folder);
  assert.equal(config.core.siteCacheDir, "level3");
  assert.deepEqual(config.remotes.get("r")?.options, {
    region: "region3",
    profile: "profile2",
    acl: "acl1",
    sse: "sse0",
  });
  assert.equal(config.remotes.get("r")?.url, "s3://b/3");
});

Deno.test("loadConfig() reads types and resolves paths against the file they stand in", () => {
  using folder = temporaryProject();
  folder.write(
    ".dvc/config",
    `[core]\n    remote = Store\n    autostage = True\n    checksum_jobs = 1_0\n` +
      `[cache]\n    dir = ../../shared\n    type = hardlink, copy\n    shared = group\n` +
      `['remote "Store"']\n    url = ~/data\n    jobs = 3\n    verify = TRUE\n` +
      `['remote "gd"']\n    url = gdrive://x/y\n    gdrive_user_credentials_file = ../c.json\n`,
  );
  folder.write("../.home/dvc-global/config", `['remote "u"']\n    url = here\n`);
  const config = load(folder);
  const top = folder.path.replace(/\/work$/, "");
  assert.equal(config.core.remote, "store");
  assert.equal(config.core.autostage, true);
  assert.equal(config.core.checksumJobs, 10);
  assert.equal(config.cache.dir, `${top}/shared`);
  assert.deepEqual(config.cache.types, ["hardlink", "copy"]);
  assert.equal(config.cache.shared, true);
  assert.deepEqual(config.remotes.get("store"), {
    name: "store",
    url: `${top}/.home/data`,
    options: { jobs: "3", verify: "true" },
    jobs: 3,
    checksumJobs: undefined,
    verify: true,
    versionAware: false,
    worktree: false,
  });
  assert.equal(config.remotes.get("gd")?.verify, true, "what comes from Google Drive is checked");
  assert.equal(
    config.remotes.get("gd")?.options["gdrive_user_credentials_file"],
    folder.at("c.json"),
  );
  assert.equal(config.remotes.get("u")?.url, `${top}/.home/dvc-global/here`);
});

Deno.test("loadConfig() refuses what DVC refuses and warns where DVC warns", () => {
  using folder = temporaryProject();
  folder.write(".dvc/config", "[feature]\n    b = 1\n    a = 1\n");
  assert.deepEqual(load(folder).warnings, [
    "'feature.a', 'feature.b' config options are unsupported",
  ]);
  folder.write(".dvc/config", `['remote "r"']\n    url = s3://b\n    nope = 1\n`);
  assert.equal(
    faultOf(() => load(folder)),
    "config file error: extra keys not allowed @ data['remote']['r']['nope']",
  );
  folder.write(".dvc/config", new Uint8Array(2 ** 21).fill(0x20));
  assert.match(faultOf(() => load(folder)), /too large/);
  folder.remove(".dvc/config");
  folder.write(".dvc/config/file", "");
  assert.match(faultOf(() => load(folder)), /cannot read/);
});

Deno.test("ConfigFiles.edit() writes nothing that would stop every command", () => {
  using folder = temporaryProject();
  const remote = `['remote "r"']\n    url = s3://b\n`;
  folder.write(".dvc/config", remote);
  folder.write(".dvc/config.local", `['remote "r"']\n    profile = me\n`);
  const files = new ConfigFiles(placeOf(folder));
  assert.equal(
    faultOf(() => files.edit("repo", (tree) => tree.delete("remote"))),
    "config file error: expected 'url' for dictionary value @ data['remote']['r']",
  );
  const set = (value: string) => () =>
    files.edit("repo", (tree) => tree.set("exp", new Map([["git_remote", value]])));
  assert.match(faultOf(set("%(nothing)s")), /missing option "nothing" in interpolation/);
  assert.match(faultOf(set("a\vb")), /cannot be safely quoted|matched as neither/);
  assert.match(faultOf(set(`'''"""`)), /cannot be safely quoted/);
  assert.equal(folder.read(".dvc/config"), remote);
  assert.deepEqual(folder.files(".dvc").filter((name) => name.endsWith(".tmp")), []);
});

Deno.test("requireRemote() follows references and lays options over them", () => {
  using folder = temporaryProject();
  folder.write(
    ".dvc/config",
    `[core]\n    remote = photos\n['remote "host"']\n    url = ssh://h/data/\n    user = me\n` +
      `    port = 22\n['remote "photos"']\n    url = remote://Host//photos\n    user = you\n` +
      `['remote "deep"']\n    url = remote://photos/deep\n` +
      `['remote "a"']\n    url = remote://b/x\n['remote "b"']\n    url = remote://a/y\n` +
      `['remote "wrong"']\n    url = remote://host/x\n    nope = 1\n` +
      `['remote "tree"']\n    url = s3://b/p\n    worktree = true\n` +
      `['remote "flat"']\n    url = s3://b/p\n    worktree = true\n    version_aware = false\n`,
  );
  const config = load(folder);
  const find = (name?: string) =>
    requireRemote(config, { name, project: folder.path, command: "push" });
  assert.equal(find().url, "ssh://h/data//photos");
  assert.deepEqual(find().options, { user: "you", port: "22" });
  assert.equal(find("DEEP").url, "ssh://h/data//photos/deep");
  assert.equal(find("deep").name, "deep");
  assert.equal(find("tree").versionAware, true);
  const head = "config file error: ";
  assert.match(faultOf(() => find("a")), /refers to itself/);
  assert.equal(faultOf(() => find("wrong")), `${head}extra keys not allowed @ data['nope']`);
  assert.equal(faultOf(() => find("Nope")), `${head}remote 'Nope' doesn't exist`);
  assert.equal(
    faultOf(() => find("flat")),
    `${head}worktree remotes require version_aware cloud`,
  );
});

Deno.test("a foreign configuration is merged with the user's own and with what was typed", () => {
  using folder = temporaryProject();
  folder.write(".dvc/config", "[core]\n    remote = mine\n");
  folder.write("../.home/dvc-global/config", `['remote "data"']\n    profile = me\n`);
  folder.write("laid-over", `['remote "data"']\n    region = x\n    credentialpath = creds\n`);
  const place = placeOf(folder);
  const foreign = {
    content: new TextEncoder().encode(
      `[core]\n    remote = data\n['remote "data"']\n    url = s3://theirs/p\n` +
        `['remote "near"']\n    url = ../store\n`,
    ),
    label: ".dvc/config of theirs",
    folder: "/clone/.dvc",
  };
  const wish = { project: "https://theirs", command: "get" };
  const plain = loadConfigFromTree(foreign, place);
  assert.equal(requireRemote(plain, wish).url, "s3://theirs/p");
  assert.equal(requireRemote(plain, { ...wish, name: "near" }).url, "/clone/store");
  assert.deepEqual(requireRemote(plain, wish).options, { profile: "me" });

  const laidOver = loadConfigFromTree(foreign, place, {
    config: readOverrideFile("laid-over", place),
    remote: "Data",
    remoteConfig: { endpointurl: "http://e", configpath: "conf" },
  });
  assert.deepEqual(requireRemote(laidOver, wish).options, {
    profile: "me",
    region: "x",
    credentialpath: folder.at("creds"),
    endpointurl: "http://e",
    configpath: folder.at("conf"),
  });
  const other = loadConfigFromTree(foreign, place, {
    remote: "new",
    remoteConfig: { url: "there" },
  });
  assert.equal(requireRemote(other, wish).url, folder.at("there"));

  folder.remove("../.home/dvc-global/config"); // options alone are no remote
  const none = { ...foreign, content: undefined };
  assert.equal(
    faultOf(() => loadConfigFromTree(none, place, { remoteConfig: { url: "x" } })),
    "unexpected error - Missing remote name",
  );
  assert.equal(
    faultOf(() => readOverrideFile("nothing", place)),
    "unexpected error - [Errno 2] No such file or directory: 'nothing'",
  );
  const recorded = treeOfRecord({ core: { remote: "zz" }, remote: { zz: { url: "/z", jobs: 2 } } });
  assert.equal(requireRemote(loadConfigFromTree(none, place, { config: recorded }), wish).jobs, 2);
});

Deno.test("a local source lends its default remote, or its cache", () => {
  using folder = temporaryProject();
  const place = placeOf(folder);
  const cache = folder.at(".dvc/cache");
  const wish = { project: "it", command: "get" };
  const none = { content: undefined, label: "", folder: "/" };
  const lent = () =>
    requireRemote(
      loadConfigFromTree(none, { ...place, dvcDirectory: undefined }, {
        config: upstreamOverride(load(folder), cache),
        remote: load(folder).core.remote,
      }),
      wish,
    );
  assert.deepEqual([lent().name, lent().url], ["auto-generated-upstream", cache]);
  folder.write(".dvc/config", "[core]\n    remote = r\n['remote \"r\"']\n    url = ../store\n");
  assert.deepEqual([lent().name, lent().url], ["r", folder.at("store")]);
  assert.equal(loadConfigWith(place, { remote: "other" }).core.remote, "other");
});
