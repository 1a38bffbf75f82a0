/**
 * The environment that tests give to programs, in which nothing of the user's own settings is left.
 *
 * @module
 */

/** The name that every folder of {@linkcode temporaryFolder} starts with. */
export const temporaryPrefix = "dvt-test-";

/** Below such a folder: the home of the programs that work in it. */
const homeName = ".home";

const gitConfig = `[user]
	name = Tester
	email = tester@example.org
[init]
	defaultBranch = main
`;

/**
 * The whole environment of a program that works in `directory`. Its home, its caches and its
 * settings lie in the temporary folder around `directory`, and are shared by all who work in there;
 * elsewhere, in one that this process makes and removes.
 */
export function environmentFor(directory: string): Record<string, string> {
  const home = homeFor(directory);
  return {
    PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
    HOME: home,
    LANG: "C.UTF-8",
    TZ: "UTC",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    DVC_NO_ANALYTICS: "1",
    DVC_TEST: "1",
    DVC_GLOBAL_CONFIG_DIR: `${home}/dvc-global`,
    DVC_SYSTEM_CONFIG_DIR: `${home}/dvc-system`,
    // Which hashing is forced on the whole suite, if one is.
    ...(Deno.env.has("DVT_MD5") ? { DVT_MD5: Deno.env.get("DVT_MD5") ?? "" } : {}),
    DVC_SITE_CACHE_DIR: `${home}/dvc-site-cache`,
    // The library that DVC takes for Google's storage asks real servers about a bucket's kind.
    GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT: "false",
  };
}

/** Makes the home of a temporary folder. */
export function makeHome(folder: string): void {
  Deno.mkdirSync(`${folder}/${homeName}`);
  Deno.writeTextFileSync(`${folder}/${homeName}/.gitconfig`, gitConfig);
}

let sharedFolder: string | undefined;

function homeFor(directory: string): string {
  const start = directory.indexOf(`/${temporaryPrefix}`);
  if (start >= 0) {
    const end = directory.indexOf("/", start + 1);
    return `${end < 0 ? directory : directory.slice(0, end)}/${homeName}`;
  }
  if (sharedFolder === undefined) {
    const folder = Deno.makeTempDirSync({ prefix: temporaryPrefix });
    makeHome(folder);
    globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
    sharedFolder = folder;
  }
  return `${sharedFolder}/${homeName}`;
}
