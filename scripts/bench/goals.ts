/**
 * What dvt is to reach: processor time as a part of DVC's, by dataset and job.
 *
 * @module
 */

const ofAnySize = {
  "get": 0.15,
  "get one file": 0.1,
  "import v1": 0.15,
  "update to v2": 0.15,
  "diff v1 v2": 0.1,
  "gc -w": 0.2,
};

const goals: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "startup": { "--version": 0.25, "status": 0.12 },
  "big-registry": { "get, first": 0.02, "get, again": 0.02, "list -R": 0.02 },
  dataset: {
    "add": 0.15,
    "add again, unchanged": 0.12,
    "status, unchanged": 0.12,
    "data status, unchanged": 0.12,
    ...ofAnySize,
    "push, S3": 0.22,
    "pull, S3": 0.22,
    "pull, HTTP": 0.2,
  },
  many: {
    "add": 0.22,
    "add again, unchanged": 0.1,
    "status, unchanged": 0.1,
    "data status, unchanged": 0.1,
    "push, folder": 0.15,
    "pull, folder": 0.15,
    "checkout": 0.18,
    "checkout, v2 to v1": 0.15,
    ...ofAnySize,
  },
  large: { add: 0.6 },
};

/** The goal of a job, as tables show it: `0.15 met`; empty where there is none. */
export function shownGoal(dataset: string, job: string, ratio: number): string {
  const goal = goals[dataset]?.[job];
  return goal === undefined
    ? ""
    : `${goal.toFixed(2)}${ratio.toFixed(2) <= goal.toFixed(2) ? " met" : ""}`;
}
