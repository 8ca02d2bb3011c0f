import { PROFILES } from "../../node/core/profile.ts";
import type { Address } from "../../wire/address.ts";
import { decode } from "../../wire/decode.ts";
import { encode } from "../../wire/encode.ts";
import type { CommonOptions } from "../experiment.ts";
import type { Datagram } from "../../node/testing/network.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { type HostOptions, World } from "../../node/testing/world.ts";
import type { Trial } from "./nat-row.ts";
import { has, type Pair, placePair } from "./nat-sides.ts";

export interface ModelOptions extends CommonOptions {
  /** Virtual seconds. */
  timeout: number;
  loss: number;
  /** Routers between two public addresses. */
  hops: number;
  /** Mappings that one search of a node may fill its NAT's table with. */
  flows: number;
  /** Trackers answer, and introduce nobody. */
  isNobodyNamed?: true;
}

/** The first node is there, and knows its NAT, when the second one comes. */
const START_MS = 20_000;
/** Phases of the two differ from trial to trial. */
const START_SPREAD_MS = 5_000;

/** One trial of a pair on simulated devices. */
export function modelTrial(pair: Pair, trial: number, options: ModelOptions): Trial {
  const { seed, profile, timeout, loss, hops, flows } = options;
  const world = new World({
    seed: `${seed}/${trial}/${pair.join("/")}`,
    link: { loss },
    // Links are one more than the routers that they join.
    hops: hops + 1,
  });
  const ipv6 = pair.every((side) => has(side, "ipv6"));
  const trackers = addTrackers(world, ipv6 ? { ipv6: "open" } : {});
  if (options.isNobodyNamed === true) introduceNobody(world, trackers);
  const common = {
    overlay: world.overlay({ public: true }),
    seeds: trackers.flatMap(mainAddresses),
    profile: PROFILES[profile],
    surveys: true,
    maxFlows: flows,
  };
  const [holds, joins] = placePair(world, pair);
  const holder = world.addNode({ ...common, ...holds, founder: true });
  const startMs = START_MS + world.random("start").below(START_SPREAD_MS);
  const joiner = world.addNode({ ...common, ...joins, startMs });
  const watch = new Watch(world, trackers, holder, joiner);
  world.runUntil(() => watch.isDone, startMs + timeout * 1_000);
  return watch.trial(startMs);
}

/** Two that help each other, in networks of their own, with two sockets each. */
export function addTrackers(world: World, options: Pick<HostOptions, "ipv6"> = {}): SimNode[] {
  const trackers = [1, 2].map(() => world.addTracker({ sockets: 2, ...options }));
  for (const [i, tracker] of trackers.entries()) {
    tracker.handle({ kind: "partners", addresses: mainAddresses(trackers[1 - i]!) });
  }
  return trackers;
}

/** What trackers send is in clear. */
function introduceNobody({ network }: World, trackers: readonly SimNode[]): void {
  const all = trackers.flatMap(({ endpoints }) => endpoints.map(({ address }) => address.key));
  network.tampering = (bytes, sender) => {
    if (!all.includes(sender.address.key)) return bytes;
    const decoded = decode(bytes);
    if ("rejected" in decoded) return bytes;
    const { message, overlay } = decoded;
    if (message.kind === "puncture-request") return undefined;
    if (message.kind !== "introduction-response") return bytes;
    const { introduction, ...rest } = message;
    return introduction === undefined ? bytes : encode(overlay, rest);
  };
}

/** One of each family. */
function mainAddresses({ endpoints }: SimNode): Address[] {
  return [4, 6].flatMap((family) => {
    const first = endpoints.find(({ address }) => address.family === family);
    return first === undefined ? [] : [first.address];
  });
}

interface PathEnd {
  atMs: number;
  namedMs: number;
  open: boolean;
  strategy: string;
  reason: string | null;
}

/** What passes between two nodes, and what they say of it. */
class Watch {
  /** Every address of the trackers. */
  readonly #trackers: ReadonlySet<string>;
  /** When each datagram between the two was sent. BOUNDED: by the length of a trial. */
  readonly #sentMs: number[] = [];
  /** From where and to where their NATs let datagrams out. BOUNDED: likewise. */
  readonly #entries = new Set<string>();
  /** BOUNDED: likewise. */
  readonly #ends: PathEnd[] = [];
  #openedMs: number | undefined;
  #bundleMs: number | undefined;

  constructor(world: World, trackers: readonly SimNode[], holder: SimNode, joiner: SimNode) {
    this.#trackers = new Set(
      trackers.flatMap(({ endpoints }) => endpoints.map(({ address }) => address.key)),
    );
    world.network.onDatagram((datagram) => this.#passed(datagram));
    for (const node of [holder, joiner]) {
      node.onEvent((event) => {
        if (event.event === "path") {
          const { ms, open, strategy, reason = null } = event;
          const namedMs = world.now - ms;
          this.#ends.push({ atMs: world.now, namedMs, open, strategy, reason });
          if (open) this.#openedMs ??= world.now;
        } else if (event.event === "contacted" && !this.#trackers.has(event.address.key)) {
          this.#openedMs ??= world.now;
        } else if (event.event === "bundle" && node === joiner) this.#bundleMs ??= world.now;
      });
    }
  }

  get isDone(): boolean {
    return this.#openedMs !== undefined && this.#bundleMs !== undefined;
  }

  trial(startMs: number): Trial {
    const opened = this.#openedMs;
    const end = this.#ends.find(({ open }) => open) ?? this.#ends[0];
    // An attempt that came to nothing is part of the time that it took.
    const namedMs = Math.min(...this.#ends.map((each) => each.namedMs));
    return {
      opened: opened !== undefined,
      pathMs: opened === undefined || end === undefined ? null : opened - namedMs,
      bundleMs: this.#bundleMs === undefined ? null : this.#bundleMs - startMs,
      probes: this.#sentMs.filter((ms) => ms <= (opened ?? Infinity)).length,
      entries: this.#entries.size,
      strategy: end?.strategy ?? null,
      reason: this.#reason(end),
      noPathMs: end === undefined || opened !== undefined ? null : end.atMs - namedMs,
      crossed: null,
    };
  }

  #reason(end: PathEnd | undefined): string | null {
    if (this.#openedMs !== undefined) {
      return this.#bundleMs === undefined ? "a path was open, but no bundle came in time" : null;
    }
    return end === undefined ? "neither was ever named to the other" : end.reason;
  }

  #passed({ from, to, sender, sentMs }: Datagram): void {
    if (this.#trackers.has(to.key) || this.#trackers.has(sender.address.key)) return;
    // A node that asks its own NAT whether it turns datagrams round.
    if (sender.lan?.nat.owns(to) === true) return;
    this.#sentMs.push(sentMs);
    const isTranslated = from.key !== sender.address.key;
    if (isTranslated) this.#entries.add(`${from.key} ${to.key}`);
  }
}
