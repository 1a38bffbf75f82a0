/**
 * Registries of strangers whose listings, stage files and links are traps.
 *
 * @module
 */
import { contentId, folderStage, type HostileCase, takeFolder } from "./hostile_scene.ts";

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

/** The traps. */
export const hostileData: readonly HostileCase[] = [
  ...climbing.map((relpath): HostileCase => ({
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
  ] as const).map(([what, entries]): HostileCase => ({
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
  ].map((path): HostileCase => ({
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
  ].map((md5): HostileCase => ({
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
];
