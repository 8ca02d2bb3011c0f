import assert from "node:assert/strict";
import { test } from "node:test";
import { ADAPTIVE, DISPERSY, type Profile } from "../../../../node/core/profile.ts";
import { BloomFilter } from "../../../../node/sync/filter/bloom.ts";
import {
  MAX_REUSES,
  BloomOffers,
  type Occasion,
  type Outcome,
} from "../../../../node/sync/filter/bloom-offers.ts";
import { everything } from "../../../../node/sync/subset.ts";
import { ChunkedIndex } from "../../../../node/store/held-index.ts";
import { MAX_FILL } from "../../../../wire/limits.ts";
import type { BloomOffer } from "../../../../wire/message.ts";
import { randomHeld, seeded, upTo } from "../fixtures.ts";

const FILTER_BYTES = 1_270;

function occasionOf(held: number, seed = 1): Occasion {
  const random = seeded(seed);
  const index = new ChunkedIndex();
  for (const time of upTo(held)) index.add(randomHeld(time, random));
  const clock = held;
  return { peer: "a", index, clock, acceptable: held + 10_000, highestCountSeen: 0, random };
}

const brought = (stored: number, hasRest = false): Outcome => ({ stored, lacking: 0, hasRest });

const saltOf = (offer: BloomOffer | undefined): string | undefined => offer?.salt.join();

test("a filter that brings nothing is not sent again", () => {
  const offering = new BloomOffers({ profile: DISPERSY, filterBytes: FILTER_BYTES });
  const occasion = occasionOf(100);
  const first = offering.next(occasion);
  offering.outcome("a", brought(0));
  assert.notEqual(saltOf(offering.next(occasion)), saltOf(first));
});

test("a filter that pays is sent again up to 100 times, to whomever comes next", () => {
  const offering = new BloomOffers({ profile: DISPERSY, filterBytes: FILTER_BYTES });
  const occasion = occasionOf(100);
  const salt = saltOf(offering.next({ ...occasion, peer: "0" }));
  for (let i = 0; i < MAX_REUSES; i += 1) {
    offering.outcome(`${i}`, brought(1));
    assert.equal(saltOf(offering.next({ ...occasion, peer: `${i + 1}` })), salt);
  }
  offering.outcome(`${MAX_REUSES}`, brought(1));
  assert.notEqual(saltOf(offering.next(occasion)), salt);
});

test("of two profiles the better one sends a filter again only where something was left out", () => {
  const offering = new BloomOffers({ profile: ADAPTIVE, filterBytes: FILTER_BYTES });
  const occasion = occasionOf(100);
  const salt = saltOf(offering.next(occasion));
  offering.outcome("a", brought(130, true));
  assert.equal(saltOf(offering.next(occasion)), salt);
  offering.outcome("a", brought(2));
  assert.notEqual(saltOf(offering.next(occasion)), salt);
});

test("a range is offered in a filter of its size, or class by class", () => {
  const offering = new BloomOffers({ profile: ADAPTIVE, filterBytes: FILTER_BYTES });
  const occasion = occasionOf(10_000);
  const range = { ...everything(occasion.acceptable), low: 9_801 };
  const small = offering.within(range, 1, occasion);
  assert.deepEqual(small.subset, range);
  assert.equal(small.filter.length, (200 * 10) / 8);
  const least = offering.within({ ...range, low: 10_001 }, 1, occasionOf(10_001));
  assert.equal(least.filter.length, (64 * 10) / 8);
  const classes = Array.from({ length: 3 }, () => {
    return offering.within({ ...range, low: 7_001 }, 1, occasion).subset;
  });
  assert.deepEqual(new Set(classes.map(({ offset }) => offset)), new Set([0, 1, 2]));
  for (const { low, modulo } of classes)
    assert.deepEqual({ low, modulo }, { low: 7_001, modulo: 3 });
});

test("each breadth has its own turn of classes", () => {
  const offering = new BloomOffers({ profile: ADAPTIVE, filterBytes: FILTER_BYTES });
  const occasion = occasionOf(10_000);
  const range = { ...everything(occasion.acceptable), low: 7_001 };
  const offsets = Array.from({ length: 3 }, () => {
    for (let i = 0; i < 2; i += 1) offering.within(range, 1, occasion);
    return offering.within(range, 16, occasion).subset.offset;
  });
  assert.deepEqual(new Set(offsets), new Set([0, 1, 2]));
});

test("a range is asked for on while something was left out, or counts tell of more", () => {
  const offering = new BloomOffers({ profile: ADAPTIVE, filterBytes: FILTER_BYTES });
  const occasion = occasionOf(10_000);
  const range = { ...everything(occasion.acceptable), low: 9_001 };
  const salt = saltOf(offering.within(range, 1, occasion));
  assert.ok(offering.outcome("a", brought(130, true)));
  assert.notEqual(saltOf(offering.next(occasion)), salt, "the rest of the range is not all");
  const again = offering.within(range, 1, occasion);
  assert.ok(!offering.outcome("a", brought(60)), "others have as much");
  assert.ok(offering.outcome("a", { stored: 60, lacking: 40, hasRest: false }));
  assert.notEqual(saltOf(offering.within(range, 1, occasion)), saltOf(again));
});

test("only what the peer brought that had the filter last makes it pay", () => {
  const offering = new BloomOffers({ profile: DISPERSY, filterBytes: FILTER_BYTES });
  const occasion = occasionOf(100);
  const first = saltOf(offering.next({ ...occasion, peer: "a" }));
  offering.outcome("b", brought(5));
  const second = saltOf(offering.next({ ...occasion, peer: "b" }));
  assert.notEqual(second, first);
  offering.outcome("b", brought(5));
  assert.equal(saltOf(offering.next({ ...occasion, peer: "c" })), second);
  // A late bundle of b's no longer counts.
  offering.outcome("b", brought(5));
  assert.notEqual(saltOf(offering.next({ ...occasion, peer: "d" })), second);
});

test("what is stored meanwhile, in the subset, joins the filter", () => {
  const offering = new BloomOffers({ profile: DISPERSY, filterBytes: FILTER_BYTES });
  const occasion = occasionOf(100);
  const offer = offering.next(occasion);
  const before = offer.filter.slice();
  const beyond = randomHeld(occasion.acceptable + 1, seeded(9));
  offering.stored(beyond);
  assert.deepEqual(offer.filter, before);
  const inside = randomHeld(101, seeded(10));
  offering.stored(inside);
  offering.outcome("a", brought(1));
  const again = offering.next(occasion);
  assert.ok(BloomFilter.of(again).has(inside.w0, inside.w1, inside.w2, inside.w3));
});

test("a filter that what came has overfilled is not sent again", () => {
  const offering = new BloomOffers({ profile: DISPERSY, filterBytes: FILTER_BYTES });
  const occasion = occasionOf(1_000);
  let offer = offering.next(occasion);
  const first = saltOf(offer);
  const random = seeded(11);
  let reuses = 0;
  for (; saltOf(offer) === first; reuses += 1) {
    assert.ok(BloomFilter.of(offer).fill <= MAX_FILL);
    for (let i = 0; i < 50; i += 1) offering.stored(randomHeld(1_001, random));
    offering.outcome("a", brought(50));
    offer = offering.next(occasion);
  }
  // 1,330 bundles fill 60 %: six or seven times 50 more than 1,000.
  assert.ok(reuses >= 5 && reuses <= 8, `${reuses}`);
});

test("the filter of nothing is not sent again: it has no room", () => {
  const offering = new BloomOffers({ profile: DISPERSY, filterBytes: FILTER_BYTES });
  const empty = occasionOf(0);
  assert.equal(offering.next(empty).filter.length, 1);
  offering.stored(randomHeld(1, seeded(12)));
  offering.outcome("a", brought(1));
  assert.equal(offering.next(occasionOf(1)).filter.length, FILTER_BYTES);
});

test("classes while a contact holds more than a filter's worth beyond ours, windows otherwise", () => {
  const occasion = occasionOf(3_000);
  for (const [highestCountSeen, modulo] of [
    [0, 1],
    [3_000, 1],
    [4_059, 1],
    [4_060, 3],
    [100_000, 3],
  ] as const) {
    const offering = new BloomOffers({ profile: DISPERSY, filterBytes: FILTER_BYTES });
    const { subset } = offering.next({ ...occasion, highestCountSeen });
    assert.equal(subset.modulo, modulo, `${highestCountSeen} seen`);
    const whole = subset.low === 1 && subset.high === occasion.acceptable;
    assert.equal(whole, modulo > 1);
  }
  const small = occasionOf(10);
  const offering = new BloomOffers({ profile: DISPERSY, filterBytes: FILTER_BYTES });
  const { subset } = offering.next({ ...small, highestCountSeen: 1_000_000 });
  assert.deepEqual(subset, everything(small.acceptable));
});

test("the adaptive profile asks for classes in turn, the faithful one draws them", () => {
  const lagging = { ...occasionOf(20_000), highestCountSeen: 100_000 };
  const offsets = (profile: Profile): number[] => {
    const offering = new BloomOffers({ profile, filterBytes: FILTER_BYTES });
    return Array.from({ length: 19 }, () => offering.next(lagging).subset.offset);
  };
  const turns = offsets(ADAPTIVE);
  assert.equal(new Set(turns).size, 19);
  for (let i = 1; i < turns.length; i += 1) assert.equal(turns[i], (turns[i - 1]! + 1) % 19);
  assert.ok(new Set(offsets(DISPERSY)).size < 19);
});
