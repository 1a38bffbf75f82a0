/**
 * What dvt and real DVC say about cases of ignore rules, in one form.
 *
 * @module
 */
import { IgnoreRules, type IgnoreSource } from "../../src/registry/ignore.ts";
import { DvtError } from "../../src/platform/error.ts";
import type { IgnoreCase } from "./ignore_cases.ts";

/** For each path one word as file and one as folder; or the text of the error. */
export type IgnoreAnswers = string | (readonly [asFile: string, asFolder: string])[];

/** A source that reads a case's files from memory. */
export function sourceOfCase(one: IgnoreCase): IgnoreSource {
  const encoder = new TextEncoder();
  return {
    read(path) {
      const text = one.files[path];
      return text === undefined ? undefined : encoder.encode(text);
    },
    exists: (path) => one.subprojects.some((folder) => path === `${folder}/.dvc`),
  };
}

/** dvt's answers: `+` hidden, `-` brought back, each with the rule; empty where no rule speaks. */
export function answersOf(one: IgnoreCase): IgnoreAnswers {
  try {
    const rules = IgnoreRules.load(sourceOfCase(one));
    const word = (path: string, kind: "file" | "directory") => {
      const { ignored, rule } = rules.check(path, kind);
      return rule === undefined ? "" : (ignored ? "+" : "-") + rule.label;
    };
    return one.paths.map((path) => [word(path, "file"), word(path, "directory")] as const);
  } catch (error) {
    if (error instanceof DvtError) return error.message;
    throw error;
  }
}
