/**
 * Hadoop's own test cluster: a name node and a data node in one process of Java.
 *
 * @module
 */
import { installOnce } from "../../scripts/install_once.ts";
import { say } from "../../scripts/project_folder.ts";
import { sha256 } from "../../scripts/python.ts";
import { type RunningServer, startServer } from "./server_process.ts";

const repository = "https://repo1.maven.org/maven2";

/** What the cluster is made of, with the checksums. */
const jars: readonly (readonly [path: string, sha256: string])[] = [
  [
    "org/apache/hadoop/hadoop-client-api/3.4.1/hadoop-client-api-3.4.1.jar",
    "a964d4daa054c9615bbafb4553efbb140fa7fb9ac6f358a24393f183a5703438",
  ],
  [
    "org/apache/hadoop/hadoop-client-runtime/3.4.1/hadoop-client-runtime-3.4.1.jar",
    "f6a800a159f918670db533606d33560d6c13b7e13f14eda493280ae33b9eeb2f",
  ],
  [
    "org/apache/hadoop/hadoop-client-minicluster/3.4.1/hadoop-client-minicluster-3.4.1.jar",
    "5b90be54a39d856f237a4530e25f62aea4b67c180c73b5cfb1aff35c502b2d29",
  ],
  [
    "org/slf4j/slf4j-api/2.0.17/slf4j-api-2.0.17.jar",
    "7b751d952061954d5abfed7181c1f645d336091b679891591d63329c622eb832",
  ],
  [
    "org/slf4j/slf4j-nop/2.0.17/slf4j-nop-2.0.17.jar",
    "3716f83649ec66161a2edefd4f49df34d1dd1c51cdcf941996c6987260f0a829",
  ],
  [
    "commons-logging/commons-logging/1.2/commons-logging-1.2.jar",
    "daddea1ea0be0f56978ab3006b8ac92834afeefbd9b7e4e6316fca57df0fa636",
  ],
  [
    "org/mockito/mockito-core/2.28.2/mockito-core-2.28.2.jar",
    "b0af36fed3a6c2147c0cd9028a1d814fd4f4e8196c539f2befddb61ca6ec9e27",
  ],
  [
    "javax/xml/bind/jaxb-api/2.3.1/jaxb-api-2.3.1.jar",
    "88b955a0df57880a26a74708bc34f74dcaf8ebf4e78843a28b50eae945732b06",
  ],
  [
    "javax/activation/javax.activation-api/1.2.0/javax.activation-api-1.2.0.jar",
    "43fdef0b5b6ceb31b0424b208b930c74ab58fac2ceeb7b3f6fd3aeb8b5ca4393",
  ],
];

/** Permissions are off: whoever asks may. */
const program = `
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

public class Cluster {
  public static void main(String[] args) throws Exception {
    Configuration conf = new Configuration();
    conf.set("hdfs.minidfs.basedir", args[0]);
    conf.set("dfs.permissions.enabled", "false");
    MiniDFSCluster cluster = new MiniDFSCluster.Builder(conf)
        .numDataNodes(1).nameNodeHttpPort(Integer.parseInt(args[1])).build();
    cluster.waitActive();
    Thread.currentThread().join();
  }
}
`;

/** Starts a cluster over a new folder; its name node answers at the port. */
export async function startHdfs(): Promise<RunningServer> {
  const folder = await cluster();
  const data = Deno.makeTempDirSync({ prefix: "dvt-hdfs-" });
  const server = await startServer({
    command: (port) => [
      "java",
      ...["-Xmx512m", "-cp", jars.map(([path]) => `${folder}/${nameOf(path)}`).join(":")],
      ...[`${folder}/Cluster.java`, data, String(port)],
    ],
    env: { HOME: data },
    cwd: data,
    patience: 120_000,
  });
  // It takes files when the data node has introduced itself.
  const probe = `http://127.0.0.1:${server.port}/webhdfs/v1/ready?op=CREATE&user.name=bob`;
  for (let tries = 0; tries < 600; tries++) {
    const init = { method: "PUT", redirect: "manual" } as const;
    const answer = await fetch(probe, init).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 307) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    ...server,
    async stop() {
      await server.stop();
      Deno.removeSync(data, { recursive: true });
    },
  };
}

function cluster(): Promise<string> {
  return installOnce("hadoop-3.4.1", async (folder) => {
    say("downloading Hadoop 3.4.1 into .tools, once");
    for (const [path, wanted] of jars) {
      const answer = await fetch(`${repository}/${path}`);
      const bytes = await answer.bytes();
      if (!answer.ok || await sha256(bytes) !== wanted) {
        throw new Error(`${repository}/${path} is not what it should be (${answer.status})`);
      }
      Deno.writeFileSync(`${folder}/${nameOf(path)}`, bytes);
    }
    Deno.writeTextFileSync(`${folder}/Cluster.java`, program);
  });
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
