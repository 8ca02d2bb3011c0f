import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PROFILES } from "../../node/core/profile.ts";
import type { NatKind } from "../../node/testing/nat-kinds.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LOSS = 0.5;
/** Of the datagrams so many come an hour late: whatever is on its way by then is long settled otherwise. */
const LATE = 0.02;
const NATS: readonly NatKind[] = ["open", "eif", "adf", "apdf", "open", "apdf"];
const ROUNDS = 20;
/** In these rounds a tracker dies: then nobody is left whom all know. */
const TRACKERS_DIE = [6, 8];

/** How often each node was told of each bundle: that it has it, or that its user may read it. */
class Told {
  readonly #what: "bundle" | "delivered";
  /** BOUNDED: by the test. */
  readonly #times = new Map<SimNode, Map<string, number>>();

  constructor(what: "bundle" | "delivered") {
    this.#what = what;
  }

  watch(node: SimNode): void {
    const times = new Map<string, number>();
    this.#times.set(node, times);
    node.onEvent((event) => {
      if (event.event !== "bundle" && event.event !== "delivered") return;
      if (event.event !== this.#what) return;
      times.set(event.bundle.key, (times.get(event.bundle.key) ?? 0) + 1);
    });
  }

  bundles(node: SimNode): number {
    return this.#times.get(node)!.size;
  }

  /** Bundles that some node was told of more than once. */
  get repeated(): number {
    const counts = [...this.#times.values()].flatMap((times) => [...times.values()]);
    return counts.filter((count) => count !== 1).length;
  }
}

describe("half of all datagrams lost, others twice, out of order or an hour late, all trackers dead in mid-run", () => {
  for (const profile of Object.values(PROFILES)) {
    test(`${profile.name}: all hold the same, and each bundle is delivered once`, () => {
      const link = { loss: LOSS, duplication: 0.3, reordering: LATE, jitterMs: 2_000 };
      const world = new World({ seed: "worst", link: { ...link, reorderingDelayMs: HOUR_MS } });
      const overlay = world.overlay();
      const trackers = [world.addTracker(), world.addTracker()];
      const nodes = NATS.map((nat, i) =>
        world.addNode({ overlay, nat, profile, seeds: trackers, founder: i === 0 }),
      );
      const [stored, delivered] = [new Told("bundle"), new Told("delivered")];
      for (const told of [stored, delivered]) for (const node of nodes) told.watch(node);
      assert.ok(
        world.runUntil(() => world.allHold(1), 60 * MINUTE_MS),
        `the policy came after ${world.now} ms`,
      );
      const random = world.random("rounds");
      let published = 1;
      for (let round = 0; round < ROUNDS; round++) {
        if (TRACKERS_DIE.includes(round)) trackers.pop()!.crash();
        for (const node of nodes) {
          if (random.below(2) > 0) continue;
          world.publish(node);
          published++;
        }
        world.runFor(random.below(20_000));
      }
      const start = world.now;
      assert.ok(
        world.runUntil(() => world.allHold(published), start + 2 * HOUR_MS),
        `${nodes.map((node) => world.held(node)).join()} of ${published}`,
      );
      // Whatever was held back for an hour comes now.
      world.runFor(HOUR_MS + MINUTE_MS);
      assert.ok(world.allHold(published), "nothing came that nobody wrote");
      for (const node of nodes) {
        assert.equal(stored.bundles(node), published, node.name);
        assert.equal(delivered.bundles(node), published - 1, `${node.name}: all but the policy`);
      }
      assert.equal(stored.repeated + delivered.repeated, 0, "told of twice");
      const { fates, sent } = world.network.traffic;
      assert.ok(fates.lost / sent.datagrams > 0.4, "the paths were as bad as they should be");
    });
  }
});
