import type { Command } from "commander";
import { examples, optionsOf, overlayOption, wholeNumber } from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { write } from "../output.ts";
import { bundleJson, bundleLine } from "../rows.ts";
import { withDaemon } from "../session.ts";

interface TailOptions extends OverlayOptions {
  number: number;
  fromStart?: boolean;
}

/** As `tail` of Unix. */
const DEFAULT_NUMBER = 10;

export function registerTail(program: Command): Command {
  return program
    .command("tail")
    .description("print the newest bundles, then every new one as it arrives")
    .option("-n, --number <count>", "so many of those held", wholeNumber(0), DEFAULT_NUMBER)
    .option("--from-start", "all of those held")
    .addOption(overlayOption())
    .addHelpText(
      "after",
      examples("dispersy tail", "dispersy tail -n 0 --json", "dispersy tail --from-start"),
    )
    .action((_options, command: Command) => tail(optionsOf(command)));
}

async function tail(options: TailOptions): Promise<void> {
  const { overlay } = options;
  const last = options.fromStart ? Number.MAX_SAFE_INTEGER : options.number;
  await withDaemon(options, (daemon) =>
    daemon.call("tail", overlay === undefined ? { last } : { overlay, last }, (row) => {
      const line = options.json ? JSON.stringify(bundleJson(row)) : bundleLine(row);
      void write(`${line}\n`);
    }),
  );
}
