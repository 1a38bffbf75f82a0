/**
 * Installs a program into `.tools`, once, however many processes ask for it at the same time.
 *
 * @module
 */
import { toolsFolder } from "./project_folder.ts";

/**
 * Gives the absolute folder `.tools/<name>`, filled by `install` when no earlier call finished it.
 * A half-done folder of an interrupted install is emptied first. Other processes wait meanwhile.
 */
export async function installOnce(
  name: string,
  install: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = `${toolsFolder}/${name}`;
  const stamp = `${folder}/.complete`;
  if (isFile(stamp)) return folder;
  Deno.mkdirSync(toolsFolder, { recursive: true });
  // The lock goes with the process that holds it, also when that one is killed.
  using lock = Deno.openSync(`${toolsFolder}/.${name}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (isFile(stamp)) return folder;
  removeFolder(folder);
  Deno.mkdirSync(folder);
  await install(folder);
  Deno.writeTextFileSync(stamp, "");
  return folder;
}

/** Whether a file (or a link to one) is there. */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Removes a folder and all in it, if it is there. */
export function removeFolder(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
