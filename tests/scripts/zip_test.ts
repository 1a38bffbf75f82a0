import assert from "node:assert/strict";
import { elfImage } from "../../scripts/denort.ts";
import { readZipEntry } from "../../scripts/zip.ts";
import { runProgram } from "../support/dvc.ts";
import { temporaryFolder } from "../support/temporary.ts";

Deno.test("readZipEntry() reads packed and stored files of an archive with a comment", async () => {
  using folder = temporaryFolder();
  const script = `import zipfile
with zipfile.ZipFile("a.zip", "w") as z:
    z.comment = b"a comment"
    z.writestr("first/deno", "x" * 100_000, zipfile.ZIP_DEFLATED)
    z.writestr("second", "plain", zipfile.ZIP_STORED)
`;
  const made = await runProgram(["python3", "-c", script], { cwd: folder.path });
  assert.equal(made.code, 0, made.stderr);
  const archive = Deno.readFileSync(folder.at("a.zip"));
  const text = async (end: string) =>
    new TextDecoder().decode(await readZipEntry(archive, (name) => name.endsWith(end)));
  assert.equal(await text("/deno"), "x".repeat(100_000));
  assert.equal(await text("second"), "plain");
  await assert.rejects(text("third"), /does not hold the expected file/);
});

Deno.test("elfImage() cuts off what was appended to a program, and refuses anything else", () => {
  const image = new Uint8Array(128 + 2 * 64);
  image.set([0x7f, 0x45, 0x4c, 0x46, 2]);
  const view = new DataView(image.buffer);
  view.setBigUint64(0x28, 128n, true); // where the section table starts
  view.setUint16(0x3a, 64, true); // the size of one entry
  view.setUint16(0x3c, 2, true); // how many there are
  const program = new Uint8Array(1000);
  program.set(image);
  assert.deepEqual(elfImage(program), image);
  assert.throws(() => elfImage(image), /not a program that Deno compiled/);
  assert.throws(() => elfImage(new Uint8Array(1000)), /not a 64-bit ELF program/);
});
