import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Namer } from "../../candidates/namer.ts";
import { MAX_PUNCTURES_PER_TARGET } from "../../nat/puncture-targets.ts";
import {
  MAX_PUNCTURES,
  MAX_PUNCTURES_FOR_STRANGERS,
  MAX_START_MS,
  Punctures,
} from "../../nat/punctures.ts";
import type { Address } from "../../wire/address.ts";
import { apart, at, seeded } from "../candidates/support.ts";

const random = seeded("punctures");
const LAN = at("192.168.1.30:4000");

const namer = stranger(1);

function stranger(i: number): Namer {
  return { group: `group ${i}`, isTrusted: false };
}

function begin(
  punctures: Punctures,
  nonce: Uint8Array,
  targets: Address[],
  now = 0,
  by = namer,
): boolean {
  return punctures.begin({ nonce, targets, namer: by, via: 2, startMs: 100, now });
}

describe("the puncturing side", () => {
  test("sends at the start, 250 and 750 ms later, to every target, and no more", () => {
    const punctures = new Punctures();
    const nonce = random.bytes(8);
    assert.equal(punctures.deadline(), Infinity);
    assert.equal(begin(punctures, nonce, [apart(1), LAN], 1_000), true);
    const both = [apart(1), LAN].map((to) => ({ nonce, to, via: 2, namer }));
    for (const deadline of [1_100, 1_350, 1_850]) {
      assert.equal(punctures.deadline(), deadline);
      assert.deepEqual(punctures.due(deadline - 1), []);
      assert.deepEqual(punctures.due(deadline), both);
      assert.deepEqual(punctures.due(deadline), []);
    }
    assert.equal(punctures.deadline(), Infinity);
    assert.deepEqual(punctures.due(1e9), []);
  });

  test("what was missed is not made up for", () => {
    const punctures = new Punctures();
    begin(punctures, random.bytes(8), [apart(1)]);
    assert.equal(punctures.due(400).length, 1);
    assert.equal(punctures.deadline(), 850);
    assert.equal(punctures.due(5_000).length, 1);
    assert.equal(punctures.deadline(), Infinity);
  });

  test("stops once it heard from the target, for that target only", () => {
    const punctures = new Punctures();
    begin(punctures, random.bytes(8), [apart(1), LAN]);
    begin(punctures, random.bytes(8), [apart(2)]);
    assert.equal(punctures.due(100).length, 3);
    punctures.heard(apart(3));
    punctures.heard(apart(1, 9));
    punctures.heard(LAN);
    assert.deepEqual(
      punctures.due(350).map(({ to }) => to),
      [apart(2)],
    );
    punctures.heard(apart(2));
    assert.equal(punctures.deadline(), Infinity);
    assert.deepEqual(punctures.due(850), []);
  });

  test("recognises the answer, also from another port, and stops", () => {
    const punctures = new Punctures();
    const nonce = random.bytes(8);
    begin(punctures, nonce, [apart(1)]);
    assert.equal(punctures.answered(random.bytes(8), apart(1)), false);
    assert.equal(punctures.answered(nonce, apart(2)), false);
    assert.equal(punctures.deadline(), 100);
    assert.equal(punctures.answered(nonce, apart(1, 9)), true);
    assert.equal(punctures.deadline(), Infinity);
    assert.equal(punctures.answered(nonce, apart(1, 9)), true, "later copies are known as well");
  });

  test("refuses a far start, a known nonce, a third address, and more than fits", () => {
    const punctures = new Punctures();
    const nonce = random.bytes(8);
    const far = { nonce, targets: [apart(1)], namer, via: 0, startMs: MAX_START_MS + 1, now: 0 };
    assert.equal(punctures.begin(far), false);
    assert.equal(punctures.begin({ ...far, startMs: 2 ** 32 - 1 }), false);
    assert.equal(punctures.begin({ ...far, startMs: MAX_START_MS }), true);
    assert.equal(begin(punctures, nonce, [apart(2)]), false);
    assert.equal(begin(punctures, random.bytes(8), [apart(3), apart(4), apart(5)]), true);
    assert.deepEqual(
      punctures.due(100).map(({ to }) => to),
      [apart(3), apart(4)],
    );
    let taken = 2;
    for (let i = 10; i < 10_000; i++) if (begin(punctures, random.bytes(8), [apart(i)])) taken++;
    assert.equal(taken, MAX_PUNCTURES_FOR_STRANGERS);
    assert.equal(begin(punctures, random.bytes(8), [apart(9)], 27_499), false);
    assert.equal(begin(punctures, random.bytes(8), [apart(9)], 27_500), true);
  });

  test("one target is not punctured by ten thousand introductions", () => {
    const punctures = new Punctures();
    for (let i = 0; i < 10_000; i++) begin(punctures, random.bytes(8), [apart(1)]);
    assert.equal(punctures.due(100).length, MAX_PUNCTURES_PER_TARGET);
    assert.equal(begin(punctures, random.bytes(8), [apart(2)]), true);
    assert.equal(begin(punctures, random.bytes(8), [apart(1)], 27_500), true);
  });
});

describe("namers", () => {
  const nonce = (): Uint8Array => random.bytes(8);
  const flooded = (by: Namer, targets: (i: number) => Address): Punctures => {
    const punctures = new Punctures();
    for (let i = 0; i < 5_000; i++) begin(punctures, nonce(), [targets(i)], 0, by);
    return punctures;
  };

  test("one that floods leaves room for all others, and most of all for whom the user named", () => {
    const punctures = flooded(stranger(1), apart);
    assert.equal(punctures.due(100).length, MAX_PUNCTURES_FOR_STRANGERS);
    for (let i = 0; i < 300; i++) {
      assert.equal(
        begin(punctures, nonce(), [apart(6_000 + i)], 100, stranger(2 + i)),
        true,
        `${i}`,
      );
    }
    const tracker = { group: "tracker", isTrusted: true };
    for (let i = 0; i < 500; i++) {
      assert.equal(begin(punctures, nonce(), [apart(7_000 + i)], 100, tracker), true, `${i}`);
    }
    const due = punctures.due(200).map(({ namer: { group } }) => group);
    assert.equal(due.filter((group) => group === "tracker").length, 500);
    assert.ok(due.length <= MAX_PUNCTURES);
    assert.equal(new Set(due).size, 301);
  });

  test("one that names a target again and again leaves it for others", () => {
    const punctures = flooded(stranger(1), () => apart(1));
    assert.equal(begin(punctures, nonce(), [apart(1)], 0, stranger(2)), true);
    assert.equal(begin(punctures, nonce(), [apart(1)], 0, { group: "", isTrusted: true }), true);
    const groups = punctures.due(100).map((due) => due.namer.group);
    assert.ok(groups.includes("group 2") && groups.includes(""), `${groups}`);
    assert.equal(groups.length, MAX_PUNCTURES_PER_TARGET + 1);
  });

  test("however many take turns, a target is not punctured more than a few times for each", () => {
    const punctures = new Punctures();
    let begun = 0;
    for (let i = 0; i < 10_000; i++) {
      if (begin(punctures, nonce(), [apart(1)], 0, stranger(i % 8))) begun++;
    }
    assert.ok(begun <= 3 * MAX_PUNCTURES_PER_TARGET, `${begun}`);
  });

  test("what is expected is shared out in the same way", () => {
    const punctures = new Punctures();
    const expect = (i: number, by: Namer): boolean =>
      punctures.expect({ nonce: nonce(), named: apart(i), namer: by, now: 0 });
    for (let i = 0; i < 5_000; i++) expect(i, stranger(1));
    assert.equal(expect(6_000, stranger(1)), false);
    for (let i = 0; i < 300; i++) assert.equal(expect(6_001 + i, stranger(2 + i)), true);
    for (let i = 0; i < 500; i++) assert.equal(expect(i, { group: "", isTrusted: true }), true);
  });
});

describe("the introduced side", () => {
  const nonce = random.bytes(8);
  const expecting = (...named: Address[]): Punctures => {
    const punctures = new Punctures();
    for (const address of named) punctures.expect({ nonce, named: address, namer, now: 0 });
    return punctures;
  };

  test("takes an announced puncture, and answers the first copy only", () => {
    const punctures = expecting(apart(1));
    const from = apart(1);
    const arrival = { namer, named: apart(1), rekeyed: false };
    assert.deepEqual(punctures.arrived({ nonce, from, now: 1 }), { ...arrival, first: true });
    assert.deepEqual(punctures.arrived({ nonce, from, now: 2 }), { ...arrival, first: false });
  });

  test("an unknown nonce, another IP, and one that comes after 27.5 s are nothing", () => {
    const punctures = expecting(apart(1));
    assert.equal(punctures.arrived({ nonce: random.bytes(8), from: apart(1), now: 1 }), undefined);
    assert.equal(punctures.arrived({ nonce, from: apart(2), now: 1 }), undefined);
    assert.equal(punctures.arrived({ nonce, from: LAN, now: 1 }), undefined);
    assert.equal(punctures.arrived({ nonce, from: apart(1), now: 27_500 }), undefined);
    assert.equal(expecting(apart(1)).arrived({ nonce, from: apart(1), now: 27_499 })?.first, true);
  });

  test("another port of the IP takes the place of the announced one, once", () => {
    const punctures = expecting(apart(1));
    const moved = punctures.arrived({ nonce, from: apart(1, 9), now: 1 });
    assert.deepEqual(moved, { namer, named: apart(1), rekeyed: true, first: true });
    const again = punctures.arrived({ nonce, from: apart(1, 9), now: 2 });
    assert.deepEqual(again, { namer, named: apart(1), rekeyed: false, first: false });
    for (let port = 10_000; port < 60_000; port++) {
      assert.equal(punctures.arrived({ nonce, from: apart(1, port), now: 3 }), undefined);
    }
  });

  test("no other port once the announced one was right", () => {
    const punctures = expecting(apart(1));
    punctures.arrived({ nonce, from: apart(1), now: 1 });
    assert.equal(punctures.arrived({ nonce, from: apart(1, 9), now: 2 }), undefined);
  });

  test("from the LAN address, when that was announced as well", () => {
    const punctures = expecting(LAN, apart(1));
    const inside = punctures.arrived({ nonce, from: LAN, now: 1 });
    assert.deepEqual(inside, { namer, named: LAN, rekeyed: false, first: true });
    const outside = punctures.arrived({ nonce, from: apart(1), now: 2 });
    assert.deepEqual(outside, { namer, named: apart(1), rekeyed: false, first: false });
  });

  test("a third address under one nonce, and a flood of nonces, are refused", () => {
    const punctures = expecting(LAN, apart(1));
    assert.equal(punctures.expect({ nonce, named: apart(3), namer, now: 0 }), false);
    assert.equal(punctures.arrived({ nonce, from: apart(3), now: 1 }), undefined);
    let taken = 1;
    for (let i = 0; i < 10_000; i++) {
      if (punctures.expect({ nonce: random.bytes(8), named: apart(i), namer, now: 0 })) taken++;
    }
    assert.equal(taken, MAX_PUNCTURES_FOR_STRANGERS);
    const next = { nonce: random.bytes(8), named: apart(1), namer };
    assert.equal(punctures.expect({ ...next, now: 27_499 }), false);
    assert.equal(punctures.expect({ ...next, now: 27_500 }), true);
  });
});

describe("loops", () => {
  /** Two nodes that treat every puncture as the engine does; returns how many datagrams one spoofed one causes. */
  function provoke(a: Punctures, c: Punctures, nonce: Uint8Array): number {
    const nodes = [a, c] as const;
    const addresses = [apart(1), apart(3)] as const;
    let to = 1;
    for (let sent = 0; sent < 100; sent++, to = 1 - to) {
      const from = addresses[1 - to]!;
      const node = nodes[to]!;
      if (node.answered(nonce, from)) return sent;
      if (node.arrived({ nonce, from, now: 10 })?.first !== true) return sent;
    }
    return Infinity;
  }

  test("a puncture and its answer end there", () => {
    const [a, c] = [new Punctures(), new Punctures()];
    const nonce = random.bytes(8);
    begin(c, nonce, [apart(1)]);
    a.expect({ nonce, named: apart(3), namer, now: 0 });
    assert.equal(provoke(c, a, nonce), 0, "the first one reaches C, who knows it for its own");
    assert.equal(provoke(a, c, nonce), 0);
    assert.equal(a.arrived({ nonce, from: apart(3), now: 1 })?.first, true);
    assert.equal(c.answered(nonce, apart(1)), true);
  });

  test("a liar who names each of two nodes to the other causes one answer of each", () => {
    const [a, c] = [new Punctures(), new Punctures()];
    const nonce = random.bytes(8);
    a.expect({ nonce, named: apart(3), namer, now: 0 });
    c.expect({ nonce, named: apart(1), namer, now: 0 });
    assert.equal(provoke(a, c, nonce), 2);
    assert.equal(provoke(a, c, nonce), 0);
  });

  test("nor if both are asked to puncture under one nonce", () => {
    const [a, c] = [new Punctures(), new Punctures()];
    const nonce = random.bytes(8);
    begin(a, nonce, [apart(3)]);
    begin(c, nonce, [apart(1)]);
    a.expect({ nonce, named: apart(3), namer, now: 0 });
    c.expect({ nonce, named: apart(1), namer, now: 0 });
    assert.equal(provoke(a, c, nonce), 0);
  });
});
