/**
 * `dvt cache migrate`.
 *
 * @module
 */
import { type AnyCommand, command, jsonOption, Option, verb } from "../../cli/program.ts";

/** Takes a 2.x cache over into the layout of 3.x. */
export function cacheMigrateCommand(): AnyCommand {
  return command("migrate")
    .description("Give the objects of a DVC 2.x cache their names in the cache of DVC 3.x.")
    .examples([
      ["dvt cache migrate --dry", "Show what would be done"],
      ["dvt cache migrate --dvc-files", "Also write the new hashes into the `.dvc` files"],
    ])
    .addOption(new Option("--dvc-files", "migrate the entries of `.dvc` files, too"))
    .addOption(new Option("--dry", "only show what would be done"))
    .addOption(jsonOption())
    .action(verb(async (context, options) => {
      const { migrateCache } = await import("../../operations/migrate_cache.ts");
      const dry = options.dry ?? false;
      const { objects, stages, left } = await migrateCache({
        stageFiles: options.dvcFiles ?? false,
        dry,
      }, context);
      context.answer({ dry, objects, stages: stages ?? [], left });
      const { reporter } = context;
      reporter.say(
        dry
          ? `${objects} files will be re-hashed and migrated to the DVC 3.0 cache location.`
          : `Migrated ${objects} files to DVC 3.0 cache location.`,
      );
      if (stages === undefined) return;
      if (stages.length + left.length === 0) {
        reporter.say("No DVC files in the repo to migrate to the 3.0 format.");
      } else if (dry) {
        reporter.say("Entries in following DVC files will be migrated to the 3.0 format:");
        for (const stage of stages) reporter.say(`\t${stage}`);
      } else for (const stage of stages) reporter.say(`Updating DVC file '${stage}'`);
      for (const { stage, reason } of left) reporter.warn(`'${stage}' stays as it is: ${reason}`);
    }));
}
