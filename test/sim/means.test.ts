import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  makeStock,
  type PairRun,
  type Place,
  runPair,
  storeWith,
  without,
} from "../../bench/experiments/pair.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import { ADAPTIVE, type Profile } from "../../node/core/profile.ts";
import type { Bundle } from "../../wire/bundle.ts";

/** What each kind of offer is worth: the same situation with it and without it. */

const BUNDLES = 6_000;
const stock = makeStock(1, BUNDLES, 100);
const full = storeWith(stock.bundles);
const LIMIT_MS = 3_600_000;

function run(held: readonly Bundle[], profile: Profile): PairRun {
  const outcome = runPair({ seed: 2, stock, full, held, profile, limitMs: LIMIT_MS });
  assert.ok(outcome.done);
  return outcome;
}

const lacking = (missing: number, where: Place): Bundle[] =>
  without(stock, missing, where, new SeededRandom(3, "means"));

describe("sketches", () => {
  test("find ten missing bundles by one offer, random or newest; without them it takes several", () => {
    for (const where of ["random", "newest"] as const) {
      const held = lacking(10, where);
      const { counts } = run(held, ADAPTIVE);
      assert.equal(counts.offer.datagrams, 1);
      assert.ok(counts.offer.bytes + counts.answer.bytes < 1_500);
      assert.ok(run(held, { ...ADAPTIVE, sketches: false }).counts.offer.datagrams > 3);
    }
  });

  test("find scattered ones class by class, for half the bytes of filters", () => {
    const held = lacking(100, "random");
    const { counts } = run(held, ADAPTIVE);
    assert.ok(counts.offer.datagrams <= 4, `${counts.offer.datagrams} offers`);
    const plain = run(held, { ...ADAPTIVE, sketches: false }).counts;
    assert.ok(counts.offer.bytes < plain.offer.bytes / 2);
  });
});

describe("cursors", () => {
  test("bring everything in a fraction of the bytes that offers of filters take", () => {
    const { counts, ms } = run([], ADAPTIVE);
    const plain = run([], { ...ADAPTIVE, cursors: false });
    assert.ok(counts.offer.bytes < plain.counts.offer.bytes / 3);
    assert.ok(ms <= plain.ms);
  });
});

describe("tails", () => {
  test("bring what is new at once to a node that lacks much", () => {
    const NEW = 20;
    const held = stock.bundles.filter((_, i) => i < BUNDLES - NEW && (i % 2 === 0 || i % 3 === 0));
    const isNew = new Set(stock.bundles.slice(-NEW).map(({ key }) => key));
    const offersUntilNew = (profile: Profile): number => {
      let last = 0;
      const arrived = ({ key }: Bundle, offers: number): void => {
        if (isNew.has(key)) last = offers;
      };
      runPair({ seed: 2, stock, full, held, profile, limitMs: LIMIT_MS, arrived });
      return last;
    };
    assert.equal(offersUntilNew(ADAPTIVE), 1);
    assert.ok(offersUntilNew({ ...ADAPTIVE, tails: false }) > 1);
  });
});
