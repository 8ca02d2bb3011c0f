import { ascending, quantile } from "../analysis/statistics.ts";
import { PROFILES } from "../../node/core/profile.ts";
import type { MemoryStore } from "../../node/store/memory.ts";
import { HEADER_BYTES } from "../../node/testing/bottleneck.ts";
import type { Endpoint } from "../../node/testing/endpoint.ts";
import { Lines, type LineOptions } from "../sim/lines.ts";
import type { Link } from "../../node/testing/link.ts";
import type { Network } from "../../node/testing/network.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";
import { replyBytesPerBundle, type Stock } from "./pair.ts";

/** A line between two hosts, the same both ways. */
export interface Line {
  roundTripMs: number;
  /** Share of the datagrams, each way, 0 to 1. */
  loss: number;
  /** Mean length of a run of lost datagrams; 1: each is lost by itself. */
  meanBurst: number;
  /** Share of the datagrams that others overtake, 0 to 1. */
  reordering: number;
  bitsPerSecond: number;
  /** What its buffer holds at most, as time at its rate. */
  bufferMs: number;
}

/** Home routers have hundreds of milliseconds, but no router has megabytes for one port. */
const MOST_BUFFER_BYTES = 1_000_000;
/** How long what is overtaken is held back: the length of some Wi-Fi retransmissions. */
const REORDERING_DELAY_MS = 10;

/** One of the two directions, for the virtual network. */
export function directionOf(line: Line): LineOptions {
  const { roundTripMs, loss, meanBurst, reordering, bitsPerSecond, bufferMs } = line;
  const bufferBytes = Math.min(MOST_BUFFER_BYTES, (bitsPerSecond / 8_000) * bufferMs);
  return {
    latencyMs: roundTripMs / 2,
    reordering,
    reorderingDelayMs: REORDERING_DELAY_MS,
    bottleneck: { bitsPerSecond, bufferBytes },
    ...(meanBurst > 1 ? { bursts: { share: loss, meanBurst } } : { loss }),
  };
}

/** Payload of UDP that one sender hands to the network for one destination at one moment: the largest of all. */
class BurstMeter {
  largestBytes = 0;
  /** By sender, destination and time. BOUNDED: by the datagrams of a run. */
  readonly #bytes = new Map<string, number>();

  constructor(network: Network) {
    network.onDatagram(({ sender, to, sentMs, bytes }) => {
      const key = `${sender.address.key}>${to.key}@${sentMs}`;
      const sum = (this.#bytes.get(key) ?? 0) + bytes.length;
      this.#bytes.set(key, sum);
      this.largestBytes = Math.max(this.largestBytes, sum);
    });
  }
}

export interface ColdOptions {
  seed: number;
  stock: Stock;
  /** Holds the stock; may serve many runs. */
  full: MemoryStore;
  profile: "dispersy" | "adaptive";
  /** One per holder; all lead to the empty node. */
  lines: readonly Line[];
  /** Virtual: how long the network runs before the empty node starts. */
  warmUpMs?: number;
  /** Virtual: it is given up so long after its start. */
  limitMs?: number;
}

/** What an empty node took to get all. */
export interface ColdRun {
  done: boolean;
  /** Virtual, from its start to the last bundle, or to the limit. */
  ms: number;
  found: number;
  /** Of all datagrams of the nodes both ways, with their IPv4 and UDP headers. */
  wireBytes: number;
  /** Bytes of the stock's bundles: keys, bodies, signatures. */
  bundleBytes: number;
  /** What the holders' lines carried towards the empty node, whoever sent it; with headers. */
  carriedBytes: number;
  /** Datagrams that the lines lost or had no room for. */
  lostDatagrams: number;
  /** How long a datagram of a holder waited before the line took it. */
  longestQueueMs: number;
  queueP95Ms: number;
  /** UDP payload that a node sent to one address at one moment. */
  largestBurstBytes: number;
}

const DEFAULT_LIMIT_MS = 600_000;
/** How often the queue is looked at. */
const SAMPLE_INTERVAL_MS = 5;

/** An empty node and those that hold everything, each on a line of its own. */
export class LinesWorld {
  readonly world: World;
  readonly #lines = new Lines();
  readonly #options: ColdOptions;
  readonly #holders: SimNode[];
  readonly #joiner: SimNode;
  /** From the holders to the joiner. BOUNDED: by the holders. */
  readonly #down: Link[];

  constructor(options: ColdOptions) {
    const { seed, stock, full, lines } = options;
    const { overlay } = stock;
    const profile = PROFILES[options.profile];
    this.#options = options;
    this.world = new World({ seed });
    this.world.network.linkRule = this.#lines.rule;
    this.#holders = lines.map(() => this.world.addNode({ overlay, profile, store: full }));
    const seeds = this.#holders;
    this.#joiner = this.world.addNode({ overlay, profile, seeds, startMs: Infinity });
    const { host } = this.#joiner.publicAddress;
    this.#down = lines.map((line, i) => {
      const holder = this.#holders[i]!.publicAddress.host;
      this.#lines.lay(host, holder, directionOf(line));
      return this.#lines.lay(holder, host, directionOf(line));
    });
  }

  /** Sockets of another program on the first holder's host and on the empty node's, at both ends of their line. */
  besides(port: number): [holder: Endpoint, joiner: Endpoint] {
    const { network } = this.world;
    const [holder, joiner] = [this.#holders[0]!.publicAddress, this.#joiner.publicAddress];
    return [network.bind(holder.withPort(port)), network.bind(joiner.withPort(port))];
  }

  /** Lets the empty node join. */
  join(): ColdRun {
    const { world } = this;
    const { stock, full, warmUpMs = 0, limitMs = DEFAULT_LIMIT_MS } = this.#options;
    world.run(warmUpMs);
    const bursts = new BurstMeter(world.network);
    const lost = this.#countLost();
    let [found, isOver] = [0, false];
    const waits = this.#sampleQueues(() => isOver);
    const figures = (done: boolean): ColdRun => ({
      done,
      ms: world.now - warmUpMs,
      found,
      wireBytes: this.#wireBytes(),
      bundleBytes: replyBytesPerBundle(stock) * stock.bundles.length,
      carriedBytes: this.#carriedBytes(),
      lostDatagrams: lost(),
      longestQueueMs: Math.max(...waits),
      queueP95Ms: quantile(ascending(waits), 0.95)!,
      largestBurstBytes: bursts.largestBytes,
    });
    let atLast: ColdRun | undefined;
    this.#joiner.onEvent(({ event }) => {
      if (event === "bundle" && ++found === full.index.size) atLast = figures(true);
    });
    this.#joiner.start();
    world.runUntil(() => atLast !== undefined, warmUpMs + limitMs);
    isOver = true;
    return atLast ?? figures(false);
  }

  get #nodes(): SimNode[] {
    return [...this.#holders, this.#joiner];
  }

  #wireBytes(): number {
    const sent = this.#nodes.flatMap(({ endpoints }) => endpoints.map((endpoint) => endpoint.sent));
    return sent.reduce((sum, { bytes, datagrams }) => sum + bytes + datagrams * HEADER_BYTES, 0);
  }

  #carriedBytes(): number {
    return this.#down.reduce((sum, { bottleneck }) => sum + bottleneck!.carriedBytes, 0);
  }

  #countLost(): () => number {
    const own = new Set(this.#nodes.flatMap(({ endpoints }) => endpoints));
    let count = 0;
    this.world.network.onDatagram(({ sender }, fate) => {
      if ((fate === "lost" || fate === "queue-full") && own.has(sender)) count++;
    });
    return () => count;
  }

  /** The waits at the holders' lines, the longest of them at each moment, from now on. */
  #sampleQueues(isOver: () => boolean): number[] {
    const { clock } = this.world;
    const waits: number[] = [];
    const look = (): void => {
      waits.push(Math.max(...this.#down.map(({ bottleneck }) => bottleneck!.waitMs(clock.now))));
      if (!isOver()) clock.at(clock.now + SAMPLE_INTERVAL_MS, { fire: look });
    };
    look();
    return waits;
  }
}
