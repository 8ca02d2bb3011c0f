import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { OwnAsked, covers } from "../../../node/bundles/receipts/own-asked.ts";
import { Sequence } from "../../../node/bundles/receipts/sequence.ts";
import { heldOf } from "../../../node/sets/held.ts";
import type { Bundle } from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import {
  decodeReceipt,
  encodeReceipt,
  MAX_GAPS,
  MAX_RECEIPT_BYTES,
  type ReceiptEntry,
} from "../../../wire/kinds/receipt-kind.ts";

const KEY = { k0: 1, k1: 2 };
const AUTHOR = "0102030405060708";

/** One that asks; `version` tells two of one sequence apart. */
function asking(sequence: number, version = 0): Bundle {
  const id = new Uint8Array(32).fill(7);
  new DataView(id.buffer).setUint32(0, sequence);
  id[15] = version;
  return { id, header: { globalTime: sequence, receipt: sequence } } as unknown as Bundle;
}

const placeOf = ({ id, header }: Bundle) => heldOf(header.globalTime, id);

function entryOf({ through, gaps, check }: Sequence): ReceiptEntry {
  return { author: AUTHOR, through, gaps, check };
}

function receivedOf(bundles: Bundle[]): Sequence {
  const sequence = new Sequence(KEY);
  for (const bundle of bundles) sequence.add(bundle.header.receipt!, placeOf(bundle));
  return sequence;
}

function writtenBy(bundles: Bundle[]): OwnAsked {
  const own = new OwnAsked(KEY);
  for (const bundle of bundles) own.add(bundle);
  return own;
}

/** Which of the author's bundles a member is known to hold. */
function known(own: OwnAsked, entry: ReceiptEntry): string[] {
  if (!own.proves(entry)) return [];
  return [...own.all].filter(({ sequence }) => covers(entry, sequence)).map(({ id }) => id);
}

const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 40 });

describe("what a receipt says", () => {
  test("is never more than what is held, and all of it, in whatever order it came", () => {
    const made = fc.tuple(numbers, numbers, fc.array(fc.integer({ min: 0, max: 40 })));
    fc.assert(
      fc.property(made, ([came, gone, more]) => {
        const all = Array.from({ length: 40 }, (_, i) => asking(i + 1));
        const member = receivedOf(came.map((n) => all[n - 1]!));
        const left = new Set(came);
        for (const n of gone) {
          if (!left.delete(n)) continue;
          member.remove(n, placeOf(all[n - 1]!));
        }
        for (const n of more) {
          if (n === 0 || left.has(n)) continue;
          left.add(n);
          member.add(n, placeOf(all[n - 1]!));
        }
        const held = [...left].sort((a, b) => a - b).map((n) => toHex(all[n - 1]!.id));
        assert.deepEqual(known(writtenBy(all), entryOf(member)), held);
      }),
    );
  });

  test("is nothing where two bundles have one number and the member holds another one", () => {
    const [ours, other] = [asking(3), asking(3, 1)];
    const rest = [asking(1), asking(2)];
    const own = writtenBy([...rest, ours]);
    const entry = entryOf(receivedOf([...rest, other]));
    assert.ok(covers(entry, 3), "by its number it holds ours");
    assert.deepEqual(known(own, entry), []);
    own.add(other);
    assert.deepEqual(known(own, entry), [], "it lacks ours still");
    const both = receivedOf([...rest, other, ours]);
    assert.equal(known(own, entryOf(both)).length, 4);
    both.remove(3, placeOf(other));
    own.remove(placeOf(other));
    assert.equal(known(own, entryOf(both)).length, 3, "one of the two is no gap");
  });

  test("is nothing where it names what was never written", () => {
    const all = [asking(1), asking(2)];
    const entry = entryOf(receivedOf(all));
    assert.equal(known(writtenBy(all), entry).length, 2);
    assert.deepEqual(known(writtenBy(all), { ...entry, through: 3 }), []);
  });

  test("may leave out gaps that are settled, and then says nothing of whoever fills them alone", () => {
    const all = Array.from({ length: 41 }, (_, i) => asking(i + 1));
    const odd = all.filter((_, i) => i % 2 === 0);
    const member = receivedOf(odd);
    member.settle();
    assert.equal(member.gaps.length, 8);
    assert.equal(known(writtenBy(odd), entryOf(member)).length, odd.length, "nobody has the rest");
    assert.deepEqual(known(writtenBy(all), entryOf(member)), []);
  });

  test("lists so many gaps at most, whatever an author writes", () => {
    const member = receivedOf(Array.from({ length: 1_000 }, (_, i) => asking(2 * i + 1)));
    assert.equal(member.gaps.length, MAX_GAPS);
    member.add(Number.MAX_SAFE_INTEGER, placeOf(asking(5, 9)));
    const { data } = encodeReceipt([entryOf(member)]);
    assert.deepEqual(decodeReceipt(new Uint8Array(data))?.entries, [entryOf(member)]);
  });
});

test("numbers go on after the highest that is held, and are not used up by somebody with our key", () => {
  const own = writtenBy([asking(1), asking(7)]);
  assert.equal(own.next(), 8);
  own.add(asking(Number.MAX_SAFE_INTEGER));
  assert.equal(own.next(), 9);
});

test("what is not kept any longer counts no more, and what was proved by then stays so", () => {
  const [one, two] = [asking(1), asking(2)];
  const own = writtenBy([one, two]);
  const member = receivedOf([one, two]);
  own.remove(placeOf(one));
  assert.deepEqual(known(own, entryOf(member)), [], "the member holds one more");
  member.remove(1, placeOf(one));
  assert.equal(known(own, entryOf(member)).length, 1);
});

const entries = fc.array(
  fc
    .tuple(numbers, fc.uint8Array({ minLength: 8, maxLength: 8 }))
    .map(([came, author]): ReceiptEntry => {
      const member = receivedOf(came.map((n) => asking(n)));
      return { ...entryOf(member), author: toHex(author) };
    }),
);

test("receipts are read as they were written, as far as they have room", () => {
  fc.assert(
    fc.property(entries, (all) => {
      const { data, included } = encodeReceipt(all);
      assert.ok(data.length <= MAX_RECEIPT_BYTES, `${data.length} bytes`);
      const read = decodeReceipt(new Uint8Array(data))!;
      assert.deepEqual(read.entries, all.slice(0, included));
      assert.equal(read.isPartial, included < all.length);
    }),
  );
});

test("whatever bytes a receipt is made of, reading it says something or nothing", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const { through, gaps } of decodeReceipt(bytes)?.entries ?? []) {
        assert.ok(
          gaps.every(([from, to]) => from >= 1 && from <= to && to <= through),
          `${gaps}`,
        );
      }
    }),
  );
});
