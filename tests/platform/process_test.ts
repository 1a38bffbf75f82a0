import assert from "node:assert/strict";
import { DvtError } from "../../src/platform/error.ts";
import {
  type ProcessCall,
  runProcess,
  runProcessSync,
  startProcess,
} from "../../src/platform/process.ts";

function shell(script: string, environment: Readonly<Record<string, string>> = {}): ProcessCall {
  const path = { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin" };
  return {
    program: "sh",
    args: ["-c", script],
    directory: "/tmp",
    environment: { ...path, ...environment },
  };
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

Deno.test("a child gets the environment it is given, and no loader's variables", async () => {
  const call = shell("env; pwd", { ONE: "1", LD_PRELOAD: "/x.so", DYLD_X: "1", LDAP: "stays" });
  for (const result of [await runProcess(call), runProcessSync(call)]) {
    const lines = text(result.stdout).split("\n");
    assert(lines.includes("ONE=1") && lines.includes("LDAP=stays") && lines.includes("/tmp"));
    assert(!lines.some((line) => /^(LD_|DYLD_|HOME=)/.test(line)));
  }
});

Deno.test("runProcess() feeds stdin and collects both outputs, also large ones", async () => {
  const input = new Uint8Array(3_000_000).fill(65);
  const { code, stdout, stderr } = await runProcess(shell("cat; echo oh >&2; exit 3"), { input });
  assert.deepEqual([code, stdout.length, stderr], [3, 3_000_000, "oh\n"]);
  assert.equal(text((await runProcess(shell("cat"))).stdout), "");
});

Deno.test("a child that does not read its input is no failure of its own", async () => {
  const input = "x".repeat(1_000_000);
  assert.equal((await runProcess(shell("exec <&-; exit 4"), { input })).code, 4);
});

Deno.test("a missing program and a missing folder are told apart", async () => {
  const call = shell("true");
  const missing = { ...call, program: "no-such-program" };
  const expected = { kind: "not-found", message: "program 'no-such-program' was not found" };
  await assert.rejects(runProcess(missing), expected);
  assert.throws(() => runProcessSync(missing), expected);
  assert.throws(() => startProcess(missing), expected);
  await assert.rejects(runProcess({ ...call, directory: "/no/such" }), {
    message: "folder '/no/such' does not exist",
  });
});

Deno.test("an abort ends the child", async () => {
  const controller = new AbortController();
  const running = runProcess(shell("exec sleep 60"), { signal: controller.signal });
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(running, { kind: "interrupted" });
  await assert.rejects(runProcess(shell("exit 0"), { signal: controller.signal }), {
    kind: "interrupted",
  });
});

Deno.test("output beyond the limit ends the child", async () => {
  await assert.rejects(
    runProcess(shell("exec yes"), { limit: 100_000 }),
    (error) => error instanceof DvtError && error.message === "the output of 'sh' is too large",
  );
});

Deno.test("startProcess() holds a conversation", async () => {
  const child = startProcess(shell('while read line; do echo "$line$line"; done; exit 7'));
  const reader = child.output.getReader();
  for (const word of ["a", "bc"]) {
    await child.write(new TextEncoder().encode(word + "\n"));
    assert.equal(text((await reader.read()).value ?? new Uint8Array()), word + word + "\n");
  }
  await child.closeInput();
  assert.equal((await reader.read()).done, true);
  assert.equal(await child.ended(), 7);
});
