/**
 * Wildcards in targets, as Python's `glob` reads them.
 *
 * @module
 */
import { listDirectory } from "../platform/files.ts";

/** Whether a path fits a pattern: `*`, `?`, `[...]` within a name, `**` for any folders. */
export function matchGlob(pattern: string, path: string): boolean {
  const names = path.split("/");
  const parts = pattern.split("/");
  const fits = (part: number, name: number): boolean => {
    const wanted = parts[part];
    if (wanted === undefined) return name === names.length;
    if (wanted === "**") {
      for (let skip = name; skip <= names.length; skip++) if (fits(part + 1, skip)) return true;
      return false;
    }
    const given = names[name];
    return given !== undefined && matchName(wanted, given) && fits(part + 1, name + 1);
  };
  return fits(0, 0);
}

/** A name against one part of a pattern; a leading dot must be asked for, as in a shell. */
export function matchName(pattern: string, name: string): boolean {
  if (name.startsWith(".") && !pattern.startsWith(".")) return false;
  let source = "^";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] ?? "";
    const end = c === "[" ? pattern.indexOf("]", i + 2) : -1;
    if (c === "*") source += ".*";
    else if (c === "?") source += ".";
    else if (end > 0) {
      const inside = pattern.slice(i + 1, end).replace(/[\\\]]/g, "\\$&").replace(/^!/, "^");
      source += `[${inside}]`;
      i = end;
    } else source += c.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  }
  return new RegExp(`${source}$`, "su").test(name);
}

/** The paths below a folder that fit a pattern, in order. */
export function expandGlob(pattern: string, directory: string): string[] {
  if (!/[*?[]/.test(pattern)) {
    return [pattern];
  }
  const found: string[] = [];
  const parts = pattern.split("/");
  const enter = (folder: string, at: number): void => {
    const part = parts[at];
    if (part === undefined) return;
    const last = at === parts.length - 1;
    const place = folder === ""
      ? directory
      : folder.startsWith("/")
      ? folder
      : `${directory}/${folder}`;
    const join = (
      name: string,
    ) => (folder === "" ? name : folder.endsWith("/") ? folder + name : `${folder}/${name}`);
    if (part === "" && at === 0) return enter("/", 1);
    const entries = (listDirectory(place) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
    if (part === "**") {
      if (!last) enter(folder, at + 1);
      for (const { name, isDirectory } of entries) {
        if (name.startsWith(".")) continue;
        if (last) found.push(join(name));
        if (isDirectory) enter(join(name), at);
      }
      return;
    }
    if (part === "." || part === "..") return enter(join(part), at + 1);
    for (const { name, isDirectory } of entries) {
      if (!matchName(part, name)) continue;
      if (last) found.push(join(name));
      else if (isDirectory) enter(join(name), at + 1);
    }
  };
  enter("", 0);
  return [...new Set(found)];
}
