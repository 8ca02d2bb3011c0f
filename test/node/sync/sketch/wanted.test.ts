import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RoundTrip } from "../../../../node/net/round-trip.ts";
import type { Element } from "../../../../node/sets/element.ts";
import {
  InFlightElements,
  readElements,
  writeElements,
} from "../../../../node/sync/sketch/wanted.ts";

const element = (x: number, y = 0): Element => ({ x, y });
const [A, B, C] = [element(1), element(2), element(0xffff_ffff, 0xff_ffff)];
const PLENTY = 64;

/** Whose answers took so long; as yet unknown. */
function peer(key: string, ms?: number): { key: string; roundTrip: RoundTrip } {
  const roundTrip = new RoundTrip();
  if (ms !== undefined) roundTrip.answered(ms, false, 0);
  return { key, roundTrip };
}

test("elements are read as they were written", () => {
  const elements = [A, B, C, element(0x1234_5678, 0x9a_bcde)];
  const bytes = writeElements(elements);
  assert.equal(bytes.length, 4 * 7);
  assert.deepEqual(readElements(bytes), elements);
  assert.deepEqual(readElements(writeElements([])), []);
});

describe("what is coming", () => {
  test("is not asked of others within a second", () => {
    const coming = new InFlightElements();
    assert.deepEqual(coming.reserve([A, B], peer("a"), PLENTY, 0), { wanted: [A, B], coming: 0 });
    assert.deepEqual(coming.reserve([B, C], peer("b"), PLENTY, 500), { wanted: [C], coming: 1 });
    assert.deepEqual(coming.reserve([A, B, C], peer("c"), PLENTY, 999), { wanted: [], coming: 3 });
    const later = coming.reserve([A, B, C], peer("c"), PLENTY, 1_000);
    assert.deepEqual(later, { wanted: [A, B], coming: 1 }, "C was asked for later");
    assert.deepEqual(coming.reserve([A, B, C], peer("d"), PLENTY, 1_500).wanted, [C]);
  });

  test("is asked of the same peer again, whose answer may have got lost, without giving it more time", () => {
    const coming = new InFlightElements();
    coming.reserve([A, B], peer("a"), PLENTY, 0);
    assert.deepEqual(coming.reserve([A, B], peer("a"), PLENTY, 900).wanted, [A, B]);
    assert.deepEqual(coming.reserve([A, B], peer("b"), PLENTY, 950).wanted, []);
    assert.deepEqual(coming.reserve([A, B], peer("b"), PLENTY, 1_000).wanted, [A, B]);
  });

  test("comes later on a path that takes longer, and no sooner on a short one", () => {
    const coming = new InFlightElements();
    // Late after 600 + 4 * 300 ms, and after 50 ms.
    coming.reserve([A], peer("satellite", 600), PLENTY, 0);
    coming.reserve([B], peer("next door", 1), PLENTY, 0);
    assert.deepEqual(coming.reserve([A, B], peer("b"), PLENTY, 999).wanted, []);
    assert.deepEqual(coming.reserve([A, B], peer("b"), PLENTY, 1_000).wanted, [B]);
    assert.deepEqual(coming.reserve([A], peer("b"), PLENTY, 3_599).wanted, []);
    assert.deepEqual(coming.reserve([A], peer("b"), PLENTY, 3_600).wanted, [A]);
  });

  test("is what was asked for, and what did not fit is asked of the next one", () => {
    const coming = new InFlightElements();
    assert.deepEqual(coming.reserve([A, B, C], peer("a"), 2, 0), { wanted: [A, B], coming: 0 });
    assert.deepEqual(coming.reserve([A, B, C], peer("b"), 2, 10), { wanted: [C], coming: 2 });
  });

  test("tells elements apart by nearly all of their bits", () => {
    const coming = new InFlightElements();
    coming.reserve([element(7, 8)], peer("a"), PLENTY, 0);
    assert.equal(
      coming.reserve([element(7, 16), element(8, 8)], peer("b"), PLENTY, 0).wanted.length,
      2,
    );
  });

  test("is bounded: the oldest are forgotten", () => {
    const coming = new InFlightElements();
    for (let i = 0; i < 100; i++) {
      const some = Array.from({ length: 64 }, (_, j) => element(i * 64 + j));
      coming.reserve(some, peer("a"), PLENTY, i / 1_000);
    }
    assert.deepEqual(coming.reserve([element(0)], peer("b"), PLENTY, 0.2).wanted, [element(0)]);
    assert.deepEqual(coming.reserve([element(6_399)], peer("b"), PLENTY, 0.2).wanted, []);
  });
});
