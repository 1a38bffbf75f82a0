/**
 * What dvt and real DVC say about cases of stage files, in one form.
 *
 * @module
 */
import assert from "node:assert/strict";
import { DvtError } from "../../src/platform/error.ts";
import { printYaml } from "../../src/platform/yaml_print.ts";
import { pythonText, readYaml } from "../../src/platform/yaml_read.ts";
import { rewriteYaml } from "../../src/platform/yaml_rewrite.ts";
import { YamlError, type YamlMark } from "../../src/platform/yaml_error.ts";
import {
  floatValue,
  integerValue,
  isPlainMap,
  type PlainKey,
  plainMap,
  type PlainValue,
  TypedScalar,
} from "../../src/platform/yaml_value.ts";
import { stageChecksum } from "../../src/stages/checksum.ts";
import { readPipeline } from "../../src/stages/pipeline.ts";
import { parseStageFile } from "../../src/stages/read.ts";
import type { Dep, Out, StageFile } from "../../src/stages/stage_file.ts";
import { normalizePath } from "../../src/stages/stage_paths.ts";
import { printStageFile } from "../../src/stages/write.ts";
import { realPython, runProgram } from "./dvc.ts";
import type { StageCase, Tagged } from "./stage_cases.ts";
import { temporaryFolder } from "./temporary.ts";

/** DVC's answers; null where DVC itself fails. */
export async function askDvc(cases: readonly StageCase[]): Promise<(string | null)[]> {
  using folder = temporaryFolder();
  const script = new URL("stage_answers.py", import.meta.url).pathname;
  const { code, stdout, stderr } = await runProgram([await realPython(), "-B", script], {
    cwd: folder.path,
    stdin: JSON.stringify(cases),
  });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** dvt's answer. */
export async function ownAnswer(one: StageCase): Promise<string> {
  switch (one.kind) {
    case "read":
      return readAnswer(one.text);
    case "print":
      return printYaml(untagged(one.value));
    case "rewrite": {
      const fresh = readYaml(one.fresh);
      assert.ok(isPlainMap(fresh));
      return rewriteYaml(one.old, fresh);
    }
    case "invalid":
      return await invalidAnswer(one.text);
    case "stage": {
      const stage = await parseStageFile(one.text, "sub/f.dvc");
      return await printStageFile(stage) + stageChecksum(stage);
    }
    case "pipeline":
      return await pipelineAnswer(one.files);
  }
}

function place(mark: YamlMark | undefined): string {
  return mark ? `${mark.line}:${mark.column}` : "-";
}

function readAnswer(text: string): string {
  try {
    return `value ${pythonText(readYaml(text))}`;
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const context = `${error.context ?? "None"}|${place(error.contextMark)}`;
    return `fault ${context}|${error.problem}|${place(error.problemMark)}`;
  }
}

function untagged([kind, value]: Tagged): PlainValue {
  switch (kind) {
    case "list":
      return value.map(untagged);
    case "map":
      return plainMap(value.map(([key, item]) => [untagged(key) as PlainKey, untagged(item)]));
    case "int":
      return integerValue(BigInt(value));
    case "float":
      return floatValue(Number(value.replace("inf", "Infinity")));
    case "date":
      return new TypedScalar("timestamp", value);
    case "plain":
      return value;
  }
}

async function invalidAnswer(text: string): Promise<string> {
  try {
    await parseStageFile(text, "f.dvc");
    return "valid";
  } catch (error) {
    if (!(error instanceof DvtError)) throw error;
    return error.report === undefined ? `message ${error.message}` : `${error.report}\n`;
  }
}

async function pipelineAnswer(files: Readonly<Record<string, string>>): Promise<string> {
  try {
    const read = (path: string) => Promise.resolve(files[path]);
    const { stages, artifacts } = await readPipeline("sub/dvc.yaml", read);
    return JSON.stringify({ stages: stages.map(stageFacts), artifacts });
  } catch (error) {
    if (error instanceof DvtError) return `fault ${error.message}`;
    throw error;
  }
}

function stageFacts(stage: StageFile) {
  return {
    name: stage.name,
    cmd: stage.cmd,
    cmdChanged: stage.cmdChanged ?? false,
    wdir: normalizePath(stage.wdir ?? "") || ".",
    frozen: stage.frozen,
    alwaysChanged: stage.alwaysChanged,
    desc: stage.desc ?? null,
    meta: stage.meta ?? null,
    deps: stage.deps.map(depFacts),
    outs: stage.outs.map(outFacts),
  };
}

function depFacts(dep: Dep) {
  if (dep.extra) return ["params", dep.path, dep.extra.params, dep.extra.values ?? null];
  return [dep.path, dep.hash, dep.md5 ?? null, dep.size ?? null];
}

function outFacts(out: Out) {
  const known = [out.hash, out.md5 ?? null, out.size ?? null, out.nfiles ?? null];
  const kind = [out.extra?.metric ?? false, out.extra?.plot ?? false];
  const flags = [out.cache, out.push, out.persist, out.remote ?? null, ...kind];
  const annotations = [out.desc ?? null, out.type ?? null, out.labels ?? [], out.meta ?? {}];
  return [out.path, ...known, ...flags, ...annotations];
}

/** Asserts that dvt's answer is DVC's; true where there was one to equal. */
export async function assertAsDvc(one: StageCase, wanted: string | null): Promise<boolean> {
  if (wanted === null) {
    // Where DVC fails, dvt may do better or refuse, but must not crash.
    await ownAnswer(one).catch((error) => assert.ok(isExpected(error), `${error?.stack}`));
    return false;
  }
  const own = await ownAnswer(one);
  const what = JSON.stringify(one);
  if (one.kind === "pipeline" && !wanted.startsWith("fault ") && !own.startsWith("fault ")) {
    assert.deepEqual(JSON.parse(own), JSON.parse(wanted), what);
  } else assert.equal(own, wanted, what);
  return true;
}

function isExpected(error: unknown): boolean {
  return error instanceof DvtError || error instanceof YamlError;
}
