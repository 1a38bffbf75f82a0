/**
 * What the executable is made of: the packages of `deno.lock` that dvt's sources lead to, with
 * their hashes, as CycloneDX (version 1.5) describes it.
 *
 * @module
 */
import { version } from "../src/version.ts";
import { projectFolder } from "./project_folder.ts";

/** What a lock file says of one package. */
interface LockedPackage {
  readonly integrity: string;
  /** Names, with versions where a name has several. */
  readonly dependencies?: readonly string[];
}

interface LockFile {
  readonly specifiers: Readonly<Record<string, string>>;
  readonly npm: Readonly<Record<string, LockedPackage>>;
}

/** Packages that only scripts and tests use. */
const notShipped = /^npm:assemblyscript@/;

/** The packages in the executable, by name and version, in order. */
export function shippedPackages(lock: LockFile): string[] {
  const found = new Set<string>();
  const enter = (key: string): void => {
    const locked = lock.npm[key];
    if (locked === undefined) throw new Error(`deno.lock has no package '${key}'`);
    if (found.has(key)) return;
    found.add(key);
    for (const name of locked.dependencies ?? []) enter(keyOf(name, lock));
  };
  for (const [specifier, resolved] of Object.entries(lock.specifiers)) {
    if (notShipped.test(specifier)) continue;
    const name = specifier.replace(/^npm:/, "").replace(/(?<=.)@[^@]*$/, "");
    enter(`${name}@${resolved}`);
  }
  return [...found].sort();
}

function keyOf(name: string, { npm }: LockFile): string {
  if (npm[name] !== undefined) return name;
  const keys = Object.keys(npm).filter((key) => key.startsWith(`${name}@`));
  if (keys.length !== 1) throw new Error(`deno.lock has ${keys.length} packages '${name}'`);
  return keys[0] ?? "";
}

/** The text of the list. The same lock file gives the same text. */
export function billOfMaterials(): string {
  const lock: LockFile = JSON.parse(Deno.readTextFileSync(`${projectFolder}/deno.lock`));
  const components = shippedPackages(lock).map((key) => {
    const [, name = "", release = ""] = /^(.+?)@([^@_]+)(?:_.*)?$/.exec(key) ?? [];
    return {
      type: "library",
      name,
      version: release,
      purl: `pkg:npm/${name.replace(/^@/, "%40")}@${release}`,
      hashes: [{ alg: "SHA-512", content: hexOf(lock.npm[key]?.integrity ?? "") }],
    };
  });
  const bill = {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component: { type: "application", name: "dvt", version } },
    components: [
      { type: "framework", name: "deno", version: Deno.version.deno },
      ...components,
    ],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

function hexOf(integrity: string): string {
  const bytes = Uint8Array.fromBase64(integrity.replace(/^sha512-/, ""));
  return bytes.toHex();
}
