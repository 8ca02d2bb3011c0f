import type { NatBehaviour, NatKind } from "../../node/testing/nat-kinds.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { observed } from "../../bench/sim/observed.ts";
import { World } from "../../node/testing/world.ts";
import type { EngineEvent } from "../../node/core/effects.ts";
import { Engine } from "../../node/engine/engine.ts";

export type PathEvent = Extract<EngineEvent, { event: "path" }>;
export type Nat = NatKind | NatBehaviour;

/** When the second node of a pair starts: the first one knows its NAT by then. */
export const SECOND_START_MS = 5_000;
const LIMIT_MS = 40_000;

export interface PairOptions {
  seed: number;
  loss?: number;
}

/** Two nodes that only share two trackers of different networks, and what they say of the path between them. */
export class Pair {
  readonly world: World;
  readonly first: SimNode;
  readonly second: SimNode;
  /** BOUNDED: by a test's length. */
  readonly paths: { node: SimNode; path: PathEvent }[] = [];
  readonly #common: Parameters<World["addNode"]>[0];
  /** Sockets that each engine had opened and has not given back. BOUNDED: by the hosts. */
  readonly openSockets: number[] = [];

  constructor(a: Nat, b: Nat, { seed, loss = 0 }: PairOptions) {
    const engine = observed(
      (options) => new Engine(options),
      () => this.#watchSockets(),
    );
    this.world = new World({ seed, link: { loss }, engine });
    const overlay = this.world.overlay();
    const trackers = [1, 2].map(() => this.world.addTracker({ sockets: 2 }));
    for (const [i, tracker] of trackers.entries()) {
      tracker.handle({ kind: "partners", addresses: [trackers[1 - i]!.publicAddress] });
    }
    const common = { overlay, seeds: trackers, surveys: true };
    this.first = this.world.addNode({ ...common, nat: a, founder: true });
    this.second = this.world.addNode({ ...common, nat: b, startMs: SECOND_START_MS });
    this.#common = common;
    for (const node of [this.first, this.second]) {
      node.onEvent((event) => {
        if (event.event === "path") this.paths.push({ node, path: event });
      });
    }
  }

  /** Lets them meet; whether a bundle went from the first to the second. */
  meet(): boolean {
    return this.world.runUntil(() => this.world.held(this.second) > 0, LIMIT_MS);
  }

  /** A third node, now. */
  join(nat: Nat): SimNode {
    return this.world.addNode({ ...this.#common, nat });
  }

  /** How the path was opened, as whoever had it first says. */
  get opened(): PathEvent | undefined {
    return this.paths.find(({ path }) => path.open)?.path;
  }

  #watchSockets(): ReturnType<Parameters<typeof observed>[1]> {
    const place = this.openSockets.push(0) - 1;
    const count = (by: number): void => {
      this.openSockets[place] = this.openSockets[place]! + by;
    };
    return {
      input: (input) => {
        if (input.kind === "opened") count(input.via.length);
      },
      effect: (effect) => {
        if (effect.kind === "close") count(-effect.via.length);
      },
    };
  }
}
