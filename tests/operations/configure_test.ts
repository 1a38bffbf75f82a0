import assert from "node:assert/strict";
import { runDvt } from "../support/cli.ts";
import { temporaryProject } from "../support/temporary.ts";

Deno.test("a secret that goes into the committed file is warned of", async () => {
  using folder = temporaryProject();
  await folder.dvt(["remote", "add", "r", "s3://b/p"]);
  const shared = await folder.dvt(["remote", "modify", "r", "secret_access_key", "abc"]);
  assert.match(shared.stderr, /^WARNING: secret_access_key is now in \.dvc\/config, /);
  assert.match(shared.stderr, /dvt remote modify --local r secret_access_key VALUE/);
  assert.doesNotMatch(shared.stderr, /abc/);
  const local = await folder.dvt(["remote", "modify", "--local", "r", "secret_access_key", "abc"]);
  assert.equal(local.stderr, "");
  const plain = await folder.dvt(["remote", "modify", "r", "profile", "abc"]);
  assert.equal(plain.stderr, "");
  const typed = await folder.dvt(["config", "remote.r.session_token", "abc"]);
  assert.match(typed.stderr, /^WARNING: session_token is now/);
});

Deno.test("passwords in URLs are stored but not shown in lists", async () => {
  using folder = temporaryProject();
  const url = "https://me:secret@host/p";
  const added = await folder.dvt(["remote", "add", "-d", "r", url]);
  assert.match(added.stderr, /^WARNING: the password in url is now/);
  assert.equal(
    folder.read(".dvc/config"),
    `[core]\n    remote = r\n['remote "r"']\n    url = ${url}\n`,
  );
  const lists = [["remote", "list"], ["config", "-l"], ["config", "-l", "--show-origin"]];
  for (const args of lists) {
    const { stdout } = await folder.dvt(args);
    assert.match(stdout, /https:\/\/me:\*\*\*@host\/p/);
    assert.doesNotMatch(stdout, /secret/);
  }
  assert.equal((await folder.dvt(["config", "remote.r.url"])).stdout, `${url}\n`);
});

Deno.test("a change that a higher level makes invalid is refused before it is written", async () => {
  using folder = temporaryProject();
  await folder.dvt(["remote", "add", "r", "s3://b/p"]);
  await folder.dvt(["remote", "modify", "--local", "r", "profile", "me"]);
  const before = folder.read(".dvc/config");
  for (const args of [["remote", "remove", "r"], ["remote", "rename", "r", "s"]]) {
    const { code, stderr } = await runDvt(args, { cwd: folder.path });
    assert.equal(code, 251);
    assert.match(stderr, /expected 'url' for dictionary value @ data\['remote'\]\['r'\]/);
    assert.equal(folder.read(".dvc/config"), before);
  }
  await folder.dvt(["remote", "modify", "--local", "-u", "r", "profile"]);
  await folder.dvt(["config", "-l"]);
});

Deno.test("dvt's own settings are shown, made and taken away", async () => {
  using folder = temporaryProject();
  await folder.dvt(["config", "dvt.core.jobs", "8"]);
  await folder.dvt(["config", "--local", "dvt.core.jobs", "4"]);
  await folder.dvt(["config", "--global", "dvt.remote.Store.mirrors", "https://a/x"]);
  assert.equal(folder.read(".dvc/dvt"), "[core]\n    jobs = 8\n");
  assert.equal(folder.read(".dvc/dvt.local"), "[core]\n    jobs = 4\n");
  assert.match(folder.read(".dvc/.gitignore"), /^\/dvt\.local$/m);
  assert.equal((await folder.dvt(["config", "dvt.core.jobs"])).stdout, "4\n");
  assert.equal((await folder.dvt(["config", "--project", "dvt.core.jobs"])).stdout, "8\n");
  const { stdout } = await folder.dvt(["config", "-l", "--show-origin"]);
  assert.match(stdout, /\/dvt\/config\tdvt\.remote\.store\.mirrors=https:\/\/a\/x\n/);
  assert.match(stdout, /^\.dvc\/dvt\.local\tdvt\.core\.jobs=4$/m);
  await folder.dvt(["config", "--local", "-u", "dvt.core.jobs"]);
  assert.equal((await folder.dvt(["config", "dvt.core.jobs"])).stdout, "8\n");
  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [["config", "dvt.core.nope", "1"], /'dvt\.core\.nope' cannot be made: dvt has no such setting/],
    [["config", "dvt.core.jobs", "none"], /must be a whole number of at least 1/],
    [["config", "--system", "dvt.core.jobs", "1"], /no settings for the whole machine/],
    [["config", "-u", "dvt.lock.wait"], /option 'dvt\.lock\.wait' doesn't exist/],
  ];
  for (const [args, message] of refused) {
    const { code, stderr } = await runDvt(args, { cwd: folder.path });
    assert.notEqual(code, 0);
    assert.match(stderr, message);
  }
});
