import type { Command } from "commander";
import type { LogLevel, Node } from "../../host/node/node.ts";
import type { ProgressEvent } from "../../host/status/progress.ts";
import { EXIT, HomeInUse, UserError } from "../../host/errors.ts";
import { announce, announceJson } from "../announce.ts";
import { forHome } from "../command-name.ts";
import { compiledAhead } from "../compiled-ahead.ts";
import { applyConfigFile } from "../config.ts";
import { examples, optionsOf, publicOption, ticketFileOption } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { say } from "../output.ts";
import { onSignals } from "../serve.ts";
import { withMetrics } from "../metrics.ts";
import { webSocketOptions, type WebSocketSettings } from "../websocket.ts";
import { homeOf, isServed, patiently } from "../daemon-session.ts";
import { privacyWord } from "../text.ts";
import { keepLogSmall } from "../service/log-file.ts";
import { addSettings } from "../settings.ts";
import { readTickets, sayLeadingNowhere } from "../tickets.ts";

interface RunOptions extends GlobalOptions, WebSocketSettings {
  listen?: string;
  tracker?: string[];
  portmap: boolean;
  lan: boolean;
  maxFlows?: number;
  datagramBytes?: number;
  minFree?: number;
  maxUp?: number;
  maxDown?: number;
  profile?: "adaptive" | "dispersy";
  receipts?: boolean;
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
    lan,
    maxFlows,
    datagramBytes,
    minFree,
    maxUp,
    maxDown,
    profile,
    receipts = false,
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
  const [{ Node }, { serveControl }] = await compiledAhead(() =>
    Promise.all([import("../../host/node/node.ts"), import("../../host/control/control.ts")]),
  );
  const open = (): Promise<Node> =>
    Node.open({
      home,
      portmap,
      lan,
      maxRate: { up: maxUp, down: maxDown },
      ...(listen !== undefined && { listen }),
      ...(tracker !== undefined && { trackers: tracker }),
      ...(maxFlows !== undefined && { maxFlows }),
      ...(datagramBytes !== undefined && { datagramBytes }),
      ...(minFree !== undefined && { minFreeBytes: minFree }),
      ...(profile !== undefined && { profile }),
      publicReceipts: receipts,
      ...(logLevel !== undefined && { logLevel }),
      ...webSocketOptions(options),
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

function joinThere({ message, exitCode }: HomeInUse, options: GlobalOptions): UserError {
  const join = forHome("dispersy join TICKET", options);
  return new UserError(message, `To join on the node that runs there: ${join}`, exitCode);
}
