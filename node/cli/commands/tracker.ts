import type { Command } from "commander";
import type { LogLevel, Node } from "../../host/node/node.ts";
import { examples, optionsOf } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { messageOf } from "../../host/errors.ts";
import { carryOnWithoutReader, writeJson, writeLine } from "../output.ts";
import { withMetrics } from "../metrics.ts";
import { onSignals } from "../serve.ts";
import { addSettings } from "../settings.ts";

interface TrackerOptions extends GlobalOptions {
  listen: string;
  tracker?: string[];
  metrics?: string;
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
        "dispersy tracker --metrics 9464",
      ),
    )
    .action((_options, command: Command) => tracker(optionsOf(command)));
}

async function tracker(options: TrackerOptions): Promise<void> {
  const { json, listen, tracker: partners, metrics, logLevel } = options;
  const { Node } = await import("../../host/node/node.ts");
  const node = await Node.open({
    role: "tracker",
    listen,
    ...(partners !== undefined && { trackers: partners }),
    ...(logLevel !== undefined && { logLevel }),
  });
  try {
    await withMetrics(node, metrics, async (at) => {
      const control = await serveStatus(node, options.home);
      try {
        const { stopped } = onSignals();
        carryOnWithoutReader();
        if (json) {
          const place = at === undefined ? {} : { metrics: at };
          await writeJson({ event: "ready", listen: node.listen, overlays: [], ...place });
        } else await writeLine(describe(node.listen, at));
        await stopped;
      } finally {
        await control?.close();
      }
    });
  } finally {
    await node.close();
  }
}

/**
 * What `dispersy status` asks. A tracker needs no folder: where the usual one cannot be used it serves all the same,
 * and says so.
 */
async function serveStatus(
  node: Node,
  home: string | undefined,
): Promise<{ close(): Promise<void> } | undefined> {
  const [{ serveControl }, { prepareFolder, trackerPlace, trackersFolder }] = await Promise.all([
    import("../../host/control/control.ts"),
    import("../../host/control/tracker-place.ts"),
  ]);
  try {
    const place = trackerPlace(home ?? trackersFolder(), node.listen[0]!);
    prepareFolder(place.folder);
    return await serveControl(node, place);
  } catch (error) {
    if (home !== undefined) throw error;
    const reason = messageOf(error);
    node.log.warn("dispersy status will not find this tracker: give it a folder with --home", {
      reason,
    });
    return undefined;
  }
}

function describe(listen: string[], metrics: string | undefined): string {
  const port = listen[0]?.split(":").at(-1) ?? "";
  return (
    `Listening on ${listen.join(" ")}\n` +
    (metrics === undefined ? "" : `Metrics at http://${metrics}/metrics\n`) +
    `Nodes begin from here with: dispersy run --tracker <this host>:${port}`
  );
}
