import { BoundedMap } from "../../candidates/bounded-map.ts";
import type { Candidate } from "../../candidates/candidate.ts";
import type { CandidateTable } from "../../candidates/table.ts";
import type { Address } from "../../wire/address.ts";
import type { Bundle } from "../../wire/bundle.ts";
import { toHex } from "../../wire/bytes.ts";
import type { Answer, BundlesMessage, IdsOffer, Offer, SubsetOffer } from "../../wire/message.ts";
import { DEFAULT_CLEAR_BYTES } from "../../wire/sealed.ts";
import { LANE_BYTES, namedPlaces } from "../../wire/sizes.ts";
import { NOBODY, type Admission } from "../bundles/admission.ts";
import type { ClockBound } from "../bundles/clock-bound.ts";
import type { Context } from "../core/context.ts";
import type { Intents } from "../core/intents.ts";
import type { Profile } from "../core/profile.ts";
import { heldOf } from "../sets/held.ts";
import { type BundleStore, isControl, type Lane, setOf } from "../store/store.ts";
import { Alarm } from "../core/timers.ts";
import type { Ancestors } from "./ancestors.ts";
import type { Epochs } from "./epochs.ts";
import { ControlLane } from "./control-lane.ts";
import { type FingerprintCompare, toldOf } from "./fingerprint-compare.ts";
import type { PathProbes } from "../net/path-probes.ts";
import type { Paths } from "../net/paths.ts";
import { MAX_PEERS } from "./cursor/catch-up.ts";
import { HIGH_RATE_BUNDLES } from "./filter/bloom-offers.ts";
import { meansOf } from "./means.ts";
import { OfferScheduler, roomIn } from "./offer-scheduler.ts";
import { Backlog } from "./backlog.ts";
import { Session } from "./sync-session.ts";
import type { Supply } from "./supply.ts";

/**
 * Of two that compare their sets one is enough; so long after its last sketch, or so many times what is late on its
 * path, a peer has finished or given up: its next sketch comes a round trip after the last one.
 */
const COMPARING_MS = 1_000;
const COMPARING_TIMEOUTS = 2;
/** Finished sessions whose stragglers are still taken. */
const MAX_REMEMBERED_SESSIONS = 64;
/** Offers under way: as many parts of everything as fill the longest lines. */
const MAX_SESSIONS = 32;
/** Of everything, at a time: the answerer reads and packs it in some 3 ms. */
const MOST_BYTES = 256 * 1024;
/** Who brought so much of a part may be asked for several, and is believed when it says that nothing is left. */
const PROOF_BYTES = 4 * 1024;
/** Datagrams are this far out of order on their way, at most (RFC 9002, section 6.1.1). */
const REORDERED = 3;
/** Who is so many times slower than another who is being asked is left out: it would only be waited for. */
const TOO_SLOW = 20;
/** Who has nothing left to bring takes over from those who are so many times slower. */
const MUCH_SLOWER = 4;

/**
 * The asking side: one offer at a time, so that two peers do not send the same bundles, but for those that ask for
 * different parts; and while an offer pays, the next one follows at once.
 */
export class Sync {
  readonly #ctx: Context;
  readonly #store: BundleStore;
  readonly #mayAsk: () => boolean;
  readonly #table: CandidateTable;
  readonly #clock: ClockBound;
  readonly #admission: Admission;
  /** By which means each lane's bundles are asked for, and how far that is. */
  readonly #offers: Readonly<Record<Lane, OfferScheduler>>;
  readonly #control: ControlLane;
  readonly #paths: Paths;
  readonly #hints: FingerprintCompare;
  readonly #supply: Supply;
  readonly #probes: PathProbes;
  readonly #intents: Intents;
  /** In the order of their requests. BOUNDED: one, or MAX_SESSIONS of parts to be asked for side by side. */
  #sessions: Session[] = [];
  /**
   * Peers that may be asked for a part of everything, also those who told what they hold when there was nothing to ask
   * for: who claims most keeps us from asking others, and must be put to the test. BOUNDED: by MAX_PEERS.
   */
  readonly #sources = new BoundedMap<string, Address>(MAX_PEERS);
  /** When one that could not answer may be asked again. */
  readonly #rested: Alarm;
  readonly #backlog = new Backlog(() => this.#eased());
  /** Who is asked what else there is when all of everything that came is stored. */
  #following: Address | undefined;
  readonly #ancestors: Ancestors;
  /** The request under way for ancestors: beside the others, since it asks for nothing that they do. */
  #naming: Session | undefined;
  /** Identifier -> peer of finished sessions. BOUNDED: by MAX_REMEMBERED_SESSIONS. */
  readonly #finished = new BoundedMap<string, string>(MAX_REMEMBERED_SESSIONS);

  constructor(parts: {
    ctx: Context;
    profile: Profile;
    probes: PathProbes;
    paths: Paths;
    epochs: Epochs;
    store: BundleStore;
    /** Whether the disk takes what others would send. */
    mayAsk: () => boolean;
    table: CandidateTable;
    clock: ClockBound;
    admission: Admission;
    hints: FingerprintCompare;
    /** Sends what an answer asks for. */
    supply: Supply;
    ancestors: Ancestors;
    intents: Intents;
  }) {
    this.#ctx = parts.ctx;
    this.#store = parts.store;
    this.#mayAsk = parts.mayAsk;
    this.#table = parts.table;
    this.#clock = parts.clock;
    this.#admission = parts.admission;
    this.#paths = parts.paths;
    this.#hints = parts.hints;
    this.#intents = parts.intents;
    this.#supply = parts.supply;
    this.#ancestors = parts.ancestors;
    this.#rested = new Alarm(parts.ctx.timers, "sync", () => this.#restEnded());
    this.#probes = parts.probes;
    const { profile, epochs } = parts;
    const room = roomIn(DEFAULT_CLEAR_BYTES);
    this.#offers = {
      all: new OfferScheduler({ profile, epochs, ...room }),
      control: new OfferScheduler({ profile, epochs, ...room }),
    };
    this.#control = new ControlLane(parts);
  }

  /** Whether a contact holds just what we hold; without fingerprints, whether none says that it holds more. */
  get isUpToDate(): boolean {
    if (this.#store.index.size === 0) return false;
    if (!this.#hints.isOn) {
      const most = this.highestCountSeen();
      return this.activePeer === undefined && most > 0 && most <= this.#store.index.size;
    }
    return this.#hints.isEqualToAny(this.#table.list("contacted", this.#ctx.now));
  }

  /** Bundles that a contact says it holds, at most. */
  highestCountSeen(lane: Lane = "all"): number {
    let highest = 0;
    for (const candidate of this.#table.list("contacted", this.#ctx.now)) {
      highest = Math.max(highest, toldOf(candidate, lane).count ?? 0);
    }
    return highest;
  }

  get activePeer(): Address | undefined {
    return this.#sessions[0]?.peer;
  }

  /**
   * The offer to send to `peer` in the request with this identifier; undefined when the disk takes no more, when others
   * are under way, when it is skipped, or when it waits, unless it is due (`isDue`), for the response that shows
   * whether it is worth its bytes. `requestBytes`: of the whole request, at most.
   */
  open(
    peer: Address,
    identifier: Uint8Array,
    isDue: boolean,
    requestBytes: number,
  ): Offer | undefined {
    const lane = this.#laneFor(peer);
    const offer = lane && this.#next(lane, peer, isDue, requestBytes);
    if (lane === undefined || offer === undefined) return undefined;
    if (offer.kind === "cursor") this.#sources.set(peer.key, peer);
    this.#sessions.push(this.#begin(peer, identifier, offer, lane));
    return lane === "all" ? offer : { ...offer, subset: { ...offer.subset, lane } };
  }

  /** The offer that asks `peer` for ancestors goes into the request with this identifier. */
  openNamed(
    peer: Address,
    identifier: Uint8Array,
    { kind, places }: IdsOffer,
    requestBytes: number,
  ): Offer {
    this.#naming?.abandon();
    const offer = { kind, places: places.slice(0, namedPlaces(requestBytes)) };
    this.#naming = this.#begin(peer, identifier, offer, "all");
    return offer;
  }

  /** Whom to ask for ancestors now, if anybody: what everything in order brings anyway is not asked for by name. */
  nextNamed(): { peer: Address; offer: IdsOffer } | undefined {
    const isBusy = this.#sessions.length > 0;
    const mayAsk = this.#naming === undefined && this.#mayAsk() && !this.#isCatchingUp;
    return this.#ancestors.next({ isBusy, mayAsk });
  }

  #begin(peer: Address, identifier: Uint8Array, offer: Offer, lane: Lane): Session {
    const path = this.#paths.of(peer);
    return new Session({
      ctx: this.#ctx,
      peer,
      path,
      identifier,
      offer,
      lane,
      backlog: this.#backlog,
      isOnlySource: this.#sources.size <= 1,
      finished: (session) => this.#finish(session),
      missed: ({ offer: of }, bundle) => {
        if (of.kind === "cursor") this.#offers[lane].partLacks(of, bundle);
      },
      isDoubted: (from) => this.#admission.doubts(from),
    });
  }

  /** The response to a request of ours: what of its answer concerns the offer. */
  answered(identifier: Uint8Array, from: Address, answer: Answer | undefined): void {
    const session = this.#sessionOf(identifier, from);
    if (session === undefined) return;
    const { offer, lane } = session;
    if (offer.kind === "sketch" && answer?.wanted !== undefined) {
      this.#supply.send(answer.wanted, { epoch: offer.epoch, lane }, identifier, from);
    }
    // Who says nothing of a part did not understand, or has no time: it does not say that nothing is there.
    const said = answer ?? { datagrams: 0, more: offer.kind === "cursor" };
    if (offer.kind === "cursor") this.#offers[lane].partAnswered(offer, said);
    session.path.withheld.fromPeer = said.withheld ?? 0;
    session.answered(said);
    // While this part travels, the next one is asked for.
    if (offer.kind === "cursor") this.#askOn(from);
  }

  /** A peer told what it holds before it got an offer: when that is not what we hold, the offer follows at once. */
  told(peer: Address): void {
    const candidate = this.#table.get(peer);
    if (!this.#hints.isOn || candidate?.storesNothing === true) return;
    if (!this.#mayAsk()) return this.#ctx.count("offer left out: disk");
    this.#control.told(candidate);
    const relation = this.#hints.relation(candidate);
    if (relation === "same") {
      this.#ctx.count("offer left out: equal sets");
      return this.#settled();
    }
    if (this.#isCatchingUp) this.#sources.set(peer.key, peer);
    const lane = this.#laneFor(peer);
    if (lane === undefined) return;
    if (this.#isComparing(candidate)) return this.#ctx.count("offer left out: being compared");
    if (candidate !== undefined && this.#hints.isFutile(candidate)) {
      return this.#ctx.count("offer left out: nothing changed");
    }
    if (this.#hints.relation(candidate, lane) === "peerHasMore") this.#offers[lane].lacks();
    this.#offerTo(peer);
  }

  /** The peer could not answer the offer: it does not count as one. */
  withdraw(identifier: Uint8Array, from: Address): void {
    const session = this.#sessionOf(identifier, from);
    if (session === undefined) return;
    this.#close(session);
    if (session.offer.kind === "cursor") this.#offers[session.lane].outcome(session, 0);
  }

  /** Datagrams of another size come from the peer, or go there: what it did not hear of is asked for again. */
  resized(peer: Address): void {
    for (const session of this.#sessions) {
      const isLost = session.peer.key === peer.key && session.isUnheard;
      if (isLost) this.withdraw(session.identifier, peer);
    }
    const candidate = this.#table.get(peer);
    if (candidate !== undefined) candidate.vain = undefined;
  }

  /** Whether a request of ours waits for an answer to its offer of which nothing came yet. */
  isUnheard(identifier: Uint8Array, from: Address): boolean {
    return this.#sessionOf(identifier, from)?.isUnheard === true;
  }

  /** Bundles that name a request of ours; false when we never sent it, or not to this address. */
  arrived(message: BundlesMessage, from: Address, bytes: number): boolean {
    const { identifier, number, sentMs, bundles } = message;
    if (identifier === undefined || number === undefined || sentMs === undefined) return false;
    const session = this.#sessionOf(identifier, from);
    if (session !== undefined) {
      const span = this.#admission.receive(bundles, { from, isAsked: true, arrivals: session });
      this.#endOvertaken(session);
      session.datagramArrived({ number, sentMs, bytes }, span);
      if (session.offer.kind === "cursor") this.#partArrived(session);
      if (session.path.isOutdated) this.#offerTo(from);
      return true;
    }
    if (this.#finished.get(toHex(identifier)) !== from.key) return false;
    this.#admission.receive(bundles, { from, isAsked: true, arrivals: NOBODY });
    return true;
  }

  /** What was committed joins the filter that may be sent again. */
  committed(bundles: Bundle[]): void {
    const { clock } = this.#store;
    for (const { header, id } of bundles) {
      const held = heldOf(header.globalTime, id);
      this.#offers.all.stored(held, clock);
      if (isControl(header)) this.#offers.control.stored(held, clock);
    }
  }

  /** Forgets what is under way: the network changed, or the peer is gone. */
  reset(): void {
    for (const session of this.#sessions) session.abandon();
    this.#sessions = [];
    this.#naming?.abandon();
    this.#naming = undefined;
    this.#sources.clear();
    this.#following = undefined;
    this.#rested.cancel();
    for (const offers of Object.values(this.#offers)) offers.reset();
  }

  /** The disk takes more again: everything is asked for as at the start. */
  beginAgain(): void {
    this.reset();
    for (const offers of Object.values(this.#offers)) offers.beginAgain();
  }

  /**
   * In which lane the peer may be asked now: what decides over others comes first, and all else when that is here, or
   * beside it where it had begun. Undefined: others are being asked.
   */
  #laneFor(peer: Address): Lane | undefined {
    if (this.#hasPartIn("control", peer)) return "control";
    const isControlAsked = this.#sessions.some(({ lane }) => lane === "control");
    const isControlBusy = isControlAsked || this.#isCatchingUpIn("control");
    if (!isControlBusy && this.#control.isDue(this.#table.get(peer))) return "control";
    if (this.#hasPartIn("all", peer)) return "all";
    return this.#sessions.length > 0 || this.#isCatchingUpIn("all") ? undefined : "all";
  }

  #next(lane: Lane, peer: Address, isDue: boolean, requestBytes: number): SubsetOffer | undefined {
    if (!this.#mayAsk()) return undefined;
    const offers = this.#offers[lane];
    offers.fit(roomIn(requestBytes - (lane === "control" ? LANE_BYTES : 0)));
    const acceptable = this.#clock.acceptable(this.#ctx.now);
    const { now } = this.#ctx;
    const limit = {
      acceptable,
      bytes: Math.min(MOST_BYTES, this.#paths.of(peer).roomAt(now)),
      now,
    };
    if (this.#hasPartIn(lane, peer)) return offers.nextPart(peer.key, limit);
    const candidate = this.#table.get(peer);
    if (!isDue && this.#hints.waits(candidate)) return undefined;
    const occasion = {
      peer: peer.key,
      index: setOf(this.#store, lane),
      clock: this.#store.clock,
      acceptable,
      highestCountSeen: this.highestCountSeen(lane),
      random: this.#ctx.random,
    };
    const { count } = toldOf(candidate, lane);
    const { globalTime } = candidate ?? {};
    const isFresh = isDue || !this.#hints.isOn;
    const offer = offers.next(occasion, { count, globalTime, isFresh }, limit);
    this.#ctx.count(`offer by ${meansOf(offer, acceptable)}`);
    return offer;
  }

  /** Whether the peer is about to find the difference: what it sends and asks for will settle it. */
  #isComparing(peer: Candidate | undefined): boolean {
    if (peer?.sketchedMs === undefined) return false;
    const { roundTrip } = this.#paths.of(peer.address);
    const patienceMs = roundTrip.atLeast(COMPARING_MS, COMPARING_TIMEOUTS);
    return this.#ctx.now - peer.sketchedMs < patienceMs;
  }

  /** Whether there is something of everything to be asked for, and the peer's path and our disk take it. */
  hasPartFor(peer: Address): boolean {
    return this.#hasPartIn("control", peer) || this.#hasPartIn("all", peer);
  }

  #hasPartIn(lane: Lane, peer: Address): boolean {
    if (!this.#mayAsk()) return false;
    const isFree = this.#sessions.length < MAX_SESSIONS && this.#backlog.hasRoom;
    if (!isFree || this.#paths.of(peer).roomAt(this.#ctx.now) <= 0 || this.#isTooSlow(peer))
      return false;
    const candidate = this.#table.get(peer);
    if (lane === "control" && !this.#control.isOpenTo(candidate)) return false;
    const { count = 0 } = toldOf(candidate, lane);
    const { globalTime } = candidate ?? {};
    if (count <= setOf(this.#store, lane).size) return false;
    const acceptable = this.#clock.acceptable(this.#ctx.now);
    return this.#offers[lane].hasPartFor(peer.key, { count, globalTime }, acceptable);
  }

  get #isCatchingUp(): boolean {
    return this.#isCatchingUpIn("control") || this.#isCatchingUpIn("all");
  }

  #isCatchingUpIn(lane: Lane): boolean {
    const { now } = this.#ctx;
    const held = setOf(this.#store, lane).size;
    const acceptable = this.#clock.acceptable(now);
    // What decides over others must not end early; who holds up the store with the rest must not keep us in this.
    const isAllStored = lane === "all" || this.#backlog.isEmpty;
    return this.#offers[lane].isCatchingUp({ now, held, acceptable, isAllStored });
  }

  #isTooSlow(peer: Address): boolean {
    const own = this.#paths.of(peer).bytesPerSecond * TOO_SLOW;
    return this.#sessions.some(({ path, hasPaid }) => hasPaid && path.bytesPerSecond > own);
  }

  #partArrived({ peer, lane, hasPaid, isUndecided, receivedBytes }: Session): void {
    if ((hasPaid || isUndecided) && receivedBytes >= PROOF_BYTES)
      this.#offers[lane].partBrought(peer.key);
    this.#askOn(peer);
  }

  #askOn(peer: Address): void {
    if (this.hasPartFor(peer)) this.#intents.push({ kind: "part", peer });
  }

  /** What is missing again may be asked of whoever is fastest, of those who disappointed least. */
  #askSources(): void {
    const sources = this.#sources.values().map((peer) => {
      const failed =
        this.#offers.all.disappointments(peer.key) + this.#offers.control.disappointments(peer.key);
      return { peer, failed, rate: this.#paths.of(peer).bytesPerSecond };
    });
    sources.sort((a, b) => a.failed - b.failed || b.rate - a.rate);
    for (const { peer } of sources) this.#askOn(peer);
  }

  /** Sessions that were asked for before on the same path have ended when a later one's datagrams come. */
  #endOvertaken(later: Session): void {
    if (later.arrivals.size < REORDERED || later === this.#naming) return;
    const before = this.#sessions.slice(0, this.#sessions.indexOf(later));
    for (const session of before) if (session.path === later.path) session.overtaken();
  }

  #sessionOf(identifier: Uint8Array, from: Address): Session | undefined {
    if (this.#naming?.belongs(identifier, from) === true) return this.#naming;
    return this.#sessions.find((session) => session.belongs(identifier, from));
  }

  #close(session: Session): void {
    session.abandon();
    if (session === this.#naming) this.#naming = undefined;
    this.#sessions = this.#sessions.filter((other) => other !== session);
  }

  #finish(session: Session): void {
    this.#close(session);
    this.#remember(session);
    if (session.offer.kind === "ids") return this.#ancestors.ended(session);
    // What it brought was refused by the disk, not for what it is.
    if (!this.#mayAsk()) return;
    const candidate = this.#table.get(session.peer);
    const isLacking = session.answer !== undefined && !session.hasCome;
    if (isLacking && candidate !== undefined) {
      const { peer, isStalled } = session;
      this.#probes.lacked(peer, candidate.via, { isMost: isStalled });
    }
    if (candidate !== undefined && session.hasPaid) candidate.paidMs = this.#ctx.now;
    if (session.offer.kind === "cursor") return this.#finishPart(session);
    const relation = this.#hints.relation(candidate);
    const shouldContinue = this.#offers[session.lane].outcome(session, this.#lacking(session));
    this.#ctx.count(session.hasPaid ? "offer paid" : "offer brought nothing");
    if (session.lane === "control" && candidate !== undefined) {
      const isDone = !shouldContinue && session.answer?.more === false && session.hasCome;
      this.#control.asked(candidate, session.stored, isDone);
    }
    const isAll = session.lane === "all" || this.#hints.differsInControlOnly(candidate);
    if (candidate !== undefined && isAll && session.yieldedNothing) {
      this.#hints.changedNothing(candidate);
    }
    if (relation === "same") return this.#settled();
    if (session.answer === undefined) return;
    if (!isAll && !session.isRefused) return this.#offerTo(session.peer);
    // Whoever else has as much need not wait for the next step.
    const isLively = this.#hints.isOn && session.stored >= HIGH_RATE_BUNDLES;
    if (shouldContinue) this.#offerTo(session.peer);
    else if (isLively) this.#intents.push({ kind: "askElsewhere", otherwise: session.peer });
  }

  /** Asks the peer again, with the next offer. */
  #offerTo(peer: Address): void {
    this.#intents.push({ kind: "offer", peer });
  }

  /** How many bundles the peer holds and we lack, at least. */
  #lacking({ lane, peer }: Session): number {
    const candidate = this.#table.get(peer);
    const { count = 0 } = toldOf(candidate, lane);
    const isLacking = this.#hints.relation(candidate, lane) === "peerHasMore";
    return Math.max(count - setOf(this.#store, lane).size, isLacking ? 1 : 0);
  }

  #finishPart(session: Session): void {
    const { now } = this.#ctx;
    const isWorthIt = this.#offers[session.lane].outcome(session, 0);
    const candidate = this.#table.get(session.peer);
    if (session.lane === "control" && candidate !== undefined) {
      this.#control.asked(candidate, session.stored, false);
    }
    if (session.isRefused || session.isStalled) this.#rest(session, now);
    this.#ctx.count(session.hasPaid ? "offer paid" : "offer brought nothing");
    if (this.#isCatchingUp) {
      this.#takeOver(session);
      return this.#askSources();
    }
    this.#sources.clear();
    if (!isWorthIt && session.lane === "all") return;
    this.#following = session.peer;
    this.#eased();
  }

  /** The last parts are not left to the slowest: whoever has nothing else to bring is asked for theirs. */
  #takeOver({ peer, path, hasPaid }: Session): void {
    if (!hasPaid || this.#sessions.some((session) => session.path === path)) return;
    if (this.hasPartFor(peer)) return;
    for (const slower of this.#sessions) {
      if (slower.path.bytesPerSecond * MUCH_SLOWER < path.bytesPerSecond) slower.overtaken();
    }
  }

  /** A peer that could not answer, or does not, is left alone for a moment: others may hold as much. */
  #rest({ peer, path }: Session, now: number): void {
    path.rest(now);
    this.#planRested();
    this.#intents.push({ kind: "askElsewhere", otherwise: peer });
  }

  #restEnded(): void {
    this.#planRested();
    this.#eased();
  }

  /** When the next of them is no longer left alone. */
  #planRested(): void {
    const ends = [...this.#sources.values()].map((peer) => this.#paths.of(peer).restsUntilMs);
    this.#rested.set(Math.min(...ends.filter((endMs) => endMs > this.#ctx.now), Infinity));
  }

  /** There is room for more of everything, or all of it is stored: what else there is shows only then. */
  #eased(): void {
    if (this.#isCatchingUp) return this.#askSources();
    if (this.#following === undefined || !this.#backlog.isEmpty) return;
    const peer = this.#following;
    this.#following = undefined;
    if (this.#mayAsk()) this.#offerTo(peer);
  }

  #settled(): void {
    this.#intents.push({ kind: "shared" });
    for (const offers of Object.values(this.#offers)) offers.settled();
  }

  #remember(session: Session): void {
    this.#finished.set(toHex(session.identifier), session.peer.key);
  }
}
