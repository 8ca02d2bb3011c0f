import type { Profile } from "../../node/core/profile.ts";
import { Backlog } from "../sim/backlog.ts";
import { contactFailure } from "../sim/contact-failure.ts";
import { DEFAULT_LINK } from "../../node/testing/link.ts";
import type { EngineFactory, SimNode } from "../../node/testing/node.ts";
import type { SeededRandom } from "../../node/testing/random.ts";
import { type OverlayKeys, World } from "../../node/testing/world.ts";

/** The paper's interval, in which its figures count: node/walk/walker.ts walks by it. */
export const STEP_MS = 5_000;
/**
 * Of 100 contacts so many fail when one new bundle needs 19 steps to reach 1,000 nodes (bench/analysis/epidemic.ts
 * gives 19.5): the rate that the published figure implies.
 */
export const PAPER_FAILURE = 0.36;

export interface OverlayOptions {
  seed: number;
  nodes: number;
  profile: Profile;
  /** Bundles that all hold from the beginning, besides the policy. */
  backlog?: number;
  payload?: (i: number) => Uint8Array;
  /** Nodes start evenly spread over this time: a step each by default. */
  startOverMs?: number;
  failure?: number;
  /** One by default. */
  trackers?: number;
  /** The real one by default, whose work takes no virtual time. */
  engine?: EngineFactory;
}

/** An overlay of public nodes with trackers, all in possession of the policy. */
export class Overlay {
  readonly world: World;
  readonly keys: OverlayKeys;
  readonly backlog: Backlog;
  readonly trackers: readonly SimNode[];
  /** Those that run. BOUNDED: by the experiment. */
  readonly live: SimNode[] = [];
  readonly #profile: Profile;
  readonly #random: SeededRandom;

  constructor(options: OverlayOptions) {
    const { seed, nodes, profile, backlog = 0, payload, startOverMs = STEP_MS } = options;
    this.world = new World({ seed, ...(options.engine && { engine: options.engine }) });
    this.keys = this.world.overlay({ public: true });
    this.backlog = new Backlog(this.world, this.keys, backlog, payload);
    this.trackers = Array.from({ length: options.trackers ?? 1 }, () => this.world.addTracker());
    this.#profile = profile;
    this.#random = this.world.random("experiment");
    if (options.failure !== undefined) this.failContacts(options.failure);
    for (let i = 0; i < nodes; i++) {
      const startMs = Math.floor((i * startOverMs) / nodes);
      this.live.push(this.#add({ store: this.backlog.store(), startMs }));
    }
  }

  /** Bundles a node holds besides the backlog and the policy. */
  newAt(node: SimNode): number {
    return this.world.held(node) - this.backlog.size;
  }

  /** A node that holds nothing joins now, not even the policy. */
  join(): SimNode {
    const node = this.#add({ store: this.backlog.emptyStore() });
    this.live.push(node);
    return node;
  }

  /** A node that holds the backlog and does not run yet: see `comeBack`. */
  absent(): SimNode {
    return this.#add({ store: this.backlog.store(), startMs: Infinity });
  }

  /** A node that was away runs again, with what it held. */
  comeBack(node: SimNode): SimNode {
    node.start();
    this.live.push(node);
    return node;
  }

  /** A node vanishes without a word. */
  leave(node: SimNode): void {
    this.live.splice(this.live.indexOf(node), 1);
    node.crash();
  }

  /** From now on this share of the contacts between nodes fails. */
  failContacts(probability: number): void {
    this.world.network.linkRule = contactFailure({
      probability,
      link: DEFAULT_LINK,
      spared: this.trackers.map(({ publicAddress }) => publicAddress),
      random: this.world.random("contact failure"),
      now: () => this.world.now,
    });
  }

  /** Lets so much virtual time pass, telling how far it is every virtual second. */
  run(ms: number, tell: (share: number) => void = () => {}): void {
    const start = this.world.now;
    for (let passed = 0; passed < ms;) {
      passed = Math.min(ms, passed + 1_000);
      this.world.run(start + passed);
      tell(passed / ms);
    }
  }

  /** One of the nodes that run. */
  draw(among: readonly SimNode[] = this.live): SimNode {
    return among[this.#random.below(among.length)]!;
  }

  /** UDP payload bytes that all nodes, the tracker left out, have sent until now. */
  get sentBytes(): number {
    return this.world.nodes.reduce(
      (sum, { endpoints }) => sum + endpoints.reduce((bytes, { sent }) => bytes + sent.bytes, 0),
      0,
    );
  }

  #add(how: Pick<Parameters<World["addNode"]>[0], "store" | "startMs">): SimNode {
    const [overlay, profile, seeds] = [this.keys, this.#profile, [...this.trackers]];
    return this.world.addNode({ overlay, profile, seeds, ...how });
  }
}
