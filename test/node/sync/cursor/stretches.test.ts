import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { compareHeld, type Held } from "../../../../node/sets/held.ts";
import { after, minus, type Stretch, union } from "../../../../node/sync/cursor/stretches.ts";

const PLACES = 12;
const at = (globalTime: number): Held => ({ globalTime, w0: 0, w1: 0, w2: 0, w3: 0 });

/** Which of the places 1 to PLACES are in it. */
function places(stretches: readonly Stretch[]): number[] {
  const all = Array.from({ length: PLACES }, (_, i) => i + 1);
  return all.filter((time) =>
    stretches.some(({ from, before }) => {
      return time >= from.globalTime && (before === undefined || time < before.globalTime);
    }),
  );
}

const stretches: fc.Arbitrary<Stretch[]> = fc
  .array(fc.tuple(fc.nat(PLACES), fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined })))
  .map((pairs) => {
    return union(
      pairs.map(([from, length]) => ({
        from: at(from + 1),
        before: length === undefined ? undefined : at(from + 1 + length),
      })),
      [],
    );
  });

test("property: union and minus are those of the places, and come in order, none touching", () => {
  fc.assert(
    fc.property(stretches, stretches, (a, b) => {
      const [inA, inB] = [places(a), places(b)];
      assert.deepEqual(
        places(union(a, b)),
        [...new Set([...inA, ...inB])].sort((x, y) => x - y),
      );
      const rest = minus(a, b);
      assert.deepEqual(
        places(rest),
        inA.filter((place) => !inB.includes(place)),
      );
      for (const list of [union(a, b), rest]) {
        for (const [i, { from, before }] of list.entries()) {
          assert.ok(before === undefined || compareHeld(from, before) < 0);
          const next = list[i + 1];
          if (next === undefined) continue;
          assert.ok(before !== undefined && compareHeld(before, next.from) <= 0);
        }
      }
    }),
  );
});

test("the next place carries from word to word, and on to the next global time", () => {
  const full = 2 ** 32 - 1;
  assert.deepEqual(after({ globalTime: 7, w0: 1, w1: 2, w2: full, w3: full }), {
    globalTime: 7,
    w0: 1,
    w1: 3,
    w2: 0,
    w3: 0,
  });
  assert.deepEqual(after({ globalTime: 7, w0: full, w1: full, w2: full, w3: full }), at(8));
});
