import type { Command } from "commander";
import type { NameRow } from "../../host/status/rows.ts";
import { EXIT, UserError } from "../../host/errors.ts";
import { BESIDE } from "../../host/author-names.ts";
import { examples, optionsOf, overlayOption } from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { say, writeJson, writeLine } from "../output.ts";
import { withSession } from "../daemon-session.ts";

interface NameOptions extends OverlayOptions {
  all?: boolean;
}

export function registerName(program: Command): Command {
  return program
    .command("name")
    .description("what you call yourself in an overlay: show it, or set it for all to see")
    .argument("[text]", 'the new name; "" for none')
    .option("-a, --all", "the names of all authors instead, each with its key")
    .addOption(overlayOption())
    .addHelpText("after", examples("dispersy name anna", "dispersy name", "dispersy name --all"))
    .action((text: string | undefined, _options, command: Command) =>
      name(text, optionsOf(command)),
    );
}

async function name(text: string | undefined, options: NameOptions): Promise<void> {
  if (text !== undefined && options.all) {
    throw new UserError(
      "a name is set for this node alone",
      "Give a name, or --all. See: dispersy name --help",
      EXIT.usage,
    );
  }
  const overlay = options.overlay === undefined ? {} : { overlay: options.overlay };
  if (text !== undefined) {
    const row = await withSession(options, (session) =>
      session.call("rename", { ...overlay, name: text }),
    );
    return showOwn(row, options);
  }
  const onlyReads = { onlyReads: true };
  const rows = await withSession(options, (session) => session.call("names", overlay), onlyReads);
  if (!options.all)
    return showOwn(
      rows.find(({ isOwn }) => isOwn)!,
      options,
    );
  for (const row of rows.filter((each) => each.name !== undefined)) {
    await (options.json ? writeJson(row) : writeLine(`${row.author}  ${row.name}`));
  }
}

async function showOwn(row: NameRow, { json }: NameOptions): Promise<void> {
  if (json) return writeJson(row);
  if (row.name === undefined) return say("You have no name here: others see your key.");
  await writeLine(row.name);
  if (row.shortKey === undefined) return;
  say(`Alone it may be taken for another's: others see ${row.name}${BESIDE}${row.shortKey}.`);
}
