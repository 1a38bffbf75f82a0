import assert from "node:assert/strict";
import { engineFor, PIECE } from "../../../src/platform/digest/engine.ts";
import { setDigestEngine } from "../../../src/platform/digest/engine_choice.ts";
import { Md5, md5Hex } from "../../../src/platform/digest/md5.ts";
import { builtinMd5, randomSource, sample } from "./samples.ts";

const modes = ["engine", "builtin", "auto"];

function inEachMode(work: () => void): void {
  try {
    for (const mode of modes) {
      setDigestEngine(mode);
      work();
    }
  } finally {
    setDigestEngine(undefined);
  }
}

Deno.test("md5Hex() agrees with built-in MD5 whatever does the work", () => {
  const lengths = Array.from({ length: 301 }, (_, length) => length);
  for (const border of [4096, PIECE, 2 * PIECE, 1024 * 1024]) {
    for (const around of [-65, -64, -63, -1, 0, 1, 63, 64, 65]) lengths.push(border + around);
  }
  inEachMode(() => {
    for (const length of lengths) {
      const bytes = sample(length, length);
      assert.equal(md5Hex(bytes), builtinMd5(bytes), `${length} bytes`);
    }
  });
});

Deno.test("bytes may come in any pieces, and streams do not mix", () => {
  inEachMode(() => {
    const random = randomSource(11);
    const messages = [0, 1, 64, 1000, 65536, 300_000].map((length) => sample(length, length));
    const streams = messages.map((message) => new Md5(message.length));
    const done = messages.map(() => 0);
    for (let open = messages.length; open > 0;) {
      const at = Math.floor(random() * messages.length);
      const message = messages[at] ?? sample(0);
      const from = done[at] ?? 0;
      if (from === message.length) {
        open = messages.filter((other, place) => done[place] !== other.length).length;
        continue;
      }
      const to = Math.min(message.length, from + Math.floor(Math.exp(random() * 12)));
      streams[at]?.update(message.subarray(from, to));
      done[at] = to;
    }
    messages.forEach((message, at) => {
      assert.equal(streams[at]?.digestHex(), builtinMd5(message));
      assert.equal(streams[at]?.digestHex(), builtinMd5(sample(0)), "it starts anew");
    });
  });
});

Deno.test("the engine can be forced and forbidden, and small work does without it", () => {
  try {
    setDigestEngine("builtin");
    assert.equal(engineFor(1e12), undefined);
    setDigestEngine("engine");
    assert.notEqual(engineFor(0), undefined);
    setDigestEngine("nonsense");
    assert.equal(engineFor(100), undefined);
    assert.notEqual(engineFor(1e9), undefined);
  } finally {
    setDigestEngine(undefined);
  }
});
