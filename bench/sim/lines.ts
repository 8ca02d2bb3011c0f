import type { Address } from "../../wire/address.ts";
import { Bottleneck, type BottleneckOptions } from "../../node/testing/bottleneck.ts";
import { BurstLoss } from "../../node/testing/burst-loss.ts";
import { DEFAULT_LINK, type Link } from "../../node/testing/link.ts";

/** One direction of a line. What is left out is as on a clean link of the same latency, as wide as can be. */
export interface LineOptions extends Partial<Omit<Link, "bottleneck" | "bursts">> {
  bottleneck?: BottleneckOptions;
  /** The share that is lost in bursts, and how many datagrams a burst takes on average. */
  bursts?: { share: number; meanBurst: number };
}

/** The lines between hosts: all sockets of two hosts share one line, and each direction is a link of its own. */
export class Lines {
  readonly #otherwise: Link;
  /** By the hosts it leads from and to. BOUNDED: by the scenario. */
  readonly #links = new Map<string, Link>();

  /** `otherwise` is the link between hosts that no line was laid between. */
  constructor(otherwise: Partial<Link> = {}) {
    this.#otherwise = { ...DEFAULT_LINK, ...otherwise };
  }

  /** Lays one direction. Returns the link: its bottleneck knows what passed. */
  lay(fromHost: string, toHost: string, { bottleneck, bursts, ...rest }: LineOptions): Link {
    const link: Link = {
      ...DEFAULT_LINK,
      ...rest,
      ...(bottleneck !== undefined && { bottleneck: new Bottleneck(bottleneck) }),
      ...(bursts !== undefined && { bursts: BurstLoss.of(bursts.share, bursts.meanBurst) }),
    };
    this.#links.set(`${fromHost}>${toHost}`, link);
    return link;
  }

  /** For a network's `linkRule`. */
  readonly rule = (from: Address, to: Address): Link =>
    this.#links.get(`${from.host}>${to.host}`) ?? this.#otherwise;
}
