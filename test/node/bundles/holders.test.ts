import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Holders } from "../../../node/bundles/receipts/holders.ts";
import { OwnAsked } from "../../../node/bundles/receipts/own-asked.ts";
import { Received } from "../../../node/bundles/receipts/received.ts";
import { type Held, heldOf } from "../../../node/sets/held.ts";
import type { Bundle } from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import { authorPrefix, decodeReceipt, type Receipt } from "../../../wire/kinds/receipt-kind.ts";

const KEY = { k0: 1, k1: 2 };
const US = new Uint8Array(32).fill(1);
const NOTHING: Receipt = { entries: [], isPartial: false };

function asking(sequence: number, author = US, more = {}): Bundle {
  const id = new Uint8Array(32).fill(author[0]!);
  new DataView(id.buffer).setUint32(0, sequence);
  const header = { globalTime: sequence, receipt: sequence, ...more };
  return { id, author, header } as unknown as Bundle;
}

const at = (globalTime: number): Held => ({ globalTime, w0: 0, w1: 0, w2: 0, w3: 0 });

function setUp(count: number) {
  const bundles = Array.from({ length: count }, (_, i) => asking(i + 1));
  const own = new OwnAsked(KEY);
  const asked = bundles.map((bundle) => own.add(bundle)!);
  return { bundles, own, asked, holders: new Holders(own, authorPrefix(US)) };
}

/** What somebody says who holds these. */
function receiptOf(...bundles: Bundle[]): Receipt {
  const received = new Received(KEY);
  for (const bundle of bundles) received.add(bundle);
  return decodeReceipt(received.encode()!.data)!;
}

describe("what members' receipts say", () => {
  test("counts once for each, tells what is new, and an older one changes nothing", () => {
    const { bundles, asked, holders } = setUp(3);
    const [one, two, three] = bundles;
    const heard = (time: number, receipt: Receipt): string[] =>
      holders.heard("a", at(time), receipt).gained.map(({ id }) => id);
    assert.deepEqual(heard(5, receiptOf(one!, two!)), [toHex(one!.id), toHex(two!.id)]);
    assert.deepEqual(heard(6, receiptOf(one!, two!, three!)), [toHex(three!.id)]);
    assert.deepEqual(heard(4, NOTHING), []);
    assert.deepEqual(holders.of(asked[2]!), ["a"]);
  });

  test("proves as much when one of ours came again that was damaged here", () => {
    const { bundles, own, asked, holders } = setUp(2);
    own.add(bundles[0]!);
    holders.heard("a", at(5), receiptOf(...bundles));
    assert.deepEqual(holders.of(asked[0]!), ["a"]);
  });

  test("is taken back by a newer one that lacks it, as after a store was lost", () => {
    const { bundles, asked, holders } = setUp(2);
    holders.heard("a", at(5), receiptOf(...bundles));
    assert.deepEqual(holders.of(asked[0]!), ["a"]);
    assert.deepEqual(holders.heard("a", at(6), receiptOf(bundles[1]!)), {
      gained: [],
      lost: [asked[0]],
    });
    assert.deepEqual(holders.of(asked[0]!), [], "a gap");
    assert.deepEqual(holders.of(asked[1]!), ["a"]);
    holders.heard("a", at(7), NOTHING);
    assert.deepEqual(holders.of(asked[1]!), [], "whoever names all and not us holds none of ours");
  });

  test("stands for a while where not all authors have room in one", () => {
    const { bundles, asked, holders } = setUp(1);
    holders.heard("a", at(5), receiptOf(...bundles));
    for (let i = 0; i < 8; i++) {
      holders.heard("a", at(6 + i), { entries: [], isPartial: true });
      assert.deepEqual(holders.of(asked[0]!), ["a"], `receipt ${i}`);
    }
    holders.heard("a", at(20), { entries: [], isPartial: true });
    assert.deepEqual(holders.of(asked[0]!), []);
  });

  test("stays proved when we let go of some, and is looked at again when one of ours comes", () => {
    const { bundles, own, asked, holders } = setUp(2);
    holders.heard("a", at(5), receiptOf(...bundles));
    own.remove(asked[0]!.held);
    assert.deepEqual(holders.of(asked[1]!), ["a"]);
    // Another machine with our key gave the same number.
    const other = { ...asking(2), id: new Uint8Array(32).fill(9) };
    const strange = own.add(other)!;
    holders.added(strange);
    assert.deepEqual(holders.of(strange), []);
    assert.deepEqual(holders.of(asked[1]!), []);
  });
});

describe("what we hold of others", () => {
  test("is said of all who have room, what is new first, and of the others next time", () => {
    const received = new Received(KEY);
    const authors = Array.from({ length: 100 }, (_, i) => new Uint8Array(32).fill(i + 2));
    for (const author of authors) received.add(asking(1, author));
    const named = new Set<string>();
    for (let rounds = 0; received.hasNews && rounds < 10; rounds++) {
      const { data, said } = received.encode()!;
      const { entries, isPartial } = decodeReceipt(data)!;
      assert.ok(isPartial, "100 authors had room");
      for (const { author } of entries) named.add(author);
      said();
    }
    assert.equal(named.size, authors.length);
    received.add(asking(2, authors[70]));
    const [first] = decodeReceipt(received.encode()!.data)!.entries;
    assert.equal(first!.author, authorPrefix(authors[70]!));
  });

  test("is the same receipt as long as it is the same, and less once something is let go of", () => {
    const received = new Received(KEY);
    const author = new Uint8Array(32).fill(2);
    const limited = asking(1, author, { expires: 9 });
    received.add(limited);
    received.add(asking(2, author));
    const { data, said } = received.encode()!;
    said();
    assert.ok(!received.hasNews, "all was said");
    assert.deepEqual(received.encode()!.data, data);
    received.remove([heldOf(1, limited.id)]);
    assert.ok(received.hasNews, "nobody would hear that it is gone");
    assert.deepEqual(decodeReceipt(received.encode()!.data)!.entries[0]!.gaps, [[1, 1]]);
  });
});
