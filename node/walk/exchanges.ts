import { NO_VIA } from "../../candidates/candidate.ts";
import { REQUEST_TIMEOUT_MS, RETRANSMIT_DELAYS_MS } from "../../candidates/constants.ts";
import type { KnownPeers } from "../../candidates/known-peers.ts";
import { Requests, type Outstanding } from "../../candidates/requests.ts";
import { OURSELVES, type Namer } from "../../candidates/namer.ts";
import type { CandidateTable } from "../../candidates/table.ts";
import type { Address } from "../../wire/address.ts";
import { isLink } from "../../wire/address-scope.ts";
import { type IdsOffer, type IntroductionRequest, UNKNOWN_NAT } from "../../wire/message.ts";
import type { Opened } from "../../nat/attempt.ts";
import { padTo } from "../../wire/padding.ts";
import { BARE_REQUEST_BYTES, LARGEST_BYTES } from "../../wire/sizes.ts";
import type { Context } from "../core/context.ts";
import { introductionRequest } from "../net/introduction-request.ts";
import type { NetState } from "../net/net-state.ts";
import type { PathProbes } from "../net/path-probes.ts";
import type { Sync } from "../sync/sync.ts";
import type { Timer } from "../core/timers.ts";
import type { Scope } from "../net/scope.ts";
import type { WebSockets } from "./web-sockets.ts";

/**
 * A stranger gets three datagrams in 5 s: one is left for when its NAT has opened, perhaps by a second introduction.
 */
const STRANGER_RETRANSMISSIONS = 1;
const LEAVE_AFTER_REPETITION = 1;
/** What an answer may wait behind others on its way. */
const QUEUED_MS = 50;
/** Requests under way: a fast start asks some 30 in REQUEST_TIMEOUT_MS, a continued sync one at a time. */
const MAX_OUTSTANDING = 256;

/** How a path was opened; "direct": nothing had to be done; "announced": it was found in our LAN. */
export type How = Opened | { readonly strategy: "direct" | "announced"; readonly ms: number };

export interface Asked extends Outstanding {
  readonly via: number;
  /** Whether this request already is the second of its exchange. */
  again: boolean;
  /** How the path was opened on which the first one was answered. */
  how?: How;
  advice: boolean;
  /** Whether it is to carry the next offer without waiting for a response that shows its worth. */
  isOfferDue: boolean;
  /** Instead of the next offer: what it asks for by name. */
  named?: IdsOffer | undefined;
  /** Whether it carried a token: else its answer is one, and nothing else. */
  hadToken: boolean;
  /** Whether it carried an offer. */
  offered: boolean;
  retransmissions: Timer | undefined;
  /** Whether it was sent more than once: its answer tells no round trip. */
  isRepeated: boolean;
}

/**
 * Exchanges under way: an introduction-request, sent again while nothing answers, and a second one at once when the
 * first was answered by a token only. Strangers get few datagrams, and never an offer.
 */
export class Exchanges {
  readonly #ctx: Context;
  readonly #scope: Scope;
  readonly #table: CandidateTable;
  readonly #netState: NetState;
  readonly #sync: Sync;
  readonly #seeds: KnownPeers;
  readonly #probes: PathProbes;
  readonly #webSockets: WebSockets;
  readonly #requests = new Requests<Asked>(MAX_OUTSTANDING);

  constructor(parts: {
    ctx: Context;
    scope: Scope;
    table: CandidateTable;
    netState: NetState;
    /** What to offer. */
    sync: Sync;
    /** For whom the user vouches. */
    seeds: KnownPeers;
    /** Of paths that lose what is large. */
    probes: PathProbes;
    webSockets: WebSockets;
  }) {
    this.#ctx = parts.ctx;
    this.#scope = parts.scope;
    this.#table = parts.table;
    this.#netState = parts.netState;
    this.#sync = parts.sync;
    this.#seeds = parts.seeds;
    this.#probes = parts.probes;
    this.#webSockets = parts.webSockets;
  }

  /**
   * Asks an address, for an introduction (`advice`) or for bundles only; with the next offer when that is due, else
   * only where it need not wait for the response. Returns whether that was allowed.
   */
  begin(to: Address, wish: Pick<Asked, "advice" | "isOfferDue" | "named">): boolean {
    return this.#request({ to, via: this.#socketFor(to), again: false, ...wish });
  }

  /** Its first request was answered by a token: the second one follows, once. */
  sendValidatedRequest(asked: Asked, how: How): void {
    if (!asked.again) this.#request({ ...asked, again: true, how });
  }

  /** The request that a response answers. */
  match(identifier: Uint8Array, from: Address): Asked | undefined {
    const asked = this.#requests.match(identifier, from, this.#ctx.now);
    if (asked !== undefined) cancelRetransmission(asked);
    return asked;
  }

  /**
   * Ends exchanges that only wait for a token, which came otherwise: their answers bring about nothing more. Returns
   * whether there were any.
   */
  overtake(to: Address): boolean {
    const waiting = this.#requests.to(to).filter(({ hadToken, again }) => !hadToken && !again);
    for (const asked of waiting) {
      asked.again = true;
      cancelRetransmission(asked);
    }
    return waiting.length > 0;
  }

  /** Requests that nobody will answer any more. */
  expired(): Asked[] {
    return this.#requests.expired(this.#ctx.now);
  }

  clear(): void {
    for (const asked of this.#requests.expired(Infinity)) cancelRetransmission(asked);
  }

  /** Returns whether the request was sent. */
  #request(
    asked: Pick<Asked, "to" | "via" | "again" | "how" | "advice" | "isOfferDue" | "named">,
  ): boolean {
    const { to, via } = asked;
    const { now } = this.#ctx;
    const { validation, unsolicited } = this.#netState;
    if (this.#netState.isSelf(to)) {
      this.#table.remove(to);
      return false;
    }
    const mayAsk = (leave: number): boolean =>
      this.#isProven(to) || unsolicited.allow(to, this.#namer(to), this.#ctx.now, leave);
    if (!mayAsk(0)) {
      this.#ctx.countAbout("request held back: unsolicited", to);
      return false;
    }
    const request = this.#compose(asked, validation.grantFrom(to, now));
    this.#scope.send(to, via, request);
    this.#table.asked(to, via, now);
    const { identifier } = request;
    const offered = request.offer !== undefined;
    const sent: Asked = {
      ...asked,
      identifier,
      sentMs: now,
      hadToken: request.token !== undefined,
      offered,
      retransmissions: undefined,
      isRepeated: false,
    };
    if (this.#requests.add(sent)) this.#retransmit(sent, request, mayAsk, 0);
    else this.#ctx.countAbout("request forgotten: too many outstanding", to);
    return true;
  }

  #compose(
    {
      to,
      via,
      advice,
      isOfferDue,
      named,
    }: Pick<Asked, "to" | "via" | "advice" | "isOfferDue" | "named">,
    token: Uint8Array | undefined,
  ): IntroductionRequest {
    const request = introductionRequest(this.#ctx, this.#netState, this.#scope, to, { advice });
    // Anybody on its way may read it, and its answer is a token only.
    if (token === undefined) return padTo({ ...request, nat: UNKNOWN_NAT }, BARE_REQUEST_BYTES);
    request.token = token;
    const lan = isLink(to) ? undefined : this.#netState.lanAddress(to.family);
    if (lan !== undefined) request.lan = lan;
    const isTracker = this.#netState.isTracker(to);
    const mayOffer = !isTracker && this.#table.get(to)?.storesNothing !== true;
    const largest = this.#netState.mostFrom(to);
    if (largest !== undefined) request.largest = largest;
    const room = this.#room(to, via) - (largest === undefined ? 0 : LARGEST_BYTES);
    const { identifier } = request;
    const offer = !mayOffer
      ? undefined
      : named === undefined
        ? this.#sync.open(to, identifier, isOfferDue, room)
        : this.#sync.openNamed(to, identifier, named, room);
    const { own } = this.#webSockets;
    if (offer !== undefined) request.offer = offer;
    else if (own !== undefined) request.webSocket = own;
    this.#probes.keepUp(to, via);
    const path = this.#netState.paths.known(to);
    if (path !== undefined) request.rate = path.toldRate();
    return request;
  }

  /** Bytes that a request may have, as if it were not sealed: no more than by UDP, whatever it travels by. */
  #room(to: Address, via: number): number {
    const ofUdp = this.#scope.clearBytes(this.#ctx.datagramBytes);
    return Math.min(ofUdp, this.#scope.budgetTo(to, via));
  }

  /** Sends the same request again while nothing answers; not before the answer can be here. */
  #retransmit(
    asked: Asked,
    request: IntroductionRequest,
    mayAsk: (leave: number) => boolean,
    attempt: number,
  ): void {
    const planned = RETRANSMIT_DELAYS_MS[attempt];
    const most = this.#isProven(asked.to) ? Infinity : STRANGER_RETRANSMISSIONS;
    if (planned === undefined || attempt >= most) return;
    const { roundTrip } = this.#netState.paths.of(asked.to);
    const { smoothedMs, timeoutMs } = roundTrip;
    // What asks for bundles is repeated as soon as its answer is late, and a little more for what waits before it.
    const isUrgent = asked.offered && smoothedMs !== undefined;
    const delay = isUrgent ? (timeoutMs + QUEUED_MS) * 2 ** attempt : roundTrip.atLeast(planned);
    // Nobody would wait for its answer: one slow answer must not make the next requests haunt the peer.
    if (this.#ctx.now + delay >= asked.sentMs + REQUEST_TIMEOUT_MS) return;
    asked.retransmissions = this.#ctx.timers.plan("retransmission", this.#ctx.now + delay, () => {
      // Its answer comes, or was given up: others may have been asked for the same.
      if (asked.offered && !this.#sync.isUnheard(asked.identifier, asked.to)) return;
      // Its answer may wait behind what comes.
      if (asked.offered && this.#isComing(asked.to)) {
        return this.#retransmit(asked, request, mayAsk, attempt);
      }
      if (mayAsk(LEAVE_AFTER_REPETITION)) {
        this.#ctx.count("request sent again");
        // Not for what is lost now and then.
        if (asked.offered && attempt > 0) this.#probes.suspect(asked.to, asked.via);
        asked.isRepeated = true;
        this.#scope.send(asked.to, asked.via, request);
      }
      this.#retransmit(asked, request, mayAsk, attempt + 1);
    });
  }

  /** Whether datagrams of answers come from there. */
  #isComing(from: Address): boolean {
    const { lastArrivedMs, roundTrip } = this.#netState.paths.of(from);
    return this.#ctx.now - lastArrivedMs < roundTrip.timeoutMs + QUEUED_MS;
  }

  /** Whether the holder of the address proved itself, or the user vouches for it. */
  #isProven(address: Address): boolean {
    return this.#seeds.has(address) || this.#netState.isProven(address, this.#ctx.now);
  }

  #namer(to: Address): Namer {
    return this.#table.get(to)?.namer ?? OURSELVES;
  }

  #socketFor(to: Address): number {
    const via = this.#table.get(to)?.via ?? NO_VIA;
    return via === NO_VIA ? this.#netState.socketTo(to) : via;
  }
}

function cancelRetransmission({ retransmissions }: Asked): void {
  if (retransmissions !== undefined) retransmissions.cancelled = true;
}
