import { Help } from "commander";
import { type LanText, whyNobody } from "../host/status/lan.ts";
import type { ProgressEvent, SilenceEvent } from "../host/status/progress.ts";
import { forHome, typed } from "./command-name.ts";
import type { GlobalOptions } from "./options.ts";
import { Progress, stdoutIsTerminal, terminalWidth, writeLine } from "./output.ts";
import { placeResult } from "./status-view.ts";
import { count, escapeControls, truncate } from "./text.ts";

/** A log or a pipe gets a line this often while bundles come; a terminal has one line that changes. */
const LOGGED_INTERVAL_MS = 5_000;
/** Whom a node with few peers meets matters to a person; later it meets somebody all the time. */
const CONTACTS_SHOWN = 4;
const PLACES_SHOWN = 8;
/** Enough to tell overlays of one home apart. */
const SHORT_ID = 6;

/** Names of links, see links.ts. */
const CAME_BY_WEBSOCKET = /^WebSocket from /;
const DIALLED = /^wss?:/;

type ContactedEvent = Extract<ProgressEvent, { event: "contacted" }>;

/** How a path was opened, for people. */
const WAYS: Record<ContactedEvent["strategy"], string> = {
  announced: "on this LAN",
  direct: "directly",
  lan: "in the local network",
  puncture: "by puncture",
  prediction: "by a search",
  "block-search": "by a search",
  birthday: "by a search",
  "block-pairs": "by a search",
  "unequal-steps": "by a search",
};

/** Shows what becomes of the overlays: a line for each event that matters, and one that is written over and over. */
export class ProgressView {
  readonly #isTerminal: boolean;
  readonly #now: () => number;
  readonly #hasSeveral: () => boolean;
  readonly #options: GlobalOptions;
  readonly #line = new Progress();
  /** Contacts shown of each overlay since it was last up to date or alone. BOUNDED: by the overlays. */
  readonly #contacts = new Map<string, number>();
  #loggedMs = -Infinity;

  /** `hasSeveral`: whether each line has to say which overlay it is about. */
  constructor(
    hasSeveral: () => boolean,
    options: GlobalOptions,
    now: () => number = () => performance.now(),
  ) {
    this.#hasSeveral = hasSeveral;
    this.#options = options;
    this.#now = now;
    this.#isTerminal = stdoutIsTerminal();
  }

  show(event: ProgressEvent): void {
    switch (event.event) {
      case "contacted":
        return this.#contacted(event);
      case "catching-up":
        return this.#catchingUp(event);
      case "up-to-date":
        this.#contacts.set(event.overlay, CONTACTS_SHOWN);
        return this.#say(event.overlay, `Up to date: ${held(event)}`);
      case "alone":
        this.#contacts.delete(event.overlay);
        return this.#say(event.overlay, "Nobody answers any more. The node goes on trying.");
      case "stalled":
        return this.#say(event.overlay, stalledText(event, terminalWidth()));
      case "websocket":
        return this.#say(event.overlay, webSocketText(event));
      case "no-websocket":
        return this.#say(event.overlay, escapeControls(`No WebSocket: ${event.problem}`));
      case "udp":
        return this.#say(event.overlay, "UDP works again: the WebSocket is closed.");
      case "outdated":
        return this.#say(event.overlay, OUTDATED);
      case "silence":
        return this.#say(event.overlay, silenceText(event, terminalWidth(), this.#options));
    }
  }

  /** Leaves a clean line, for whatever else is printed now. */
  clear(): void {
    this.#line.clear();
  }

  #contacted(event: ContactedEvent): void {
    const { overlay } = event;
    const shown = this.#contacts.get(overlay) ?? 0;
    if (shown >= CONTACTS_SHOWN) return;
    this.#contacts.set(overlay, shown + 1);
    this.#say(overlay, contactedText(event));
  }

  #catchingUp(event: Extract<ProgressEvent, { event: "catching-up" }>): void {
    const { overlay, bundles, of } = event;
    const text = `${bundles.toLocaleString("en-US")} of about ${count(of, "bundle")}`;
    if (this.#isTerminal) {
      return this.#line.show(truncate(this.#about(overlay) + text, terminalWidth() - 1));
    }
    if (bundles === 0 || this.#now() - this.#loggedMs < LOGGED_INTERVAL_MS) return;
    this.#loggedMs = this.#now();
    this.#say(overlay, text);
  }

  #say(overlay: string, text: string): void {
    this.#line.clear();
    void writeLine(this.#about(overlay) + text);
  }

  #about(overlay: string): string {
    return this.#hasSeveral() ? `${overlay.slice(0, SHORT_ID)}  ` : "";
  }
}

export function contactedText({ address, strategy, ms, again }: ContactedEvent): string {
  const verb = strategy === "announced" ? "found" : "reached";
  const begin = again ? `again ${verb}` : verb;
  const whom = address.replace(CAME_BY_WEBSOCKET, "");
  const isWebSocket = whom !== address || DIALLED.test(address);
  const way = isWebSocket ? "by WebSocket" : WAYS[strategy];
  const sentence = `${begin} ${escapeControls(whom)} ${way} in ${seconds(ms)}`;
  return sentence[0]!.toUpperCase() + sentence.slice(1);
}

function held({ bundles, added, ms }: Extract<ProgressEvent, { event: "up-to-date" }>): string {
  if (bundles === 0) return "there are no bundles yet";
  return `${count(bundles, "bundle")}${added > 0 ? ` in ${seconds(ms)}` : ""}`;
}

function webSocketText({ url, only }: Extract<ProgressEvent, { event: "websocket" }>): string {
  const why = only ? "" : ": UDP does not answer, and is tried further";
  return `Connected by WebSocket to ${escapeControls(url)}${why}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 100 ? 2 : 1)} s`;
}

const OUTDATED = "This overlay requires a newer version of dispersy: the node takes no part in it.";

function stalledText(
  { bundles, of, seconds: waited, problems }: Extract<ProgressEvent, { event: "stalled" }>,
  columns: number,
): string {
  const text = `${bundles.toLocaleString("en-US")} of about ${count(of, "bundle")}: none has come for ${waited} s.`;
  const lines = [text, ...problems.map((problem) => `Problem: ${escapeControls(problem)}`)];
  return lines.map((line) => new Help().boxWrap(line, columns)).join("\n");
}

/** What was tried and what to do, in lines of a terminal's width. */
export function silenceText(
  event: SilenceEvent,
  columns: number,
  options: GlobalOptions = {},
): string {
  const wrap = (text: string): string => new Help().boxWrap(text, columns);
  const { seconds: waited, places, failures } = event;
  const tried = [
    ...places.slice(0, PLACES_SHOWN).map((row) => [row.place, placeResult(row)] as const),
    ...failures.map(({ address, reason }) => [address, `no path: ${reason}`] as const),
  ];
  const width = Math.max(...tried.map(([place]) => place.length));
  const rest = places.length - PLACES_SHOWN;
  const { text, commands } = advice(event, options);
  return [
    wrap(
      `Nobody in this overlay has answered for ${waited} s` +
        (tried.length === 0 ? ": there is nobody to ask." : ". What was tried:"),
    ),
    ...(hasLan(event.lan) ? [wrap(lanSilence(event.lan))] : []),
    ...tried.map(([place, result]) => `  ${escapeControls(`${place.padEnd(width)}  ${result}`)}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    wrap(`What to do: ${text}`),
    // Not wrapped: a command is to be copied.
    ...commands.map((command) => typed(`  ${command}`)),
    wrap("The node goes on trying, and says when somebody answers."),
  ].join("\n");
}

function hasLan(lan: LanText | null): lan is LanText {
  return lan !== null && lan.interfaces.length > 0;
}

/** That nobody of the overlay is on this LAN either. */
function lanSilence(lan: LanText): string {
  const { heardMsAgo, problem } = lan;
  if (problem !== null) return `On this LAN: ${escapeControls(problem)}.`;
  if (heardMsAgo !== null) return "On this LAN other nodes are heard, and none of this overlay.";
  const why = whyNobody(lan);
  return `On this LAN nobody else is heard${why === undefined ? " yet" : `: ${why}`}.`;
}

interface Advice {
  text: string;
  /** That help to find out more. */
  commands: string[];
}

const NETCHECK = "dispersy netcheck TRACKER:PORT";

function advice(event: SilenceEvent, options: GlobalOptions): Advice {
  const doctor = forHome("dispersy doctor", options);
  const { places, introduced, failures, received, sendErrors, bundles } = event;
  if (places.length === 0) {
    const text = "ask for a newer ticket, or name a tracker that the others use as well:";
    return { text, commands: [forHome("dispersy run --tracker HOST:PORT", options)] };
  }
  if (sendErrors.length > 0 && !received) {
    const text = `this machine lets no datagram out (${sendErrors.join(", ")}): has it a network, does its firewall block UDP?`;
    return { text, commands: [doctor] };
  }
  // Who could open what we seal would be a contact by now.
  if (places.some(({ result, tracker }) => result === "answers" && !tracker)) {
    const text =
      "a node answers, but the two cannot open what the other seals: this ticket lacks the overlay's secret, " +
      "or has another one. Ask whoever gave it to you for a new ticket.";
    return { text, commands: [] };
  }
  const whoElse =
    bundles > 0
      ? "see whether the others' nodes run."
      : "ask whoever gave you the ticket whether their node runs, and whether this is its newest ticket.";
  if (places.some(({ result, tracker }) => result === "connected" && tracker)) {
    const text =
      "a tracker answers by WebSocket, which forwards nothing, and knows no node that takes WebSockets: one that " +
      "everybody reaches needs --ws and --ws-url, and names that tracker, too.";
    return { text, commands: [] };
  }
  if (places.some(({ result }) => result === "connected")) {
    return {
      text: `a WebSocket connects, and nobody there is in this overlay: ${whoElse}`,
      commands: [],
    };
  }
  if (places.every(({ result }) => result === "no-udp")) {
    const text =
      "none of these places takes WebSockets: start the node without --ws-only, or ask for a ticket of a node " +
      "that runs with --ws.";
    return { text, commands: [] };
  }
  if (places.every(({ result }) => result === "failed" || result === "no-udp")) {
    return {
      text: "see what is said of each place: nothing is to go by UDP (--ws-only).",
      commands: [],
    };
  }
  if (failures.length > 0 || introduced > 0) {
    const text =
      "others are there, but no path to them is open yet. A port of the router on one side helps, " +
      "or two trackers that both sides name. What the NAT here does:";
    return { text, commands: [NETCHECK] };
  }
  if (places.every(({ result }) => result === "unresolved")) {
    return {
      text: "see whether the names are right, and whether this machine can look up names.",
      commands: [],
    };
  }
  if (places.some(({ result }) => result === "answers")) {
    return { text: `a tracker answers, and has heard of nobody else: ${whoElse}`, commands: [] };
  }
  const text = `${whoElse} If all is well there, a firewall may block UDP on either side:`;
  return { text, commands: [NETCHECK, doctor] };
}
