import type { Command } from "commander";
import type { LogLevel, Node } from "../../host/node/node.ts";
import { examples, optionsOf } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { messageOf } from "../../host/errors.ts";
import { isWildcard } from "../../host/net/udp.ts";
import { webSocketUrl } from "../../../wire/websocket-place.ts";
import { compiledAhead } from "../compiled-ahead.ts";
import { carryOnWithoutReader, writeJson, writeLine } from "../output.ts";
import { withMetrics } from "../metrics.ts";
import { webSocketOptions, type WebSocketSettings } from "../websocket.ts";
import { onSignals } from "../serve.ts";
import { addSettings } from "../settings.ts";

interface TrackerOptions extends GlobalOptions, WebSocketSettings {
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
        "dispersy tracker --ws 8443 --ws-cert cert.pem --ws-key key.pem",
        "dispersy tracker --metrics 9464",
      ),
    )
    .action((_options, command: Command) => tracker(optionsOf(command)));
}

async function tracker(options: TrackerOptions): Promise<void> {
  const { json, listen, tracker: partners, metrics, logLevel } = options;
  const { Node } = await compiledAhead(() => import("../../host/node/node.ts"));
  const node = await Node.open({
    role: "tracker",
    listen,
    ...(partners !== undefined && { trackers: partners }),
    ...webSocketOptions(options),
    ...(logLevel !== undefined && { logLevel }),
  });
  try {
    await withMetrics(node, metrics, async (at) => {
      const control = await serveStatus(node, options.home);
      try {
        const { stopped } = onSignals();
        carryOnWithoutReader();
        if (json) {
          const { webSockets } = node;
          const place = {
            ...(webSockets !== undefined && { webSockets }),
            ...(at !== undefined && { metrics: at }),
          };
          await writeJson({ event: "ready", listen: node.listen, overlays: [], ...place });
        } else await writeLine(describe(node, at, webSocketPlace(node, options)));
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

function describe({ listen, webSockets }: Node, metrics: string | undefined, url?: string): string {
  const port = listen[0]?.split(":").at(-1) ?? "";
  return (
    `Listening on ${listen.join(" ")}\n` +
    (webSockets === undefined ? "" : `WebSockets at ${webSockets}\n`) +
    (metrics === undefined ? "" : `Metrics at http://${metrics}/metrics\n`) +
    `Nodes begin from here with: dispersy run --tracker <this host>:${port}` +
    (url === undefined ? "" : `\nand where UDP is blocked with: dispersy run --tracker ${url}`)
  );
}

/** Where nodes reach its WebSockets, as its user is to name it; the host is known where the user wrote it. */
function webSocketPlace({ webSockets }: Node, options: TrackerOptions): string | undefined {
  const { ws } = webSocketOptions(options);
  if (ws === undefined || webSockets === undefined) return undefined;
  if (ws.url !== undefined) return webSocketUrl(ws.url);
  const { host, path, tls } = ws.listen;
  const port = webSockets.split(":").at(-1)!;
  const where =
    host === "" || isWildcard(host) ? "<this host>" : host.includes(":") ? `[${host}]` : host;
  return `${tls === undefined ? "ws" : "wss"}://${where}:${port}${path}`;
}
