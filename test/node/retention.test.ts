import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SeededRandom } from "../../bench/sim/random.ts";
import { keyedHashCrypto } from "../../bench/sim/crypto.ts";
import { World } from "../../bench/sim/world.ts";
import { Context } from "../../node/context.ts";
import { Retention } from "../../node/retention.ts";
import { heldOf, type Held } from "../../node/store/store.ts";
import type { Bundle } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";

const EMPTY = new Uint8Array();

describe("retention", () => {
  it("refuses what has expired and drops what expires", () => {
    const { ctx, retention, dropped } = setUp();
    const old = bundle(1, { expires: 99 });
    const young = bundle(2, { expires: 101 });
    assert.equal(retention.refuses(old), "expired");
    assert.equal(retention.refuses(young), undefined);
    retention.added([young, bundle(3, {})]);
    advance(ctx, 999);
    assert.deepEqual(dropped, []);
    advance(ctx, 2_000);
    assert.deepEqual(dropped, [heldOf(2, young.id)]);
    assert.equal(retention.refuses(young), "expired");
  });

  it("keeps the newest of a topic, as its newest bundle says, whatever the order", () => {
    const all = [1, 2, 3, 4, 5].map((time) =>
      bundle(time, { topic: "t", keep: time === 5 ? 2 : 9 }),
    );
    for (const order of [all, [...all].reverse(), [2, 4, 0, 1, 3].map((i) => all[i]!)]) {
      const { retention, dropped } = setUp();
      const kept = new Map<number, Bundle>();
      for (const each of order) {
        if (retention.refuses(each) !== undefined) continue;
        kept.set(each.header.globalTime, each);
        retention.added([each]);
      }
      for (const held of dropped) kept.delete(held.globalTime);
      assert.deepEqual([...kept.keys()].sort(), [4, 5]);
    }
  });

  it("does not count another topic or another author", () => {
    const { retention, dropped } = setUp();
    retention.added([
      bundle(1, { topic: "a", keep: 1 }),
      bundle(2, { topic: "b", keep: 1 }),
      bundle(3, { topic: "a", keep: 1, author: 7 }),
    ]);
    assert.deepEqual(dropped, []);
  });

  it("does not count what has expired among the newest", () => {
    const { ctx, retention, dropped } = setUp();
    retention.added([bundle(1, { topic: "t", keep: 1 })]);
    retention.added([bundle(2, { topic: "t", keep: 1, expires: 101 })]);
    advance(ctx, 5_000);
    assert.equal(dropped.length, 2);
    assert.equal(retention.refuses(bundle(1, { topic: "t", keep: 1 })), undefined);
  });
});

describe("retention of very many", () => {
  const MOST_AT_ONCE = 256;

  it("lets go in portions what expires in one second, each as early as the last one allows", () => {
    const { ctx, retention, portions } = setUp();
    const bundles = Array.from({ length: 5_000 }, (_, i) => bundle(i + 1, { expires: 101 }));
    retention.added(bundles);
    for (let now = 1_000; now < 1_100; now += 1) advance(ctx, now);
    assert.equal(Math.max(...portions), MOST_AT_ONCE);
    assert.equal(
      portions.reduce((sum, portion) => sum + portion),
      bundles.length,
    );
  });

  it("lets go in portions what one bundle supersedes, and refuses it meanwhile", () => {
    const { ctx, retention, portions, dropped } = setUp();
    const bundles = Array.from({ length: 5_000 }, (_, i) =>
      bundle(i + 1, { topic: "t", keep: 9_999 }),
    );
    retention.added(bundles);
    retention.added([bundle(6_000, { topic: "t", keep: 10 })]);
    assert.equal(retention.refuses(bundle(4_000, { topic: "t", keep: 1 })), "superseded");
    for (let now = 1; now < 100; now += 1) advance(ctx, now);
    assert.equal(Math.max(...portions), MOST_AT_ONCE);
    const oldest = Array.from({ length: 4_991 }, (_, i) => i + 1);
    assert.deepEqual(
      dropped.map(({ globalTime }) => globalTime),
      oldest,
    );
  });

  it("keeps what the newest says that has not expired", () => {
    const { ctx, retention, dropped } = setUp();
    retention.added([
      bundle(1, { topic: "t", keep: 9 }),
      bundle(2, { topic: "t", keep: 1 }),
      bundle(3, { topic: "t", keep: 9, expires: 101 }),
    ]);
    assert.equal(dropped.length, 0);
    for (let now = 1_000; now < 1_010; now += 1) advance(ctx, now);
    assert.deepEqual(
      dropped.map(({ globalTime }) => globalTime),
      [3, 1],
    );
  });
});

describe("retention in an overlay", () => {
  it("makes expired and superseded bundles vanish from every node and not return", () => {
    const world = new World({ seed: "retention" });
    const overlay = world.overlay();
    const founder = world.addNode({ overlay, founder: true });
    const other = world.addNode({ overlay, seeds: [founder] });
    world.run(2_000);
    const expires = Math.floor(founder.instant.wall / 1_000) + 10;
    const payload = (text: string) => ({ kind: "data", payload: utf8(text) }) as const;
    const topic = { name: utf8("status"), keep: 1 };
    founder.publish([
      { content: payload("stays") },
      { content: payload("expires"), expires },
      { content: payload("first"), topic },
      { content: payload("second"), topic },
    ]);
    assert.ok(
      world.runUntil(() => world.held(other) === 4, 9_000),
      "policy, stays, expires, second",
    );
    assert.ok(
      world.runUntil(() => world.allHold(3), 20_000),
      "expired everywhere",
    );
    other.stop();
    other.start();
    world.run(120_000);
    assert.ok(world.allHold(3));
  });

  it("refuses to publish what nobody would keep", () => {
    const world = new World({ seed: "past" });
    const founder = world.addNode({ overlay: world.overlay(), founder: true });
    world.run(1_000);
    const reasons: string[] = [];
    founder.onEvent((event) => event.event === "refused" && reasons.push(event.reason));
    founder.publish([{ content: { kind: "data", payload: EMPTY }, expires: 1 }]);
    world.run(1_100);
    assert.equal(reasons.length, 1);
    assert.match(reasons[0]!, /expired/);
  });
});

function setUp(): { ctx: Context; retention: Retention; dropped: Held[]; portions: number[] } {
  const random = new SeededRandom(1, "retention");
  const ctx = new Context({ crypto: keyedHashCrypto(), random, datagramBytes: 1_232 });
  ctx.advance({ now: 0, wall: 100_000 });
  const dropped: Held[] = [];
  const portions: number[] = [];
  const retention = new Retention(ctx, (held) => {
    dropped.push(...held);
    portions.push(held.length);
  });
  return { ctx, retention, dropped, portions };
}

function advance(ctx: Context, now: number): void {
  ctx.advance({ now, wall: 100_000 + now });
  ctx.timers.run(now);
}

function bundle(
  globalTime: number,
  says: { expires?: number; topic?: string; keep?: number; author?: number },
): Bundle {
  const { expires, topic, keep, author = 1 } = says;
  const id = new Uint8Array(32).fill(globalTime);
  return {
    id,
    key: String(globalTime),
    signed: EMPTY,
    author: new Uint8Array(32).fill(author),
    body: EMPTY,
    signature: EMPTY,
    header: {
      globalTime,
      content: { kind: "data", payload: EMPTY },
      ...(expires !== undefined && { expires }),
      ...(topic !== undefined && { topic: { name: utf8(topic), keep: keep! } }),
    },
  };
}
