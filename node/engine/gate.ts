import { TokenBuckets, type Rate } from "../../nat/token-buckets.ts";
import type { Address } from "../../wire/address.ts";
import { MAX_DATAGRAM_BYTES, OVERLAY_ID_BYTES, OVERLAY_ID_OFFSET } from "../../wire/limits.ts";
import type { GateRefusal } from "../core/counters.ts";
import { addressGroup, subscriber } from "../../wire/address-scope.ts";

/** Of each kind. Whoever is forgotten may send a burst again. */
const MAX_STRANGERS = 8_192;
/**
 * What a subscriber whom nobody validated may send: a first contact takes one or two datagrams, many users share an IP.
 */
const STRANGER: Rate = { perSecond: 50, burst: 200, most: MAX_STRANGERS };
/**
 * What all strangers of a /24, or an IPv6 site's /48, may send: 16 such at a time. A /48 alone has 65,536 subscribers.
 */
const STRANGERS_OF_GROUP: Rate = { perSecond: 800, burst: 3_200, most: MAX_STRANGERS };

/** The questions that cost next to nothing, asked of a datagram before it is decoded. */
export class Gate {
  readonly #strangers = new TokenBuckets(STRANGER);
  readonly #groups = new TokenBuckets(STRANGERS_OF_GROUP);

  /** Why the datagram is not worth decoding, of which `most` bytes may come; undefined when it is. */
  refuses(
    bytes: Uint8Array,
    from: Address,
    isValidated: boolean,
    now: number,
    most = MAX_DATAGRAM_BYTES,
  ): GateRefusal | undefined {
    if (bytes.length > most) return "gate: size";
    if (bytes.length <= OVERLAY_ID_OFFSET + OVERLAY_ID_BYTES) return "gate: size";
    return isValidated || this.#allows(from, now) ? undefined : "gate: rate";
  }

  /** The subscriber's own first: what it is refused takes nothing from its neighbours. */
  #allows(from: Address, now: number): boolean {
    return (
      this.#strangers.take(subscriber(from), now) && this.#groups.take(addressGroup(from.ip), now)
    );
  }
}
