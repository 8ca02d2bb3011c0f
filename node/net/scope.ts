import type { Address } from "../../wire/address.ts";
import { toHex } from "../../wire/bytes.ts";
import { encode } from "../../wire/encode.ts";
import { MAX_SENT_MS } from "../../wire/limits.ts";
import { type BundlesMessage, type Message, perKind } from "../../wire/message.ts";
import type { Context } from "../core/context.ts";
import { isOfAnswer, type Outbox, type Sender } from "./outbox.ts";
import type { Transports } from "./transports.ts";

/** Made once, since a text put together for every datagram would be hashed for every datagram. */
const SENT = perKind((kind) => `sent ${kind}` as const);

/**
 * The envelope of one overlay: the one place where a message becomes a datagram. Two classes of precedence: what opens
 * and keeps paths leaves at once, bundles leave by the outbox.
 */
export class Scope implements Sender {
  readonly id: Uint8Array;
  readonly #ctx: Context;
  readonly #outbox: Outbox;
  readonly #transports: Transports;

  constructor(parts: { ctx: Context; outbox: Outbox; transports: Transports; id: Uint8Array }) {
    this.#ctx = parts.ctx;
    this.#outbox = parts.outbox;
    this.#transports = parts.transports;
    this.id = parts.id;
  }

  get hex(): string {
    return toHex(this.id);
  }

  /** Encodes and sends now, over `ttl` hops if given; returns the bytes, so that they can be sent again. */
  send(to: Address, via: number, message: Message, ttl?: number): Uint8Array {
    const stamped = isOfAnswer(message) ? { ...message, sentMs: this.#clock } : message;
    const bytes = encode(this.id, stamped, this.budget(via));
    this.#ctx.count(SENT[message.kind]);
    if (message.kind === "bundles") this.#ctx.count("bundles sent", message.bundles.length);
    if (ttl === undefined) this.#ctx.emit({ kind: "send", to, via, bytes });
    else this.#ctx.emit({ kind: "send", to, via, bytes, ttl });
    return bytes;
  }

  /** Bytes of a datagram by `via`, at most. */
  budget(via: number): number {
    return this.#transports.budget(via);
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
