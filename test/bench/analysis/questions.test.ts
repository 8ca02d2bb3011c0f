import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { aucOf } from "../../../bench/analysis/auc.ts";
import { golombDecode, golombEncode } from "../../../bench/analysis/golomb.ts";
import { bloom, fixed, golombSet, type OneWay, sweep } from "../../../bench/experiments/one-way.ts";
import { Observer } from "../../../bench/experiments/privacy-observers.ts";
import { type Form, FORMS, Offerer } from "../../../bench/experiments/privacy-offers.ts";
import { clocks, type ClockRow } from "../../../bench/experiments/clocks.ts";
import { makeStock, storeWith } from "../../../bench/experiments/pair.ts";
import { type Held, heldOf } from "../../../node/sets/held.ts";
import { SeededRandom } from "../../../node/testing/random.ts";

function heldMany(count: number, name: string): Held[] {
  const random = new SeededRandom(1, name);
  return Array.from({ length: count }, (_, i) => heldOf(i + 1, random.bytes(16)));
}

describe("the area under the curve", () => {
  it("is 1 for certainty, 0 for the contrary, and a half where all scores are equal", () => {
    assert.equal(aucOf([3, 4], [1, 2]).auc, 1, "certain");
    assert.equal(aucOf([1, 2], [3, 4]).auc, 0, "always wrong");
    assert.equal(aucOf([1, 1], [1, 1, 1]).auc, 0.5, "nothing told");
    assert.equal(aucOf([1, 3], [2]).auc, 0.5, "one above, one below");
  });

  it("has an interval that holds 0.5 for scores that tell nothing, and is narrower with more of them", () => {
    const random = new SeededRandom(1, "scores");
    const scores = (count: number) => Array.from({ length: count }, () => random.below(1_000));
    const few = aucOf(scores(50), scores(50));
    const many = aucOf(scores(2_000), scores(2_000));
    for (const { low, high } of [few, many]) assert.ok(low < 0.5 && high > 0.5, `${low} ${high}`);
    assert.ok(many.high - many.low < (few.high - few.low) / 4, "40 times as many");
  });
});

describe("Golomb coding", () => {
  it("gives back what went in, whatever the divisor", () => {
    const random = new SeededRandom(1, "golomb");
    for (const divisor of [1, 2, 3, 7, 69, 693]) {
      const values = Array.from({ length: 200 }, () => random.below(200 * divisor)).sort(
        (a, b) => a - b,
      );
      const bytes = golombEncode(values, divisor);
      assert.deepEqual(golombDecode(bytes, 200, divisor), values, `divisor ${divisor}`);
    }
  });
});

describe("filters of one room", () => {
  const ROOM = 400;
  const world = { perAnswer: 20, maxOffers: 60 };
  const found = (way: OneWay) =>
    sweep(way, heldMany(3_000, "held"), heldMany(10, "missing"), {
      ...world,
      random: new SeededRandom(1, way.name),
    });

  it("find all that is missing, class by class, and fit", () => {
    const held = heldMany(3_000, "held");
    for (const way of [bloom(ROOM, 0.01), bloom(ROOM, 0.2), golombSet(ROOM, 0.01)]) {
      assert.equal(found(way).found, 10, way.name);
      const summary = way.summary(held.slice(0, way.capacity), new Uint8Array(8));
      assert.ok(summary.bytes <= ROOM, `${way.name} has ${summary.bytes} bytes`);
      assert.ok(held.slice(0, way.capacity).every(summary.has), "what is held is never missing");
    }
    assert.ok(golombSet(ROOM, 0.01).capacity > bloom(ROOM, 0.01).capacity, "more at 1 %");
  });

  it("do not where one of a fixed size is for everything", () => {
    assert.ok(found(fixed(ROOM, 0.01)).found < 10, "most of it looks present");
  });
});

describe("an offer", () => {
  const stock = makeStock(1, 100, 20);
  const { index } = storeWith(stock.bundles.filter((_, i) => i % 10 !== 5));
  const asked = stock.bundles.map(({ header, id }) => heldOf(header.globalTime, id));
  const isRight = (form: Form, knows: "the ticket" | "ids only"): boolean => {
    const secret = { overlay: new Uint8Array(20).fill(1), root: new Uint8Array(32).fill(2) };
    const sender = new Offerer(form, secret, new SeededRandom(1, form.name));
    const observer = new Observer(form, secret, knows);
    const sums = asked.map(() => 0);
    for (let i = 0; i < 6; i++) {
      observer.scores(sender.offer(index), asked).forEach((score, k) => (sums[k]! += score));
    }
    return sums.every((sum, i) => (sum === 6) === (i % 10 !== 5));
  };

  it("that is keyed or sealed tells outsiders nothing; in clear it tells them all that it tells insiders", () => {
    for (const form of FORMS.filter(({ rate, hiding }) => rate < 0.1 || hiding === "salt")) {
      assert.ok(isRight(form, "the ticket"), `insider: ${form.name}`);
      const isOpen = form.hiding === "none" || form.hiding === "salt";
      assert.equal(isRight(form, "ids only"), isOpen, `outsider: ${form.name}`);
    }
  });
});

describe("bench clocks", () => {
  it("shows that times of one overlay tell of others only where a node has one clock for all", async () => {
    const { json } = await clocks.run(
      { nodes: 20, windows: 100, seed: 1, profile: "adaptive" },
      { progress: () => {} },
    );
    const [perOverlay, perNode] = (json as { clocks: ClockRow[] }).clocks;
    const { low, high } = perOverlay!.leak;
    assert.ok(low < 0.5 && high > 0.5, `per overlay: ${low} to ${high}`);
    assert.ok(perNode!.leak.low > 0.6, `per node: ${perNode!.leak.low}`);
  });
});
