import { type Command, Option } from "commander";
import type { LogLevel } from "../../host/node/node.ts";
import {
  examples,
  listenOption,
  logLevelOption,
  optionsOf,
  parseTrackerOption,
} from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { carryOnWithoutReader, writeJson, writeLine } from "../output.ts";
import { onSignals } from "../serve.ts";

interface TrackerOptions extends GlobalOptions {
  listen: string;
  tracker?: string[];
  logLevel?: LogLevel;
}

/** The port of the original's trackers. */
const DEFAULT_LISTEN = ":6421";

export function registerTracker(program: Command): Command {
  return program
    .command("tracker")
    .description("introduce the nodes of any overlay to each other; stores nothing, needs no home")
    .addOption(
      listenOption().default(DEFAULT_LISTEN, `${DEFAULT_LISTEN}, and 6422 for observation`),
    )
    .addOption(
      new Option(
        "--tracker <host:port>",
        "another tracker, which names this one: they help each other to show nodes what their NAT lets in",
      ).argParser(parseTrackerOption),
    )
    .addOption(logLevelOption())
    .addHelpText(
      "after",
      examples(
        "dispersy tracker",
        "dispersy tracker --listen 0.0.0.0:7000 --json",
        "dispersy tracker --tracker other.example.net:6421",
      ),
    )
    .action((_options, command: Command) => tracker(optionsOf(command)));
}

async function tracker({
  json,
  listen,
  tracker: partners,
  logLevel,
}: TrackerOptions): Promise<void> {
  const { Node } = await import("../../host/node/node.ts");
  const node = await Node.open({
    role: "tracker",
    listen,
    ...(partners !== undefined && { trackers: partners }),
    ...(logLevel !== undefined && { logLevel }),
  });
  try {
    const { stopped } = onSignals();
    carryOnWithoutReader();
    if (json) await writeJson({ event: "ready", listen: node.listen, overlays: [] });
    else await writeLine(describe(node.listen));
    await stopped;
  } finally {
    await node.close();
  }
}

function describe(listen: string[]): string {
  const port = listen[0]?.split(":").at(-1) ?? "";
  return `Listening on ${listen.join(" ")}\nNodes begin from here with: dispersy run --tracker <this host>:${port}`;
}
