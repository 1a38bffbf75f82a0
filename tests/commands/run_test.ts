import assert from "node:assert/strict";
import { command, verb } from "../../src/cli/program.ts";
import { entry, group } from "../../src/cli/tree.ts";
import { withPrefix } from "../../src/commands/exit_code.ts";
import { runTree } from "../../src/commands/run.ts";
import { DvtError, type ErrorKind } from "../../src/platform/error.ts";
import { runDvt } from "../support/cli.ts";
import { TestWorld, type TestWorldOptions } from "../support/test_world.ts";

/** Runs a command line over a tree with one verb, `work`, and a group with another. */
async function runWork(
  work: Parameters<typeof verb<unknown[]>>[0],
  argv: readonly string[] = ["work"],
  options: TestWorldOptions = {},
) {
  const world = new TestWorld(options);
  const make = () =>
    Promise.resolve(
      command("work").description("Does it.").argument("[words...]", "words")
        .option("-f, --force", "force").option("--rev [commit]", "rev").action(verb(work)),
    );
  const tree = [
    entry("work", "Do it", make),
    group("more", "More", [entry("work", "Do it", make)]),
  ];
  const code = await runTree(argv, { tree, world });
  return { code, ...world.written };
}

Deno.test("a verb gets its arguments and options, and its number is the exit code", async () => {
  const result = await runWork((context, ...args) => {
    context.output.line(JSON.stringify(args.slice(0, 2)));
    return 7;
  }, ["work", "a", "--rev=x", "b"]);
  assert.deepEqual(result, { code: 7, stdout: '[["a","b"],{"rev":"x"}]\n', stderr: "" });
});

Deno.test("each kind of failure has DVC's exit code", async () => {
  const codes: Record<ErrorKind, number> = {
    "usage": 254,
    "configuration": 251,
    "not-a-project": 253,
    "interrupted": 252,
    "broken-pipe": 141,
    "not-found": 255,
    "conflict": 255,
    "invalid-stage": 255,
    "missing-data": 255,
    "corrupt": 255,
    "storage": 255,
    "git": 255,
    "failed": 255,
  };
  for (const [kind, expected] of Object.entries(codes)) {
    const { code } = await runWork(() => {
      throw new DvtError(kind as ErrorKind, "no");
    });
    assert.equal(code, expected, kind);
  }
});

Deno.test("a failure is a line on stderr, its next step another", async () => {
  assert.deepEqual(
    await runWork(() => {
      throw new DvtError("configuration", "bad", { hint: "mend it" });
    }),
    { code: 251, stdout: "", stderr: "ERROR: configuration error - bad\nhint: mend it\n" },
  );
});

Deno.test("withPrefix() puts a command's words first and gives exit code 1", async () => {
  assert.deepEqual(
    await runWork(() =>
      withPrefix("failed to push data to the cloud", () => {
        throw new DvtError("configuration", "no remote");
      })
    ),
    { code: 1, stdout: "", stderr: "ERROR: failed to push data to the cloud - no remote\n" },
  );
  const { code, stderr } = await runWork(() =>
    withPrefix("failed", () => {
      throw new DvtError("not-a-project", "no project");
    })
  );
  assert.deepEqual([code, stderr], [253, "ERROR: no project\n"]);
});

Deno.test("a fault of dvt itself is named as such, with its stack behind -v", async () => {
  const plain = await runWork(() => {
    throw new TypeError("x is not a function");
  });
  assert.equal(plain.code, 255);
  assert.match(plain.stderr, /^ERROR: unexpected error - x is not a function\nhint: [^\n]+\n$/);
  const verbose = await runWork(() => {
    throw new TypeError("x is not a function");
  }, ["work", "-v"]);
  assert.match(verbose.stderr, /\nDEBUG: +at /);
});

Deno.test("a refusal of the operating system is told in DVC's form, with what may help", async () => {
  const cases: readonly [() => void, string][] = [
    [
      () => Deno.writeFileSync("/dev/full", new Uint8Array(1)),
      "[Errno 28] No space left on device: '/dev/full'\nhint: make room on the disk, ",
    ],
    [
      () => Deno.readTextFileSync("/nope/x"),
      "[Errno 2] No such file or directory: '/nope/x'\nhint: ",
    ],
    [
      () => Deno.renameSync("/nope/a", "/nope/b"),
      "[Errno 2] No such file or directory: '/nope/a' -> '/nope/b'\nhint: ",
    ],
  ];
  for (const [refused, expected] of cases) {
    const { code, stderr } = await runWork(refused);
    assert.equal(code, 255);
    assert(stderr.startsWith(`ERROR: unexpected error - ${expected}`), stderr);
  }
});

Deno.test("what was printed before a failure is there, and comes first", async () => {
  const { stdout } = await runWork((context) => {
    context.output.line("first");
    throw new DvtError("failed", "no");
  });
  assert.equal(stdout, "first\n");
});

Deno.test("-q silences remarks but neither answers nor failures", async () => {
  const work: Parameters<typeof verb<unknown[]>>[0] = (context) => {
    context.output.line(`answer ${context.quiet}`);
    context.reporter.say("said");
    context.reporter.note("noted");
    context.reporter.warn("warned");
    context.reporter.error("failed");
  };
  assert.deepEqual(await runWork(work, ["-q", "work"]), {
    code: 0,
    stdout: "answer true\n",
    stderr: "ERROR: failed\n",
  });
  assert.deepEqual(await runWork(work), {
    code: 0,
    stdout: "answer false\nsaid\n",
    stderr: "noted\nWARNING: warned\nERROR: failed\n",
  });
});

Deno.test("wrong usage shows the verb's help on stdout and the mistake on stderr", async () => {
  const { code, stdout, stderr } = await runWork(() => 0, ["work", "--forse"]);
  assert.equal(code, 254);
  assert.match(
    stdout,
    /^Usage: dvt work \[-f\] \[--rev \[commit\]\] \[words\.\.\.\]\n\nDoes it\.\n/,
  );
  assert.equal(stderr, "ERROR: unrecognized arguments: --forse\nhint: did you mean '--force'?\n");
});

Deno.test("dvt alone, a group alone and unknown words are wrong usage, as in DVC", async () => {
  const cases: readonly [string[], string, RegExp][] = [
    [[], "the following arguments are required: command\n", /^Usage: dvt /],
    [["more"], "the following arguments are required: cmd\n", /^Usage: dvt more /],
    [
      ["wrok"],
      "argument command: invalid choice: 'wrok' (choose from 'work', 'more')\n" +
      "hint: did you mean 'work'?\n",
      /^Usage: dvt /,
    ],
    [
      ["more", "nope"],
      "argument cmd: invalid choice: 'nope' (choose from 'work')\n",
      /^Usage: dvt more /,
    ],
    [["more", "work", "-x"], "unrecognized arguments: -x\n", /^Usage: dvt more work /],
    [["--nope", "work"], "unrecognized arguments: --nope\n", /^Usage: dvt /],
  ];
  for (const [argv, message, page] of cases) {
    const { code, stdout, stderr } = await runWork(() => 0, argv);
    assert.equal(code, 254, argv.join(" "));
    assert.equal(stderr, `ERROR: ${message}`);
    assert.match(stdout, page);
  }
});

Deno.test("-h asks for the page of the level it stands at and ends well", async () => {
  for (const argv of [["-h"], ["more", "-h"], ["more", "work", "x", "--help"], ["work", "--he"]]) {
    const { code, stdout, stderr } = await runWork(() => 9, argv);
    const name = argv.filter((word) => /^(more|work)$/.test(word)).join(" ");
    assert.deepEqual([code, stderr], [0, ""]);
    assert(stdout.startsWith(`Usage: ${`dvt ${name}`.trim()} `), stdout);
  }
});

Deno.test("--cd moves the work, --wait-for-lock makes it patient", async () => {
  const folder = Deno.makeTempDirSync();
  const { stdout } = await runWork((context) => {
    context.output.line(`${context.directory} ${JSON.stringify(context.lockWait)}`);
  }, ["--cd", folder, "--wait", "work"]);
  assert.equal(stdout, `${folder} "forever"\n`);
  const missing = await runWork(() => 0, ["--cd", `${folder}/nope`, "work"]);
  assert.deepEqual(missing, {
    code: 255,
    stdout: "",
    stderr: `ERROR: folder '${folder}/nope' does not exist\n`,
  });
  Deno.removeSync(folder);
});

Deno.test("Ctrl-C aborts the signal and gives 252; a second one ends the process", async () => {
  let interrupt = () => {};
  const world = new TestWorld({ onStart: (press) => interrupt = press });
  const tree = [
    entry("work", "", () =>
      Promise.resolve(
        command("work").action(verb(async (context) => {
          await new Promise((_, reject) => {
            context.signal.addEventListener("abort", () => reject(new Error("aborted")));
            interrupt();
            interrupt();
          });
        })),
      )),
  ];
  assert.equal(await runTree(["work"], { tree, world }), 252);
  assert.equal(world.written.stderr, "ERROR: interrupted by the user\n");
  assert.deepEqual(world.exits, [252]);
});

Deno.test("a closed stdout ends the run with 141 and not a word", async () => {
  const broken = () => {
    throw new DvtError("broken-pipe", "gone");
  };
  const result = await runWork(
    (context) => {
      context.output.line("x");
    },
    ["work"],
    { beforeStdout: broken },
  );
  assert.deepEqual(result, { code: 141, stdout: "", stderr: "" });
});

Deno.test("secrets and control characters stay out of messages", async () => {
  const { stderr } = await runWork((context) => {
    context.reporter.warn("see https://me:hunter2@example.org/x?sig=abc&b=c");
    throw new DvtError("failed", "cannot read 'a\x1b[2Jb\u202ec'");
  });
  assert.equal(
    stderr,
    "WARNING: see https://me:***@example.org/x?sig=***&b=c\n" +
      "ERROR: cannot read 'a\\x1b[2Jb\\u202ec'\n",
  );
});

Deno.test("names are made harmless on a terminal and left alone in a pipe", async () => {
  const work: Parameters<typeof verb<unknown[]>>[0] = (context) => {
    context.output.line("a\x1b]0;title\x07b");
  };
  const environment = {};
  const seen = await runWork(work, ["work"], { terminal: true, environment });
  assert.equal(seen.stdout, "a\\x1b]0;title\\x07b\n");
  assert.equal((await runWork(work)).stdout, "a\x1b]0;title\x07b\n");
});

Deno.test("confirm() asks people until they answer, and nobody else", async () => {
  const work: Parameters<typeof verb<unknown[]>>[0] = (context) => {
    context.output.line(String(context.confirm("Sure?")));
  };
  const options = { terminal: true, environment: { NO_COLOR: "1" } };
  const yes = await runWork(work, ["work"], { ...options, stdin: "what\nYES\n" });
  assert.equal(yes.stdout, "true\n");
  assert.equal(yes.stderr, 'Sure? [y/n]: Answer "yes" or "no"\nSure? [y/n]: ');
  assert.equal((await runWork(work, ["work"], { ...options, stdin: "n\n" })).stdout, "false\n");
  assert.equal((await runWork(work, ["work"], options)).stdout, "undefined\n");
  assert.equal((await runWork(work, ["work"], { stdin: "y\n" })).stdout, "undefined\n");
});

Deno.test("--version prints the version alone", async () => {
  const { code, stdout, stderr } = await runDvt(["--version"], { cwd: "/" });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

Deno.test("every verb of the tree loads and has a page without loose ends", async () => {
  const { tree } = await import("../../src/commands/root.ts");
  const visit = async (entries: typeof tree, path: readonly string[]): Promise<void> => {
    for (const one of entries) {
      const words = [...path, one.name];
      if (one.kind === "group") await visit(one.children, words);
      const { code, stdout } = await runDvt([...words, "--help"], { cwd: "/" });
      assert.equal(code, 0);
      assert(stdout.startsWith(`Usage: dvt ${words.join(" ")}`), stdout);
      assert(!stdout.includes("undefined"));
      for (const line of stdout.split("\n")) {
        assert(line.length <= 80 && line === line.trimEnd(), `${words.join(" ")}: ${line}`);
      }
      if (one.kind === "verb") {
        const declared = await one.load();
        assert.equal(declared.name(), one.name);
        for (const option of declared.options) assert.notEqual(option.description, "");
      }
    }
  };
  await visit(tree, []);
});
