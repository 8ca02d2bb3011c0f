import type { WebSocket } from "ws";
import { isLink } from "../../../wire/address-scope.ts";
import { type WebSocketPlace, webSocketUrl } from "../../../wire/websocket-place.ts";
import type { PeerStatus } from "../../core/engine-status.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Links } from "./links.ts";
import { DialTurns, type KnownPlace } from "./dial-turns.ts";
import { isUdpSilent } from "./udp-silence.ts";
import { linkWebSocket } from "./websocket.ts";

/** How it is with the WebSocket of an overlay. */
export interface WebSocketStatus {
  /** `spare`: UDP serves, or has not had its time. */
  state: "spare" | "connecting" | "connected";
  /** Where it leads while it is connected: to a node if to any. */
  url?: string;
  /** Whether nothing goes by UDP. */
  only: boolean;
  /** Why the last attempt failed, and what to do. */
  problem?: string;
}

/** What came of one place for WebSockets. */
export interface WebSocketAttempt {
  url: string;
  /** Whether the user named it; else others told of it. */
  named: boolean;
  connected: boolean;
  /** Whether a tracker answers there, which forwards nothing. */
  tracker: boolean;
  /** Why the last attempt failed, and what to do. */
  problem?: string;
}

export interface FallbackParts {
  overlay: string;
  /** In the order in which they are tried. BOUNDED: by what tickets and the user name. */
  places: readonly WebSocketPlace[];
  /** Those that others told of, the best first. */
  heard(): readonly WebSocketPlace[];
  links: Links;
  log: Log;
  /** Whether nothing is to go by UDP. */
  isOnly: boolean;
  /** The candidates of the overlay. */
  peers(): readonly PeerStatus[];
  /** Whether somebody is in a network of ours. */
  isNeighbour(peer: PeerStatus): boolean;
  /** Whether an address is one that others may send us to. */
  isPublic(ip: Uint8Array): boolean;
  /** Opens one; by default for real, with what is loaded only then. */
  dial?: (place: WebSocketPlace, allows?: (ip: Uint8Array) => boolean) => Promise<WebSocket>;
}

/** One that is open, and whether somebody of the overlay answers there. */
interface Open extends KnownPlace {
  readonly url: string;
  readonly socket: WebSocket;
  readonly sinceMs: number;
  role: "silent" | "tracker" | "node";
}

const LOOK_MS = 500;
/** With UDP somebody answers within a round trip, or two lost datagrams later. */
const UDP_PATIENCE_MS = 3_000;
/** A path that has lived so long is one; many that open are gone a moment later. */
const UDP_PROVEN_MS = 60_000;
/** Whoever is there answers within a round trip and the repetitions of a request, which are over after 2 s. */
const ANSWER_PATIENCE_MS = 5_000;
/** One to a tracker, which names nodes, and one to a node. */
const MAX_OPEN = 2;
const NOBODY = "a WebSocket connects, and nobody there takes part in this overlay";

/**
 * Where UDP does not lead out of our own networks, one WebSocket to a node stands in for it, until UDP has worked for a
 * minute: then whoever it led to has answered by UDP, or two others outside. It goes to a place that the user named, or
 * of which a tracker told to which another WebSocket led: a tracker forwards nothing.
 */
export class WebSocketFallback {
  readonly #parts: FallbackParts;
  readonly #timer: NodeJS.Timeout;
  readonly #turns = new DialTurns();
  /** BOUNDED: by MAX_OPEN. */
  #open: Open[] = [];
  #isDialling = false;
  #patientUntilMs: number;
  #provenSinceMs = Infinity;
  #isClosed = false;
  #isWanted = false;
  #latestProblem: string | undefined;

  constructor(parts: FallbackParts) {
    this.#parts = parts;
    this.#patientUntilMs = performance.now() + (parts.isOnly ? 0 : UDP_PATIENCE_MS);
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
    this.#look();
  }

  /** Undefined while nobody has named a place. */
  get status(): WebSocketStatus | undefined {
    const [only, problem] = [this.#parts.isOnly, this.#latestProblem];
    const best = this.#open.find(({ role }) => role === "node") ?? this.#open[0];
    if (best !== undefined) return { state: "connected", url: best.url, only };
    if (this.#known().length === 0) return undefined;
    if (!this.#isWanted) return { state: "spare", only };
    return { state: "connecting", only, ...(problem !== undefined && { problem }) };
  }

  /** Places that lead somewhere, for tickets. */
  get connected(): WebSocketPlace[] {
    return this.#open.filter(({ role }) => role !== "silent").map(({ place }) => place);
  }

  /** What came of each place. */
  places(): WebSocketAttempt[] {
    return this.#known().map(({ place, isHeard }) => {
      const url = webSocketUrl(place);
      const open = this.#open.find((each) => each.url === url);
      const problem = this.#isWanted ? this.#turns.problemOf(url) : undefined;
      return {
        url,
        named: !isHeard,
        connected: open !== undefined,
        tracker: open?.role === "tracker",
        ...(problem !== undefined && { problem }),
      };
    });
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    for (const { socket } of this.#open) socket.terminate();
  }

  /** Those that the user named first. */
  #known(): KnownPlace[] {
    const named = this.#parts.places.map((place) => ({ place, isHeard: false }));
    const urls = new Set(named.map(({ place }) => webSocketUrl(place)));
    const heard = this.#parts.heard().filter((place) => {
      const url = webSocketUrl(place);
      return !urls.has(url) && urls.add(url);
    });
    return [...named, ...heard.map((place) => ({ place, isHeard: true }))];
  }

  #look(): void {
    const now = performance.now();
    const outside = this.#outside();
    if (this.#open.length === 0) {
      if (!this.#parts.isOnly && outside.length > 0) {
        this.#isWanted = false;
        this.#patientUntilMs = now + UDP_PATIENCE_MS;
      } else if (now >= this.#patientUntilMs) this.#dialNext(now);
      return;
    }
    if (this.#isUdpProven(outside, now)) return this.#giveWayToUdp();
    const isServed = this.#judge(now);
    if (!isServed && this.#open.length < MAX_OPEN) this.#dialNext(now);
  }

  #isUdpProven(outside: readonly PeerStatus[], now: number): boolean {
    const isProven = !this.#parts.isOnly && this.#standsInForNobody(outside);
    this.#provenSinceMs = isProven ? Math.min(this.#provenSinceMs, now) : Infinity;
    return now - this.#provenSinceMs >= UDP_PROVEN_MS;
  }

  #giveWayToUdp(): void {
    this.#parts.log.info("UDP works again: the WebSocket is closed");
    this.#isWanted = false;
    for (const { socket } of this.#open) socket.close();
  }

  /** Who is at the other ends by now. Returns whether a node is; then no tracker is needed. */
  #judge(now: number): boolean {
    const { peers, links } = this.#parts;
    const answering = peers().filter((peer) => isLink(peer.address) && isAnswering(peer));
    const answers = new Map(
      answering.map(({ address, tracker }) => [links.shown(address).address, tracker]),
    );
    for (const open of this.#open) {
      const isTracker = answers.get(open.url);
      if (isTracker !== undefined) {
        if (open.role === "silent") this.#turns.served(open.url, now);
        open.role = isTracker ? "tracker" : "node";
      } else if (now - open.sinceMs > ANSWER_PATIENCE_MS) this.#leaveSilent(open, now);
    }
    const isServed = this.#open.some(({ role }) => role === "node");
    if (isServed) for (const each of this.#open) if (each.role === "tracker") each.socket.close();
    return isServed;
  }

  /** Where there is no other place it may be the node's own time that is bad: it stays. */
  #leaveSilent(open: Open, now: number): void {
    open.role = "silent";
    if (this.#turns.next(this.#idle(), now) === undefined) return;
    this.#turns.failed(open.url, NOBODY, now);
    this.#latestProblem = `${open.url}: ${NOBODY}`;
    open.socket.close();
  }

  /** Places that nothing is open to. */
  #idle(): KnownPlace[] {
    const urls = new Set(this.#open.map(({ url }) => url));
    return this.#known().filter(({ place }) => !urls.has(webSocketUrl(place)));
  }

  /** Who answers by UDP, and is in none of our own networks; nobody once all have fallen silent together. */
  #outside(): PeerStatus[] {
    const { peers, isNeighbour } = this.#parts;
    const outside = peers().filter((peer) => {
      return isAnswering(peer) && !isLink(peer.address) && !isNeighbour(peer);
    });
    return isUdpSilent(outside) ? [] : outside;
  }

  #standsInForNobody(outside: readonly PeerStatus[]): boolean {
    const linked = this.#parts.peers().filter(({ address }) => isLink(address));
    const isMet = linked.some(({ instance }) => outside.some((peer) => peer.instance === instance));
    return isMet || outside.length >= 2;
  }

  #dialNext(now: number): void {
    if (this.#isDialling) return;
    const next = this.#turns.next(this.#idle(), now);
    if (next !== undefined) void this.#dial(next, now);
  }

  async #dial(known: KnownPlace, now: number): Promise<void> {
    const { log, isPublic, dial = dialByDefault } = this.#parts;
    const { place, isHeard } = known;
    const url = webSocketUrl(place);
    this.#isDialling = true;
    this.#isWanted = true;
    this.#turns.begins(known, now);
    try {
      const socket = await dial(place, isHeard ? isPublic : undefined);
      if (this.#isClosed) return socket.terminate();
      this.#connected(known, url, socket);
    } catch (error) {
      const reason = messageOf(error);
      if (this.#turns.problemOf(url) !== reason) log.warn("no WebSocket", { name: url, reason });
      this.#turns.failed(url, reason, performance.now());
      this.#latestProblem = `${url}: ${reason}`;
    } finally {
      this.#isDialling = false;
    }
  }

  #connected(known: KnownPlace, url: string, socket: WebSocket): void {
    const { links, log, overlay, isOnly } = this.#parts;
    const open: Open = { ...known, url, socket, sinceMs: performance.now(), role: "silent" };
    this.#open.push(open);
    this.#latestProblem = undefined;
    this.#turns.opened(url);
    log.info(`${isOnly ? "" : "UDP does not answer: "}connected by WebSocket`, { name: url });
    const how = { isNamed: !known.isHeard, isHeard: known.isHeard };
    linkWebSocket({ socket, name: url, links, ...how, overlays: [overlay], log }, () => {
      this.#open = this.#open.filter((each) => each !== open);
      this.#provenSinceMs = Infinity;
      this.#turns.ended(performance.now());
    });
  }
}

function isAnswering({ bucket, heardMsAgo }: PeerStatus): boolean {
  return bucket === "contacted" || (bucket === "tracker" && heardMsAgo !== undefined);
}

async function dialByDefault(
  place: WebSocketPlace,
  allows?: (ip: Uint8Array) => boolean,
): Promise<WebSocket> {
  const { dial } = await import("./websocket-client.ts");
  return dial(place, process.env, allows);
}
