import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SeededRandom } from "../../../node/testing/random.ts";
import { keyedHashCrypto } from "../../../node/testing/crypto.ts";
import { World } from "../../../node/testing/world.ts";
import { Context } from "../../../node/core/context.ts";
import type { Intents } from "../../../node/core/intents.ts";
import { Retention } from "../../../node/bundles/retention.ts";
import { compareHeld, heldOf, type Held } from "../../../node/sets/held.ts";
import { EARLIEST_PLAUSIBLE_WALL_MS } from "../../../node/core/wall-clock.ts";
import type { Bundle } from "../../../wire/bundle.ts";
import { utf8 } from "../../../wire/bytes.ts";

const EMPTY = new Uint8Array();

describe("retention", () => {
  it("refuses what has expired and drops what expires", () => {
    const { ctx, retention, dropped } = setUp();
    const old = bundle(1, { expires: START_S - 1 });
    const young = bundle(2, { expires: START_S + 1 });
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
    retention.added([bundle(2, { topic: "t", keep: 1, expires: START_S + 1 })]);
    advance(ctx, 5_000);
    assert.equal(dropped.length, 2);
    assert.equal(retention.refuses(bundle(1, { topic: "t", keep: 1 })), undefined);
  });
});

describe("the clock", () => {
  const YEAR_MS = 365 * 24 * 3_600_000;
  const HOUR_S = 3_600;

  it("is doubted for five minutes after it jumped, whichever way, and then obeyed", () => {
    for (const jumpMs of [YEAR_MS, -YEAR_MS / 4]) {
      const { ctx, retention, dropped } = setUp();
      const soon = bundle(1, { expires: START_S + 30 });
      const later = bundle(2, { expires: START_S + HOUR_S });
      retention.added([soon, later]);
      for (let now = 0; now < 299_000; now += 1_000) advance(ctx, now, jumpMs);
      assert.deepEqual(dropped, [], "nothing goes");
      assert.equal(retention.refuses(bundle(3, { expires: START_S - 1 })), "expired", "nor comes");
      for (let now = 299_000; now < 302_000; now += 1_000) advance(ctx, now, jumpMs);
      const gone = jumpMs > 0 ? [heldOf(1, soon.id), heldOf(2, later.id)] : [];
      assert.deepEqual(dropped, gone);
    }
  });

  it("a year ahead for three seconds takes nothing away, not even from what is compared", () => {
    const { ctx, retention, dropped, aside } = setUp();
    retention.added([bundle(1, { expires: START_S + HOUR_S })]);
    for (let now = 0; now < 1_000_000; now += 1_000) {
      advance(ctx, now, now >= 10_000 && now < 13_000 ? YEAR_MS : 0);
    }
    assert.deepEqual([dropped, aside], [[], []]);
  });

  it("is doubted at the start as well", () => {
    const { ctx, retention, dropped } = setUp(0);
    const old = bundle(1, { expires: START_S - 1 });
    assert.equal(retention.refuses(old), "expired", "nothing comes again");
    retention.added([old]);
    for (let now = 0; now < 299_000; now += 1_000) advance(ctx, now);
    assert.deepEqual(dropped, []);
    for (let now = 299_000; now < 302_000; now += 1_000) advance(ctx, now);
    assert.deepEqual(dropped, [heldOf(1, old.id)]);
  });

  it("before this program was made lets nothing expire", () => {
    const backMs = EARLIEST_PLAUSIBLE_WALL_MS - START_S * 1_000 - 10_000_000;
    const { ctx, retention, dropped, aside } = setUp();
    retention.added([bundle(1, { expires: 1 })]);
    assert.equal(aside.length, 1);
    for (let now = 0; now < 1_000_000; now += 1_000) advance(ctx, now, backMs);
    assert.deepEqual([dropped, aside], [[], []]);
  });

  it("gradually moved is obeyed at once", () => {
    const { ctx, retention, dropped } = setUp();
    const young = bundle(1, { expires: START_S + 30 });
    retention.added([young]);
    for (let now = 0; now < 20_000; now += 1_000) advance(ctx, now, now);
    assert.deepEqual(dropped, [heldOf(1, young.id)]);
  });

  it("takes out of what is compared whatever expires within two minutes, and back when it is set back", () => {
    const { ctx, retention, dropped, aside } = setUp();
    const soon = bundle(1, { expires: START_S + 100 });
    const later = bundle(2, { expires: START_S + 130 });
    retention.added([soon, later]);
    assert.deepEqual(aside, [heldOf(1, soon.id)]);
    assert.equal(retention.refuses(bundle(3, { expires: START_S + 100 })), undefined, "still new");
    for (let now = 0; now <= 12_000; now += 1_000) advance(ctx, now);
    assert.deepEqual(aside, [heldOf(1, soon.id), heldOf(2, later.id)]);
    for (let now = 12_000; now <= 330_000; now += 1_000) advance(ctx, now, -600_000);
    assert.deepEqual([aside, dropped], [[], []]);
  });
});

describe("what has expired and is offered again", () => {
  const HOUR_S = 3_600;
  /** Whether a bundle that expired an hour ago is refused, minutes after the clock began to differ by `jumpMs`. */
  function isRefused(minutes: number, jumpMs: number, options = {}, trustedMs = 300_000): boolean {
    const { ctx, retention } = setUp(trustedMs, options);
    for (let now = 0; now <= minutes * 60_000; now += 1_000) advance(ctx, now, jumpMs);
    return retention.refuses(bundle(1, { expires: START_S - HOUR_S })) === "expired";
  }

  for (const vanishes of [true, false]) {
    const verb = vanishes ? "is refused" : "would be admitted with the switch off";

    it(`${verb} at the start, by a clock that jumped back, and by one that cannot be right`, () => {
      const atStart = isRefused(1, 0, { vanishes }, 0);
      const setBack = isRefused(20, -2 * HOUR_S * 1_000, { vanishes });
      const in1970 = isRefused(20, -START_MS, { vanishes });
      assert.deepEqual([atStart, setBack, in1970], [vanishes, vanishes, vanishes]);
    });

    it(`${verb} after a restart, by what the clock told in an earlier run`, () => {
      const latestWallMs = START_MS;
      const slow = isRefused(20, -2 * HOUR_S * 1_000, { vanishes, latestWallMs }, 0);
      const in1970 = isRefused(20, -START_MS, { vanishes, latestWallMs }, 0);
      assert.deepEqual([slow, in1970], [vanishes, vanishes]);
    });
  }

  it("is refused by a clock that was right for years and is a day behind for half an hour", () => {
    const DAY_MS = 86_400_000;
    assert.equal(isRefused(34, -DAY_MS), true);
    // Who sets it right later, or never, decides: nobody can tell which of two clocks was wrong.
    assert.equal(isRefused(36, -DAY_MS), false);
  });

  it("costs a clock that was a year ahead for long what expires meanwhile, for 35 minutes", () => {
    const YEAR_S = 365 * 24 * HOUR_S;
    const { ctx, retention } = setUp();
    const alive = bundle(1, { expires: START_S + 3 * HOUR_S });
    for (let now = 0; now < 600_000; now += 1_000) advance(ctx, now, YEAR_S * 1_000);
    const refused: number[] = [];
    for (let now = 600_000; now < 4_000_000; now += 1_000) {
      advance(ctx, now);
      if (retention.refuses(alive) !== undefined) refused.push(now);
    }
    const minutes = (refused.at(-1)! - 600_000) / 60_000;
    assert.ok(minutes > 34 && minutes < 36, `refused for ${minutes} minutes`);
  });
});

describe("thousands that expire in one second", () => {
  it("are set aside a few at a time, within seconds", () => {
    const count = 10_000;
    const { ctx, retention, aside } = setUp();
    const all = Array.from({ length: count }, (_, i) => bundle(i + 1, { expires: START_S + 121 }));
    retention.added(all);
    let most = 0;
    for (let now = 0; now < 10_000; now += 10) {
      const before = aside.length;
      advance(ctx, now);
      most = Math.max(most, aside.length - before);
    }
    assert.equal(aside.length, count);
    assert.ok(most <= 200, `${most} at a time`);
  });
});

describe("retention of very many", () => {
  const MOST_AT_ONCE = 256;

  it("lets go in portions what expires in one second, each as early as the last one allows", () => {
    const { ctx, retention, portions } = setUp();
    const bundles = Array.from({ length: 5_000 }, (_, i) =>
      bundle(i + 1, { expires: START_S + 1 }),
    );
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
      bundle(3, { topic: "t", keep: 9, expires: START_S + 1 }),
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
    // What was started just now doubts its clock.
    world.run(310_000);
    const expires = Math.floor(founder.instant.wall / 1_000) + 130;
    const payload = (text: string) => ({ kind: "data", payload: utf8(text) }) as const;
    const topic = { name: utf8("status"), keep: 1 };
    founder.publish([
      { content: payload("stays") },
      { content: payload("expires"), expires },
      { content: payload("first"), topic },
      { content: payload("second"), topic },
    ]);
    assert.ok(
      world.runUntil(() => world.held(other) === 4, 317_000),
      "policy, stays, expires, second",
    );
    world.run(325_000);
    const compared = world.nodes.map(({ memberships }) => memberships[0]!.store.index.size);
    assert.deepEqual(compared, [3, 3], "what expires in less than two minutes is not");
    assert.ok(world.allHold(4));
    assert.ok(
      world.runUntil(() => world.allHold(3), 445_000),
      "expired everywhere",
    );
    other.stop();
    other.start();
    world.run(world.now + 600_000);
    assert.ok(world.allHold(3));
  });

  it("has what expires at once pushed, and fetched by nobody", () => {
    const world = new World({ seed: "fresh" });
    const overlay = world.overlay();
    const founder = world.addNode({ overlay, founder: true });
    const friend = world.addNode({ overlay, seeds: [founder] });
    world.run(310_000);
    const expires = Math.floor(founder.instant.wall / 1_000) + 60;
    founder.publish([{ content: { kind: "data", payload: utf8("now") }, expires }]);
    world.run(315_000);
    assert.equal(world.held(friend), 2);
    const late = world.addNode({ overlay, seeds: [founder] });
    world.run(340_000);
    assert.equal(world.held(late), 1);
    assert.equal(world.held(founder), 2);
    world.run(375_000);
    assert.ok(world.allHold(1));
  });

  it("loses nothing to a clock that is a year ahead for three seconds, at all nodes at once", () => {
    const world = new World({ seed: "year" });
    const overlay = world.overlay();
    const founder = world.addNode({ overlay, founder: true });
    world.addNode({ overlay, seeds: [founder] });
    world.run(310_000);
    const expires = Math.floor(founder.instant.wall / 1_000) + 86_400;
    founder.publish([{ content: { kind: "data", payload: utf8("a day") }, expires }]);
    assert.ok(world.runUntil(() => world.allHold(2), 330_000));
    const compared = (): number[] =>
      world.nodes.map((node) => node.memberships[0]!.store.index.size);
    for (const node of world.nodes) node.wallOffsetMs = 365 * 86_400_000;
    world.run(world.now + 3_000);
    assert.deepEqual(compared(), [2, 2]);
    for (const node of world.nodes) node.wallOffsetMs = 0;
    world.run(world.now + 1_200_000);
    assert.ok(world.allHold(2));
    assert.deepEqual(compared(), [2, 2]);
  });

  it("refuses an expiry while the clock is before this program was made", () => {
    const world = new World({ seed: "1970" });
    const founder = world.addNode({ overlay: world.overlay(), founder: true });
    world.run(310_000);
    const reasons: string[] = [];
    founder.onEvent((event) => event.event === "refused" && reasons.push(event.reason));
    founder.wallOffsetMs = -founder.instant.wall;
    const content = { kind: "data", payload: utf8("text") } as const;
    founder.publish([{ content, expires: 3_600 }]);
    world.run(311_000);
    assert.equal(world.held(founder), 1);
    assert.match(reasons[0]!, /clock is before/);
    founder.publish([{ content }]);
    founder.wallOffsetMs = 0;
    founder.publish([{ content, expires: Math.floor(founder.instant.wall / 1_000) + 3_600 }]);
    world.run(312_000);
    assert.equal(world.held(founder), 3);
    assert.equal(reasons.length, 1);
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

/** Unix second at which the tests begin. */
const START_S = 1_800_000_000;
const START_MS = START_S * 1_000;

/** `trustedMs`: for how long the clock has gone right. */
function setUp(trustedMs = 300_000, { vanishes = true, latestWallMs = 0 } = {}) {
  const random = new SeededRandom(1, "retention");
  const ctx = new Context({
    crypto: keyedHashCrypto(),
    random,
    datagramBytes: 1_232,
    latestWallMs,
  });
  ctx.advance({ now: -trustedMs, wall: START_MS - trustedMs });
  ctx.advance({ now: 0, wall: START_MS });
  const dropped: Held[] = [];
  const aside: Held[] = [];
  const portions: number[] = [];
  const intents: Intents = [];
  intents.push = (intent) => {
    assert.ok(intent?.kind === "drop");
    dropped.push(...intent.held);
    return portions.push(intent.held.length);
  };
  const setAside = (held: Held, isAside: boolean): void => {
    if (isAside) aside.push(held);
    else
      aside.splice(
        aside.findIndex((other) => compareHeld(other, held) === 0),
        1,
      );
  };
  const retention = new Retention({ ctx, store: { setAside }, intents, profile: { vanishes } });
  return { ctx, retention, dropped, aside, portions };
}

function advance(ctx: Context, now: number, jumpMs = 0): void {
  ctx.advance({ now, wall: START_MS + now + jumpMs });
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
