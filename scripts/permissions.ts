/**
 * What dvt may do on a machine: the flags of the compiled program, and of `deno run` beside them.
 *
 * @module
 */

/**
 * The least that works. Reading, writing and the network cannot be narrowed: data, caches and
 * remotes lie where the user's project says. Of the system, dvt asks for the names that locks and
 * lock files carry (host, user) and for nothing else; of programs, it starts git and ssh only.
 */
export const permissions: readonly string[] = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  "--allow-sys=hostname,uid,gid,homedir,osRelease,cpus",
  "--allow-run=git,ssh",
];
