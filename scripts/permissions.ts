/**
 * What dvt may do on a machine: the flags of the compiled program, and of `deno run` beside them.
 *
 * @module
 */

const allButPrograms = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  "--allow-sys=osRelease,homedir",
] as const;

/**
 * The least that works. Reading, writing and the network cannot be narrowed: data, caches and
 * remotes lie where the user's project says. Of the system, dvt asks for its release
 * (`dvt version`) and for the user's home (settings of AWS); of programs, it starts git and ssh.
 */
export const permissions: readonly string[] = [...allButPrograms, "--allow-run=git,ssh"];

/**
 * Those of the compiled program, which also starts rclone, where a user has set up a remote so.
 * `deno run` would say at every start that it is not installed.
 */
export const compiledPermissions: readonly string[] = [
  ...allButPrograms,
  "--allow-run=git,ssh,rclone",
];
