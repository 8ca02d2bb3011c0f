import assert from "node:assert/strict";
import { test } from "node:test";
import { storeWith } from "../../bench/experiments/pair.ts";
import { keyedHashCrypto } from "../../node/testing/crypto.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";
import { PROFILES, type Profile } from "../../node/core/profile.ts";
import { type Bundle, makeBundle } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";
import type { CounterName } from "../../node/core/counters.ts";

const HELD = 3_000;
const MINUTE_MS = 60_000;
const FULL_MS = 5 * 60_000;

/**
 * Somebody who holds HELD bundles, and somebody who holds nothing and whose disk becomes full after `after` of them.
 */
function midSync(profile: Profile, after = HELD / 3) {
  const world = new World({ seed: 1, verifyDelayMs: 1, commitDelayMs: 5 });
  const overlay = world.overlay();
  const bundles: Bundle[] = Array.from({ length: HELD }, (_, i) =>
    makeBundle(keyedHashCrypto(), overlay.key, overlay.secret, i + 1, {
      content:
        i === 0
          ? { kind: "policy", writers: "open" }
          : { kind: "data", payload: utf8(`number ${i}`) },
    }),
  );
  const holder = world.addNode({ overlay, founder: true, store: storeWith(bundles), profile });
  const node = world.addNode({ overlay, seeds: [holder], profile });
  assert.ok(world.runUntil(() => world.held(node) >= after, 10 * 60_000));
  const all = world.held(holder);
  assert.ok(world.held(node) < all);
  return { world, all, holder, node };
}

function counted(node: SimNode, name: CounterName): number {
  return node.engine.counters.get(name) ?? 0;
}

for (const profile of Object.values(PROFILES)) {
  test(`${profile.name}: whose disk is full in the middle of a sync has all once there is room`, () => {
    const { world, all, node, holder } = midSync(profile);
    node.handle({ kind: "storage", room: "none" });
    world.run(world.now + 1_000);
    const held = world.held(node);
    const before = { offers: counted(node, "offer paid"), sent: counted(holder, "sent bundles") };
    world.run(world.now + FULL_MS);
    assert.equal(world.held(node), held, "nothing is taken");
    assert.equal(counted(node, "offer paid"), before.offers);
    assert.equal(counted(holder, "sent bundles"), before.sent, "and nothing asked for");
    assert.ok(node.engine.overlays()[0]!.candidates.contacted > 0, "it still walks");
    const since = world.now;
    node.handle({ kind: "storage", room: "ample" });
    assert.ok(
      world.runUntil(() => world.held(node) > held, since + 2_000),
      "at once",
    );
    assert.ok(world.runUntil(() => world.held(node) === all, since + 10 * 60_000));
  });

  test(`${profile.name}: commits that fail are tried again more and more rarely, until they work`, () => {
    const { world, all, node, holder } = midSync(profile);
    node.disk = {
      write: () => ({ delayMs: 5, failure: "the disk is full (ENOSPC)" }),
      survives: () => false,
    };
    // What was being written before that ends well.
    world.run(world.now + 50);
    const held = world.held(node);
    const sent = counted(holder, "sent bundles");
    world.run(world.now + FULL_MS);
    assert.equal(world.held(node), held);
    const failed = counted(node, "commit failed");
    // 1, 2, 4, 8, 16 and then 30 seconds apart: 14 in five minutes, each with a commit that was under way.
    assert.ok(failed >= 5 && failed <= 2 * 14, `${failed} commits failed`);
    const perTry = (counted(holder, "sent bundles") - sent) / 14;
    assert.ok(perTry <= 2 * 128, `${perTry} datagrams of bundles per try`);
    node.disk = undefined;
    // What was begun as a rest is rested, then all comes.
    assert.ok(world.runUntil(() => world.held(node) > held, world.now + 60_000));
    assert.ok(world.runUntil(() => world.held(node) === all, world.now + 10 * 60_000));
  });
}

test("below the floor: others' bundles are refused by name, our own and control bundles are not", () => {
  const { world, all, node, holder } = midSync(PROFILES.adaptive);
  node.handle({ kind: "storage", room: "reserve" });
  world.run(world.now + 1_000);
  const held = world.held(node);
  const { globalTime } = node.engine.overlays()[0]!;
  world.publish(holder, 5);
  world.run(world.now + 30_000);
  assert.equal(world.held(node), held, "pushed, and not taken");
  assert.ok(counted(node, "bundle rejected: disk floor") >= 5);
  assert.equal(node.engine.overlays()[0]!.globalTime, globalTime, "no clock moved");

  world.publish(node, 3);
  world.run(world.now + 30_000);
  assert.equal(world.held(node), held + 3);
  assert.equal(world.held(holder), all + 5 + 3, "it serves");

  const member = new Uint8Array(32).fill(7);
  holder.publish([{ content: { kind: "grant", member, write: true, grant: false } }]);
  world.run(world.now + 30_000);
  assert.equal(world.held(node), held + 3 + 1, "a grant fits");

  node.handle({ kind: "storage", room: "ample" });
  const total = all + 5 + 3 + 1;
  assert.ok(world.runUntil(() => world.held(node) === total, world.now + 10 * 60_000));
});

test("where memory is short no control bundles are taken either: a grant costs more of it than its sender", () => {
  const { world, all, node, holder } = midSync(PROFILES.adaptive);
  node.handle({ kind: "storage", room: "own" });
  world.run(world.now + 1_000);
  const held = world.held(node);
  const member = new Uint8Array(32).fill(7);
  holder.publish([{ content: { kind: "grant", member, write: true, grant: false } }]);
  world.publish(node, 3);
  world.run(world.now + 30_000);
  assert.equal(world.held(node), held + 3, "its own user writes");
  assert.equal(world.held(holder), all + 1 + 3, "it serves");

  node.handle({ kind: "storage", room: "ample" });
  const total = all + 1 + 3;
  assert.ok(world.runUntil(() => world.held(node) === total, world.now + 10 * 60_000));
});

test("who joins below the floor learns the policy, so that its user can write", () => {
  const world = new World({ seed: 1, verifyDelayMs: 1, commitDelayMs: 5 });
  const overlay = world.overlay();
  const founder = world.addNode({ overlay, founder: true });
  assert.ok(world.runUntil(() => world.held(founder) === 1, 10_000));
  world.publish(founder, 100);
  const node = world.addNode({ overlay, seeds: [founder] });
  node.handle({ kind: "storage", room: "reserve" });
  assert.ok(world.runUntil(() => world.held(node) === 1, world.now + 60_000));
  world.publish(node, 1);
  assert.ok(world.runUntil(() => world.held(founder) === 102, world.now + 60_000));
  assert.equal(world.held(node), 2);
});

test("whoever has no room says so, and is pushed nothing until it has", () => {
  const world = new World({ seed: 1 });
  const overlay = world.overlay();
  const author = world.addNode({ overlay, founder: true });
  const full = world.addNode({ overlay, seeds: [author] });
  assert.ok(world.runUntil(() => world.allHold(1), MINUTE_MS));
  full.handle({ kind: "storage", room: "reserve" });
  world.run(world.now + MINUTE_MS);
  const sent = (): number => author.engine.counters.get("sent bundles") ?? 0;
  const before = sent();
  world.publish(author, 3);
  world.run(world.now + MINUTE_MS);
  assert.equal(sent(), before, "nothing was sent in vain");
  full.handle({ kind: "storage", room: "ample" });
  assert.ok(world.runUntil(() => world.allHold(4), world.now + MINUTE_MS));
});

test("what was published together is on disk together, or none of it, whatever shares its commit", () => {
  const world = new World({ seed: 3, verifyDelayMs: 1, commitDelayMs: 5 });
  const overlay = world.overlay();
  const node = world.addNode({ overlay, founder: true });
  world.run(1_000);
  const before = world.held(node);
  const refused = new Set<number>();
  const sizes = new Map<number, number>();
  node.onEvent((event) => {
    if (event.event === "refused") refused.add(event.reference);
  });
  // The first commit takes a while: 300 and 512 wait, more than one commit takes. The third write fails.
  let writes = 0;
  node.disk = {
    write: () =>
      ++writes === 3 ? { delayMs: 5, failure: "the disk is full (ENOSPC)" } : { delayMs: 5 },
    survives: () => false,
  };
  for (const size of [1, 300, 512]) sizes.set(world.publish(node, size), size);
  world.run(world.now + 60_000);
  assert.equal(refused.size, 1, "one of them failed");
  const published = [...sizes].filter(([reference]) => !refused.has(reference));
  const held = published.reduce((sum, [, size]) => sum + size, 0);
  assert.equal(world.held(node) - before, held);
});
