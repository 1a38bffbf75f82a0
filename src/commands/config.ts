/**
 * `dvt config`.
 *
 * @module
 */
import {
  type AnyCommand,
  command,
  type CommandContext,
  jsonOption,
  Option,
  verb,
} from "../cli/program.ts";
import { maskSecrets } from "../platform/secrets.ts";
import type { FoundOption, LevelChoice, OptionName } from "../operations/configure.ts";
import type { SettingName } from "../operations/configure_settings.ts";
import { DvtError } from "../platform/error.ts";
import { pythonStr } from "../platform/python_repr.ts";
import { answer, configLevelOf, warnOfSecret } from "./levels.ts";
import {
  globalLevelOption,
  localLevelOption,
  projectLevelOption,
  systemLevelOption,
} from "./options.ts";

/** Shows and changes options of the configuration. */
export function configCommand(): AnyCommand {
  return command("config")
    .description(
      "Show or set an option of DVC's configuration, or a setting of dvt's own (dvt.NAME).",
    )
    .examples([
      ["dvt config core.remote", "Show the default remote"],
      ["dvt config cache.type hardlink,copy", "Link files to the cache instead of copying them"],
      ["dvt config --local remote.storage.profile me", "Set an option for this clone alone"],
      ["dvt config -l --show-origin", "Show every option and the file that sets it"],
      ["dvt config dvt.core.jobs 16", "Set one of dvt's own settings, in .dvc/dvt"],
    ])
    .argument("[name]", "section.option, remote.NAME.option or db.NAME.option")
    .argument("[value]", "the new value")
    .addOption(globalLevelOption())
    .addOption(systemLevelOption())
    .addOption(projectLevelOption())
    .addOption(localLevelOption())
    .addOption(new Option("-u, --unset", "take the option away"))
    .addOption(new Option("-l, --list", "show all options that are set"))
    .addOption(new Option("--show-origin", "show the file in front of each option"))
    .addOption(jsonOption())
    .action(verb(async (context, name, value, options) => {
      const choice = { level: configLevelOf(options) };
      const wanted = name === undefined ? undefined : readName(name);
      const unset = options.unset ?? false;
      const showOrigin = options.showOrigin ?? false;
      if (showOrigin && (value || unset)) {
        throw refusal(
          "--show-origin can't be used together with any of these options: -u/--unset, value",
        );
      }
      if (options.list) {
        if (wanted !== undefined || value || unset) {
          throw refusal(
            "-l/--list can't be used together with any of these options: " +
              "-u/--unset, name, value",
          );
        }
        return await list(choice, { showOrigin }, context);
      }
      if (wanted === undefined) throw refusal("name argument is required");
      if (wanted.kind === "setting") {
        return await configureSetting({ ...choice, name: wanted.name, value, unset }, {
          showOrigin,
          context,
        });
      }
      const { readOption, setOption, unsetOption } = await import("../operations/configure.ts");
      const request = { ...wanted.name, ...choice };
      if (unset) {
        unsetOption(request, context);
        context.answer({ name, value: null });
      } else if (value === undefined) show(readOption(request, context), { showOrigin, context });
      else {
        const { exposed } = setOption({ ...request, value }, context);
        context.answer({ name, value });
        warnOfSecret(exposed, `dvt config --local ${name} VALUE`, context);
      }
      return 0;
    }));
}

type Wanted =
  | { readonly kind: "option"; readonly name: OptionName }
  | { readonly kind: "setting"; readonly name: SettingName };

function readName(text: string): Wanted {
  if (text.startsWith("dvt.")) {
    const name = settingNameOf(text.slice("dvt.".length));
    if (name !== undefined) return { kind: "setting", name };
  }
  const [, top, section, option] = /^((?:remote|db)\.)?([^.]*)\.([^.]*)$/.exec(text) ?? [];
  if (section === undefined || option === undefined) {
    throw new DvtError(
      "usage",
      "argument name: name argument should look like remote.name.option or db.name.option " +
        "or section.option",
    );
  }
  const group = top === "remote." ? "remote" : top === "db." ? "db" : undefined;
  return {
    kind: "option",
    name: { group, section: section.toLowerCase(), option: option.toLowerCase() },
  };
}

/** Reads what stands behind `dvt.`; undefined where it cannot be a setting's name. */
function settingNameOf(text: string): SettingName | undefined {
  const remote = /^(remote)\.(.+)\.([^.]+)$/.exec(text);
  const plain = /^([^.]+)\.([^.]+)$/.exec(text);
  return (remote ?? plain)?.slice(1).map((part) => part.toLowerCase());
}

async function list(
  choice: LevelChoice,
  { showOrigin }: { showOrigin: boolean },
  context: CommandContext,
): Promise<number> {
  const { listOptions } = await import("../operations/configure.ts");
  const { listSettings } = await import("../operations/configure_settings.ts");
  const options = [...listOptions(choice, context), ...listSettings(choice, context)];
  context.answer({
    options: options.map((found) => ({
      name: found.name,
      value: maskSecrets(pythonStr(found.value)),
      origin: found.origin,
    })),
  });
  for (const found of options) {
    const line = `${found.name}=${pythonStr(found.value)}`;
    answer(maskSecrets(showOrigin ? `${found.origin}\t${line}` : line), context);
  }
  return 0;
}

async function configureSetting(
  request: LevelChoice & {
    readonly name: SettingName;
    readonly value: string | undefined;
    readonly unset: boolean;
  },
  { showOrigin, context }: { showOrigin: boolean; context: CommandContext },
): Promise<number> {
  const { readSetting, setSetting, unsetSetting } = await import(
    "../operations/configure_settings.ts"
  );
  const { value } = request;
  const name = `dvt.${request.name.join(".")}`;
  if (request.unset) {
    unsetSetting(request, context);
    context.answer({ name, value: null });
  } else if (value === undefined) show(readSetting(request, context), { showOrigin, context });
  else {
    setSetting({ ...request, value }, context);
    context.answer({ name, value });
  }
  return 0;
}

/** Prints a value as it is, secrets and all: who names an option wants to know it. */
function show(
  found: FoundOption | undefined,
  { showOrigin, context }: { showOrigin: boolean; context: CommandContext },
): void {
  if (found === undefined) return;
  const value = pythonStr(found.value);
  context.answer({ name: found.name, value, origin: found.origin });
  answer(showOrigin ? `${found.origin}\t${value}` : value, context);
}

function refusal(message: string): DvtError {
  return new DvtError("usage", message, { exitCode: 1 });
}
