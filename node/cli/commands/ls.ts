import type { Command } from "commander";
import { examples, optionsOf, overlayOption, wholeNumber } from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { write } from "../output.ts";
import { bundleJson, bundleLine } from "../bundle-view.ts";
import { withSession } from "../daemon-session.ts";

interface LsOptions extends OverlayOptions {
  number?: number;
}

export function registerLs(program: Command): Command {
  return program
    .command("ls")
    .description("list the bundles, the oldest first")
    .option("-n, --number <count>", "only the newest so many", wholeNumber(0))
    .addOption(overlayOption())
    .addHelpText(
      "after",
      examples("dispersy ls", "dispersy ls -n 20 --json", "dispersy ls | wc -l"),
    )
    .action((_options, command: Command) => ls(optionsOf(command)));
}

async function ls(options: LsOptions): Promise<void> {
  const { overlay, number: last } = options;
  const params = {
    ...(overlay === undefined ? {} : { overlay }),
    ...(last === undefined ? {} : { last }),
  };
  await withSession(
    options,
    (session) =>
      session.call("ls", params, (row) => {
        const line = options.json ? JSON.stringify(bundleJson(row)) : bundleLine(row);
        void write(`${line}\n`);
      }),
    { onlyReads: true },
  );
}
