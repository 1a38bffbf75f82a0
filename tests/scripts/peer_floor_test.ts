import assert from "node:assert/strict";
import { belowFloor, readFloor, readScores } from "../../scripts/peer_floor.ts";

const log = `FAILED tests/func/test_add.py::test_add: no
test file                                         passed  failed skipped   total
tests/func/test_add.py                                40      16       0      56
tests/unit/fs/test_dvc.py                             10       0       0      10
5 CLI calls, 1 s in them; 2 s in all
peer-suite: 50 of 66
`;

Deno.test("the peer floor tells which test files lost what passed before", () => {
  const scores = readScores(log);
  assert.deepEqual([...scores], [["tests/func/test_add.py", 40], [
    "tests/unit/fs/test_dvc.py",
    10,
  ]]);
  const floor = readFloor("tests/func/test_add.py 41\ntests/func/test_get.py 1\n");
  assert.deepEqual(belowFloor(floor, scores), [
    "tests/func/test_add.py: 40 passed, 41 did before",
    "tests/func/test_get.py: 0 passed, 1 did before",
  ]);
});
