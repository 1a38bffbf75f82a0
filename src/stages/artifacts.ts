/**
 * The `artifacts` section of a `dvc.yaml`.
 *
 * @module
 */
import { DvtError } from "../platform/error.ts";
import {
  entriesOf,
  isPlainList,
  isPlainMap,
  keyText,
  type PlainValue,
} from "../platform/yaml_value.ts";
import { parseFault } from "./pipeline_vars.ts";
import { defined, textOf } from "./read_stage.ts";
import { checkExpressions, resolveText, resolveValue, typeName } from "./templating.ts";
import { ContextFault, type TemplateContext, templateText } from "./templating_context.ts";

/** Something of a registry that has a name. */
export interface Artifact {
  /** As written: POSIX, relative to the folder of the `dvc.yaml`. */
  readonly path: string;
  readonly type?: string;
  readonly desc?: string;
  readonly labels?: readonly string[];
  readonly meta?: PlainValue;
}

const nameShape = /^[a-zA-Z0-9](?:[a-zA-Z0-9-/_]*[a-zA-Z0-9])?$/;

/** Whether a name can be an artifact's, so that tags can be made for it. */
export function isArtifactName(name: string): boolean {
  return nameShape.test(name);
}

/** What DVC says about a name that cannot be an artifact's. */
export function artifactNameProblem(name: string): string | undefined {
  return isArtifactName(name) ? undefined : `Can't use '${name}' as artifact name (ID).`;
}

/** The artifacts by name. Throws `invalid-stage` for expressions that cannot be resolved. */
export function readArtifacts(
  value: PlainValue | undefined,
  context: TemplateContext,
  path: string,
): Record<string, Artifact> {
  const artifacts: [string, Artifact][] = [];
  for (const [key, definition] of isPlainMap(value) ? entriesOf(value) : []) {
    const name = keyText(key);
    try {
      checkExpressions(name);
      const resolvedName = resolveText(name, context);
      if (typeof resolvedName !== "string") {
        throw new DvtError(
          "invalid-stage",
          `failed to resolve 'artifacts.${name}' in '${path}': expected str, got ${
            typeName(resolvedName)
          }`,
        );
      }
      checkExpressions(definition);
      artifacts.push([resolvedName, artifactOf(resolveValue(definition, context))]);
    } catch (error) {
      if (error instanceof ContextFault) throw parseFault(error, `'artifacts.${name}'`, path);
      throw error;
    }
  }
  return Object.fromEntries(artifacts);
}

function artifactOf(value: PlainValue): Artifact {
  const data = isPlainMap(value) ? value : {};
  return {
    path: data.path === undefined ? "" : templateText(data.path),
    ...defined({
      type: textOf(data.type),
      desc: textOf(data.desc),
      labels: isPlainList(data.labels) ? data.labels.map(templateText) : undefined,
      meta: data.meta ?? undefined,
    }),
  };
}
