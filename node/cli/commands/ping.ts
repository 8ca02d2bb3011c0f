import type { Command } from "commander";
import { EXIT, UserError } from "../../host/errors.ts";
import type { PingRow } from "../../host/status/rows.ts";
import { examples, optionsOf, overlayOption, parseSeconds } from "../options.ts";
import type { OverlayOptions } from "../options.ts";
import { writeJson, writeLine } from "../output.ts";
import { withDaemon } from "../daemon-session.ts";
import { count } from "../text.ts";

interface PingOptions extends OverlayOptions {
  timeout: number;
}

/** The longest search, and what leads to it. */
const DEFAULT_TIMEOUT_SECONDS = 40;

/** What each strategy did, after "by". */
const STRATEGIES: Record<NonNullable<PingRow["strategy"]>, string> = {
  contact: "an open path",
  lan: "the address inside a common network",
  puncture: "puncturing from both sides at once",
  prediction: "predicting the next port of a sequential NAT",
  "block-search": "searching a block of ports",
  birthday: "a birthday search of ports",
  "unequal-steps": "climbing two sequential NATs in unequal steps",
  "block-pairs": "pairing flows of two blocks of ports",
};

export function registerPing(program: Command): Command {
  return program
    .command("ping")
    .description("open a path to a node by way of its introducers, and say how")
    .argument("<target>", "its instance, from `dispersy status` there; or a peer's address")
    .option("--timeout <seconds>", "how long to try", parseSeconds, DEFAULT_TIMEOUT_SECONDS)
    .addOption(overlayOption())
    .addHelpText(
      "after",
      examples("dispersy ping 7f3a90c1d2e4b586", "dispersy ping 7f3a90c1d2e4b586 --json"),
    )
    .action((target: string, _options, command: Command) => ping(target, optionsOf(command)));
}

async function ping(target: string, options: PingOptions): Promise<void> {
  const { overlay, timeout, json } = options;
  const row = await withDaemon(options, (daemon) =>
    daemon.call("ping", {
      target,
      timeout: Math.ceil(timeout),
      ...(overlay !== undefined && { overlay }),
    }),
  );
  if (json) await writeJson(row);
  else if (row.path !== null) await writeLine(sentence(row));
  if (row.path === null) {
    throw new UserError(
      `no path to ${target}: ${row.reason ?? "unknown"}`,
      "Bundles still get there by any node that both reach. See what the NATs do: dispersy netcheck",
      EXIT.failed,
    );
  }
}

function sentence({ path, strategy, probes, ms }: PingRow): string {
  const time = ms === null ? "" : ` in ${ms} ms`;
  const sent = probes === 0 ? "" : `, with ${count(probes, "probe")}`;
  return `${path} reached by ${STRATEGIES[strategy!]}${time}${sent}`;
}
