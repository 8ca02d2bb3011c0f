import assert from "node:assert/strict";
import { test } from "node:test";
import { heldOf, type Held } from "../../../../node/sets/held.ts";
import { MemoryStore } from "../../../../node/store/memory.ts";
import { answerSketch, UNDECODABLE } from "../../../../node/sync/sketch/sketch-answer.ts";
import { elementOf } from "../../../../node/sets/element.ts";
import { sketchOf } from "../../../../node/sync/sketch/sketch.ts";
import { everything } from "../../../../node/sync/subset.ts";
import type { Bundle } from "../../../../wire/bundle.ts";
import type { SketchOffer, Subset } from "../../../../wire/message.ts";
import { BUNDLE_BYTES, fakeBundles, seeded, storeOf, upTo } from "../fixtures.ts";

const KEY = { k0: 12, k1: 34 };
const PLENTY = { replyBytes: 1e6 };
const ALL = everything(1e6);

const heldBy = ({ header, id }: Bundle): Held => heldOf(header.globalTime, id);
const idsOf = (bundles: readonly { body: Uint8Array }[]): string[] =>
  bundles.map((bundle) => (bundle as Bundle).key).sort();

function offerOf(store: MemoryStore, symbols = 60, subset: Subset = ALL): SketchOffer {
  const { symbols: coded, count } = sketchOf(store.index, KEY, subset, symbols)!;
  return { kind: "sketch", subset, epoch: 0, count, symbols: coded.bytes };
}

function elementsFor(bundles: readonly Bundle[]): { x: number; y: number }[] {
  return bundles.map((bundle) => {
    const { w0, w1, w2, w3 } = heldBy(bundle);
    const element = { x: 0, y: 0 };
    elementOf(KEY, w0, w1, w2, w3, element);
    return element;
  });
}

const byX = (elements: { x: number; y: number }[]): { x: number; y: number }[] =>
  elements.sort((a, b) => a.x - b.x);

test("sends what the other lacks, in order, and asks for what we lack", () => {
  const bundles = fakeBundles(upTo(2_000), seeded(1));
  const [ours, theirs] = [storeOf(bundles.slice(5)), storeOf(bundles.slice(0, -7))];
  const answer = answerSketch(ours, KEY, offerOf(theirs), PLENTY);
  assert.deepEqual(
    answer.bundles.map((bundle) => (bundle as Bundle).key),
    bundles.slice(-7).map(({ key }) => key),
  );
  assert.deepEqual(byX(answer.wanted), byX(elementsFor(bundles.slice(0, 5))));
  assert.equal(answer.undecoded, undefined);
  assert.ok(!answer.more);
});

test("equal sets, also of nothing, call for nothing", () => {
  for (const count of [0, 1, 300]) {
    const store = storeOf(fakeBundles(upTo(count), seeded(2)));
    assert.deepEqual(answerSketch(store, KEY, offerOf(store), PLENTY), {
      bundles: [],
      withheld: 0,
      wanted: [],
      more: false,
    });
  }
});

test("a class is compared as the whole is", () => {
  const bundles = fakeBundles(upTo(3_000), seeded(3));
  const [ours, theirs] = [storeOf(bundles), storeOf(bundles.filter((_, i) => i % 20 !== 0))];
  const found = [0, 1, 2, 3, 4, 5, 6].flatMap((offset) => {
    const subset = { ...ALL, modulo: 7, offset };
    const answer = answerSketch(ours, KEY, offerOf(theirs, 104, subset), PLENTY);
    assert.equal(answer.undecoded, undefined);
    assert.deepEqual(answer.wanted, []);
    return answer.bundles;
  });
  assert.deepEqual(idsOf(found), idsOf(bundles.filter((_, i) => i % 20 === 0)));
});

test("what lies above the subset is left out on both sides", () => {
  const bundles = fakeBundles(upTo(400), seeded(4));
  const ours = storeOf(bundles);
  const offer = offerOf(storeOf(bundles.slice(0, 295)), 60, everything(300));
  const answer = answerSketch(ours, KEY, offer, PLENTY);
  assert.deepEqual(idsOf(answer.bundles), idsOf(bundles.slice(295, 300)));
});

test("too large a difference is told by about its size, and what was found is sent", () => {
  const bundles = fakeBundles(upTo(1_000), seeded(5));
  const ours = storeOf(bundles);
  const far = answerSketch(ours, KEY, offerOf(storeOf(bundles.slice(400)), 104), PLENTY);
  assert.ok(far.undecoded! >= 380 && far.undecoded! <= 400, `${far.undecoded}`);
  // Where the counts tell nothing, the symbols do.
  const halves = [bundles.filter((_, i) => i % 2 === 0), bundles.filter((_, i) => i % 2 === 1)];
  const [even, odd] = halves.map((half) => storeOf(half));
  const apart = answerSketch(even!, KEY, offerOf(odd!, 104), PLENTY);
  assert.ok(apart.undecoded! > 100);
});

test("the reply ends with the bundle that reaches its limit, and says that there is more", () => {
  const bundles = fakeBundles(upTo(100), seeded(6));
  const offer = offerOf(storeOf(bundles.slice(0, 90)));
  for (const [replyBytes, sent] of [
    [1, 1],
    [BUNDLE_BYTES, 1],
    [BUNDLE_BYTES + 1, 2],
  ] as const) {
    const answer = answerSketch(storeOf(bundles), KEY, offer, { replyBytes });
    assert.equal(answer.bundles.length, sent);
    assert.ok(answer.more);
  }
});

test("a part of a very large set is not looked for", () => {
  const store = storeOf([]);
  for (let time = 1; time <= 101_000; time += 1) {
    store.index.add({ globalTime: time, w0: time, w1: 1, w2: 2, w3: 3 });
  }
  store.index.sketch(KEY);
  store.index.keepUp(Infinity);
  const offer = { ...offerOf(storeOf([]), 20), subset: { ...ALL, modulo: 2, offset: 1 } };
  const answer = answerSketch(store, KEY, offer, PLENTY);
  const undecoded = UNDECODABLE;
  assert.deepEqual(answer, { bundles: [], withheld: 0, wanted: [], more: false, undecoded });
});

test("symbols of nothing in particular cost little and bring little", () => {
  const random = seeded(7);
  const store = storeOf(fakeBundles(upTo(500), random));
  for (let i = 0; i < 50; i += 1) {
    const offer = { ...offerOf(store, 100), symbols: random.bytes(1_000) };
    const answer = answerSketch(store, KEY, offer, PLENTY);
    assert.ok(answer.bundles.length <= 100);
    assert.ok(answer.wanted.length <= 100);
  }
});
