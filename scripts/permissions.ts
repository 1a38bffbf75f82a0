/**
 * What dvt may do on a machine: the flags of the compiled program, and of `deno run` beside them.
 *
 * @module
 */

/**
 * The least that works. Reading, writing and the network cannot be narrowed: data, caches and
 * remotes lie where the user's project says. Of the system, dvt asks for its release
 * (`dvt version`) and for the user's home (settings of AWS); of programs, it starts git and ssh, and rclone where a
 * remote is set up so.
 */
export const permissions: readonly string[] = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  "--allow-sys=osRelease,homedir",
  "--allow-run=git,ssh,rclone",
];
