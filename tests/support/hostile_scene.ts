/**
 * The scene of the hostile registries: a victim, a stranger, and what nobody may touch.
 *
 * @module
 */
import { md5Hex } from "../../src/platform/digest/md5.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary.ts";

/** Text as bytes. */
export const bytes = (text: string) => new TextEncoder().encode(text);
/** What the stranger's file holds. */
export const content = "evil";
/** Its hash. */
export const contentId = md5Hex(bytes(content));

/**
 * The scene of every case: a victim's folder `w` with a project, a folder `outside` with a file
 * that nobody may touch, and a stranger's repository `evil` with a remote `store`.
 */
export class Scene implements Disposable {
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

/** One trap. */
export interface HostileCase {
  readonly name: string;
  /** Builds the trap; gives command lines of the victim's, each of which must fail. */
  build(scene: Scene): readonly (readonly string[])[];
  /** What stderr says of at least one of them. */
  readonly says?: RegExp;
  /** Command lines that may also succeed, as long as nothing happens. */
  readonly mayPass?: boolean;
}

/** A stage file that tracks a folder. */
export function folderStage(id: string, path = "d"): string {
  return `outs:\n- md5: ${id}\n  size: 4\n  nfiles: 1\n  hash: md5\n  path: ${path}\n`;
}

/** The ways of a victim who takes the stranger's folder `d`. */
export function takeFolder(scene: Scene): readonly (readonly string[])[] {
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
