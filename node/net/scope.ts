import type { Address } from "../../wire/address.ts";
import { toHex } from "../../wire/bytes.ts";
import { encode } from "../../wire/encode.ts";
import { MAX_SENT_MS } from "../../wire/limits.ts";
import { type BundlesMessage, type Message, perKind } from "../../wire/message.ts";
import { SEALING_BYTES } from "../../wire/sealed.ts";
import type { Carry } from "../core/carry.ts";
import type { Context } from "../core/context.ts";
import type { SealedRefusal } from "../core/counters.ts";
import type { Instance } from "./instance.ts";
import { Opener } from "./opener.ts";
import { isOfAnswer, type Outbox, type Sender } from "./outbox.ts";
import { Sealer } from "./sealer.ts";
import { isSecret } from "./secrecy.ts";
import type { Paths } from "./paths.ts";
import type { Transports } from "./transports.ts";

/** Made once, since a text put together for every datagram would be hashed for every datagram. */
const SENT = perKind((kind) => `sent ${kind}` as const);

/** What an overlay's envelope is made of. */
export interface ScopeParts {
  ctx: Context;
  outbox: Outbox;
  transports: Transports;
  paths: Paths;
  /** 20 bytes, kept. */
  id: Uint8Array;
  instance: Instance;
  /** Absent where nothing is sealed: at a tracker, and of what belongs to no overlay. */
  carry?: Carry;
  /** Whether a tracker answered from there, which has no key and serves who asks in clear. */
  isTracker(address: Address): boolean;
}

/**
 * The envelope of one overlay: the one place where a message becomes a datagram, sealed where only who takes part may
 * read it. Two classes of precedence: what opens and keeps paths leaves at once, bundles leave by the outbox.
 */
export class Scope implements Sender {
  readonly id: Uint8Array;
  /** By what others know us here. */
  readonly instance: Instance;
  readonly #ctx: Context;
  readonly #outbox: Outbox;
  readonly #transports: Transports;
  readonly #paths: Paths;
  readonly #isTracker: (address: Address) => boolean;
  readonly #sealer: Sealer | undefined;
  readonly #opener: Opener | undefined;

  constructor({ ctx, outbox, transports, paths, id, instance, carry, isTracker }: ScopeParts) {
    this.#ctx = ctx;
    this.#outbox = outbox;
    this.#transports = transports;
    this.#paths = paths;
    this.id = id;
    this.instance = instance;
    this.#isTracker = isTracker;
    this.#sealer = carry && new Sealer(ctx, id, carry);
    this.#opener = carry && new Opener(ctx, id, carry);
  }

  get hex(): string {
    return toHex(this.id);
  }

  /** Encodes and sends now, over `ttl` hops if given; returns the bytes. What is sent again has to be sealed again. */
  send(to: Address, via: number, message: Message, ttl?: number): Uint8Array {
    const stamped = isOfAnswer(message) ? { ...message, sentMs: this.#clock } : message;
    const clear = encode(this.id, stamped, this.budget(via));
    const isSealed = this.#sealer !== undefined && isSecret(message, this.#isTracker(to));
    const bytes = isSealed ? this.#sealer.seal(clear) : clear;
    this.#ctx.count(SENT[message.kind]);
    if (message.kind === "bundles") this.#ctx.count("bundles sent", message.bundles.length);
    if (ttl === undefined) this.#ctx.emit({ kind: "send", to, via, bytes });
    else this.#ctx.emit({ kind: "send", to, via, bytes, ttl });
    return bytes;
  }

  /** What is sealed in a datagram, which is a datagram without its overlay id; or why it is not looked at. */
  open(datagram: Uint8Array, from: Address, isValidated: boolean): Uint8Array | SealedRefusal {
    return this.#opener?.open(datagram, from, isValidated) ?? "rejected: sealed under another key";
  }

  /** By another name and under another key from now on: our network is another one, or we slept. */
  renew(): void {
    this.instance.renew();
    this.#sealer?.renew();
  }

  /** Bytes of a datagram by `via`, at most, as if it were not sealed. */
  budget(via: number): number {
    return this.clearBytes(this.#transports.budget(via));
  }

  /** The same of one that arrives at an address. */
  budgetTo(to: Address, via: number): number {
    return Math.min(this.budget(via), this.clearBytes(this.#paths.mostTo(to)));
  }

  /** What a datagram of so many bytes has room for, as if it were not sealed. */
  clearBytes(bytes: number): number {
    return this.#sealer === undefined ? bytes : bytes - SEALING_BYTES;
  }

  /** Bytes of bundles for the address that may be queued. */
  roomFor(to: Address): number {
    return this.#outbox.roomFor(to);
  }

  /** Sends bundles at the outbox's pace. Only where there is room. */
  queue(to: Address, via: number, messages: BundlesMessage[]): void {
    this.#outbox.queue(this, to, via, messages);
  }

  /** The address asks for its answers at this rate, bytes per second. */
  pace(to: Address, rate: number): void {
    this.#outbox.pace(to, rate);
  }

  /** Of which the receiver sees how long datagrams wait on their way. */
  get #clock(): number {
    return Math.floor(this.#ctx.now) % MAX_SENT_MS;
  }

  /** What was queued is not sent any more. */
  dropQueued(): void {
    this.#outbox.drop(this);
  }
}
