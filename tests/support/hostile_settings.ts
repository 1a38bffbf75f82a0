/**
 * Registries of strangers whose configuration, addresses and repositories are traps.
 *
 * @module
 */
import { contentId, type HostileCase } from "./hostile_scene.ts";

/** The traps. */
export const hostileSettings: readonly HostileCase[] = [
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
  ...(["credentialpath", "configpath", "keyfile"] as const).map((option): HostileCase => ({
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
  ): HostileCase => ({
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
  ): HostileCase => ({
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
  ].map((rev): HostileCase => ({
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
  ): HostileCase => ({
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
  ] as const).map(([what, text]): HostileCase => ({
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
  ...["azure://box", "gs://box", "webhdfs://127.0.0.1:9/x", "program://drive"].map((
    url,
  ): HostileCase => ({
    name: `a repository's remote is ${url} and wants to be asked with the victim's own keys`,
    build(scene) {
      const key = scene.folder.at("outside/secret");
      const options = url.startsWith("gs")
        ? `    endpointurl = http://127.0.0.1:9\n    credentialpath = ${key}\n`
        : url.startsWith("azure")
        ? "    connection_string = BlobEndpoint=http://127.0.0.1:9/x\n"
        : "";
      scene.folder.write(
        "evil/.dvc/config",
        `[core]\n    remote = st\n['remote "st"']\n    url = ${url}\n${options}`,
      );
      scene.folder.write(
        "evil/.dvc/dvt",
        "['remote \"st\"']\n    program = touch ../outside/precious\n",
      );
      scene.stage("d.dvc", `outs:\n- md5: ${contentId}\n  hash: md5\n  path: d\n`);
      scene.publish();
      return [["get", scene.url, "d", "-o", "got"], ["import", scene.url, "d", "-o", "x"]];
    },
  })),
];
