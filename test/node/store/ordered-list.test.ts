import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { OrderedList } from "../../../node/store/ordered-list.ts";

const numbers = (): OrderedList<number> => new OrderedList((a, b) => a - b);

test("it holds what an array sorted each time would hold", () => {
  const change = fc.record({ adds: fc.boolean(), value: fc.integer({ min: 0, max: 1_500 }) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 500, maxLength: 3_000, size: "max" }), (changes) => {
      const list = numbers();
      const plain = new Set<number>();
      for (const { adds, value } of changes) {
        if (!adds) assert.equal(list.remove(value), plain.delete(value));
        else if (!plain.has(value)) {
          list.add(value);
          plain.add(value);
        }
      }
      const sorted = [...plain].sort((a, b) => a - b);
      assert.deepEqual(
        [list.size, list.first, list.last],
        [sorted.length, sorted[0], sorted.at(-1)],
      );
      for (const value of [0, 3, 700, 1_501]) {
        assert.equal(list.rank(value), sorted.filter((other) => other < value).length);
      }
    }),
    { numRuns: 40, seed: 1 },
  );
});

test("it is emptied from either end", () => {
  const list = numbers();
  for (let i = 0; i < 2_000; i += 1) list.add((i * 7_919) % 2_000);
  for (let i = 0; i < 1_000; i += 1) {
    assert.deepEqual([list.first, list.last], [i, 1_999 - i]);
    assert.ok(list.remove(i) && list.remove(1_999 - i));
  }
  assert.deepEqual([list.size, list.first, list.last], [0, undefined, undefined]);
});
