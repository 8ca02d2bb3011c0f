import { BoundedMap } from "../../candidates/bounded-map.ts";
import type { Address } from "../../wire/address.ts";
import { MIN_DATAGRAM_BYTES } from "../../wire/limits.ts";
import type { RateLimit } from "../core/engine-status.ts";
import { Downlink } from "./downlink.ts";
import { PathRate } from "./path-rate.ts";
import { PathSize } from "./path-size.ts";
import { RoundTrip } from "./round-trip.ts";

/** As many as overlays have contacts at a time, and some. */
const MAX_PATHS = 1_024;
/** Until a round trip was measured. */
const UNKNOWN_ROUND_TRIP_MS = 100;
/** On top of what fills the path for a round trip: an answer must be on its way before the last one ends. */
const AHEAD_MS = 200;
/** Asked for before anything came, and twice what came at any time: no burst into an unknown line. */
const FIRST_BYTES = 32 * 1024;
/** Half of it is asked for at a time, and tells something (round.ts). */
const LEAST_BYTES = 24 * 1024;
/** What a node queues for one address, and another one for its threads to check. */
const MOST_UNDER_WAY = 1_536 * 1024;
/** A rate that differs by so much from what was told is told at once. */
const SLOWED = 0.85;
const SPED_UP = 1.25;
/** Half of what a node's budget takes to fill again (work.ts). */
const REST_MS = 250;
/** Less of what fills the path is not worth a request. */
const WORTHWHILE = 1 / 2;

/** What datagrams from one address have shown of the way that they take. It belongs to no overlay. */
export class Path {
  readonly roundTrip = new RoundTrip();
  /** How large datagrams may be, to the peer and from there, as tests showed (path-probes.ts). */
  readonly toPeer = new PathSize();
  readonly fromPeer = new PathSize();
  /** Whether a test is under way. */
  isTested = false;
  /** When the last one ended. */
  testedMs = -Infinity;
  /** Answers that did not come whole, since then. */
  lostAnswers = 0;
  /** Bundles that offers called for and that were too large: in our last answer to the peer, and in its last to us. */
  readonly withheld = { toPeer: 0, fromPeer: 0 };
  #rate = new PathRate();
  /** By overlay. BOUNDED: by what the user joins. */
  readonly #instances = new Map<string, string>();
  #toldRate = 0;
  #restsUntilMs = -Infinity;
  #underWay = 0;
  readonly #downlink: Downlink;
  /** Answers in a row that did not come. */
  stalls = 0;
  /** Monotonic ms of the last datagram of an answer. */
  lastArrivedMs = -Infinity;

  constructor(downlink: Downlink) {
    this.#downlink = downlink;
  }

  /** Bytes that were asked for and have not come, of all overlays. */
  get underWay(): number {
    return this.#underWay;
  }

  /** So many bytes more were asked for; negative: they came, or are given up. */
  awaits(bytes: number): void {
    this.#underWay += bytes;
    this.#downlink.uses(this, this.#underWay > 0);
  }

  /** Without what waits in queues, which must not make us ask for more. */
  get roundTripMs(): number {
    return this.roundTrip.leastMs ?? UNKNOWN_ROUND_TRIP_MS;
  }

  get rate(): PathRate {
    return this.#rate;
  }

  /** Bytes per second that the path could bring. */
  get possibleRate(): number {
    return this.#rate.rate(this.roundTripMs);
  }

  /** Bytes per second that the peer is asked to send at. */
  get bytesPerSecond(): number {
    return Math.round(Math.min(this.possibleRate, this.#downlink.shareOf(this)));
  }

  /** Why it is not asked to send faster. */
  get limit(): RateLimit {
    return this.#downlink.shareOf(this) < this.possibleRate ? "user" : this.#rate.limit;
  }

  /** Bytes that may be asked for: what fills the path and a little more, less what is under way; 0: too little. */
  roomAt(now: number): number {
    if (now < this.#restsUntilMs || !this.#downlink.admits(this)) return 0;
    const full = (this.bytesPerSecond * (this.roundTripMs + AHEAD_MS)) / 1_000;
    const known = FIRST_BYTES + 2 * this.#rate.delivered;
    const window = Math.min(MOST_UNDER_WAY, Math.max(LEAST_BYTES, Math.min(full, known)));
    const room = window - this.#underWay;
    return this.#underWay > 0 && room < window * WORTHWHILE ? 0 : room;
  }

  /** The peer is to be left alone for a moment. */
  rest(now: number): void {
    this.#restsUntilMs = now + REST_MS;
  }

  /** When that moment ends. */
  get restsUntilMs(): number {
    return this.#restsUntilMs;
  }

  /** Of all that was asked for, only so many bytes came in that time. */
  stalled(bytes: number, ms: number, now: number): void {
    this.stalls += 1;
    this.#rate.stalled((1_000 * bytes) / ms, this.roundTripMs, now);
  }

  /** Bytes per second that a request names, from now on. */
  toldRate(): number {
    this.#toldRate = this.bytesPerSecond;
    return this.#toldRate;
  }

  /** Whether the peer sends too fast or too slowly by now, and is to be told before there is more to ask for. */
  get isOutdated(): boolean {
    const change = this.bytesPerSecond / this.#toldRate;
    return this.#underWay > 0 && (change < SLOWED || change > SPED_UP);
  }

  /** The peer's instance in an overlay: after it started again it has another one, and another clock. */
  met(overlay: string, instance: string): void {
    const known = this.#instances.get(overlay);
    if (known !== undefined && known !== instance) this.#rate = new PathRate();
    this.#instances.set(overlay, instance);
  }

  arrived(now: number, datagram: { bytes: number; sentMs: number; lost: number }): void {
    this.lastArrivedMs = now;
    this.#rate.arrived(now, datagram, this.roundTripMs);
  }
}

/** The paths to all peers. */
export class Paths {
  /** By address, the one used longest ago first. BOUNDED: by MAX_PATHS. */
  readonly #paths = new BoundedMap<string, Path>(MAX_PATHS);
  /** Bytes that peers say arrive there at most, by address, the one told longest ago first. BOUNDED: by MAX_PATHS. */
  readonly #takes = new BoundedMap<string, number>(MAX_PATHS);
  readonly #downlink: Downlink;

  /** `most`: bytes per second that all of them together may bring. */
  constructor(most: number) {
    this.#downlink = new Downlink(most);
  }

  of({ key }: Address): Path {
    const known = this.#paths.use(key);
    if (known !== undefined) return known;
    const path = new Path(this.#downlink);
    this.#paths.set(key, path);
    return path;
  }

  /** The peer says how large a datagram it gets at most; undefined: nothing keeps any from it. */
  takes({ key }: Address, bytes: number | undefined): void {
    if (bytes === undefined) this.#takes.delete(key);
    else this.#takes.set(key, Math.max(bytes, MIN_DATAGRAM_BYTES));
  }

  /** Bytes of a datagram that arrives there, at most; Infinity where nothing is known. */
  mostTo({ key }: Address): number {
    const found = this.#paths.get(key)?.toPeer.limit ?? Infinity;
    return Math.min(found, this.#takes.get(key) ?? Infinity);
  }

  /** What is known of it; undefined when nothing is. */
  known({ key }: Address): Path | undefined {
    return this.#paths.get(key);
  }

  /** The network is another one. */
  clear(): void {
    this.#paths.clear();
    this.#takes.clear();
  }
}
