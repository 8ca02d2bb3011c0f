import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_EXAMINED, missing } from "../../../../node/sync/filter/bloom-answer.ts";
import { MAX_ANSWER_WORK } from "../../../../node/net/work.ts";
import { bloomOffer, everything } from "../../../../node/sync/subset.ts";
import { ChunkedIndex } from "../../../../node/store/held-index.ts";
import type { Compared, HeldIndex } from "../../../../node/store/store.ts";
import { MAX_FILL } from "../../../../wire/limits.ts";
import type { BloomOffer, Subset } from "../../../../wire/message.ts";
import {
  asBundle,
  BUNDLE_BYTES,
  fakeBundles,
  randomHeld,
  seeded,
  storeOf,
  upTo,
} from "../fixtures.ts";

const random = seeded(1);
const FILTER_BYTES = 1_270;
const UNLIMITED = { replyBytes: Infinity };

function offerOf(index: HeldIndex, subset: Subset, filterBytes = FILTER_BYTES): BloomOffer {
  return bloomOffer(index, subset, filterBytes, 0.01, random).offer;
}

const nothing = (subset: Subset): BloomOffer => offerOf(new ChunkedIndex(), subset);

const timesOf = (bundles: readonly unknown[]): number[] =>
  bundles.map((bundle) => asBundle(bundle as never).header.globalTime);

/** Counts what is walked over, stretch by stretch. */
function watched(index: HeldIndex): { index: HeldIndex; times: number[] } {
  const seen: number[] = [];
  return {
    times: seen,
    index: {
      size: index.size,
      has: (held) => index.has(held),
      ascend: () => assert.fail(),
      descend: () => assert.fail(),
      stretches: (from, visit) =>
        index.stretches(from, (times, words, start, end) => {
          // One by one, so that a walk shows where it stops.
          for (let i = start; i < end; i += 1) {
            seen.push(times[i]!);
            if (!visit(times, words, i, i + 1)) return false;
          }
          return true;
        }),
      rank: (time) => index.rank(time),
      timeAt: (rank) => index.timeAt(rank),
      fingerprint: (key) => index.fingerprint(key),
      sketch: (key) => index.sketch(key),
      isBehind: false,
      keepUp: () => assert.fail(),
    },
  };
}

test("answers with all that is missing and nothing that is held, ascending", () => {
  const bundles = fakeBundles(upTo(900), random);
  const store = storeOf(bundles);
  const asker = storeOf(bundles.filter((_, i) => i % 3 > 0));
  const answer = missing(store, offerOf(asker.index, everything(10_000)), UNLIMITED);
  const times = timesOf(answer.bundles);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
  assert.ok(times.every((time) => time % 3 === 1));
  // 300 are missing; 600 in the filter make under 1 % of them look present.
  assert.ok(times.length > 290 && times.length <= 300, `${times.length}`);
  assert.deepEqual([answer.more, answer.examined, answer.rejected], [false, 900, undefined]);
});

test("an empty filter gets everything of the subset", () => {
  const store = storeOf(fakeBundles(upTo(100), random));
  const all = missing(store, nothing(everything(Infinity)), UNLIMITED);
  assert.deepEqual(timesOf(all.bundles), [...upTo(100)]);
  const subset = { ...everything(40), low: 21, modulo: 5, offset: 1 };
  const part = missing(store, nothing(subset), UNLIMITED);
  assert.deepEqual(timesOf(part.bundles), [24, 29, 34, 39]);
  assert.equal(part.more, false);
});

test("a reply ends with the bundle that reaches or passes its limit", () => {
  const store = storeOf(fakeBundles(upTo(100), random));
  const offer = nothing(everything(Infinity));
  for (const [replyBytes, count, more] of [
    [0, 0, true],
    [1, 1, true],
    [BUNDLE_BYTES, 1, true],
    [BUNDLE_BYTES + 1, 2, true],
    // 5 KiB, as the original: 27 of its 196 bytes.
    [5 * 1_024, 27, true],
    [BUNDLE_BYTES * 99, 99, true],
    [BUNDLE_BYTES * 99 + 1, 100, false],
    [Infinity, 100, false],
  ] as const) {
    const answer = missing(store, offer, { replyBytes });
    assert.deepEqual([answer.bundles.length, answer.more], [count, more], `${replyBytes} bytes`);
  }
});

test("there is more only if something else is missing", () => {
  const bundles = fakeBundles(upTo(100), random);
  const store = storeOf(bundles);
  const asker = storeOf(bundles.slice(1));
  const offer = offerOf(asker.index, everything(Infinity));
  const answer = missing(store, offer, { replyBytes: 1 });
  assert.deepEqual([timesOf(answer.bundles), answer.more], [[1], false]);
});

test("a filter fuller than any honest one is refused at no cost", () => {
  const store = storeOf(fakeBundles(upTo(100), random));
  const { index, times } = watched(store.index);
  const offer = offerOf(store.index, everything(Infinity));
  const ones = Math.floor(FILTER_BYTES * MAX_FILL) + 1;
  for (const filter of [
    new Uint8Array(FILTER_BYTES).fill(255),
    new Uint8Array(FILTER_BYTES).fill(255, 0, ones),
    new Uint8Array(0),
  ]) {
    const spying: Compared = { ...store, index, get: () => assert.fail() };
    const answer = missing(spying, { ...offer, filter }, UNLIMITED);
    assert.deepEqual(answer, {
      bundles: [],
      withheld: 0,
      more: false,
      examined: 0,
      rejected: "filter-overfull",
    });
  }
  assert.deepEqual(times, []);
  const allowed = new Uint8Array(FILTER_BYTES).fill(255, 0, ones - 1);
  assert.equal(missing(store, { ...offer, filter: allowed }, UNLIMITED).rejected, undefined);
});

test("nothing outside the range is looked at", () => {
  const store = storeOf(fakeBundles(upTo(1_000), random));
  const { index, times } = watched(store.index);
  const spying = { index, get: store.get.bind(store) };
  const subset = { ...everything(520), low: 500 };
  assert.equal(missing(spying, nothing(subset), UNLIMITED).bundles.length, 21);
  // One beyond the end tells that it is the end.
  assert.deepEqual(times, [...upTo(521)].slice(499));
  times.length = 0;
  const beyond = { ...everything(Infinity), low: 2_000 };
  assert.equal(missing(spying, nothing(beyond), UNLIMITED).bundles.length, 0);
  assert.deepEqual(times, []);
});

test("hostile offers cost at most the bounds, whatever they say", () => {
  const count = 100_000;
  const index = new ChunkedIndex();
  for (let time = 1; time <= count; time += 1) index.add(randomHeld(time, random));
  const bundle = fakeBundles([1], random)[0]!;
  const spy = watched(index);
  const store: Compared = {
    index: spy.index,
    get: () => bundle,
  };
  const all = everything(Infinity);
  // Says yes to all that is held: far larger than a datagram, so the worst a filter can do.
  const knowsAll = offerOf(index, all, 200_000);
  const empty = { ...knowsAll, filter: new Uint8Array(1) };
  const busy = { ...knowsAll, filter: new Uint8Array(1_232).fill(255, 0, 739), functions: 16 };
  for (const [name, offer, more] of [
    ["knows all", knowsAll, true],
    ["knows all, one function", { ...knowsAll, functions: 1 }, true],
    ["empty", empty, true],
    ["nearly overfull, 16 functions", busy, true],
    ["sparse class", { ...knowsAll, subset: { ...all, modulo: 65_535, offset: 7 } }, false],
    ["sparse prefix", { ...knowsAll, subset: { ...all, idBits: 16, idPrefix: 99 } }, false],
    ["highest times", { ...knowsAll, subset: { ...all, low: Number.MAX_SAFE_INTEGER } }, false],
    ["inverted", { ...knowsAll, subset: { ...all, low: 9, high: 8 } }, false],
  ] as const) {
    spy.times.length = 0;
    const answer = missing(store, offer, { replyBytes: 5 * 1_024 });
    assert.ok(answer.examined <= MAX_EXAMINED, `${name}: ${answer.examined} examined`);
    assert.ok(spy.times.length <= MAX_ANSWER_WORK + 1, `${name}: ${spy.times.length} scanned`);
    assert.ok(answer.bundles.length <= 27, `${name}: ${answer.bundles.length} sent`);
    assert.equal(answer.more, more, name);
    if (name === "knows all") assert.equal(answer.examined, MAX_EXAMINED);
    if (name === "sparse class") assert.ok(spy.times.length < 200, `${spy.times.length} scanned`);
  }
});

test("a search for what hardly exists ends at the bound, and says that there may be more", () => {
  const none = { ...everything(Infinity), idBits: 16, idPrefix: 1 };
  const endless: HeldIndex = {
    size: Infinity,
    has: () => false,
    ascend: () => assert.fail(),
    descend: () => assert.fail(),
    stretches: (_, visit) => {
      for (let time = 1; visit(Float64Array.of(time), new Uint32Array(4), 0, 1); time += 1);
    },
    rank: () => assert.fail(),
    timeAt: () => assert.fail(),
    fingerprint: () => assert.fail(),
    sketch: () => assert.fail(),
    isBehind: false,
    keepUp: () => assert.fail(),
  };
  const spy = watched(endless);
  const store = {
    index: spy.index,
    get: () => undefined,
  };
  const answer = missing(store, nothing(none), UNLIMITED);
  assert.deepEqual([answer.examined, answer.more], [0, true]);
  assert.equal(spy.times.length, MAX_ANSWER_WORK + 1);
});

test("an entry whose bundle cannot be read is passed over", () => {
  const store = storeOf(fakeBundles(upTo(5), random));
  const damaged: Compared = {
    index: store.index,
    get: (held) => (held.globalTime === 2 ? undefined : store.get(held)),
  };
  const answer = missing(damaged, nothing(everything(Infinity)), UNLIMITED);
  assert.deepEqual(timesOf(answer.bundles), [1, 3, 4, 5]);
});
