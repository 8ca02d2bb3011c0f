import assert from "node:assert/strict";
import { test } from "node:test";
import { compareHeld, type Held } from "../../../../node/sets/held.ts";
import { DatagramArrivals, type Span } from "../../../../node/sync/cursor/arrivals.ts";
import { EVERYWHERE, FIRST, type Stretch } from "../../../../node/sync/cursor/stretches.ts";
import { randomHeld, seeded } from "../fixtures.ts";

const RUNS = 400;

function contains(stretches: readonly Stretch[], place: Held): boolean {
  return stretches.some(({ from, before }) => {
    return (
      compareHeld(from, place) <= 0 && (before === undefined || compareHeld(place, before) < 0)
    );
  });
}

/** An answer in order: some bundles in each datagram. */
function answer(seed: number): Held[][] {
  const random = seeded(seed);
  const places = Array.from({ length: 40 }, () => randomHeld(1 + random.below(25), random));
  places.sort(compareHeld);
  const datagrams: Held[][] = [];
  while (places.length > 0) datagrams.push(places.splice(0, 1 + random.below(4)));
  return datagrams;
}

test("all that came is covered and nothing that did not, in whatever order it comes", () => {
  for (let run = 0; run < RUNS; run += 1) {
    const random = seeded(run);
    const datagrams = answer(run);
    const arrivals = new DatagramArrivals();
    const came = new Set<number>();
    for (let i = 0; i < datagrams.length; i += 1) {
      const number = random.below(datagrams.length);
      const bundles = datagrams[number]!;
      // Some are read by nobody: there was no room.
      const isRead = random.below(8) > 0;
      if (!arrivals.has(number) && isRead) came.add(number);
      arrivals.add(number, isRead ? { first: bundles[0]!, last: bundles.at(-1)! } : undefined);
      const covered = arrivals.covered(random.below(2) === 0 ? datagrams.length : undefined);
      for (const [at, places] of datagrams.entries()) {
        for (const place of places)
          assert.equal(contains(covered, place), came.has(at), `run ${run}`);
      }
    }
  }
});

test("ends are covered with the first and the last datagram only", () => {
  const datagrams = answer(1);
  const spans = datagrams.map((places): Span => ({ first: places[0]!, last: places.at(-1)! }));
  const end = { ...FIRST, globalTime: 1_000 };
  const arrivals = new DatagramArrivals();
  for (const [number, span] of spans.entries()) {
    assert.equal(contains(arrivals.covered(spans.length), FIRST), number > 0);
    assert.ok(!contains(arrivals.covered(spans.length), end), "the last one did not come");
    arrivals.add(number, span);
  }
  assert.deepEqual(arrivals.covered(spans.length), EVERYWHERE);
  assert.ok(!contains(arrivals.covered(undefined), end), "nobody said that this is all");
});

test("stretches ascend and none overlaps another, whatever order a liar's spans have", () => {
  for (let run = 0; run < RUNS; run += 1) {
    const random = seeded(run);
    const arrivals = new DatagramArrivals();
    for (let i = 0; i < 30; i += 1) {
      const [first, last] = [
        randomHeld(1 + random.below(9), random),
        randomHeld(1 + random.below(9), random),
      ];
      arrivals.add(random.below(40), { first, last });
      let before: Stretch | undefined;
      for (const stretch of arrivals.covered(random.below(40))) {
        const isOpen = stretch.before === undefined;
        assert.ok(isOpen || compareHeld(stretch.from, stretch.before!) < 0, "it is one");
        const follows = before === undefined || compareHeld(before.before!, stretch.from) < 0;
        assert.ok(follows, "it follows");
        before = stretch;
      }
    }
  }
});
