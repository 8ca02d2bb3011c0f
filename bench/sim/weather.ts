import type { Address } from "../../wire/address.ts";
import { type IpKey, ipKey } from "../../node/testing/addresses.ts";
import type { VirtualClock } from "../../node/testing/clock.ts";
import { happens, type Link } from "../../node/testing/link.ts";
import type { LinkRule } from "../../node/testing/network.ts";
import { type Cut, drawCut, type Partition } from "../../node/testing/partition.ts";
import type { SeededRandom } from "../../node/testing/random.ts";

/** What the paths of a world do while faults last. */
export interface WeatherOptions {
  link: Link;
  /** Latency of a pair of IPs, each way: uniform in this range, in milliseconds. */
  latencyMs: readonly [number, number];
  /** Probability that a datagram is held back by up to `spikeMs`. */
  spikes: number;
  spikeMs: number;
}

/** Paths between public IPs as they are now: the rule of a network, and what may be changed about it. */
export class Weather {
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #options: WeatherOptions;
  readonly #calm: Link;
  /** By pair of IPs. BOUNDED: by the world's hosts, squared, and the forged sources of its hostile peers. */
  readonly #links = new Map<IpKey, Map<IpKey, Link>>();
  /** Until when a link holds everything back. BOUNDED: by the pairs. */
  readonly #clogged = new Map<IpKey, Map<IpKey, number>>();
  #cut: Cut | undefined;
  #isCalm = false;

  constructor(clock: VirtualClock, random: SeededRandom, options: WeatherOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#options = options;
    const { latencyMs, jitterMs } = options.link;
    this.#calm = {
      latencyMs,
      jitterMs,
      loss: 0,
      duplication: 0,
      reordering: 0,
      reorderingDelayMs: 0,
      corruption: 0,
      truncation: 0,
    };
  }

  readonly rule: LinkRule = (from, to) => {
    const [source, destination] = [ipKey(from), ipKey(to)];
    const link = this.#linkOf(source, destination);
    if (this.#isCalm) return link;
    if (this.#cut?.(source, destination) === true) return { ...link, loss: 1 };
    const heldMs = (this.#clogged.get(source)?.get(destination) ?? 0) - this.#clock.now;
    const { spikes, spikeMs } = this.#options;
    const spike = happens(spikes, this.#random) ? this.#random.float() * spikeMs : 0;
    if (heldMs <= 0 && spike === 0) return link;
    return { ...link, latencyMs: link.latencyMs + Math.max(0, heldMs) + spike };
  };

  partition(partition: Partition, ips: readonly IpKey[]): void {
    this.#cut = drawCut(partition, ips, this.#random);
  }

  heal(): void {
    this.#cut = undefined;
  }

  /** Holds back what goes from one address to the other, until then. */
  clog(from: Address, to: Address, untilMs: number): void {
    const row = this.#clogged.get(ipKey(from)) ?? new Map<IpKey, number>();
    this.#clogged.set(ipKey(from), row.set(ipKey(to), untilMs));
  }

  /** Ends everything that goes wrong on the way; latencies stay. */
  calm(): void {
    this.#isCalm = true;
    for (const row of this.#links.values()) {
      for (const [to, { latencyMs }] of row) row.set(to, { ...this.#calm, latencyMs });
    }
  }

  #linkOf(from: IpKey, to: IpKey): Link {
    let row = this.#links.get(from);
    if (row === undefined) this.#links.set(from, (row = new Map<IpKey, Link>()));
    let link = row.get(to);
    if (link === undefined) {
      const [least, greatest] = this.#options.latencyMs;
      const latencyMs = least + this.#random.float() * (greatest - least);
      const conditions = this.#isCalm ? this.#calm : this.#options.link;
      row.set(to, (link = { ...conditions, latencyMs }));
    }
    return link;
  }
}
