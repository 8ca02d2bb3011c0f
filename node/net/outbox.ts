import { BoundedMap } from "../../candidates/bounded-map.ts";
import type { Address } from "../../wire/address.ts";
import { shareGroup } from "../../wire/address-scope.ts";
import type { BundlesMessage, Message } from "../../wire/message.ts";
import { SEALING_BYTES } from "../../wire/sealed.ts";
import { EMPTY_BUNDLES_BYTES, bundleBytes } from "../../wire/sizes.ts";
import type { Context } from "../core/context.ts";
import { Alarm } from "../core/timers.ts";
import { Pace } from "./pace.ts";

/** What is left over goes on after so long: the event loop serves everybody else in between. */
const TURN_MS = 1;
/**
 * To one address in one turn: 26 full datagrams, for which a home's router and a small receive buffer (Linux gives
 * 208 KiB) have room.
 */
export const PATH_TURN_BYTES = 32 * 1024;
/** To all addresses in one turn: encoding and handing over these 106 full datagrams takes some 2 ms. */
export const TURN_BYTES = 128 * 1024;
/** With so much sent, the next address gets its whole share in this turn, or waits for the next one. */
const BEGUN_BYTES = TURN_BYTES - PATH_TURN_BYTES;
/** Waiting for one address: what the longest fast lines have under way. */
export const PATH_QUEUE_BYTES = 1_536 * 1024;
/**
 * Waiting for all addresses: 32 turns. Also where a busy loop makes a turn of 10 ms, all of it leaves within 320 ms,
 * before its receiver takes it for lost (sync-session.ts waits for longer).
 */
export const QUEUE_BYTES = 4 * 1024 * 1024;
/** With a limit of the user's: the same for a line so slow. All of it leaves before its receiver takes it for lost. */
const UPLINK_QUEUE_MS = 700;
/** No crumbs: with less of the queue free, the next answer waits. Its receiver would take us for one who drips. */
const UPLINK_FREE = 1 / 4;
/** Of what is free, a group of addresses may have so many times as much waiting. */
const UPLINK_SHARE = 4;
/** Addresses whose pace is remembered for a while after the last datagram. */
const MAX_PACES = 4_096;

/** Who makes a datagram of a message and sends it: the scope of an overlay. */
export interface Sender {
  send(to: Address, via: number, message: BundlesMessage): Uint8Array;
}

interface Waiting {
  readonly sender: Sender;
  readonly via: number;
  readonly message: BundlesMessage;
  /** At most so large when encoded. */
  readonly bytes: number;
}

/** What waits for one address. */
interface Queue {
  readonly to: Address;
  /** Whose share of the outbox it takes. */
  readonly group: string;
  readonly pace: Pace;
  /** New bundles, which answer no offer: they leave first. BOUNDED: as `waiting`. */
  urgent: Waiting[];
  /** Answers, in order. BOUNDED: by PATH_QUEUE_BYTES and one answer. */
  waiting: Waiting[];
  /** Of all that waits. */
  bytes: number;
}

/**
 * Bundles on their way out, of all overlays: at the rate that their receiver named, all together at no more than the
 * user lets them, in bursts that a home's router has
 * room for, and so that nobody's answer holds up another's. Everything else is small and never waits. In one turn an
 * address gets at most PATH_TURN_BYTES and all together TURN_BYTES; what is left goes in the next turns, the addresses
 * taking turns, and is encoded only then.
 */
export class Outbox {
  readonly #ctx: Context;
  /** By address, the next one to be served first. BOUNDED: by QUEUE_BYTES and one answer. */
  readonly #queues = new Map<string, Queue>();
  /** By address, the one used longest ago first. BOUNDED: by MAX_PACES. */
  readonly #paces = new BoundedMap<string, Pace>(MAX_PACES);
  /** Bytes that wait, by the group of their addresses. BOUNDED: as the queues. */
  readonly #groups = new Map<string, number>();
  #queued = 0;
  #turnMs = -Infinity;
  /** Bytes that left in this turn. */
  #left = 0;
  /** The same, by address. BOUNDED: by TURN_BYTES, anew in every turn. */
  readonly #leftTo = new Map<string, number>();
  readonly #turn: Alarm;
  /** Of all that leaves, where the user sets a limit. */
  readonly #uplink: Pace | undefined;
  readonly #mostQueued: number;

  /** `maxUp`: bytes per second of all that leaves by it. */
  constructor(ctx: Context, maxUp?: number) {
    this.#ctx = ctx;
    this.#uplink = maxUp === undefined ? undefined : new Pace();
    this.#uplink?.set(maxUp!, ctx.now);
    this.#mostQueued = Math.min(QUEUE_BYTES, ((maxUp ?? Infinity) * UPLINK_QUEUE_MS) / 1_000);
    this.#turn = new Alarm(ctx.timers, "outbox", () => this.#sendTurn());
  }

  /** Bytes that wait. */
  get queuedBytes(): number {
    return this.#queued;
  }

  /**
   * Bytes that may still be queued for the address; 0: it has its share. A group of addresses may have as much waiting
   * as is free (dynamic thresholds; Choudhury and Hahne, 1998): whoever names a slow rate, from however many ports,
   * fills half at most, and there is always something left for whoever comes next.
   */
  roomFor(to: Address): number {
    // Nearly always: then nobody has a share to be looked for.
    if (this.#queued === 0) return Math.min(PATH_QUEUE_BYTES, this.#mostQueued);
    const own = this.#queues.get(to.key)?.bytes ?? 0;
    const group = this.#groups.get(shareGroup(to)) ?? 0;
    const free = this.#mostQueued - this.#queued;
    const isLimited = this.#uplink !== undefined;
    if (isLimited && free < this.#mostQueued * UPLINK_FREE) return 0;
    // The short queue of a limited line is soon empty again.
    const share = (isLimited ? UPLINK_SHARE : 1) * free - group;
    return Math.max(0, Math.min(PATH_QUEUE_BYTES - own, free, share));
  }

  /** The address asks for its answers at this rate, bytes per second. */
  pace(to: Address, rate: number): void {
    this.#paceOf(to.key).set(rate, this.#ctx.now);
  }

  /**
   * Sends in turns, in order, but answers after all else. Takes all of it: whoever queues asks `roomFor` before, and
   * queues no more than that, and a datagram.
   */
  queue(sender: Sender, to: Address, via: number, messages: BundlesMessage[]): void {
    if (messages.length === 0) return;
    const queue = this.#queueOf(to);
    for (const message of messages) {
      const bytes = largestBytes(message);
      const line = isOfAnswer(message) ? queue.waiting : queue.urgent;
      line.push({ sender, via, message, bytes });
      this.#count(queue, bytes);
    }
    this.#sendTurn();
  }

  /** Forgets what waits of one overlay. */
  drop(sender: Sender): void {
    const isOthers = (item: Waiting): boolean => item.sender !== sender;
    for (const [key, queue] of this.#queues) {
      queue.urgent = queue.urgent.filter(isOthers);
      queue.waiting = queue.waiting.filter(isOthers);
      const bytes = [...queue.urgent, ...queue.waiting].reduce((sum, item) => sum + item.bytes, 0);
      this.#count(queue, bytes - queue.bytes);
      if (bytes === 0) this.#queues.delete(key);
    }
  }

  #queueOf(to: Address): Queue {
    const known = this.#queues.get(to.key);
    if (known !== undefined) return known;
    const pace = this.#paceOf(to.key);
    const group = shareGroup(to);
    const queue: Queue = { to, group, pace, urgent: [], waiting: [], bytes: 0 };
    this.#queues.set(to.key, queue);
    return queue;
  }

  /** So many bytes more wait, or less. */
  #count(queue: Queue, bytes: number): void {
    const { group } = queue;
    queue.bytes += bytes;
    this.#queued += bytes;
    const ofGroup = (this.#groups.get(group) ?? 0) + bytes;
    if (ofGroup > 0) this.#groups.set(group, ofGroup);
    else this.#groups.delete(group);
  }

  #paceOf(key: string): Pace {
    const known = this.#paces.use(key);
    if (known !== undefined) return known;
    const pace = new Pace();
    this.#paces.set(key, pace);
    return pace;
  }

  #sendTurn(): void {
    this.#begin();
    this.#uplink?.earn(this.#ctx.now, 0);
    for (let turns = this.#queues.size; turns > 0 && this.#mayGoOn; turns--) {
      const [key, queue] = this.#queues.entries().next().value!;
      this.#queues.delete(key);
      this.#sendTo(key, queue);
      if (queue.bytes > 0) this.#queues.set(key, queue);
    }
    if (this.#queues.size > 0) this.#turn.set(this.#nextTurnMs());
  }

  get #mayGoOn(): boolean {
    return this.#left <= BEGUN_BYTES && this.#uplink?.allows !== false;
  }

  #begin(): void {
    // As the alarm is set: the difference, rounded, could be less than TURN_MS for ever.
    if (this.#ctx.now < this.#turnMs + TURN_MS) return;
    this.#turnMs = this.#ctx.now;
    this.#left = 0;
    this.#leftTo.clear();
  }

  /** As much as one address may get in what is left of this turn. */
  #sendTo(key: string, queue: Queue): void {
    this.#sendLine(key, queue, queue.urgent);
    if (queue.urgent.length > 0) return;
    queue.pace.earn(this.#ctx.now, queue.bytes);
    this.#sendLine(key, queue, queue.waiting);
  }

  #sendLine(key: string, queue: Queue, line: Waiting[]): void {
    const isPaced = line === queue.waiting;
    let left = this.#leftTo.get(key) ?? 0;
    let sent = 0;
    for (const item of line) {
      // A datagram that is larger than that goes alone.
      if (left > 0 && left + item.bytes > PATH_TURN_BYTES) break;
      if (this.#uplink?.allows === false || (isPaced && !queue.pace.allows)) break;
      const { length } = item.sender.send(queue.to, item.via, item.message);
      queue.pace.spend(length);
      this.#uplink?.spend(length);
      left += length;
      this.#left += length;
      this.#count(queue, -item.bytes);
      sent++;
    }
    line.splice(0, sent);
    this.#leftTo.set(key, left);
  }

  /** When the next datagram may leave. */
  #nextTurnMs(): number {
    let waitMs = Infinity;
    for (const { pace, urgent } of this.#queues.values()) {
      waitMs = Math.min(waitMs, urgent.length > 0 ? 0 : pace.waitMs);
    }
    waitMs = Math.max(waitMs, this.#uplink?.waitMs ?? 0);
    return Math.max(this.#turnMs + TURN_MS, this.#ctx.now + waitMs);
  }
}

/** Whether it has its place among the datagrams of an answer. */
export function isOfAnswer(message: Message): message is BundlesMessage {
  return message.kind === "bundles" && message.number !== undefined;
}

function largestBytes({ bundles }: BundlesMessage): number {
  return bundles.reduce(
    (bytes, bundle, at) => bytes + bundleBytes(bundle, at, true),
    SEALING_BYTES + EMPTY_BUNDLES_BYTES,
  );
}
