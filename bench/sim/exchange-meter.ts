import type { Message } from "../../wire/message.ts";
import type { Endpoint } from "../../node/testing/endpoint.ts";
import type { Datagram } from "../../node/testing/network.ts";
import type { World } from "../../node/testing/world.ts";
import type { Traffic } from "../../node/testing/traffic.ts";

/** What a datagram of a pair is there for. */
export const PURPOSES = [
  /** Introduction-requests of the asker that carry an offer. */
  "offer",
  /** Responses that say what answers an offer of the asker. */
  "answer",
  /** Bundles for the asker. */
  "bundles",
  /** The rest: requests without offer, tokens, punctures, and whatever the other side asks for. */
  "other",
] as const;
export type Purpose = (typeof PURPOSES)[number];

export type ExchangeCounts = Record<Purpose, Traffic>;

/** Counts, datagram by datagram as sent, what one node's offers cost and bring. Bytes are of UDP payload. */
export class ExchangeMeter {
  readonly #asker: Endpoint;
  readonly #world: World;
  readonly #counts: ExchangeCounts = noCounts();

  constructor(world: World, asker: Endpoint) {
    this.#asker = asker;
    this.#world = world;
    world.network.onDatagram((datagram) => this.#see(datagram));
  }

  /** The counts until now. */
  get counts(): ExchangeCounts {
    return structuredClone(this.#counts);
  }

  /** Offers of the asker until now. */
  get offers(): number {
    return this.#counts.offer.datagrams;
  }

  #see({ sender, bytes }: Datagram): void {
    const decoded = this.#world.decode(bytes);
    if ("rejected" in decoded) return;
    const traffic = this.#counts[purposeOf(decoded.message, sender === this.#asker)];
    traffic.datagrams++;
    traffic.bytes += bytes.length;
  }
}

export function purposeOf(message: Message, byAsker: boolean): Purpose {
  switch (message.kind) {
    case "introduction-request":
      return byAsker && message.offer !== undefined ? "offer" : "other";
    case "introduction-response":
      return !byAsker && message.answer !== undefined ? "answer" : "other";
    case "bundles":
      return byAsker ? "other" : "bundles";
    default:
      return "other";
  }
}

function noCounts(): ExchangeCounts {
  const none = (): Traffic => ({ datagrams: 0, bytes: 0 });
  return { offer: none(), answer: none(), bundles: none(), other: none() };
}
