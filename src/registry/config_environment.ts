/**
 * Options of remotes out of the environment, for machines on which nothing secret is written down:
 * `DVT_REMOTE_<NAME>_<OPTION>`, such as `DVT_REMOTE_STORAGE_SECRET_ACCESS_KEY`.
 *
 * @module
 */
import { isIniSection } from "../platform/ini.ts";
import type { Environment } from "../platform/user_folders.ts";
import { remoteRules } from "./config_schema.ts";
import { type ConfigTree, mergeInto, sectionIfAny } from "./config_tree.ts";

const prefix = "DVT_REMOTE_";

/**
 * Lays the variables over the remotes of a configuration, its own or somebody else's. A variable
 * that fits no remote's name, or no option that any kind of remote has, is passed over.
 */
export function withRemoteVariables(merged: ConfigTree, environment: Environment): ConfigTree {
  const variables = Object.entries(environment).filter(([name, value]) =>
    name.startsWith(prefix) && value !== undefined && value !== ""
  );
  if (variables.length === 0) return merged;
  const remotes = sectionIfAny(merged, "remote") ?? new Map();
  // The longest name first: `A_B_URL` is the address of `a_b`, not an option `b_url` of `a`.
  const names = [...remotes].filter(([, options]) => isIniSection(options)).map(([name]) => name)
    .sort((a, b) => b.length - a.length);
  const known = new Set(Object.values(remoteRules).flatMap((rules) => Object.keys(rules)));
  for (const [variable, value] of variables) {
    const rest = variable.slice(prefix.length);
    for (const name of names) {
      const start = `${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}_`;
      const option = rest.slice(start.length).toLowerCase();
      if (!rest.startsWith(start) || !known.has(option)) continue;
      const options: ConfigTree = new Map([[option, value ?? ""]]);
      mergeInto(merged, new Map([["remote", new Map([[name, options]])]]));
      break;
    }
  }
  return merged;
}
