import { Engine } from "../../node/engine/engine.ts";
import { PROFILES } from "../../node/core/profile.ts";
import { DOUBT_MS } from "../../node/core/wall-clock.ts";
import type { BundleStore } from "../../node/store/store.ts";
import { agreementLimitMs, type Disagreement } from "../analysis/agreement.ts";
import { MemoryStore } from "../../node/store/memory.ts";
import { Address } from "../../wire/address.ts";
import type { Draft } from "../../wire/bundle.ts";
import { toHex, utf8 } from "../../wire/bytes.ts";
import { publicHost, SIM_PORT } from "../../node/testing/addresses.ts";
import { TraceDigest } from "../../node/record/digest.ts";
import { FaultyDisk } from "../../node/testing/disk.ts";
import { drawFaultPlan, type FaultPlan, type NodePlan } from "./fault-plan.ts";
import { TIRELESS } from "./hostile/kinds.ts";
import { type HostilePeer, hostilePeers } from "./hostile/peers.ts";
import type { Violation } from "./invariants/violations.ts";
import { Invariants, LOOK_INTERVAL_MS } from "./invariants.ts";
import { malleableCrypto } from "./malleable-crypto.ts";
import { Nemesis } from "./nemesis.ts";
import type { EngineFactory, SimNode } from "../../node/testing/node.ts";
import { newerEngine } from "./newer-program.ts";
import { observed } from "./observed.ts";
import { Weather } from "./weather.ts";
import { Workload } from "./workload.ts";
import { type OverlayKeys, World } from "../../node/testing/world.ts";

/** The founder writes its policy and grants in peace: without them there is no overlay. */
const PEACE_MS = 2_000;
/**
 * All honest nodes have to agree so long after the last fault: some hundred steps. Where somebody follows the paper's
 * rules, the analysis says how long: bench/analysis/agreement.ts.
 */
const CONVERGENCE_MS = 900_000;
/** What one node alone holds may have to come by way of the founder, whom all reach. */
const WAYS_ROUND = 2;
const AGREEMENT_LOOK_MS = 1_000;
const LAST_LOOKS = 3;
/** What is under way, on slow disks as well, comes in and is dealt with. */
const SETTLING_MS = 10_000;
/** Every node asks at least three others in it. */
const QUIET_MS = 20_000;

export interface FaultResult {
  seed: number;
  /** Of everything that was delivered and everything that is held: two runs with one digest did the same. */
  digest: string;
  violations: Violation[];
  nodes: number;
  bundles: number;
  /** Virtual milliseconds from the last fault to lasting agreement; undefined when there was none. */
  convergedMs: number | undefined;
  virtualMs: number;
}

export interface FaultOptions {
  /** The real engine by default. */
  engine?: EngineFactory;
  /** Sees the world before anything happens in it: to record it. */
  prepared?(world: World, nodes: SimNode[]): void;
  /** Puts something around a node's engines: to record them. */
  around?(node: string, make: EngineFactory): EngineFactory;
}

/** Plays the world of a seed to its end. */
export function runFaults(seed: number, options: FaultOptions = {}): FaultResult {
  return new FaultWorld(drawFaultPlan(seed), options).run();
}

class FaultWorld {
  readonly #plan: FaultPlan;
  readonly #world: World;
  readonly #overlay: OverlayKeys;
  readonly #nodes: SimNode[] = [];
  readonly #hostile: HostilePeer[];
  readonly #invariants: Invariants;
  readonly #weather: Weather;
  readonly #nemesis: Nemesis;
  readonly #workload: Workload;
  readonly #disks: FaultyDisk[] = [];
  readonly #seeds: Address[];
  #convergedMs: number | undefined;

  constructor(plan: FaultPlan, options: FaultOptions) {
    this.#plan = plan;
    const crypto = malleableCrypto(plan.realCipher);
    const world = new World({ seed: plan.seed, crypto });
    this.#world = world;
    this.#overlay = world.overlay({ public: !plan.private });
    this.#workload = new Workload(world, plan, (node, bundle) => {
      this.#invariants.ledger.acknowledge([bundle], world.now, node.name);
    });
    this.#weather = new Weather(world.clock, world.random("weather"), plan.weather);
    world.network.linkRule = this.#weather.rule;
    const memberKeys = new Set<string>();
    const { key: overlayKey } = this.#overlay;
    const rights = { overlayKey, writers: plan.writers, members: memberKeys };
    this.#invariants = new Invariants(world, rights, plan.hostileTrackers);
    const trackers = plan.trackers.map((kind) => this.#addTracker(kind, options));
    this.#seeds = [Address.of(publicHost(trackers.length), SIM_PORT)!, ...trackers];
    this.#hostile = hostilePeers(world, plan, this.#overlay, [...this.#seeds]);
    if (plan.hostileTrackers)
      this.#seeds.push(...this.#hostile.map(({ attacker }) => attacker.address));
    for (const node of plan.nodes) this.#addNode(node, options);
    for (const secret of this.#memberSecrets()) memberKeys.add(toHex(crypto.publicKey(secret)));
    const parts = { world, plan, nodes: this.#nodes, weather: this.#weather };
    const { bounds } = this.#invariants;
    this.#nemesis = new Nemesis({ ...parts, disturbed: (node) => bounds.disturbed(node) });
    options.prepared?.(world, this.#nodes);
  }

  run(): FaultResult {
    const world = this.#world;
    try {
      this.#play();
    } catch (error) {
      const { message, stack } = error as Error;
      const place = stack?.split("\n")[1]?.trim() ?? "";
      const detail = `${message} ${place}`;
      this.#invariants.violations.add("exception", world.now, "all", detail);
    }
    return {
      seed: this.#plan.seed,
      digest: digestOf(this.#world, this.#nodes),
      violations: this.#invariants.violations.all,
      nodes: this.#nodes.length,
      bundles: this.#nodes[0]!.memberships[0]!.store.index.size,
      convergedMs: this.#convergedMs,
      virtualMs: world.now,
    };
  }

  #play(): void {
    const { faultMs } = this.#plan;
    this.#start();
    this.#runTo(PEACE_MS);
    this.#giveDisks();
    this.#nemesis.start();
    for (const { attacker } of this.#hostile) attacker.start();
    this.#runTo(faultMs);
    for (const disk of this.#disks) disk.failing = false;
    this.#stopHostile(({ name }) => !TIRELESS.includes(name));
    this.#nemesis.end();
    for (const node of this.#nodes) node.wallOffsetMs = 0;
    this.#awaitAgreement();
    this.#stopHostile(({ name }) => TIRELESS.includes(name));
    this.#runTo(this.#world.now + SETTLING_MS);
    this.#awaitQuiet();
    // What expires now goes within a second, here a little sooner than there.
    for (
      let looks = this.#lastLooks();
      looks > 0 && !this.#invariants.agree(this.#nodes);
      looks--
    ) {
      this.#runTo(this.#world.now + AGREEMENT_LOOK_MS);
    }
    this.#invariants.end(this.#nodes, this.#world.now);
  }

  #stopHostile(which: (peer: HostilePeer) => boolean): void {
    for (const { attacker } of this.#hostile.filter(which)) attacker.stop();
  }

  /** Whether somebody follows the paper's rules. */
  get #isFaithful(): boolean {
    return this.#plan.nodes.some(({ profile }) => profile === "dispersy");
  }

  /**
   * A removal waits for the write under way, and takes one itself. Whoever began by a wrong clock and was put right
   * goes by the wrong one until its doubts end, and compares meanwhile what others have set aside.
   */
  #lastLooks(): number {
    const { disk, clockSteps, clockLeaps } = this.#plan;
    const writesMs = 2 * (disk?.maxDelayMs ?? 0);
    const doubtMs = (clockSteps ?? clockLeaps) === undefined ? 0 : DOUBT_MS;
    return LAST_LOOKS + Math.ceil((writesMs + doubtMs) / AGREEMENT_LOOK_MS);
  }

  /** How late after the faults arrives what was held back on a clogged link, or in a spike. */
  #lateMs(): number {
    const { clogs, weather } = this.#plan;
    return (clogs?.maxMs ?? 0) + (weather.spikes > 0 ? weather.spikeMs : 0);
  }

  #start(): void {
    const [founder, ...others] = this.#nodes;
    founder!.start();
    founder!.publish(this.#founding());
    const { clock } = this.#world;
    others.forEach((node, i) => {
      const start = (): void => {
        if (!node.running) node.start();
      };
      clock.at(this.#plan.nodes[i + 1]!.startMs, { fire: start });
    });
    this.#nodes.forEach((node, i) => this.#workload.start(node, this.#plan.nodes[i]!.newer));
  }

  /** The policy, and in an overlay of members a grant for everybody who shall write. */
  #founding(): Draft[] {
    const { writers, private: isPrivate } = this.#plan;
    const sealed = isPrivate ? { private: true as const } : {};
    const policy: Draft = { content: { kind: "policy", writers, ...sealed } };
    if (writers === "open") return [policy];
    const grants = this.#memberSecrets().map((secret): Draft => {
      const member = this.#world.crypto.publicKey(secret);
      return { content: { kind: "grant", member, write: true, grant: false } };
    });
    return [policy, ...grants];
  }

  /** Honest nodes', and hostile peers' whose kind is to abuse the right to write. */
  #memberSecrets(): Uint8Array[] {
    const honest = this.#nodes.map(({ memberships }) => memberships[0]!.config.memberSecret);
    const hostile = this.#hostile.filter(({ name }) => name !== "stranger");
    return [...honest, ...hostile.map(({ attacker }) => attacker.secret)];
  }

  #giveDisks(): void {
    const { disk } = this.#plan;
    if (disk === undefined) return;
    for (const node of this.#nodes) {
      node.disk = new FaultyDisk(disk, this.#world.random(`disk/${node.name}`));
      this.#disks.push(node.disk as FaultyDisk);
    }
  }

  /** Until all hold the same, and nothing is left that could change that. */
  #awaitAgreement(): void {
    const { faultMs } = this.#plan;
    let [limitMs, isDerived] = [faultMs + CONVERGENCE_MS, false];
    const steadyMs = faultMs + this.#lateMs() + SETTLING_MS;
    let since: number | undefined;
    while (since === undefined || this.#world.now < steadyMs) {
      if (this.#world.now >= limitMs && !isDerived) {
        limitMs += this.#faithfulMs();
        isDerived = true;
      }
      if (this.#world.now >= limitMs) return;
      since = this.#invariants.agree(this.#nodes) ? (since ?? this.#world.now) : undefined;
      this.#runTo(this.#world.now + AGREEMENT_LOOK_MS);
    }
    this.#convergedMs = since - faultMs;
  }

  /** What nodes by the paper's rules may take for what is missing now, and what others wait for because of them. */
  #faithfulMs(): number {
    if (!this.#isFaithful) return 0;
    const { nodes, hostile, trackers, writers } = this.#plan;
    const stores = this.#nodes.map(({ memberships }) => memberships[0]!.store);
    return agreementLimitMs({
      ...disagreementOf(stores),
      peers: nodes.length - 1 + hostile.length + trackers.length,
      legs: WAYS_ROUND * (writers === "members" ? 2 : 1),
    });
  }

  #awaitQuiet(): void {
    if (this.#convergedMs === undefined) return;
    const { fleeting, hostile } = this.#plan;
    // Hostile peers told no fingerprint, and do not answer any more.
    const endsOffers = !this.#isFaithful && fleeting === 0 && hostile.length === 0;
    const ended = this.#invariants.listenForQuiet(this.#world, this.#nodes, endsOffers);
    this.#runTo(this.#world.now + QUIET_MS);
    ended(this.#world.now);
  }

  /** Lets the world run, and looks at its nodes from time to time. */
  #runTo(untilMs: number): void {
    const world = this.#world;
    for (;;) {
      const nextLook = (Math.floor(world.now / LOOK_INTERVAL_MS) + 1) * LOOK_INTERVAL_MS;
      if (nextLook > untilMs) return world.run(untilMs);
      world.run(nextLook);
      this.#invariants.look(this.#nodes, world.now, this.#made());
    }
  }

  /** Bundles made by whoever may write, and the founder's. */
  #made(): number {
    const hostile = this.#hostile.reduce((sum, { attacker }) => sum + attacker.made.length, 0);
    return this.#founding().length + this.#workload.published + hostile;
  }

  #addNode(plan: NodePlan, options: FaultOptions): void {
    const { nat } = plan;
    const last = this.#nodes.at(-1)?.endpoints[0]!.lan;
    const lan = nat && ((plan.sharesLan ? last : undefined) ?? this.#world.addLan(nat));
    const index = this.#nodes.length;
    const node = this.#world.addNode({
      name: `node-${index}`,
      overlay: this.#overlay,
      founder: index === 0,
      seeds: index === 0 ? this.#seeds.slice(1) : this.#seeds,
      profile: PROFILES[plan.profile],
      surveys: plan.surveys,
      store: new MemoryStore(),
      startMs: Infinity,
      engine: this.#engine(options, () => node, plan.newer ? newerEngine : undefined),
      ...(lan && { lan }),
    });
    node.verifyDelayMs = this.#plan.verifyDelayMs;
    this.#nodes.push(node);
    const { config } = node.memberships[0]!;
    this.#invariants.ledger.addAuthor(this.#world.crypto.publicKey(config.memberSecret));
    if (index === 0) this.#invariants.ledger.addAuthor(this.#overlay.key);
  }

  #addTracker(kind: "honest" | "dead", options: FaultOptions): Address {
    const engine = this.#engine(options, () => tracker);
    const startMs = kind === "honest" ? 0 : Infinity;
    const tracker: SimNode = this.#world.addTracker({ startMs: Infinity, engine, sockets: 2 });
    if (startMs === 0) this.#world.clock.at(0, { fire: () => tracker.start() });
    return tracker.publicAddress;
  }

  #engine(
    options: FaultOptions,
    node: () => SimNode,
    program: EngineFactory = (parts) => new Engine(parts),
  ): EngineFactory {
    const make = options.engine ?? program;
    const watched = observed(make, (parts) => this.#invariants.watch(node, parts));
    const { around } = options;
    return around === undefined ? watched : (parts) => around(node().name, watched)(parts);
  }
}

function disagreementOf(
  stores: readonly Pick<BundleStore, "index" | "clock">[],
): Pick<Disagreement, "times" | "clock" | "lacking"> {
  const held = stores.map(({ index }) => {
    const times = new Map<string, number>();
    index.ascend(0, (time, ...id) => {
      times.set([time, ...id].join("/"), time);
      return true;
    });
    return times;
  });
  const all = [...new Map(held.flatMap((times) => [...times]))].toSorted(([, a], [, b]) => a - b);
  return {
    times: all.map(([, time]) => time),
    clock: Math.max(...stores.map(({ clock }) => clock)),
    lacking: held.map((times) => all.flatMap(([key], rank) => (times.has(key) ? [] : [rank]))),
  };
}

/** A hash of everything that was delivered, and of everything that is held. */
function digestOf(world: World, nodes: readonly SimNode[]): string {
  const digest = new TraceDigest();
  digest.bytes(utf8(world.digest()));
  digest.number(world.now);
  for (const { memberships } of nodes) {
    const { store } = memberships[0]!;
    digest.number(store.clock);
    store.index.ascend(0, (...entry) => {
      for (const part of entry) digest.number(part);
      return true;
    });
  }
  return digest.value;
}
