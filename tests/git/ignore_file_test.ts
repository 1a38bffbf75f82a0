import assert from "node:assert/strict";
import {
  addIgnoreEntries,
  entryFor,
  removeIgnoreEntries,
  undoIgnoreEdit,
} from "../../src/git/ignore_file.ts";
import { DvtError } from "../../src/platform/error.ts";
import { temporaryFolder } from "../support/temporary.ts";

Deno.test("entries are appended, behind a line break where the last line has none", () => {
  using folder = temporaryFolder();
  const [edit] = addIgnoreEntries([folder.at("data"), folder.at("b c")], folder.path);
  assert.equal(folder.read(".gitignore"), "/data\n/b c\n");
  assert.deepEqual([edit?.changed, edit?.remains, edit?.before], [true, true, undefined]);

  folder.write("d/.gitignore", "one");
  folder.write("e/.gitignore", "one\r\n");
  const edits = addIgnoreEntries(
    [folder.at("d/x"), folder.at("e/y"), folder.at("d/z")],
    folder.path,
  );
  assert.deepEqual(edits.map(({ file }) => file), [
    folder.at("d/.gitignore"),
    folder.at("e/.gitignore"),
  ]);
  assert.equal(folder.read("d/.gitignore"), "one\n/x\n/z\n");
  assert.equal(folder.read("e/.gitignore"), "one\r\n/y\n");
});

Deno.test("special characters are escaped as DVC does, and what Git would misread otherwise", () => {
  const entries: readonly (readonly [string, string])[] = [
    ["[a]", "/\\[a\\]"],
    ["*star", "/\\*star"],
    ["!bang", "/\\!bang"],
    ["#hash", "/\\#hash"],
    ["back\\slash", "/back\\\\slash"],
    ["q?x", "/q\\?x"],
    ["ünï: #x.txt", "/ünï: \\#x.txt"],
    [" space", "/ space"],
    ["tab\tx", "/tab\tx"],
    ["space ", "/space\\ "],
    ["two  ", "/two \\ "],
    ["line\nbreak", "/line?break"],
    ["cr\r", "/cr?"],
  ];
  for (const [name, entry] of entries) assert.equal(entryFor(name), entry);
});

Deno.test("an entry is removed in every form in which it may stand there", () => {
  using folder = temporaryFolder();
  const text = "# mine\n/\\[a\\]\n/[a]\n  /[a] \n/b\n/[a]b\n";
  folder.write(".gitignore", text);
  const [edit] = removeIgnoreEntries([folder.at("[a]")], folder.path);
  assert.equal(folder.read(".gitignore"), "# mine\n/b\n/[a]b\n");
  assert.equal(edit?.changed, true);
});

Deno.test("the entry of a name with a space at its end is not that of the name without", () => {
  using folder = temporaryFolder();
  folder.write(".gitignore", "/a \n/a\\ \n/a\n");
  removeIgnoreEntries([folder.at("a")], folder.path);
  assert.equal(folder.read(".gitignore"), "/a\\ \n");
  removeIgnoreEntries([folder.at("a ")], folder.path);
  assert.equal(folder.exists(".gitignore"), false);
});

Deno.test("a removal writes LF for CRLF, and leaves alone what has no such entry", () => {
  using folder = temporaryFolder();
  folder.write(".gitignore", "x\r\n/a\r\ny");
  const [nothing] = removeIgnoreEntries([folder.at("b")], folder.path);
  assert.deepEqual([nothing?.changed, nothing?.remains], [false, true]);
  assert.equal(folder.read(".gitignore"), "x\r\n/a\r\ny");
  removeIgnoreEntries([folder.at("a")], folder.path);
  assert.equal(folder.read(".gitignore"), "x\ny");
});

Deno.test("bytes that are no UTF-8 survive", () => {
  using folder = temporaryFolder();
  folder.write(".gitignore", Uint8Array.of(0xff, 0x0a, 0x2f, 0x61, 0x0a, 0xc3, 0xa0, 0x0a));
  removeIgnoreEntries([folder.at("a")], folder.path);
  assert.deepEqual(
    [...Deno.readFileSync(folder.at(".gitignore"))],
    [0xff, 0x0a, 0xc3, 0xa0, 0x0a],
  );
});

Deno.test("a .gitignore that loses its last line goes, and an empty folder is no matter", () => {
  using folder = temporaryFolder();
  folder.write(".gitignore", "/a\n");
  const [edit] = removeIgnoreEntries([folder.at("a"), folder.at("gone/x")], folder.path);
  assert.deepEqual([edit?.changed, edit?.remains, edit?.after], [true, false, undefined]);
  assert.equal(folder.exists(".gitignore"), false);
  assert.deepEqual(removeIgnoreEntries([folder.at("a")], folder.path).map((one) => one.changed), [
    false,
  ]);
});

Deno.test("an edit is undone, also after somebody else's edit", () => {
  using folder = temporaryFolder();
  folder.write("d/.gitignore", "x\r\n");
  const edits = addIgnoreEntries([folder.at("a"), folder.at("d/b")], folder.path);
  for (const edit of edits) undoIgnoreEdit(edit, folder.path);
  assert.equal(folder.exists(".gitignore"), false);
  assert.equal(folder.read("d/.gitignore"), "x\r\n");

  const [added] = addIgnoreEntries([folder.at("a")], folder.path);
  assert(added !== undefined);
  folder.write(".gitignore", "/a\n/theirs\n");
  undoIgnoreEdit(added, folder.path);
  assert.equal(folder.read(".gitignore"), "/theirs\n");

  const [removed] = removeIgnoreEntries([folder.at("theirs")], folder.path);
  assert(removed !== undefined);
  undoIgnoreEdit(removed, folder.path);
  assert.equal(folder.read(".gitignore"), "/theirs\n");
});

Deno.test("a .gitignore that leads out of the repository is not written", () => {
  using folder = temporaryFolder();
  folder.write("outside/file", "kept");
  folder.write("repo/x", "");
  Deno.symlinkSync(folder.at("outside/file"), folder.at("repo/.gitignore"));
  Deno.symlinkSync(folder.at("outside"), folder.at("repo/link"));
  for (const path of ["repo/x", "repo/link/x", "outside/x"]) {
    assert.throws(
      () => addIgnoreEntries([folder.at(path)], folder.at("repo")),
      (error) =>
        error instanceof DvtError &&
        error.message ===
          `'${folder.at(path)}' is outside of git repository '${folder.at("repo")}'`,
    );
  }
  assert.equal(folder.read("outside/file"), "kept");
  assert.deepEqual(folder.files("outside"), ["file"]);
});
