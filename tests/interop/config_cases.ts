/**
 * Configuration files and command lines that DVC and dvt must treat alike.
 *
 * @module
 */

/** One project's files and the command lines that are run in it, one after the other. */
export interface ConfigCase {
  readonly name: string;
  /** `.dvc/config`; `""` if left out. */
  readonly config?: string;
  /** `.dvc/config.local`. */
  readonly local?: string;
  /** The user's file. */
  readonly global?: string;
  /** The folder the commands run in, seen from the project's top; `..` is outside of it. */
  readonly folder?: string;
  readonly run: readonly (readonly string[])[];
}

const list = ["config", "-l"];
const s3 = `['remote "r"']\n    url = s3://bucket/path\n`;

/** A value as it goes through the command line, the file, and back. */
function valueCase(value: string): ConfigCase {
  return {
    name: `value ${JSON.stringify(value)}`,
    run: [["config", "exp.git_remote", value], ["config", "exp.git_remote"], list],
  };
}

/** A file as it is read, and as it is written when something else is set. */
function fileCase(name: string, config: string): ConfigCase {
  return { name: `file: ${name}`, config, run: [list, ["config", "core.analytics", "false"]] };
}

/** An option's value that the check accepts or refuses. */
function checkCase(config: string): ConfigCase {
  return {
    name: `check: ${JSON.stringify(config)}`,
    config,
    run: [["config", "core.analytics", "false"]],
  };
}

function remoteCase(options: string, url = "s3://b/p"): ConfigCase {
  return checkCase(`['remote "r"']\n    url = ${url}\n    ${options}\n`);
}

const values = [
  "",
  " ",
  "plain",
  "inner blanks here",
  " leading",
  "trailing ",
  "a,b",
  ",",
  "a#b",
  "# c",
  "a;b=c",
  "50%",
  "$x",
  'q"uote',
  "sq'uote",
  '"quoted"',
  "'sq'",
  'a"b,c',
  "a'b,c",
  `both ' and "`,
  `'''`,
  "two\nlines",
  "tab\tinside",
  "back\\slash",
  "[bracket]",
  "true",
  "0x10",
];

const files: readonly (readonly [name: string, config: string])[] = [
  ["empty", ""],
  ["blank lines and comments", "\n# one\n\n[core]\n# two\n\n    autostage = true # three\n\n"],
  ["no indentation", "[core]\nautostage = true\n[cache]\ntype = copy\n"],
  ["tabs and CRLF", "[core]\r\n\tautostage\t=\ttrue\r\n"],
  ["remotes before sections", `${s3}[core]\n    remote = r\n[cache]\n    type = copy\n`],
  ["bare remote section", '[remote "r"]\nurl = s3://b/p\n'],
  [
    "blanks in section names",
    "[ core ]\n autostage = true\n['remote   \"r\"  ']\n url = s3://b/p\n",
  ],
  ["upper case", '[CORE]\nAutoStage = TRUE\nRemote = R1\n[Remote "R1"]\nURL = S3://b/P\n'],
  ["list", "[cache]\n    type = hardlink, symlink\n"],
  ["list of one", "[cache]\n    type = copy,\n"],
  ["list as text", '[cache]\n    type = "reflink,copy"\n'],
  ["list with a comment", "[cache]\n    type = reflink, copy # fast\n"],
  ["triple quotes", "[exp]\n    git_remote = '''a \"b' c'''\n    auto_push = true\n"],
  ["lines in triple quotes", '[exp]\n    git_remote = """one\ntwo"""  # c\n    auto_push = true\n'],
  ["quoted keys", "[core]\n    'autostage' = true\n"],
  ["empty section", "[core]\n[cache]\n[plots]\n"],
  ["interpolation", "[exp]\n    code = x\n    git_remote = a/%(code)s/b\n"],
  ["interpolation of nothing", "[core]\n    remote = %(nothing)s\n"],
  ["interpolation loop", "[exp]\n    code = %(data)s\n    data = %(code)s\n"],
  ["semicolon", "[core]\n; comment\n    autostage = true\n"],
  ["no divider", "[core]\n    autostage\n"],
  ["two faults", "[core]\n    one\n    two\n"],
  ["same key twice", "[core]\n    remote = a\n    remote = b\n"],
  ["same section twice", "[core]\n    remote = a\n[core]\n    autostage = true\n"],
  ["same section in another case", "[core]\n    remote = a\n[CORE]\n    autostage = true\n"],
  ["open quote", '[core]\n    remote = "a\n'],
  ["open triple quote", '[core]\n    remote = """a\n'],
  ["unequal brackets", "[[core]\n"],
  ["section too deep", "[core]\n[[[x]]]\n"],
  ["value with a bracket", "[core]\n    remote = [a]\n"],
  ["no value", "[core]\n    remote =\n"],
  ["key outside of sections", "autostage = true\n"],
  ["comma before a comment", "[cache]\n    type = copy, # c\n"],
  ["two commas", "[cache]\n    type = copy,,symlink\n"],
  ["paths", `[cache]\n    dir = ../../c/./d/\n['remote "r"']\n    url = ../x\n    type = copy\n`],
  ["home", "[cache]\n    dir = ~/cache\n"],
  ["nobody's home", "[cache]\n    dir = ~nobody-of-that-name/cache\n"],
  ["absolute path", "[cache]\n    dir = /var//cache/../x/\n"],
  [
    "other sections",
    '[plots]\n    auto_open = true\n[db "pg"]\n    url = x://y\n[studio]\n    url = z\n',
  ],
  ["feature", "[feature]\n    machine = true\n    b = 1\n    a = 2\n"],
];

const checks = [
  "[nope]\n    x = 1\n",
  "[core]\n    nope = 1\n",
  "[core]\n    autostage = yes\n",
  "[core]\n    autostage = TRUE\n",
  "[core]\n    checksum_jobs = 0\n",
  "[core]\n    checksum_jobs = abc\n",
  "[core]\n    checksum_jobs = 1_000\n",
  '[core]\n    checksum_jobs = " 7 "\n',
  "[core]\n    checksum_jobs = 1, 2\n",
  "[core]\n    site_cache_dir = a, b\n",
  "[core]\n    remote = a, B\n",
  "[core]\n[[sub]]\n    x = 1\n",
  "[cache]\n    type = foo\n",
  "[cache]\n    type = reflink, nope\n",
  "[cache]\n    shared = group\n    verify = false\n    slow_link_warning = true\n",
  "[cache]\n    shared = all\n",
  "[cache]\n    s3 = x\n    protected = true\n",
  "[state]\n    row_limit = 0\n",
  "[state]\n    row_cleanup_quota = 101\n",
  "[index]\n    dir = x\n",
  "[hydra]\n    config_dir = a\n    config_module = b\n",
  "[parsing]\n    bool = store_true\n    list = other\n",
  '[machine "m"]\n    cloud = AWS\n    region = mars\n',
  '[machine "m"]\n    spot_price = x\n',
  '[db "d"]\n    nope = 1\n',
  `['remote "r"']\n    region = x\n`,
  `['remote "r"']\n`,
];

const remoteChecks: readonly (readonly [options: string, url?: string])[] = [
  ["nope = 1"],
  ["use_ssl = maybe"],
  ["jobs = 0"],
  ["ssl_verify = /path/to/ca"],
  ["ssl_verify = FALSE"],
  ["cache_regions = true"],
  ["read_timeout = 1.5"],
  ["sse = aws:kms"],
  ["version_aware = true"],
  ["profile = x", "/abs/path"],
  ["verify = true", "foo bar"],
  ["type = hardlink", "../rel"],
  ["auth = Basic", "https://h/p"],
  ["auth = bearer", "https://h/p"],
  ["connect_timeout = -1", "http://h/p"],
  ["read_timeout = 1e3", "http://h/p"],
  ["read_timeout = nan", "http://h/p"],
  ["port = 22x", "ssh://h/p"],
  ["gss_auth = true", "ssh://u@h:22/p"],
  ["replication = 3", "hdfs://h/p"],
  ["kerberos = true", "webhdfs://h/p"],
  ["timeout = 10", "azure://c/p"],
  ["oss_key_id = x", "oss://b/p"],
  ["gdrive_trash_only = true", "gdrive://id/p"],
  ["token = x", "webdavs://h/p"],
  ["anything = goes", "remote://base/p"],
  ["verify = true", "foo://x/y"],
  ["verify = true", "file:///x"],
  ["verify = true", "http://[::1/p"],
  ["verify = true", "S3://b/p"],
];

const verbs: readonly ConfigCase[] = [
  {
    name: "remotes are added, listed, renamed and removed",
    run: [
      ["remote", "list"],
      ["remote", "default"],
      ["remote", "add", "r1", "../r7"],
      ["remote", "add", "-d", "R2", "s3://bucket/p"],
      ["remote", "add", "r1", "s3://b"],
      ["remote", "add", "-f", "r1", "s3://b/p"],
      ["remote", "add", "r3", "~/x"],
      ["remote", "add", "r4", "."],
      ["remote", "list"],
      ["remote", "default"],
      ["remote", "default", "zz"],
      ["remote", "default", "r1"],
      ["remote", "rename", "r1", "r2"],
      ["remote", "rename", "nope", "x"],
      ["remote", "rename", "r1", "Archive"],
      ["remote", "default"],
      ["remote", "list"],
      ["remote", "remove", "nope"],
      ["remote", "remove", "archive"],
      ["remote", "default"],
      ["remote", "default", "-u"],
      ["remote", "list"],
    ],
  },
  {
    name: "options of remotes are set and taken away",
    config: s3,
    run: [
      ["remote", "modify", "nope", "url", "x"],
      ["remote", "modify", "R", "profile", "me"],
      ["remote", "modify", "r", "Profile", "me"],
      ["remote", "modify", "r", "nope", "1"],
      ["remote", "modify", "r", "use_ssl", "maybe"],
      ["remote", "modify", "r", "profile"],
      ["remote", "modify", "r", "use_ssl"],
      ["remote", "modify", "r", "read_timeout"],
      ["remote", "modify", "r", "credentialpath", "creds/file"],
      ["remote", "modify", "-u", "r", "nothing"],
      ["remote", "modify", "-u", "r", "profile"],
      ["remote", "modify", "--local", "r", "profile", "mine"],
      ["remote", "modify", "--local", "-u", "r", "region"],
      ["remote", "modify", "--global", "r", "region", "x"],
      ["remote", "list"],
      ["remote", "list", "--project"],
      list,
      ["config", "-l", "--local"],
      ["config", "-l", "--show-origin"],
    ],
  },
  {
    name: "levels override each other",
    config: `[core]\n    remote = r\n${s3}`,
    local: "[core]\n    remote = mine\n['remote \"mine\"']\n    url = ../mine\n",
    global: "[core]\n    autostage = true\n[cache]\n    type = copy\n",
    run: [
      ["config", "core.remote"],
      ["config", "core.autostage"],
      ["config", "--project", "core.remote"],
      ["config", "--local", "core.autostage"],
      ["config", "--local", "nope.x"],
      ["config", "--show-origin", "core.remote"],
      ["config", "remote.mine.url"],
      ["config", "remote.r"],
      ["config", "remote.nope.url"],
      ["config", "--project", "remote.mine.url"],
      ["config", "--global", "-l"],
      ["config", "--system", "-l"],
      list,
      ["remote", "list"],
      ["remote", "default"],
      ["remote", "default", "--project"],
      ["remote", "default", "--global"],
      ["remote", "rename", "r", "s"],
      ["remote", "remove", "--local", "mine"],
      ["config", "--system", "core.analytics", "false"],
      ["config", "--global", "-u", "core.autostage"],
      list,
    ],
  },
  {
    name: "a default remote is renamed and removed at every level",
    config: `[core]\n    remote = r\n${s3}`,
    local: "[core]\n    remote = r\n",
    global: "[core]\n    remote = r\n",
    run: [["remote", "rename", "r", "s"], list, ["remote", "remove", "s"], list],
  },
  {
    name: "options are set and taken away",
    run: [
      ["config", "core.analytics", "false"],
      ["config", "CORE.Analytics"],
      ["config", "core.analytics", "-u"],
      ["config", "core.analytics", "-u"],
      ["config", "-u", "nope.x"],
      ["config", "-u", "remote.nope.url"],
      ["config", "remote.new.url", "../there"],
      ["config", "remote.new.jobs", "4"],
      ["config", "remote.new.jobs", "x"],
      ["config", "db.pg.url", "u"],
      ["config", "db.pg.url"],
      ["config", "cache.type", "hardlink,symlink"],
      ["config", "cache.type", "foo"],
      ["config", "core.nope", "1"],
      ["config", "nope.nope", "1"],
      ["config", "nope.nope"],
      ["config", "core.interactive"],
      ["config"],
      ["config", "-l", "core.remote"],
      ["config", "-l", "-u"],
      ["config", "--show-origin", "core.remote", "x"],
      ["config", "--show-origin", "-u", "core.remote"],
      ["config", "-q", "cache.type"],
      ["config", "cache.type"],
      ["config", "exp.git_remote", "%(x)d"],
      list,
    ],
  },
  {
    name: "the cache folder is shown, set and taken away",
    folder: "sub/deep",
    run: [
      ["cache", "dir"],
      ["cache", "dir", "--local"],
      ["cache", "dir", "--project"],
      ["cache", "dir", "-u"],
      ["cache", "dir", "../cc"],
      ["cache", "dir"],
      ["cache", "dir", "--local", "~/cache"],
      ["cache", "dir"],
      ["cache", "dir", "--project"],
      ["cache", "dir", "--local", "-u"],
      ["cache", "dir", "/abs/./x/"],
      ["cache", "dir"],
      ["cache", "dir", "https://h/p"],
    ],
  },
  {
    name: "outside of a project",
    folder: "../outside",
    global: "[core]\n    autostage = true\n",
    run: [
      list,
      ["config", "core.autostage"],
      ["config", "core.remote"],
      ["config", "--local", "core.remote"],
      ["config", "--project", "-l"],
      ["config", "core.remote", "x"],
      ["config", "--local", "core.remote", "x"],
      ["config", "--global", "core.analytics", "false"],
      ["config", "--show-origin", "--global", "core.analytics"],
      ["remote", "list"],
      ["remote", "add", "r", "s3://b/p"],
      ["remote", "add", "--global", "r", "rel/path"],
      ["remote", "default", "--global", "r"],
      ["remote", "list"],
      ["cache", "dir"],
      ["cache", "dir", "--global", "rel/cache"],
      ["cache", "dir"],
    ],
  },
  {
    name: "a broken file stops every verb",
    config: "[core]\n; x\n",
    run: [list, ["remote", "list"], ["cache", "dir"], [
      "config",
      "--global",
      "core.autostage",
      "true",
    ]],
  },
  {
    name: "an invalid file can be mended",
    config: "[core]\n    nope = 1\n",
    run: [list, ["config", "core.analytics", "false"], ["config", "-u", "core.nope"], list],
  },
];

/** All cases. */
export const configCases: readonly ConfigCase[] = [
  ...values.map(valueCase),
  ...files.map(([name, config]) => fileCase(name, config)),
  ...checks.map(checkCase),
  ...remoteChecks.map(([options, url]) => remoteCase(options, url)),
  ...verbs,
];
