import type { Command } from "commander";
import type { LogLevel, Node } from "../../host/node/node.ts";
import type { ProgressEvent } from "../../host/status/progress.ts";
import type { OverlaySummary } from "../../host/status/node-status.ts";
import type { TicketReach } from "../../host/runtime/own-ticket.ts";
import { EXIT, HomeInUse, UserError } from "../../host/errors.ts";
import { forHome, joinElsewhere, typed } from "../command-name.ts";
import { applyConfigFile } from "../config.ts";
import { examples, optionsOf, publicOption, ticketFileOption } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { carryOnWithoutReader, say, writeJson, writeLine } from "../output.ts";
import { ProgressView } from "../progress-view.ts";
import { type RunEvent, runEvent } from "../run-events.ts";
import { onSignals, readerKeepsUp } from "../serve.ts";
import { withMetrics } from "../metrics.ts";
import { parseHostPort } from "../../../wire/place.ts";
import { isWildcard } from "../../host/net/udp.ts";
import { homeOf, isServed, patiently } from "../daemon-session.ts";
import { count, privacyWord } from "../text.ts";
import { keepLogSmall } from "../service/log-file.ts";
import { addSettings } from "../settings.ts";
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
  metrics?: string;
  logLevel?: LogLevel;
  record?: string;
  pcap?: string;
  keylog?: string;
  ticketFile?: string;
  public?: boolean;
}

export function registerRun(program: Command): Command {
  const command = program
    .command("run")
    .description("run the node, in the foreground; with tickets, join their overlays for good")
    .argument("[ticket...]", "what another node printed; - reads tickets from standard input")
    .addOption(ticketFileOption())
    .addOption(publicOption());
  return addSettings(command, "run")
    .addHelpText(
      "after",
      examples(
        "dispersy run",
        'dispersy run "dispersy:1:…?at=192.0.2.1:6421"',
        "dispersy run --ticket-file invitation.txt",
        "dispersy run --tracker tracker.example.org:6421 --listen 0.0.0.0:6420",
      ),
    )
    .action((tickets: string[], _options, command: Command) => run(tickets, command));
}

async function run(args: string[], command: Command): Promise<void> {
  const home = await homeOf(optionsOf(command));
  keepLogSmall(home);
  applyConfigFile(command, home);
  const options = optionsOf<RunOptions>(command);
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
    metrics,
    logLevel,
    ticketFile,
    public: isPublic = false,
    record,
    pcap,
    keylog,
  } = options;
  const tickets = await readTickets(args, ticketFile);
  if (isPublic && tickets.length > 0) throw publicTicket();
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
      ...(keylog !== undefined && { keylog }),
    });
  const node = await patiently(open, async () => !(await isServed(home))).catch(
    (error: unknown) => {
      throw error instanceof HomeInUse && tickets.length > 0 ? joinThere(error, options) : error;
    },
  );
  if (keylog !== undefined) say(opensDatagrams(keylog));
  /** What comes before it can be shown. BOUNDED: by what comes in a moment. */
  const early: ProgressEvent[] = [];
  let show = (event: ProgressEvent): void => void early.push(event);
  node.watch((event) => show(event));
  try {
    await withMetrics(node, metrics, async (at) => {
      await takePart(node, tickets, isPublic);
      const control = await serveControl(node);
      try {
        const { stopped } = onSignals();
        const view = json ? await announceJson(node, at) : await announce(node, at, options);
        show = (event) => view.show(event);
        early.forEach(show);
        await stopped;
        show = () => {};
        view.close();
      } finally {
        await control.close();
      }
    });
  } finally {
    await node.close();
  }
}

/** A node without an overlay is of no use: it gets one of its own. */
async function takePart(node: Node, tickets: string[], isPublic: boolean): Promise<void> {
  for (const ticket of tickets) await node.join(ticket);
  if (node.overlays.length > 0) return;
  const info = await node.createOverlay({ public: isPublic });
  say(`Made a new ${privacyWord(info.private)} overlay in ${node.home}.`);
}

function opensDatagrams(keylog: string): string {
  return (
    `Warning: whoever has ${keylog} and a capture of this node's traffic reads what was sent while it ran, ` +
    "but for what bundles of private overlays say."
  );
}

function publicTicket(): UserError {
  return new UserError(
    "--public is for a new overlay, and a ticket names one that is there",
    "Leave one of the two out.",
    EXIT.usage,
  );
}

/** Where what becomes of the overlays is shown. */
interface View {
  show(event: ProgressEvent): void;
  close(): void;
}

/** Says that the node is ready, and from then on what changes. */
async function announce(
  node: Node,
  metrics: string | undefined,
  options: GlobalOptions,
): Promise<View> {
  carryOnWithoutReader();
  const view = new ProgressView(() => node.overlays.length > 1, options);
  /** Which overlays were introduced, and how far their tickets carry. BOUNDED: by the node's overlays. */
  const told = new Map<string, TicketReach>();
  const tell = async (overlay: string): Promise<void> => {
    told.set(overlay, node.ticketReach(overlay));
    view.clear();
    await introduce(node, overlay);
  };
  await writeLine(`Listening on ${node.listen.join(" ")}`);
  if (metrics !== undefined) await writeLine(`Metrics at http://${metrics}/metrics`);
  for (const one of node.status().overlays) {
    // A ticket that leads nowhere shall not look like success: ours follows when somebody has answered.
    if (holdsNothing(one)) await writeLine(seeking(one));
    else await tell(one.overlay);
  }
  // A ticket carries further once others have told us our address, or this machine is in a network: then it is
  // printed again.
  const look = setInterval(() => {
    for (const [overlay, reach] of told) {
      if (!node.overlays.includes(overlay)) told.delete(overlay);
      else if (isFurther(node.ticketReach(overlay), reach)) void tell(overlay);
    }
  }, LOOK_INTERVAL_MS).unref();
  return {
    close: () => {
      clearInterval(look);
      view.clear();
    },
    show: (event) => {
      view.show(event);
      const { overlay } = event;
      const isNew = MET.includes(event.event) && !told.has(overlay);
      if (isNew && node.overlays.includes(overlay)) void tell(overlay);
    },
  };
}

/** Of how far tickets carry: a person who has plugged a cable in looks at the screen about so long. */
const LOOK_INTERVAL_MS = 1_000;

/** What is only told of an overlay in which somebody has answered. */
const MET: ProgressEvent["event"][] = ["contacted", "catching-up", "up-to-date"];

async function announceJson(node: Node, metrics: string | undefined): Promise<View> {
  carryOnWithoutReader();
  const overlays = node.overlays.map((overlay) => ({ overlay, ticket: node.ticket(overlay) }));
  const ready: RunEvent = {
    event: "ready",
    listen: node.listen,
    overlays,
    ...(metrics !== undefined && { metrics }),
  };
  await writeJson(ready);
  const print = (event: RunEvent): void => {
    if (readerKeepsUp()) void writeJson(event);
  };
  node.subscribe((event) => {
    const line = runEvent(event);
    if (line !== undefined) print(line);
  });
  return { show: print, close: () => {} };
}

function joinThere({ message, exitCode }: HomeInUse, options: GlobalOptions): UserError {
  const join = forHome("dispersy join TICKET", options);
  return new UserError(message, `To join on the node that runs there: ${join}`, exitCode);
}

function holdsNothing({ bundles, controlBundles }: OverlaySummary): boolean {
  return bundles + controlBundles === 0;
}

/** Of an overlay of which nothing is here yet. */
function seeking({ overlay, places }: OverlaySummary): string {
  const [first, ...rest] = places.map(({ place }) => place);
  const others = rest.length === 0 ? "" : ` and ${count(rest.length, "more place")}`;
  const whom = first === undefined ? "nobody: the ticket names no place" : `${first}${others}`;
  return `\nOverlay  ${overlay}\nJoining  asking ${whom}`;
}

async function introduce(node: Node, overlay: string): Promise<void> {
  const { ticket, private: isPrivate } = node.info(overlay);
  const reach = node.ticketReach(overlay);
  // On one machine two nodes need two homes. Secrets do not belong on a command line.
  const argument = isPrivate ? "-" : `"${ticket}"`;
  const paste = isPrivate ? ", and paste the ticket there" : "";
  const join =
    reach === "machine"
      ? typed(`Join on this machine${paste}:\n  dispersy run --home DIR ${argument}`)
      : joinElsewhere(argument, paste);
  const lines = [`Overlay  ${overlay} (${privacyWord(isPrivate)})`, `Ticket   ${ticket}`];
  await writeLine(`\n${lines.join("\n")}\n\n${join}\n${reachText(reach, node)}`);
}

/** How far a ticket carries; each in one line of 80 columns. */
export const REACH: Record<TicketReach, string> = {
  machine: "This ticket works only on this machine: --listen names no address of a network.",
  lan: "This ticket works only on this network; --tracker HOST:PORT carries it further.",
  internet: "This ticket works from anywhere.",
  nowhere: "This ticket names no address yet: a tracker (--tracker HOST:PORT) gives it one.",
};
const NO_NETWORK = "This ticket works only on this machine, which is in no network yet.";

function reachText(reach: TicketReach, { listen }: Node): string {
  const isAnywhere = listen.some((place) => isWildcard(parseHostPort(place)!.host));
  return reach === "machine" && isAnywhere ? NO_NETWORK : REACH[reach];
}

/** From the least on. */
const REACHES: TicketReach[] = ["nowhere", "machine", "lan", "internet"];

function isFurther(reach: TicketReach, before: TicketReach): boolean {
  return REACHES.indexOf(reach) > REACHES.indexOf(before);
}
