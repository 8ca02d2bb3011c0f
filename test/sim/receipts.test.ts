import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asking, has, holding, memberOf, ReceiptGroup } from "../../bench/sim/receipt-group.ts";
import { ADAPTIVE } from "../../node/core/profile.ts";
import type { SimNode } from "../../node/testing/node.ts";
import type { Bundle } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

function elsewhere(node: SimNode) {
  return node.engine.overlays()[0]!.elsewhere;
}

function written(nodes: readonly SimNode[]): number {
  return nodes.reduce((sum, { engine }) => sum + (engine.counters.get("receipts written") ?? 0), 0);
}

/** Until so many are known to hold it. */
function waitFor(group: ReceiptGroup, bundle: Bundle, others: number, ms = MINUTE_MS): boolean {
  const { world, author } = group;
  return world.runUntil(() => holding(author, bundle).by.length >= others, world.now + ms);
}

describe("a bundle that asks for a receipt", () => {
  test("is known to be held by all within a second, and nobody writes anything after that", () => {
    const group = new ReceiptGroup({ seed: 1, nodes: 4 });
    const events: string[] = [];
    group.author.onEvent((event) => {
      if (event.event === "held") events.push(...event.ids.map(() => event.by));
    });
    const [bundle] = group.publish(group.author, [asking("hello")]);
    assert.ok(waitFor(group, bundle!, 3, SECOND_MS), "nobody answered within a second");
    const { world, others } = group;
    const members = others.map((node) => memberOf(world, node)).sort();
    const { by, missing } = holding(group.author, bundle!);
    assert.deepEqual({ by: by.sort(), missing }, { by: [...members], missing: [] });
    assert.deepEqual(events.sort(), members);
    const before = written(group.nodes);
    world.runFor(30 * MINUTE_MS);
    assert.equal(written(group.nodes), before, "nothing new was asked for");
  });

  test("has no answer where the profile has no receipts", () => {
    const profile = { ...ADAPTIVE, receipts: false };
    const group = new ReceiptGroup({ seed: 1, nodes: 4, profile });
    let refusal = "";
    group.author.onEvent((event) => {
      if (event.event === "refused") refusal = event.reason;
    });
    assert.deepEqual(group.publish(group.author, [asking("hello")]), []);
    assert.match(refusal, /no receipts/);
  });

  test("costs nothing where nobody asks", () => {
    const group = new ReceiptGroup({ seed: 1, nodes: 4 });
    group.world.publish(group.author, 5);
    group.world.runFor(10 * MINUTE_MS);
    assert.equal(written(group.nodes), 0);
  });

  test("is answered in a public overlay only by whom its user lets", () => {
    for (const publicReceipts of [false, true]) {
      const group = new ReceiptGroup({ seed: 1, nodes: 3, isPublic: true, publicReceipts });
      const [bundle] = group.publish(group.author, [asking("hello")]);
      assert.equal(waitFor(group, bundle!, 2), publicReceipts, `receipts: ${publicReceipts}`);
    }
  });

  test("is not known to be held by a member that is away, who is named", () => {
    const group = new ReceiptGroup({ seed: 2, nodes: 4 });
    const { world, author, others } = group;
    for (const node of others) group.publish(node, [asking(`from ${node.name}`)]);
    world.runFor(MINUTE_MS);
    const away = others.at(-1)!;
    away.stop();
    const [bundle] = group.publish(author, [asking("hello")]);
    assert.ok(!waitFor(group, bundle!, 3), "somebody who is away answered");
    assert.deepEqual(holding(author, bundle!).missing, [memberOf(world, away)]);
    away.start();
    assert.ok(waitFor(group, bundle!, 3), "whoever comes back does not answer");
  });
});

test("numbers go on over a restart, also after a crash", () => {
  const group = new ReceiptGroup({ seed: 3, nodes: 2 });
  const { author, world } = group;
  for (let i = 1; i <= 4; i++) {
    const [bundle] = group.publish(author, [asking(`number ${i}`)]);
    assert.equal(bundle!.header.receipt, i);
    world.runFor(SECOND_MS);
    author.crash();
    author.start();
    world.runFor(SECOND_MS);
  }
  const last = world.bundles(author, { dataOnly: true }).at(-1)!;
  assert.ok(waitFor(group, last, 1), "receipts of an earlier run count");
});

describe("what we wrote", () => {
  test("is held elsewhere once a contact holds just what we hold, and not known to be before", () => {
    const group = new ReceiptGroup({ seed: 5, nodes: 2 });
    const { author, world } = group;
    const [other] = group.others;
    other!.stop();
    world.publish(author, 3);
    world.runFor(2 * MINUTE_MS);
    assert.equal(elsewhere(author).unknown, 3);
    author.stop();
    author.start();
    world.runFor(MINUTE_MS);
    assert.equal(elsewhere(author).unknown, null, "nothing is known of an earlier run");
    other!.start();
    world.runFor(MINUTE_MS);
    assert.equal(elsewhere(author).unknown, 0);
    assert.ok(elsewhere(author).comparedMsAgo !== null, "nobody compared");
    assert.ok(
      world.bundles(author, { dataOnly: true }).every((bundle) => has(other!, bundle)),
      "the evidence was wrong",
    );
  });

  test("is held elsewhere once a receipt says so, although sets differ", () => {
    const profile = { ...ADAPTIVE, hints: false, controlFirst: false };
    const group = new ReceiptGroup({ seed: 6, nodes: 2, profile });
    const { author } = group;
    const [bundle] = group.publish(author, [asking("asks")]);
    // Only what is on disk counts, and the receipt may be here before.
    group.publish(author, [{ content: { kind: "data", payload: utf8("does not ask") } }]);
    assert.ok(waitFor(group, bundle!, 1), "no receipt");
    assert.equal(elsewhere(author).unknown, 1, "the one that did not ask");
    assert.equal(elsewhere(author).receipts, 1);
  });
});
