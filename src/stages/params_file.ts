/**
 * Files that `vars` in a `dvc.yaml` names: parameters as YAML, JSON or TOML.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import { YamlError } from "../platform/yaml_error.ts";
import { readYaml } from "../platform/yaml_read.ts";
import type { PlainValue } from "../platform/yaml_value.ts";

/** The value of a file of parameters. Throws `invalid-stage` where it cannot be read. */
export async function readParams(text: string, path: string): Promise<PlainValue> {
  const lower = path.toLowerCase();
  if (lower.endsWith(".py")) {
    throw new DvtError(
      "invalid-stage",
      `unable to read: '${path}', parameters in Python are not supported`,
      { hint: "keep the parameters in a YAML, JSON or TOML file" },
    );
  }
  if (lower.endsWith(".toml")) {
    const { readToml } = await import("../platform/toml.ts");
    try {
      return readToml(text);
    } catch (cause) {
      throw corrupted(path, "TOML", cause);
    }
  }
  try {
    // JSON is YAML too, and read this way it keeps 1 and 1.0 apart.
    return readYaml(text) ?? {};
  } catch (cause) {
    if (!(cause instanceof YamlError)) throw cause;
    throw corrupted(path, lower.endsWith(".json") ? "JSON" : "YAML", cause);
  }
}

function corrupted(path: string, format: string, cause: unknown): DvtError {
  return new DvtError(
    "invalid-stage",
    `unable to read: '${path}', ${format} file structure is corrupted`,
    { cause },
  );
}
