/**
 * Every kind of place, by its URL's scheme. A driver is loaded when a URL asks for it.
 *
 * @module
 */
import type { Context } from "../platform/context.ts";
import type { Remote } from "./remote.ts";
import type { Storage } from "./storage.ts";

/** Opens a remote of one kind. */
export type StorageFactory = (remote: Remote, context: Context) => Storage | Promise<Storage>;

/** The factories by scheme; `file` stands for paths without a scheme, too. */
export const schemes: Readonly<Record<string, () => Promise<StorageFactory>>> = {
  file: async () => (await import("./open_local.ts")).openLocalStorage,
  http: async () => (await import("./http.ts")).openHttpStorage,
  https: async () => (await import("./http.ts")).openHttpStorage,
  webdav: async () => (await import("./webdav/webdav.ts")).openWebdavStorage,
  webdavs: async () => (await import("./webdav/webdav.ts")).openWebdavStorage,
  program: async () => (await import("./ssh/program.ts")).openProgramStorage,
  ssh: async () => (await import("./ssh/ssh.ts")).openSshStorage,
  s3: async () => (await import("./s3/s3.ts")).openS3Storage,
  oss: async () => (await import("./s3/oss.ts")).openOssStorage,
  webhdfs: async () => (await import("./webhdfs/webhdfs.ts")).openWebhdfsStorage,
  azure: async () => (await import("./azure/azure.ts")).openAzureStorage,
  gs: async () => (await import("./gs/gs.ts")).openGsStorage,
};

/** Schemes that DVC drives and dvt does not, and what to do about it. */
export const undriven: ReadonlyMap<string, string> = new Map([
  [
    "gdrive",
    "let rclone open it: dvt config --local dvt.remote.NAME.program " +
    "'rclone serve sftp --stdio DRIVE:FOLDER'",
  ],
  ["hdfs", "the same files are behind webhdfs://NAMENODE:9870/path"],
]);
