import { dueAnchor } from "../../candidates/anchors.ts";
import type { Bucket, Candidate } from "../../candidates/candidate.ts";
import { STEP_MS } from "../../candidates/constants.ts";
import { KnownPeers } from "../../candidates/known-peers.ts";
import type { Liveness } from "../../candidates/liveness.ts";
import { type NodeSelector, selectorOf } from "../../candidates/selection.ts";
import { spread } from "../../candidates/spread.ts";
import type { CandidateTable } from "../../candidates/table.ts";
import type { Address } from "../../wire/address.ts";
import { toHex } from "../../wire/bytes.ts";
import type { IdsOffer, Introduction, IntroductionResponse } from "../../wire/message.ts";
import { BARE_REQUEST_BYTES } from "../../wire/sizes.ts";
import { updateFromPeer } from "./update-from-peer.ts";
import type { Context } from "../core/context.ts";
import type { PlaceStatus } from "../core/engine-status.ts";
import { Exchanges } from "./exchanges.ts";
import type { LanPeers } from "./lan-peers.ts";
import type { Profile } from "../core/profile.ts";
import type { Puncturing } from "../traversal/puncturing.ts";
import type { PathProbes } from "../net/path-probes.ts";
import type { NetState } from "../net/net-state.ts";
import type { Surveying } from "../survey/surveying.ts";
import type { Sync } from "../sync/sync.ts";
import { Alarm } from "../core/timers.ts";
import type { Scope } from "../net/scope.ts";
import type { Way } from "../net/way.ts";
import type { WebSockets } from "./web-sockets.ts";

/** How long a node that just started, or woke up, walks faster than one step per STEP_MS. */
const FAST_START_MS = 30_000;
const FAST_STEP_MS = 1_000;
/**
 * By so much of its interval a step comes later than its turn, at most, drawn anew each time; the next turn does not
 * move. So nodes that began together do not meet at the same moment, and in the same lost burst, again and again.
 */
const STEP_JITTER = 0.1;
/** The contacts that a step per STEP_MS can keep: floor(57.5 / 5). */
const ENOUGH_CONTACTS = 11;
/** How often a node with fewer may ask a tracker when nobody else is due: later, and during the start. */
const TRACKER_DELAY_MS = 10_000;
const FAST_TRACKER_DELAY_MS = 2_000;
/** How often a node with few contacts looks for whom the user named, when they are no candidates any more. */
const LOST_DELAY_MS = 30_000;
const FEW_CONTACTS = 4;
/** The same, whatever contacts it has: one step of 30, though many whom the user named may be gone for good. */
const SELDOM_MS = 150_000;
/** How often a peer of an earlier run that was not asked yet takes a step: one of six, until all were. */
const UNTRIED_MS = 30_000;
/** Several reasons to ask somebody may come together: its introduction, its puncture, its own request. */
const MIN_ASK_INTERVAL_MS = 500;
/** With so many contacted peers there is no more hurry. */
const FAST_CONTACTS = 4;
/** Seeds and remembered peers asked at once at the start. */
export const MAX_BOOTSTRAP = 16;
/** The asking side of the walk: whom to ask when, and what the responses teach. */
export class Walker {
  readonly #ctx: Context;
  readonly #scope: Scope;
  readonly #profile: Profile;
  readonly #table: CandidateTable;
  readonly #select: NodeSelector;
  readonly #netState: NetState;
  readonly #puncturing: Puncturing;
  readonly #exchanges: Exchanges;
  readonly #surveying: Surveying;
  readonly #sync: Sync;
  readonly #webSockets: WebSockets;
  readonly #seeds: KnownPeers;
  readonly #lanPeers: LanPeers;
  /**
   * Peers of an earlier run, and ends of links that we only heard of. BOUNDED: by what the host remembers and dials.
   */
  readonly #remembered = new KnownPeers();
  #isWalking = false;
  readonly #step: Alarm;
  #stepMs = 0;
  #fastUntilMs = 0;
  #lastResetMs = -Infinity;
  #wentToTracker = false;
  #seldomMs = -Infinity;
  #untriedMs = -Infinity;

  constructor(parts: {
    ctx: Context;
    scope: Scope;
    profile: Profile;
    table: CandidateTable;
    netState: NetState;
    puncturing: Puncturing;
    /** Hears of trackers that answer. */
    surveying: Surveying;
    /** What to offer. */
    sync: Sync;
    seeds: KnownPeers;
    /** Hears where others take them. */
    webSockets: WebSockets;
    /** Of paths that lose what is large. */
    probes: PathProbes;
    remembered: Address[];
    lanPeers: LanPeers;
  }) {
    this.#ctx = parts.ctx;
    this.#step = new Alarm(parts.ctx.timers, "step", () => this.#takeStep());
    this.#scope = parts.scope;
    this.#profile = parts.profile;
    this.#select = selectorOf(parts.profile.selection);
    this.#table = parts.table;
    this.#netState = parts.netState;
    this.#puncturing = parts.puncturing;
    this.#surveying = parts.surveying;
    this.#sync = parts.sync;
    this.#seeds = parts.seeds;
    this.#webSockets = parts.webSockets;
    this.#lanPeers = parts.lanPeers;
    this.#exchanges = new Exchanges(parts);
    const { remembered, profile } = parts;
    const inTurn = profile.groupCaps ? spread(remembered) : remembered;
    for (const address of inTurn) this.#remembered.add(address);
  }

  /** Begins to walk. */
  start(): void {
    this.#isWalking = true;
    this.hurry();
  }

  stop(): void {
    this.#step.cancel();
    this.#exchanges.clear();
  }

  /** Starts afresh: everybody we know by name is asked at once, and steps follow faster for a while. */
  hurry(): void {
    const { now, random } = this.#ctx;
    if (!this.#profile.fastStart) return this.#planStep(now + random.below(STEP_MS));
    this.#fastUntilMs = now + FAST_START_MS;
    for (const address of this.#known().slice(0, MAX_BOOTSTRAP)) this.ask(address);
    this.#planStep(now + random.below(FAST_STEP_MS));
  }

  /** Until an answer shows otherwise, what the user named is taken for a tracker. */
  addSeeds(seeds: Address[]): void {
    for (const seed of seeds) {
      if (!this.#seeds.add(seed)) continue;
      this.#netState.name(seed);
      this.#table.setTracker(seed, true);
      if (this.#isWalking) this.ask(seed);
    }
  }

  /**
   * They are silent, and not where the user told us to begin any more; who asked us or was introduced stays a
   * candidate.
   */
  removeSeeds(seeds: Address[]): void {
    for (const seed of seeds) {
      this.#seeds.delete(seed);
      this.#table.timedOut(seed, this.#ctx.now);
      this.#table.setTracker(seed, false);
      const candidate = this.#table.get(seed);
      if (candidate !== undefined) candidate.isSeed = false;
    }
  }

  /** Somebody we only heard of is reached by a link. */
  meet(address: Address): void {
    if (this.#remembered.add(address) && this.#isWalking) this.ask(address);
  }

  forget(address: Address): void {
    this.#remembered.delete(address);
  }

  /** Whether somebody whom the user named answers. */
  liveness(seed: Address): Liveness {
    return this.#seeds.get(seed)?.liveness.at(this.#ctx.now) ?? "unknown";
  }

  /** Everybody known by name, and what came of asking there. */
  places(): PlaceStatus[] {
    const { now } = this.#ctx;
    const remembered = this.#remembered.all.filter(({ address }) => !this.#seeds.has(address));
    return [...this.#seeds.all, ...remembered].map(({ address, askedMs, liveness }) => ({
      address,
      isNamed: this.#seeds.has(address),
      isAsked: askedMs > -Infinity,
      liveness: liveness.at(now),
      isTracker: this.#table.get(address)?.storesNothing === true,
    }));
  }

  /**
   * Asks for an introduction; nothing happens when the address was just asked, is ours, or a stranger's who was sent
   * enough.
   */
  ask(to: Address): void {
    if (this.#ctx.now - this.#askedMs(to) >= MIN_ASK_INTERVAL_MS) this.askNow(to);
  }

  /** The same, also when it was just asked: by a socket from which nothing reaches it, whereas now there is one. */
  askNow(to: Address): void {
    if (!this.#exchanges.begin(to, { advice: true, isOfferDue: false })) return;
    this.#seeds.get(to)?.asked(this.#ctx.now);
    this.#remembered.get(to)?.asked(this.#ctx.now);
  }

  /** It gave us a token outside of this walk: a request that waits for one there need not. */
  granted(by: Address): void {
    if (this.#seeds.has(by) && this.#exchanges.overtake(by)) this.askNow(by);
  }

  /** Asks all introducers that the user named, so that they hear what is known of us by now. */
  announce(): void {
    for (const { address, storesNothing } of this.#table.list("tracker", this.#ctx.now)) {
      if (storesNothing) this.askNow(address);
    }
  }

  /** Asks for bundles only; with the next offer, when that is due. */
  pull(from: Address, isOfferDue: boolean): void {
    this.#exchanges.begin(from, { advice: false, isOfferDue });
  }

  /** Asks for certain bundles only. */
  pullNamed(from: Address, named: IdsOffer): void {
    this.#exchanges.begin(from, { advice: false, isOfferDue: false, named });
  }

  /** Asks whoever may have bundles and was asked longest ago, what it holds; false when all were asked just now. */
  pullElsewhere(): boolean {
    const { now } = this.#ctx;
    const candidates = [
      ...this.#table.list("contacted", now),
      ...this.#table.list("requested", now),
    ];
    const holders = candidates.filter(({ storesNothing }) => !storesNothing);
    const addresses = holders.map(({ address }) => address);
    const to = this.#longestUnasked(addresses, now - MIN_ASK_INTERVAL_MS);
    return to !== undefined && this.#exchanges.begin(to, { advice: false, isOfferDue: false });
  }

  /**
   * Asks a candidate that just became reachable, when there is a hurry, and nobody else of its address group was asked;
   * itself was, when it `hasMoved` from another port. Returns whether it is being asked.
   */
  askIfFast(to: Address, hasMoved = false): boolean {
    const { now } = this.#ctx;
    const isOwnTurn = hasMoved || this.#askedMs(to) > -Infinity || this.#table.isRested(to, now);
    if (this.#isFast() && isOwnTurn) this.ask(to);
    return now - this.#askedMs(to) < MIN_ASK_INTERVAL_MS;
  }

  responded(response: IntroductionResponse, { from, via, bytes, isSealed }: Way): void {
    const asked = this.#exchanges.match(response.identifier, from);
    if (asked === undefined) return this.#ctx.count("rejected: response not asked for");
    this.#seeds.get(from)?.liveness.answered();
    this.#remembered.get(from)?.liveness.answered();
    this.#puncturing.heard(from, response.instance);
    if (this.#scope.instance.isOurs(response.instance)) return this.#metSelf(from);
    const { validation } = this.#netState;
    const before = this.#table.bucket(from, this.#ctx.now);
    validation.validated(from, this.#ctx.now);
    validation.granted(from, response.grant, this.#ctx.now);
    validation.answeredAs(from, response.tracker);
    this.#netState.seenAs(from, response.destination, via);
    const path = this.#netState.paths.of(from);
    path.met(this.#scope.hex, toHex(response.instance));
    const { now } = this.#ctx;
    path.roundTrip.answered(now - asked.sentMs, asked.isRepeated, now);
    // Whoever cannot seal is no contact: we would introduce it, and tell it of others.
    const isTracker = response.tracker && this.#netState.isNamed(from);
    if (isSealed || isTracker) {
      this.#learn(from, via, response);
      this.#webSockets.responded(response, from);
    }
    if (response.tracker && this.#seeds.has(from)) this.#surveying.trackerAnswered();
    const after = this.#table.bucket(from, this.#ctx.now);
    const opened = this.#puncturing.opened(from, response.instance);
    const strategy = this.#wasAnnounced(from) ? "announced" : "direct";
    const how = asked.how ?? opened ?? { strategy, ms: now - asked.sentMs };
    if (after === "contacted" && before !== after) {
      const overlay = this.#scope.hex;
      this.#ctx.notify({ event: "contacted", overlay, address: from, ...how });
    }
    if (!response.validated) {
      this.#sync.withdraw(response.identifier, from);
      return this.#exchanges.sendValidatedRequest(asked, how);
    }
    if (response.introduction !== undefined) {
      this.introduced(response.introduction, from, bytes);
    }
    this.#sync.answered(response.identifier, from, response.answer);
    if (!asked.offered && !asked.isOfferDue) this.#sync.told(from);
  }

  /** Whether it announced itself, or asked us out of our LAN, and nobody named it: then it has heard us. */
  #wasAnnounced(from: Address): boolean {
    if (this.#seeds.has(from) || this.#remembered.has(from)) return false;
    return this.#lanPeers.has(from) || (this.#profile.lan && this.#netState.isLan(from.ip));
  }

  /** Records what a response says of its sender. */
  #learn(from: Address, via: number, response: IntroductionResponse): void {
    if (this.#seeds.has(from)) this.#table.setTracker(from, response.tracker);
    const candidate = this.#table.answered(from, via, this.#ctx.now);
    if (response.tracker && this.#seeds.has(from)) this.#resetByTracker();
    if (candidate === undefined) return this.#ctx.count("candidate refused: group cap");
    updateFromPeer(this.#table, candidate, response, this.#ctx.now);
    candidate.isSeed = this.#seeds.has(from);
    candidate.storesNothing = response.tracker;
    const { holdings } = response;
    if (holdings === undefined) return;
    candidate.count = holdings.count;
    candidate.globalTime = holdings.globalTime;
    candidate.admitted = holdings.admitted;
    // A copy: it would keep the whole datagram in memory.
    candidate.fingerprint = holdings.fingerprint?.slice();
    const { control } = holdings;
    candidate.control = control && { ...control, fingerprint: control.fingerprint.slice() };
    candidate.isFull = holdings.full === true;
  }

  /** A trusted node's reply flushes what attackers may have filled the list with (the paper's rule). */
  #resetByTracker(): void {
    const { now } = this.#ctx;
    if (now < this.#fastUntilMs || now - this.#lastResetMs < this.#profile.resetIntervalMs) return;
    this.#lastResetMs = now;
    const spared = this.#profile.resetSparesActive ? this.#spared() : [];
    this.#ctx.count("candidates reset", this.#table.reset(now, ...spared));
  }

  /**
   * The peer in mid-sync, and those whose path would have to be searched again: attackers cannot make themselves such.
   */
  #spared(): Address[] {
    const active = this.#sync.activePeer;
    const searched = this.#table
      .all(this.#ctx.now)
      .filter(({ candidate }) => candidate.wasSearched);
    const addresses = searched.map(({ candidate }) => candidate.address);
    return active === undefined ? addresses : [active, ...addresses];
  }

  /** Somebody was named to us, in a response of so many bytes. */
  introduced(introduction: Introduction, from: Address, bytes: number): void {
    // Whoever is named gets a bare request, which is never larger than what named it.
    if (bytes < BARE_REQUEST_BYTES) return this.#ctx.count("rejected: introduction too small");
    const via = this.#netState.mainSocket(from.family);
    for (const address of this.#puncturing.introduced(introduction, from, via)) {
      if (!this.#isFast()) {
        this.#puncturing.prime(introduction.nonce, address, via, from);
        continue;
      }
      if (this.#table.bucket(address, this.#ctx.now) === "introduced") this.ask(address);
    }
  }

  #takeStep(): void {
    const { now } = this.#ctx;
    this.#ctx.count("steps");
    this.#expire();
    const anchor = this.#profile.anchors ? dueAnchor(this.#table, now) : undefined;
    const selected = anchor ?? this.#select(this.#table, this.#ctx.random, now);
    const address = this.#insteadOf(selected) ?? selected?.address ?? this.#whenNoneIsEligible();
    if (address !== undefined) this.ask(address);
    const interval = this.#isFast() ? FAST_STEP_MS : STEP_MS;
    this.#planStep(Math.max(this.#stepMs + interval, now), interval * STEP_JITTER);
  }

  /**
   * Somebody lost, who takes the step from whoever was selected. With few contacts from every second tracker in a row:
   * six of them take all steps, and may know nobody or tell of nobody. Else seldom, since all contacts may be an
   * attacker's.
   */
  #insteadOf(selected: Candidate | undefined): Address | undefined {
    const { now } = this.#ctx;
    const isTracker =
      selected !== undefined && this.#table.bucket(selected.address, now) === "tracker";
    const isSecond = isTracker && this.#wentToTracker;
    const hasFew = this.#table.counts(now).contacted < FEW_CONTACTS;
    const lost =
      isSecond && hasFew
        ? this.#lost(this.#known(), LOST_DELAY_MS)
        : (this.#seldomLost() ?? this.#untried());
    this.#wentToTracker = isTracker && lost === undefined;
    return lost;
  }

  /**
   * Nobody is due. A lonely node tries whom it knows by name, in turn. The adaptive one uses the step: few candidates
   * may be a clique that started together, which only a tracker's introductions open; else it visits old friends early.
   */
  #whenNoneIsEligible(): Address | undefined {
    const { now } = this.#ctx;
    const longAgo = now - (this.#isFast() ? FAST_STEP_MS : STEP_MS);
    const { contacted, requested, introduced } = this.#table.counts(now);
    if (contacted + requested + introduced === 0) {
      return this.#longestUnasked(this.#known(), longAgo);
    }
    // A few who know only each other are found again through whom the user named, tracker or not.
    if (!this.#profile.fillIdleSteps) {
      return contacted < FEW_CONTACTS
        ? this.#lost(this.#seeds.addresses, LOST_DELAY_MS)
        : undefined;
    }
    const friends = [...this.#addresses("contacted"), ...this.#addresses("requested")];
    if (contacted >= ENOUGH_CONTACTS) return this.#longestUnasked(friends, longAgo);
    const trackerDelay = this.#isFast() ? FAST_TRACKER_DELAY_MS : TRACKER_DELAY_MS;
    const tracker = this.#longestUnasked(this.#addresses("tracker"), now - trackerDelay);
    const seed = this.#lost(this.#seeds.addresses, LOST_DELAY_MS);
    // In turn: several dead trackers alone are always due.
    const named = [tracker, seed].filter((address) => address !== undefined);
    return this.#longestUnasked(named, now) ?? this.#longestUnasked(friends, longAgo);
  }

  #seldomLost(): Address | undefined {
    const { now } = this.#ctx;
    if (now - this.#seldomMs < SELDOM_MS) return undefined;
    const lost = this.#lost(this.#seeds.addresses, SELDOM_MS);
    if (lost !== undefined) this.#seldomMs = now;
    return lost;
  }

  /**
   * A peer of an earlier run whom the start left out: those that it asked, and all whom they name, may be an
   * attacker's. The oldest first: it was known before whoever attacks now.
   */
  #untried(): Address | undefined {
    const { now } = this.#ctx;
    if (!this.#profile.triesRemembered || now - this.#untriedMs < UNTRIED_MS) return undefined;
    const untried = this.#remembered.all.findLast(({ askedMs }) => askedMs === -Infinity);
    if (untried !== undefined) this.#untriedMs = now;
    return untried?.address;
  }

  /** Of some addresses, whoever is no candidate any more and was asked longest ago, no less than `delayMs`. */
  #lost(addresses: Address[], delayMs: number): Address | undefined {
    const { now } = this.#ctx;
    const lost = addresses.filter((address) => this.#table.bucket(address, now) === undefined);
    return this.#longestUnasked(lost, now - delayMs);
  }

  /** Whom we know by name: from the user, and from an earlier run. */
  #known(): Address[] {
    return [...this.#seeds.addresses, ...this.#remembered.addresses];
  }

  #addresses(bucket: Bucket): Address[] {
    return this.#table.list(bucket, this.#ctx.now).map(({ address }) => address);
  }

  #longestUnasked(addresses: Address[], longAgo: number): Address | undefined {
    let oldest: Address | undefined;
    let oldestMs = longAgo;
    for (const address of addresses) {
      const askedMs = this.#askedMs(address);
      if (askedMs > oldestMs || (oldest !== undefined && askedMs === oldestMs)) continue;
      oldest = address;
      oldestMs = askedMs;
    }
    return oldest;
  }

  /** When we last asked an address, also one that left the candidate table since. */
  #askedMs(address: Address): number {
    return Math.max(
      this.#table.get(address)?.lastAskedMs ?? -Infinity,
      this.#seeds.get(address)?.askedMs ?? -Infinity,
      this.#remembered.get(address)?.askedMs ?? -Infinity,
    );
  }

  #expire(): void {
    for (const { to, sentMs } of this.#exchanges.expired()) {
      this.#ctx.countAbout("request timed out", to);
      // Whoever has answered a later request is not gone.
      const { lastAnsweredMs = -Infinity } = this.#table.get(to) ?? {};
      if (lastAnsweredMs >= sentMs) continue;
      this.#table.timedOut(to, this.#ctx.now);
      // It may be somebody else by now, who cannot open what is sealed: it is asked in clear next.
      this.#netState.validation.lost(to);
    }
    this.#table.expire(this.#ctx.now);
  }

  #planStep(turnMs: number, jitterMs = 0): void {
    this.#stepMs = turnMs;
    this.#step.set(turnMs + jitterMs * this.#ctx.random.float());
  }

  #isFast(): boolean {
    const { now } = this.#ctx;
    return now < this.#fastUntilMs && this.#table.counts(now).contacted < FAST_CONTACTS;
  }

  #metSelf(from: Address): void {
    this.#netState.meetSelf(from);
    this.#table.remove(from);
    this.#seeds.delete(from);
  }
}
