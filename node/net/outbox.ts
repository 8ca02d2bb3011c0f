import type { Address } from "../../wire/address.ts";
import type { BundlesMessage } from "../../wire/message.ts";
import { EMPTY_BUNDLES_BYTES, bundleBytes } from "../../wire/sizes.ts";
import type { Context } from "../core/context.ts";

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
/** Waiting for one address: two of the largest answers, since a node asks for two parts of everything at a time. */
export const PATH_QUEUE_BYTES = 256 * 1024;
/**
 * Waiting for all addresses: 32 turns. Also where a busy loop makes a turn of 10 ms, all of it leaves within 320 ms,
 * before its receiver takes it for lost (DATAGRAM_PATIENCE_MS, 500 ms).
 */
export const QUEUE_BYTES = 4 * 1024 * 1024;

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

/** What waits for one address, in order. */
interface Path {
  readonly to: Address;
  /** BOUNDED: by PATH_QUEUE_BYTES and one answer. */
  waiting: Waiting[];
  /** Of all in `waiting`. */
  bytes: number;
}

/**
 * Bundles on their way out, of all overlays: in bursts that a home's router has room for, and so that nobody's answer
 * holds up another's. Everything else is small and never waits. In one turn an address gets at most PATH_TURN_BYTES and
 * all together TURN_BYTES; what is left goes in the next turns, the addresses taking turns, and is encoded only then.
 */
export class Outbox {
  readonly #ctx: Context;
  /** By address, the next one to be served first. BOUNDED: by QUEUE_BYTES and one answer. */
  readonly #paths = new Map<string, Path>();
  #queued = 0;
  #turnMs = -Infinity;
  /** Bytes that left in this turn. */
  #left = 0;
  /** The same, by address. BOUNDED: by TURN_BYTES, anew in every turn. */
  readonly #leftTo = new Map<string, number>();
  #isPlanned = false;

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  /** Bytes that wait. */
  get queuedBytes(): number {
    return this.#queued;
  }

  /** Whether one more answer may be queued for the address. */
  hasRoom(to: Address): boolean {
    const bytes = this.#paths.get(to.key)?.bytes ?? 0;
    return bytes < PATH_QUEUE_BYTES && this.#queued < QUEUE_BYTES;
  }

  /** Sends in turns, in order. Takes all of it: whoever queues asks `hasRoom` before, and queues at most one answer. */
  queue(sender: Sender, to: Address, via: number, messages: BundlesMessage[]): void {
    if (messages.length === 0) return;
    const path = this.#paths.get(to.key) ?? { to, waiting: [], bytes: 0 };
    this.#paths.set(to.key, path);
    for (const message of messages) {
      const bytes = largestBytes(message);
      path.waiting.push({ sender, via, message, bytes });
      path.bytes += bytes;
      this.#queued += bytes;
    }
    this.#sendTurn();
  }

  /** Forgets what waits of one overlay. */
  drop(sender: Sender): void {
    for (const [key, path] of this.#paths) {
      const dropped = path.waiting.filter((item) => item.sender === sender);
      for (const item of dropped) this.#taken(path, item);
      path.waiting = path.waiting.filter((item) => item.sender !== sender);
      if (path.waiting.length === 0) this.#paths.delete(key);
    }
  }

  #sendTurn(): void {
    this.#begin();
    for (let turns = this.#paths.size; turns > 0 && this.#left <= BEGUN_BYTES; turns--) {
      const [key, path] = this.#paths.entries().next().value!;
      this.#paths.delete(key);
      this.#sendTo(key, path);
      if (path.waiting.length > 0) this.#paths.set(key, path);
    }
    if (this.#paths.size > 0) this.#plan();
  }

  #begin(): void {
    if (this.#ctx.now - this.#turnMs < TURN_MS) return;
    this.#turnMs = this.#ctx.now;
    this.#left = 0;
    this.#leftTo.clear();
  }

  /** As much as one address may get in what is left of this turn. */
  #sendTo(key: string, path: Path): void {
    const before = this.#leftTo.get(key) ?? 0;
    let left = before;
    let sent = 0;
    for (const item of path.waiting) {
      // A datagram that is larger than that goes alone.
      if (left > 0 && left + item.bytes > PATH_TURN_BYTES) break;
      left += item.sender.send(path.to, item.via, item.message).length;
      this.#taken(path, item);
      sent++;
    }
    path.waiting.splice(0, sent);
    this.#left += left - before;
    this.#leftTo.set(key, left);
  }

  #taken(path: Path, { bytes }: Waiting): void {
    path.bytes -= bytes;
    this.#queued -= bytes;
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#ctx.timers.plan("outbox", this.#turnMs + TURN_MS, () => {
      this.#isPlanned = false;
      this.#sendTurn();
    });
  }
}

function largestBytes({ bundles }: BundlesMessage): number {
  return bundles.reduce(
    (bytes, bundle, at) => bytes + bundleBytes(bundle, at, true),
    EMPTY_BUNDLES_BYTES,
  );
}
