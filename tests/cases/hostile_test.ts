/**
 * Registries of strangers: whatever they hold, nothing is written outside of the place that was
 * asked for, nothing of theirs is run, and no file of ours is read for them.
 */
import assert from "node:assert/strict";
import { md5Hex } from "../../src/platform/digest/md5.ts";
import { runDvt } from "../support/cli.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const content = "evil";
const contentId = md5Hex(bytes(content));

/**
 * The scene of every case: a victim's folder `w` with a project, a folder `outside` with a file
 * that nobody may touch, and a stranger's repository `evil` with a remote `store`.
 */
class Scene implements Disposable {
  readonly folder: TemporaryFolder = temporaryFolder();

  constructor() {
    const { folder } = this;
    folder.writeAll({ "outside/precious": "precious", "outside/secret": "s3cret-of-the-victim" });
    for (const name of ["evil", "w"]) {
      folder.git("init", "-q", name);
      folder.writeAll({
        [`${name}/.dvc/config`]: name === "evil"
          ? `[core]\n    remote = st\n['remote "st"']\n    url = ${folder.at("store")}\n`
          : "",
        [`${name}/.dvc/.gitignore`]: "/config.local\n/tmp\n/cache\n",
      });
    }
    this.object(content);
  }

  /** Puts bytes into the stranger's remote; gives their hash. */
  object(text: string | Uint8Array, suffix = ""): string {
    const raw = typeof text === "string" ? bytes(text) : text;
    const id = md5Hex(raw) + suffix;
    this.folder.write(`store/files/md5/${id.slice(0, 2)}/${id.slice(2)}`, raw);
    return id;
  }

  /** A listing as the stranger wrote it, well-formed or not; gives its id. */
  listing(entries: unknown): string {
    return this.object(typeof entries === "string" ? entries : JSON.stringify(entries), ".dir");
  }

  /** A stage file of the stranger's. */
  stage(name: string, text: string): void {
    this.folder.write(`evil/${name}`, text);
  }

  publish(): void {
    this.folder.git("-C", "evil", "add", "--all", "--force");
    this.folder.git("-C", "evil", "commit", "-q", "--allow-empty", "-m", "evil");
  }

  get url(): string {
    return `file://${this.folder.at("evil")}`;
  }

  /** Everything but the victim's tracked data and caches, which may change. */
  state(): string {
    const seen: string[] = [];
    const look = (path: string, name: string): void => {
      for (const entry of [...Deno.readDirSync(path)].sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const inner = `${path}/${entry.name}`;
        const shown = `${name}/${entry.name}`;
        if (/^w\/(\.dvc\/(tmp|cache)|got|d|x|x\.dvc|\.gitignore)$/.test(shown)) continue;
        if (entry.isDirectory) look(inner, shown);
        else if (entry.isSymlink) seen.push(`${shown} -> ${Deno.readLinkSync(inner)}`);
        else seen.push(`${shown} ${md5Hex(Deno.readFileSync(inner))}`);
      }
    };
    for (const top of ["outside", "evil", "store", "w"]) {
      if (this.folder.exists(top)) look(this.folder.at(top), top);
    }
    const beside = [...Deno.readDirSync(this.folder.path)].map((one) => one.name).sort();
    return [...beside.filter((name) => name !== "w"), ...seen].join("\n");
  }

  [Symbol.dispose](): void {
    this.folder[Symbol.dispose]();
  }
}

interface Case {
  readonly name: string;
  /** Builds the trap; gives command lines of the victim's, each of which must fail. */
  build(scene: Scene): readonly (readonly string[])[];
  /** What stderr says of at least one of them. */
  readonly says?: RegExp;
  /** Command lines that may also succeed, as long as nothing happens. */
  readonly mayPass?: boolean;
}

function folderStage(id: string, path = "d"): string {
  return `outs:\n- md5: ${id}\n  size: 4\n  nfiles: 1\n  hash: md5\n  path: ${path}\n`;
}

/** The ways of a victim who takes the stranger's folder `d`. */
function takeFolder(scene: Scene): readonly (readonly string[])[] {
  scene.publish();
  // The victim's own project names the same data, as after a pull of somebody's commit.
  for (const name of ["d.dvc", ".dvc/config"]) {
    scene.folder.write(`w/${name}`, scene.folder.read(`evil/${name}`));
  }
  return [
    ["get", scene.url, "d", "-o", "got"],
    ["import", scene.url, "d", "-o", "x"],
    ["pull", "d.dvc"],
  ];
}

const climbing = [
  "../x",
  "../../outside/precious",
  "/etc/dvt-hostile",
  "a/../../x",
  "./x",
  "a/./x",
  "a//x",
  "",
  ".",
  "..",
  "a/..",
  "x/",
  "/",
  ".git/hooks/post-checkout",
  "a/.git/config",
  ".GIT/config",
  ".git",
  ".dvc/config",
  "a/.dvc/config",
  "C:/x",
  "C:\\x",
  "..\\x",
  "a\\..\\..\\x",
  "a\0b",
  "\\\\server\\share",
  ".git./config",
  ".g\u200cit/config",
  "GIT~1/config",
];

const cases: Case[] = [
  ...climbing.map((relpath): Case => ({
    name: `a listing names ${JSON.stringify(relpath)}`,
    build(scene) {
      scene.stage("d.dvc", folderStage(scene.listing([{ md5: contentId, relpath }])));
      return takeFolder(scene);
    },
  })),
  ...([
    ["a name twice", [{ md5: contentId, relpath: "a" }, { md5: contentId, relpath: "a" }]],
    ["a file that is a folder", [{ md5: contentId, relpath: "a" }, {
      md5: contentId,
      relpath: "a/b",
    }]],
    ["a number for a path", [{ md5: contentId, relpath: 1 }]],
    ["no path", [{ md5: contentId }]],
    ["a hash that climbs", [{ md5: "../../../../outside/secret", relpath: "a" }]],
    ["a short hash", [{ md5: "ab", relpath: "a" }]],
    ["a folder in a folder", [{ md5: `${contentId}.dir`, relpath: "a" }]],
    ["an object", { md5: contentId, relpath: "a" }],
    ["nothing", "null"],
    ["half a text", '[{"md5": "'],
    ["a deep text", "[".repeat(200_000)],
  ] as const).map(([what, entries]): Case => ({
    name: `a listing holds ${what}`,
    build(scene) {
      scene.stage("d.dvc", folderStage(scene.listing(entries)));
      return takeFolder(scene);
    },
  })),
  {
    name: "a listing under another's name",
    build(scene) {
      const id = scene.listing([{ md5: contentId, relpath: "a" }]);
      const wrong = `${"0".repeat(32)}.dir`;
      scene.folder.write(
        `store/files/md5/00/${wrong.slice(2)}`,
        scene.folder.read(`store/files/md5/${id.slice(0, 2)}/${id.slice(2)}`),
      );
      scene.stage("d.dvc", folderStage(wrong));
      return takeFolder(scene);
    },
    says: /wrong content/,
  },
  {
    name: "an object under another's name",
    build(scene) {
      scene.folder.write(`store/files/md5/11/${"1".repeat(30)}`, "evil");
      scene.stage("d.dvc", `outs:\n- md5: ${"1".repeat(32)}\n  hash: md5\n  path: d\n`);
      return takeFolder(scene);
    },
    says: /wrong content/,
  },
  ...[
    "../outside/precious",
    "/etc/dvt-hostile",
    ".git/hooks/post-checkout",
    ".dvc/config",
    ".",
    "a/../../outside/x",
    ".git",
    "..",
    "~/.ssh/authorized_keys/../../../x",
  ].map((path): Case => ({
    name: `a stage file's output is ${JSON.stringify(path)}`,
    build({ folder }) {
      folder.write("w/.dvc/config", folder.read("evil/.dvc/config"));
      folder.write("w/x.dvc", `outs:\n- md5: ${contentId}\n  hash: md5\n  path: ${path}\n`);
      return [["pull"], ["pull", "x.dvc"], ["pull", "-f"], ["fetch"], ["checkout", "-f"]];
    },
    mayPass: true,
  })),
  {
    name: "a stage file works outside of the project",
    build({ folder }) {
      folder.write("w/.dvc/config", folder.read("evil/.dvc/config"));
      folder.write(
        "w/x.dvc",
        `wdir: ../outside\nouts:\n- md5: ${contentId}\n  hash: md5\n  path: precious\n`,
      );
      return [["pull"], ["checkout", "-f"], ["pull", "-f", "x.dvc"]];
    },
    mayPass: true,
  },
  ...[
    "../../../../../../etc/passwd",
    "..",
    "ab/../../../outside/secret",
    "zz".repeat(16),
    `${contentId}.dir.dir`,
    "-".repeat(32),
    "A".repeat(32),
  ].map((md5): Case => ({
    name: `a stage file's hash is ${JSON.stringify(md5).slice(0, 40)}`,
    build(scene) {
      scene.stage("d.dvc", `outs:\n- md5: ${md5}\n  hash: md5\n  path: d\n`);
      return takeFolder(scene);
    },
  })),
  {
    name: "a folder on the way is a link to somewhere else",
    build({ folder }) {
      folder.write("w/.dvc/config", folder.read("evil/.dvc/config"));
      Deno.symlinkSync("../outside", folder.at("w/data"));
      folder.write("w/x.dvc", `outs:\n- md5: ${contentId}\n  hash: md5\n  path: data/precious\n`);
      return [["pull"], ["pull", "-f"], ["checkout", "-f"]];
    },
    mayPass: true,
  },
  {
    name: "an output is a link of the repository's to somewhere else",
    build(scene) {
      const { folder } = scene;
      folder.write("w/.dvc/config", folder.read("evil/.dvc/config"));
      folder.write(
        "w/data.dvc",
        folderStage(scene.listing([{ md5: contentId, relpath: "precious" }]), "data"),
      );
      Deno.symlinkSync("../outside", folder.at("w/data"));
      folder.git("-C", "w", "add", "--all", "--force");
      return [["pull"], ["pull", "-f"], ["checkout", "-f"], ["remove", "--outs", "data.dvc"]];
    },
    says: /'data' is a link to '..\/outside'/,
  },
  {
    name: "what lies behind a link is to be removed, moved or saved",
    build({ folder }) {
      Deno.symlinkSync("../outside", folder.at("w/data"));
      folder.write("w/q.dvc", `outs:\n- md5: ${contentId}\n  hash: md5\n  path: data/precious\n`);
      return [
        ["remove", "--outs", "q.dvc"],
        ["remove", "q.dvc"],
        ["move", "data/precious", "x"],
        ["commit", "-f"],
      ];
    },
    says: /'data' is a link to/,
  },
  {
    name: "a link within a tracked folder leads to somewhere else",
    build(scene) {
      const { folder } = scene;
      folder.write("w/.dvc/config", folder.read("evil/.dvc/config"));
      const id = scene.listing([{ md5: contentId, relpath: "in/precious" }]);
      folder.write("w/d.dvc", folderStage(id));
      Deno.mkdirSync(folder.at("w/d"));
      Deno.symlinkSync("../../outside", folder.at("w/d/in"));
      return [["pull"], ["pull", "-f"], ["checkout", "-f"]];
    },
    mayPass: true,
  },
  {
    name: "a file to be replaced is a link to somewhere else",
    build({ folder }) {
      folder.write("w/.dvc/config", folder.read("evil/.dvc/config"));
      folder.write("w/x.dvc", `outs:\n- md5: ${contentId}\n  hash: md5\n  path: x\n`);
      Deno.symlinkSync("../outside/precious", folder.at("w/x"));
      return [["pull", "-f"], ["checkout", "-f"]];
    },
    mayPass: true,
  },
  {
    name: "a repository holds links to somewhere else",
    build(scene) {
      Deno.mkdirSync(scene.folder.at("evil/d"));
      Deno.symlinkSync("../../outside/secret", scene.folder.at("evil/d/leak"));
      Deno.symlinkSync("../../outside", scene.folder.at("evil/d/all"));
      scene.publish();
      return [["get", scene.url, "d/all/secret", "-o", "got"], ["cat", scene.url, "d/all/secret"]];
    },
  },
  {
    name: "a repository's cache is to be a folder of the victim's",
    build(scene) {
      scene.folder.write(
        "evil/.dvc/config",
        `[core]\n    remote = st\n[cache]\n    dir = ${scene.folder.at("outside")}\n` +
          `['remote "st"']\n    url = ${scene.folder.at("nowhere")}\n`,
      );
      scene.stage("d.dvc", `outs:\n- md5: ${contentId}\n  hash: md5\n  path: d\n`);
      scene.publish();
      return [["get", scene.url, "d", "-o", "got"], ["import", scene.url, "d", "-o", "x"]];
    },
  },
  ...(["credentialpath", "configpath", "keyfile"] as const).map((option): Case => ({
    name: `a repository's remote names a file of the victim's as ${option}`,
    build(scene) {
      const scheme = option === "keyfile" ? "ssh" : "s3";
      scene.folder.write(
        "evil/.dvc/config",
        `[core]\n    remote = st\n['remote "st"']\n    url = ${scheme}://127.0.0.1/x\n` +
          (scheme === "s3" ? "    endpointurl = http://127.0.0.1:9\n" : "    port = 9\n") +
          `    ${option} = ${scene.folder.at("outside/secret")}\n`,
      );
      scene.stage("d.dvc", `outs:\n- md5: ${contentId}\n  hash: md5\n  path: d\n`);
      scene.publish();
      return [["get", scene.url, "d", "-o", "got"]];
    },
  })),
  ...[
    "exec:touch outside/precious",
    "ext::touch outside/precious",
    "ssh://-oProxyCommand=touch${IFS}outside/precious/x",
    "file:///etc/passwd\0x",
  ].map((
    url,
  ): Case => ({
    name: `a repository's remote is ${JSON.stringify(url)}`,
    build(scene) {
      scene.folder.write(
        "evil/.dvc/config",
        `[core]\n    remote = st\n['remote "st"']\n    url = ${url}\n`,
      );
      scene.stage("d.dvc", `outs:\n- md5: ${contentId}\n  hash: md5\n  path: d\n`);
      scene.publish();
      return [["get", scene.url, "d", "-o", "got"], ["import", scene.url, "d", "-o", "x"]];
    },
  })),
  ...[
    "ext::sh -c 'touch outside/precious'",
    "fd::17",
    "--upload-pack=touch outside/precious",
    "ssh://-oProxyCommand=touch outside/precious/x",
    "-x",
    "file://host/../../../etc",
  ].map((
    url,
  ): Case => ({
    name: `an import comes from ${JSON.stringify(url)}`,
    build({ folder }) {
      folder.write(
        "w/x.dvc",
        "frozen: true\ndeps:\n- path: d\n  repo:\n" +
          `    url: ${JSON.stringify(url)}\n    rev_lock: ${"a".repeat(40)}\n` +
          "outs:\n- md5: " + `${contentId}\n  hash: md5\n  path: x\n`,
      );
      return [["pull"], ["update", "x.dvc"], ["fetch"], ["get", "--", url, "d", "-o", "got"]];
    },
  })),
  ...[
    "--output=../outside/precious",
    "-x",
    "HEAD --output=x",
    "a\nb",
    "@{u}",
    "HEAD:d",
    "..",
    "v1..v2",
  ].map((rev): Case => ({
    name: `an import's revision is ${JSON.stringify(rev)}`,
    build(scene) {
      scene.publish();
      scene.folder.write(
        "w/x.dvc",
        "frozen: true\ndeps:\n- path: d\n  repo:\n" +
          `    url: ${JSON.stringify(scene.url)}\n    rev_lock: ${JSON.stringify(rev)}\n` +
          "outs:\n- md5: " + `${contentId}\n  hash: md5\n  path: x\n`,
      );
      return [["pull"], ["get", scene.url, "d", `--rev=${rev}`, "-o", "got"]];
    },
  })),
  ...["../outside/secret", "/etc/passwd", "d/../../outside/secret", ".git/config", "a\0b"].map((
    path,
  ): Case => ({
    name: `an artifact lies at ${JSON.stringify(path)}`,
    build(scene) {
      scene.stage(
        "dvc.yaml",
        `artifacts:\n  m:\n    path: ${JSON.stringify(path)}\n    type: model\n`,
      );
      scene.publish();
      scene.folder.git("-C", "evil", "tag", "m@v1.0.0");
      return [
        ["artifacts", "get", scene.url, "m", "-o", "got"],
        ["get", scene.url, path.replace("\0", ""), "-o", "got"],
        ["cat", scene.url, path.replace("\0", "")],
      ];
    },
  })),
  ...([
    [
      "aliases that multiply",
      [
        "a: &a [x, x, x, x, x, x, x, x, x]",
        ...Array.from({ length: 24 }, (_, i) => {
          const [from, to] = [String.fromCharCode(97 + i), String.fromCharCode(98 + i)];
          return `${to}: &${to} [${Array(9).fill(`*${from}`).join(", ")}]`;
        }),
      ].join("\n"),
    ],
    ["a text without end to its depth", `outs: ${"[".repeat(100_000)}`],
    [
      "maps without end",
      "a:\n".repeat(1) +
      Array.from({ length: 30_000 }, (_, i) => `${" ".repeat(Math.min(i, 3000))}k:`).join("\n"),
    ],
    ["an object of Python's", "outs: !!python/object/apply:os.system ['touch x']"],
    ["keys of JavaScript's", "__proto__:\n  polluted: 1\nouts:\n- path: d\n  constructor: 1\n"],
    ["bytes that are no text", "outs:\n- path: \xff\xfe\n"],
    ["a merge of itself", "a: &a\n  <<: *a\nouts: []\n"],
  ] as const).map(([what, text]): Case => ({
    name: `a stage file holds ${what}`,
    build(scene) {
      scene.folder.write("evil/d.dvc", Uint8Array.from(text, (c) => c.charCodeAt(0)));
      scene.folder.write("w/d.dvc", Uint8Array.from(text, (c) => c.charCodeAt(0)));
      scene.publish();
      return [["get", scene.url, "d", "-o", "got"], ["pull"], ["status"]];
    },
  })),
  {
    name: "a pipeline's variables come from outside of the repository",
    build(scene) {
      scene.stage(
        "dvc.yaml",
        "vars:\n- ../outside/secret\nstages:\n  s:\n    cmd: x\n    outs:\n    - d\n",
      );
      scene.stage(
        "dvc.lock",
        "schema: '2.0'\nstages:\n  s:\n    cmd: x\n    outs:\n    - path: d\n" +
          `      md5: ${contentId}\n      hash: md5\n`,
      );
      scene.publish();
      return [["get", scene.url, "d", "-o", "got"]];
    },
    mayPass: true,
  },
  {
    name: "a matrix without end",
    build(scene) {
      const many = `[${Array.from({ length: 300 }, (_, i) => i).join(", ")}]`;
      scene.stage(
        "dvc.yaml",
        "stages:\n  s:\n    matrix:\n" +
          ["a", "b", "c", "d"].map((key) => `      ${key}: ${many}\n`).join("") +
          "    cmd: x\n    outs:\n    - d${item.a}${item.b}${item.c}${item.d}\n",
      );
      scene.publish();
      return [["get", scene.url, "d1111", "-o", "got"], ["list", scene.url]];
    },
    mayPass: true,
  },
  {
    name: "a repository on the disk configures programs for git to run",
    build(scene) {
      const trap = scene.folder.at("outside/precious");
      scene.folder.write("evil/a.txt", "a");
      scene.publish();
      for (
        const key of [
          "core.fsmonitor",
          "core.sshCommand",
          "core.pager",
          "core.editor",
          "credential.helper",
          "diff.external",
          "filter.x.smudge",
          "filter.x.process",
          "uploadpack.packObjectsHook",
          "core.hooksPath",
          "gpg.program",
        ]
      ) {
        scene.folder.git("-C", "evil", "config", key, `echo x >> ${trap}`);
      }
      scene.folder.write("evil/.git/hooks/post-checkout", `#!/bin/sh\necho x >> ${trap}\n`);
      Deno.chmodSync(scene.folder.at("evil/.git/hooks/post-checkout"), 0o755);
      const path = scene.folder.at("evil");
      return [
        ["get", path, "a.txt", "-o", "got"],
        ["get", path, "a.txt", "--rev", "HEAD", "-o", "got", "-f"],
        ["list", path],
        ["import", path, "a.txt", "-o", "x"],
        ["versions", path, "a.txt"],
      ];
    },
    mayPass: true,
  },
];

for (const { name, build, says, mayPass = false } of cases) {
  Deno.test(`hostile: ${name}`, async () => {
    using scene = new Scene();
    const lines = build(scene);
    const before = scene.state();
    let told = "";
    for (const line of lines) {
      const started = performance.now();
      const { code, stdout, stderr } = await runDvt(line, { cwd: scene.folder.at("w") });
      told += stderr;
      assert.ok(performance.now() - started < 20_000, `${line.join(" ")} took too long`);
      if (!mayPass) assert.notEqual(code, 0, `${line.join(" ")}:\n${stdout}${stderr}`);
      assert.equal(scene.state(), before, `${line.join(" ")}:\n${stdout}${stderr}`);
      assert.doesNotMatch(stdout + stderr, /s3cret-of-the-victim/, line.join(" "));
      if (code !== 0) assert.notEqual(stderr, "", line.join(" "));
      assert.doesNotMatch(stderr, /fault of dvt itself/, `${line.join(" ")}: ${stderr}`);
    }
    if (says !== undefined) assert.match(told, says);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });
}

Deno.test("hostile: there are at least sixty kinds", () => {
  assert.ok(cases.length >= 60, `${cases.length}`);
});
