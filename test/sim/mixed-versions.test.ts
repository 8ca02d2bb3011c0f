import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  incompatibleEngine,
  newerEngine,
  newerKindsEngine,
  publishNewerKind,
} from "../../bench/sim/newer-program.ts";
import { World } from "../../node/testing/world.ts";
import { REQUESTS_PER_OFFER } from "../../node/sync/fingerprint-compare.ts";
import { PROFILES } from "../../node/core/profile.ts";
import { equalBytes } from "../../wire/bytes.ts";

const NODES = 8;
const MINUTE_MS = 60_000;

for (const profile of Object.values(PROFILES)) {
  test(`${profile.name}: half the nodes run a newer program, and all hold the same`, () => {
    const world = new World({ seed: 1 });
    const overlay = world.overlay();
    const founder = world.addNode({ overlay, founder: true, profile });
    const nodes = Array.from({ length: NODES - 1 }, (_, i) => {
      const engine = i % 2 === 0 ? { engine: newerEngine } : {};
      return world.addNode({ overlay, seeds: [founder], profile, ...engine });
    });
    assert.ok(
      world.runUntil(() => world.allHold(1), 5 * MINUTE_MS),
      "all have begun",
    );
    const newer = nodes.filter((_, i) => i % 2 === 0);
    const made = newer.map((node) => publishNewerKind(world.crypto, node));
    for (const node of nodes) world.publish(node, 5);
    const total = 1 + made.length + 5 * nodes.length;
    assert.ok(world.runUntil(() => world.allHold(total), world.now + 10 * MINUTE_MS));
    // Byte for byte, so that whoever knows the kind can read it.
    for (const { memberships } of [founder, ...nodes]) {
      const { store } = memberships[0]!;
      const bodies: Uint8Array[] = [];
      store.index.ascend(0, (globalTime, w0, w1, w2, w3) => {
        bodies.push(store.get({ globalTime, w0, w1, w2, w3 })!.body);
        return true;
      });
      for (const { body } of made) assert.ok(bodies.some((held) => equalBytes(held, body)));
    }
  });
}

/** A few nodes, some of a newer program, each with bundles of its own; how many hold everything in the end. */
function mixture(
  newer: typeof newerEngine,
  { seed, isNewer, loss }: { seed: number; isNewer: readonly boolean[]; loss: number },
): { complete: number; unknownKinds: number; unsupported: number } {
  const world = new World({ seed, link: { loss } });
  const overlay = world.overlay();
  const founder = world.addNode({ overlay, founder: true });
  const others = isNewer.map((isNew) =>
    world.addNode({ overlay, seeds: [founder], ...(isNew && { engine: newer }) }),
  );
  world.run(world.now + MINUTE_MS);
  others.forEach((node, i) => {
    if (isNewer[i]) publishNewerKind(world.crypto, node);
    world.publish(node, 2);
  });
  const nodes = [founder, ...others];
  const total = 1 + 2 * others.length + isNewer.filter(Boolean).length;
  world.runUntil(() => world.allHold(total), world.now + 5 * MINUTE_MS);
  const rejected = (reason: "kind-unknown" | "version-unsupported"): number =>
    nodes.reduce((sum, node) => sum + (node.engine.counters.get(`rejected: ${reason}`) ?? 0), 0);
  return {
    complete: nodes.filter((node) => world.held(node) === total).length,
    unknownKinds: rejected("kind-unknown"),
    unsupported: rejected("version-unsupported"),
  };
}

const mixtures = fc.record({
  seed: fc.integer({ min: 1, max: 1_000 }),
  isNewer: fc
    .array(fc.boolean(), { minLength: 2, maxLength: 5 })
    .filter((isNewer) => isNewer.includes(true) && isNewer.includes(false)),
  loss: fc.constantFrom(0, 0.1),
});

test("whoever is old and whoever is new: all hold everything, and unknown kinds are counted", () => {
  const holds = (options: typeof mixtures extends fc.Arbitrary<infer T> ? T : never): void => {
    const { complete, unknownKinds, unsupported } = mixture(newerKindsEngine, options);
    assert.equal(complete, 1 + options.isNewer.length, "nodes that hold everything");
    assert.ok(unknownKinds > 0, "datagrams of a kind that is not known came");
    assert.equal(unsupported, 0, "a version that both speak was found");
  };
  fc.assert(fc.property(mixtures, holds), { numRuns: 5, seed: 1 });
});

test("without a version in common they hold nothing of each other, and say why", () => {
  const isNewer = [true, false, true];
  const { complete, unsupported } = mixture(incompatibleEngine, { seed: 1, isNewer, loss: 0 });
  assert.equal(complete, 0, "nobody holds everything");
  assert.ok(unsupported > 0, "refused by name");
});

test("equal sets of old and new nodes end the offers", () => {
  const world = new World({ seed: 2 });
  const overlay = world.overlay();
  const founder = world.addNode({ overlay, founder: true });
  const nodes = [0, 1, 2].map((i) =>
    world.addNode({ overlay, seeds: [founder], ...(i === 0 && { engine: newerEngine }) }),
  );
  assert.ok(
    world.runUntil(() => world.allHold(1), 5 * MINUTE_MS),
    "all have begun",
  );
  publishNewerKind(world.crypto, nodes[0]!);
  assert.ok(world.runUntil(() => world.allHold(2), world.now + 5 * MINUTE_MS));
  world.run(world.now + MINUTE_MS);
  let [requests, offers] = [0, 0];
  world.network.onDatagram(({ bytes }) => {
    const decoded = world.decode(bytes);
    if ("rejected" in decoded || decoded.message.kind !== "introduction-request") return;
    requests++;
    if (decoded.message.offer !== undefined) offers++;
  });
  world.run(world.now + 5 * MINUTE_MS);
  assert.ok(requests > 100, `${requests} requests`);
  assert.ok(offers <= requests / REQUESTS_PER_OFFER + NODES, `${offers} of ${requests}`);
});

test("a policy that requires what a node does not know: it says so and takes no part", () => {
  const world = new World({ seed: 3 });
  const overlay = world.overlay();
  const founder = world.addNode({ overlay, founder: true });
  const node = world.addNode({ overlay, seeds: [founder] });
  assert.ok(
    world.runUntil(() => world.allHold(1), 5 * MINUTE_MS),
    "all have begun",
  );
  const requires = 0x8000_0001;
  founder.publish([{ content: { kind: "policy", writers: "open", version: 1, requires } }]);
  assert.ok(world.runUntil(() => world.allHold(2), world.now + 5 * MINUTE_MS));
  const [status] = node.engine.overlays();
  assert.equal(status!.unknownRequirements, requires);
  world.run(world.now + MINUTE_MS);
  let sent = 0;
  world.network.onDatagram(() => sent++);
  world.run(world.now + 5 * MINUTE_MS);
  assert.equal(sent, 0, "nobody takes part any more");
  node.stop();
  node.start();
  world.publish(node, 1);
  world.run(world.now + MINUTE_MS);
  assert.equal(sent, 0, "nor after a restart");
  assert.equal(world.held(node), 2, "nor writes");
});
