import type { Command } from "commander";
import type { BundleRow } from "../../host/status/rows.ts";
import { examples, optionsOf, overlayOption, wholeNumber } from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { endWithReader, write } from "../output.ts";
import { bundleJson, bundleLine } from "../bundle-view.ts";
import { withDaemon } from "../daemon-session.ts";

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

/**
 * Asks for what arrives before it asks for what is held, so that nothing falls in between; what comes by both ways
 * is printed once.
 */
async function tail(options: TailOptions): Promise<void> {
  const overlay = options.overlay === undefined ? {} : { overlay: options.overlay };
  const held = options.fromStart ? overlay : { ...overlay, last: options.number };
  const print = (row: BundleRow): void => {
    void write(`${options.json ? JSON.stringify(bundleJson(row)) : bundleLine(row)}\n`);
  };
  await withDaemon(options, async (daemon) => {
    endWithReader();
    /** Arrived while the held ones are printed. BOUNDED: by what arrives in that time. */
    let early: Map<string, BundleRow> | undefined = new Map();
    const arriving = daemon.call("tail", { ...overlay, last: 0 }, (row) => {
      if (early === undefined) print(row);
      else early.set(row.id, row);
    });
    const printed = daemon.call("ls", held, (row) => {
      early?.delete(row.id);
      print(row);
    });
    await Promise.all([arriving, printed.then(flush)]);

    function flush(): void {
      early?.forEach(print);
      early = undefined;
    }
  });
}
