/**
 * What DVC accepts in a `.dvc` file, in `dvc.yaml` and in `dvc.lock`.
 *
 * @module
 */
import {
  anyList,
  anyMap,
  anyOf,
  anything,
  type Check,
  checksum,
  exactly,
  flag,
  integer,
  listOf,
  mapOf,
  nothing,
  text,
} from "./check.ts";
import { isPlainMap } from "../platform/yaml_value.ts";

const checksums = { md5: checksum, checksum, etag: checksum };
const facts = { size: integer, nfiles: integer, isexec: flag, version_id: text };
const cloud = mapOf({}, { others: mapOf({ ...facts, ...checksums }), maxSize: 1 });
const files = listOf(
  mapOf({ ...checksums, ...facts, relpath: text, cloud }, { required: ["relpath"] }),
);
const annotations = { desc: text, type: text, labels: listOf(text), meta: anything };
const data = { ...checksums, ...facts, path: text, persist: flag, cloud, hash: text };

const out = mapOf({
  ...data,
  ...annotations,
  cache: flag,
  remote: text,
  push: flag,
  files,
  fs_config: anyMap,
});

const repo = mapOf({
  url: text,
  rev: text,
  rev_lock: text,
  config: anyOf(text, anyMap),
  remote: anyOf(text, anyMap),
}, { required: ["url"] });

const db = mapOf({ query: text, connection: text, file_format: text, table: text });
const dep = mapOf({ ...data, repo, db, files, fs_config: anyMap });

/** A `.dvc` file. */
export const stageFileSchema: Check = mapOf({
  md5: checksum,
  wdir: anyOf(text, nothing),
  deps: anyOf(listOf(dep), nothing),
  outs: anyOf(listOf(out), nothing),
  locked: flag,
  frozen: flag,
  meta: anything,
  always_changed: flag,
  desc: text,
});

const lockData = listOf(mapOf(
  { ...checksums, ...facts, path: text, cloud, files, hash: text, dataset: anyMap },
  { required: ["path"] },
));
const anyParams = mapOf({}, { others: mapOf({}, { others: anything }) });

/** A `dvc.lock` file. */
export const lockFileSchema: Check = mapOf({
  schema: exactly("2.0", "invalid schema version"),
  datasets: anything,
  stages: mapOf({}, {
    others: mapOf(
      { cmd: anyOf(text, anyList), deps: lockData, params: anyParams, outs: lockData },
      { required: ["cmd"] },
    ),
  }),
}, { required: ["schema"] });

const outFlags = {
  ...annotations,
  cache: flag,
  persist: flag,
  checkpoint: flag,
  remote: text,
  push: flag,
};
const pipelineOuts = listOf(anyOf(text, mapOf({}, { others: mapOf(outFlags) })));
const plotFlags = mapOf({
  ...outFlags,
  template: text,
  x: text,
  y: text,
  x_label: text,
  y_label: text,
  title: text,
  header: flag,
});
const pipelinePlots = listOf(
  anyOf(text, mapOf({}, { others: anyOf(plotFlags, listOf(plotFlags)) })),
);
const vars = listOf(text, anyMap);

const definition = mapOf({
  matrix: mapOf({}, { others: anyOf(text, anyList) }),
  cmd: anyOf(text, anyList),
  wdir: text,
  deps: listOf(text),
  params: listOf(anyOf(text, anyMap)),
  vars,
  frozen: flag,
  meta: anything,
  desc: text,
  always_changed: flag,
  outs: pipelineOuts,
  metrics: pipelineOuts,
  plots: pipelinePlots,
}, { required: ["cmd"] });

const foreach = mapOf({ foreach: anyOf(anyMap, anyList, text), do: definition }, {
  required: ["foreach", "do"],
});

const plot = mapOf({
  x: anyOf(text, mapOf({}, { others: text })),
  y: anyOf(text, listOf(text), mapOf({}, { others: anyOf(text, listOf(text)) })),
  x_label: text,
  y_label: text,
  title: text,
  template: text,
});

/** A `dvc.yaml` file. */
export const pipelineSchema: Check = mapOf({
  datasets: anything,
  plots: listOf(anyOf(text, mapOf({}, { others: anyOf(plot, nothing) }))),
  stages: mapOf({}, {
    others: (value, path) => {
      const isGroup = isPlainMap(value) &&
        (Object.hasOwn(value, "foreach") || Object.hasOwn(value, "do"));
      return (isGroup ? foreach : definition)(value, path);
    },
  }),
  vars,
  params: listOf(text),
  metrics: listOf(text),
  artifacts: mapOf({}, {
    others: mapOf({ path: text, ...annotations }, { required: ["path"] }),
  }),
});
