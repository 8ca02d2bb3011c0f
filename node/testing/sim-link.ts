import { linkAddress } from "../../wire/address-scope.ts";
import { FIRST_LINK } from "../core/inputs.ts";
import { MAX_LINK_DATAGRAM_BYTES } from "../net/transports.ts";
import type { VirtualClock } from "./clock.ts";
import type { SimNode } from "./node.ts";

export interface SimLinkOptions {
  /** One way. */
  delayMs?: number;
  /** Whether the first of the two named the other: it asks. Else both did, as with a pipe. */
  isDialled?: boolean;
  /** Whether the first of the two only heard of the other, which others told it. */
  isHeard?: boolean;
}

/** Carries datagrams between two nodes, in order and all of them, as a WebSocket or a pipe does. */
export class SimLink {
  static #count = 0;
  readonly #ends: readonly [SimNode, SimNode];
  readonly #via: number;
  #isUp = true;

  constructor(clock: VirtualClock, ends: readonly [SimNode, SimNode], options: SimLinkOptions) {
    const { delayMs = 5, isDialled = false, isHeard = false } = options;
    const number = ++SimLink.#count;
    this.#ends = ends;
    this.#via = FIRST_LINK + number;
    const via = this.#via;
    const address = linkAddress(number);
    ends.forEach((node, end) => {
      const other = ends[1 - end]!;
      const send = (bytes: Uint8Array): void => {
        const fire = (): void => {
          if (this.#isUp && other.running) {
            other.handle({ kind: "datagram", from: address, via, bytes });
          }
        };
        clock.at(clock.now + delayMs, { fire });
      };
      const budget = MAX_LINK_DATAGRAM_BYTES;
      const isNamed = !isHeard && (end === 0 || !isDialled);
      const trust = { isNamed, ...(isHeard && end === 0 && { isHeard }) };
      node.addLink({ kind: "link", via, address, budget, ...trust }, send);
    });
  }

  down(): void {
    this.#isUp = false;
    for (const node of this.#ends) node.removeLink(this.#via);
  }
}
