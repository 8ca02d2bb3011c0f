import type { Command } from "commander";
import type { LogLevel } from "../../host/node/node.ts";
import { examples, optionsOf } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { carryOnWithoutReader, writeJson, writeLine } from "../output.ts";
import { onSignals } from "../serve.ts";
import { addSettings } from "../settings.ts";

interface TrackerOptions extends GlobalOptions {
  listen: string;
  tracker?: string[];
  logLevel?: LogLevel;
}

export function registerTracker(program: Command): Command {
  const command = program
    .command("tracker")
    .description("introduce the nodes of any overlay to each other; stores nothing, needs no home");
  return addSettings(command, "tracker")
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
