import type { Node } from "../host/node/node.ts";
import { isWildcard } from "../host/net/udp.ts";
import type { TicketReach } from "../host/runtime/own-ticket.ts";
import type { OverlaySummary, Status } from "../host/status/node-status.ts";
import type { ProgressEvent } from "../host/status/progress.ts";
import { parseHostPort } from "../../wire/place.ts";
import { joinElsewhere, typed } from "./command-name.ts";
import type { GlobalOptions } from "./options.ts";
import { carryOnWithoutReader, writeJson, writeLine } from "./output.ts";
import { ProgressView } from "./progress-view.ts";
import { type RunEvent, runEvent } from "./run-events.ts";
import { readerKeepsUp } from "./serve.ts";
import { count, privacyWord } from "./text.ts";

/** Where what becomes of the overlays is shown. */
export interface View {
  show(event: ProgressEvent): void;
  close(): void;
}

/** Says that the node is ready, and from then on what changes. */
export async function announce(
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
  const { listen, webSockets } = node;
  await writeLine(listen.length === 0 ? NO_UDP : `Listening on ${listen.join(" ")}`);
  if (webSockets !== undefined) await writeLine(`WebSockets at ${webSockets}`);
  if (metrics !== undefined) await writeLine(`Metrics at http://${metrics}/metrics`);
  const { overlays, lan } = node.status();
  for (const one of overlays) {
    // A ticket that leads nowhere shall not look like success: ours follows when somebody has answered.
    if (holdsNothing(one)) await writeLine(seeking(one, lan));
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

const NO_UDP = "No UDP: only by WebSocket (--ws-only).";

/** Of how far tickets carry: a person who has plugged a cable in looks at the screen about so long. */
const LOOK_INTERVAL_MS = 1_000;

/** What is only told of an overlay in which somebody has answered. */
const MET: ProgressEvent["event"][] = ["contacted", "catching-up", "up-to-date"];

export async function announceJson(node: Node, metrics: string | undefined): Promise<View> {
  carryOnWithoutReader();
  const overlays = node.overlays.map((overlay) => ({ overlay, ticket: node.ticket(overlay) }));
  const ready: RunEvent = {
    event: "ready",
    listen: node.listen,
    overlays,
    ...(node.webSockets !== undefined && { webSockets: node.webSockets }),
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

function holdsNothing({ bundles, controlBundles }: OverlaySummary): boolean {
  return bundles + controlBundles === 0;
}

/** Of an overlay of which nothing is here yet. */
function seeking({ overlay, places }: OverlaySummary, lan: Status["lan"]): string {
  const hasLan = lan !== null && lan.interfaces.length > 0;
  const asked = places.filter(({ result }) => result !== "no-udp").map(({ place }) => place);
  const [first, ...rest] = hasLan ? [...asked, "whoever is on this LAN"] : asked;
  if (first === undefined) {
    const why =
      places.length === 0 ? "no place" : "none that takes WebSockets, and nothing goes by UDP";
    return joining(overlay, `nobody: the ticket names ${why}`);
  }
  if (rest.length === 0) return joining(overlay, first);
  const [second] = rest;
  const others = hasLan && rest.length === 1 ? second! : count(rest.length, "more place");
  return joining(overlay, `${first} and ${others}`);
}

function joining(overlay: string, whom: string): string {
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
  lan: "This ticket works only on this network; a public --tracker carries it further.",
  internet: "This ticket works from anywhere.",
  nowhere: "This ticket leads to somebody only once this node is connected to a WebSocket.",
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
