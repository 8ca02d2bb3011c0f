import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Element } from "../../../../node/sync/sketch/element.ts";
import { Coming, readElements, writeElements } from "../../../../node/sync/sketch/wanted.ts";

const element = (x: number, y = 0): Element => ({ x, y });
const [A, B, C] = [element(1), element(2), element(0xffff_ffff, 0xff_ffff)];

test("elements are read as they were written", () => {
  const elements = [A, B, C, element(0x1234_5678, 0x9a_bcde)];
  const bytes = writeElements(elements);
  assert.equal(bytes.length, 4 * 7);
  assert.deepEqual(readElements(bytes), elements);
  assert.deepEqual(readElements(writeElements([])), []);
});

describe("what is coming", () => {
  test("is not asked of others within a second", () => {
    const coming = new Coming();
    assert.deepEqual(coming.claim([A, B], "a", 0), [A, B]);
    assert.deepEqual(coming.claim([B, C], "b", 500), [C]);
    assert.deepEqual(coming.claim([A, B, C], "c", 999), []);
    assert.deepEqual(coming.claim([A, B, C], "c", 1_000), [A, B], "C was asked for later");
    assert.deepEqual(coming.claim([A, B, C], "d", 1_500), [C]);
  });

  test("is asked of the same peer again, whose answer may have got lost", () => {
    const coming = new Coming();
    coming.claim([A, B], "a", 0);
    assert.deepEqual(coming.claim([A, B], "a", 250), [A, B]);
    assert.deepEqual(coming.claim([A, B], "b", 1_000), [], "that began the second anew");
    assert.deepEqual(coming.claim([A, B], "b", 1_250), [A, B]);
  });

  test("tells elements apart by nearly all of their bits", () => {
    const coming = new Coming();
    coming.claim([element(7, 8)], "a", 0);
    assert.equal(coming.claim([element(7, 16), element(8, 8)], "b", 0).length, 2);
  });

  test("is bounded: the oldest are forgotten", () => {
    const coming = new Coming();
    for (let i = 0; i < 100; i++) {
      const some = Array.from({ length: 64 }, (_, j) => element(i * 64 + j));
      coming.claim(some, "a", i / 1_000);
    }
    assert.deepEqual(coming.claim([element(0)], "b", 0.2), [element(0)]);
    assert.deepEqual(coming.claim([element(6_399)], "b", 0.2), []);
  });
});
