import type { Command } from "commander";
import type { LogLevel, Node } from "../../host/node/node.ts";
import type { TicketReach } from "../../host/runtime/own-ticket.ts";
import { typed } from "../command-name.ts";
import { applyConfigFile } from "../config.ts";
import {
  examples,
  listenOption,
  logLevelOption,
  maxDownOption,
  maxFlowsOption,
  maxUpOption,
  minFreeOption,
  optionsOf,
  pcapOption,
  portmapOption,
  profileOption,
  recordOption,
  trackerOption,
} from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { carryOnWithoutReader, say, writeJson, writeLine } from "../output.ts";
import { eventJson, onSignals, readerKeepsUp } from "../serve.ts";
import { homeOf, isServed, patiently } from "../daemon-session.ts";
import { readTickets, sayLeadingNowhere } from "../tickets.ts";

interface RunOptions extends GlobalOptions {
  listen?: string;
  tracker?: string[];
  portmap: boolean;
  maxFlows?: number;
  minFree?: number;
  maxUp?: number;
  maxDown?: number;
  profile?: "adaptive" | "dispersy";
  logLevel?: LogLevel;
  record?: string;
  pcap?: string;
  ticketFile?: string;
}

export function registerRun(program: Command): Command {
  return program
    .command("run")
    .description("run the node, in the foreground; with tickets, join their overlays for good")
    .argument("[ticket...]", "what another node printed; - reads tickets from standard input")
    .option("--ticket-file <file>", "tickets are in this file; best for those with an invitation")
    .addOption(listenOption())
    .addOption(trackerOption())
    .addOption(portmapOption())
    .addOption(maxFlowsOption())
    .addOption(minFreeOption())
    .addOption(maxUpOption())
    .addOption(maxDownOption())
    .addOption(profileOption())
    .addOption(logLevelOption())
    .addOption(recordOption())
    .addOption(pcapOption())
    .addHelpText(
      "after",
      examples(
        "dispersy run",
        "dispersy run 'dispersy:1:…?at=192.0.2.1:6421'",
        "dispersy run --ticket-file invitation.txt",
        "dispersy run --tracker tracker.example.org:6421 --listen 0.0.0.0:6420",
      ),
    )
    .action((tickets: string[], _options, command: Command) => run(tickets, command));
}

async function run(args: string[], command: Command): Promise<void> {
  const home = await homeOf(optionsOf(command));
  applyConfigFile(command, home);
  const {
    json,
    listen,
    tracker,
    portmap,
    maxFlows,
    minFree,
    maxUp,
    maxDown,
    profile,
    logLevel,
    ticketFile,
    record,
    pcap,
  } = optionsOf<RunOptions>(command);
  const tickets = await readTickets(args, ticketFile);
  if (tracker === undefined) sayLeadingNowhere(tickets);
  const [{ Node }, { serveControl }] = await Promise.all([
    import("../../host/node/node.ts"),
    import("../../host/control/control.ts"),
  ]);
  const open = (): Promise<Node> =>
    Node.open({
      home,
      portmap,
      maxRate: { up: maxUp, down: maxDown },
      ...(listen !== undefined && { listen }),
      ...(tracker !== undefined && { trackers: tracker }),
      ...(maxFlows !== undefined && { maxFlows }),
      ...(minFree !== undefined && { minFreeBytes: minFree }),
      ...(profile !== undefined && { profile }),
      ...(logLevel !== undefined && { logLevel }),
      ...(record !== undefined && { record }),
      ...(pcap !== undefined && { pcap }),
    });
  const node = await patiently(open, async () => !(await isServed(home)));
  try {
    await takePart(node, tickets);
    const control = await serveControl(node);
    try {
      const { stopped } = onSignals();
      await announce(node, json === true);
      await stopped;
    } finally {
      await control.close();
    }
  } finally {
    await node.close();
  }
}

/** A node without an overlay is of no use: it gets one of its own. */
async function takePart(node: Node, tickets: string[]): Promise<void> {
  for (const ticket of tickets) await node.join(ticket);
  if (node.overlays.length > 0) return;
  await node.createOverlay();
  say(`Made a new overlay in ${node.home}.`);
}

/** Says that the node is ready, and from then on what changes. */
async function announce(node: Node, json: boolean): Promise<void> {
  carryOnWithoutReader();
  if (json) {
    const overlays = node.overlays.map((overlay) => ({ overlay, ticket: node.ticket(overlay) }));
    await writeJson({ event: "ready", listen: node.listen, overlays });
    node.subscribe((event) => {
      const line = eventJson(event);
      if (line !== undefined && readerKeepsUp()) void writeJson(line);
    });
    return;
  }
  await writeLine(`Listening on ${node.listen.join(" ")}`);
  for (const overlay of node.overlays) await introduce(node, overlay);
  announceReach(node);
}

async function introduce(node: Node, overlay: string): Promise<void> {
  const ticket = node.ticket(overlay);
  const reach = node.ticketReach(overlay);
  // On one machine two nodes need two homes.
  const join =
    reach === "machine"
      ? typed(`Join on this machine:\n  dispersy run --home DIR '${ticket}'`)
      : `Join from another machine:\n  dispersy run '${ticket}'`;
  await writeLine(`\nOverlay  ${overlay}\nTicket   ${ticket}\n\n${join}\n${REACH[reach]}`);
}

const REACH: Record<TicketReach, string> = {
  machine:
    "This ticket works only on this machine: listen on another address than loopback (--listen).",
  lan: "This ticket works only on this local network: a tracker (--tracker host:port) carries it further.",
  internet: "This ticket works from anywhere.",
  nowhere: "This ticket names no address yet: a tracker (--tracker host:port) gives it one.",
};

/** A ticket carries further once others have told us our address: then it is printed again. */
function announceReach(node: Node): void {
  const told = new Map(node.overlays.map((overlay) => [overlay, node.ticketReach(overlay)]));
  node.subscribe(({ event }) => {
    if (event !== "address") return;
    for (const [overlay, reach] of told) {
      const now = node.ticketReach(overlay);
      if (now === reach) continue;
      told.set(overlay, now);
      void introduce(node, overlay);
    }
  });
}
