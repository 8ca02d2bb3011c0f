import assert from "node:assert/strict";
import { test } from "node:test";
import { heldOf } from "../../../../node/sets/held.ts";
import { answerCursor } from "../../../../node/sync/cursor/cursor-answer.ts";
import { DatagramArrivals } from "../../../../node/sync/cursor/arrivals.ts";
import { CatchUp, type Ended } from "../../../../node/sync/cursor/catch-up.ts";
import { MemoryStore } from "../../../../node/store/memory.ts";
import type { Bundle } from "../../../../wire/bundle.ts";
import type { Answer, CursorOffer } from "../../../../wire/message.ts";
import { addTo, fakeBundles, seeded, storeOf, upTo } from "../fixtures.ts";

const LIMIT = { acceptable: 1e9, bytes: 5_000, now: 0 };
const PER_DATAGRAM = 3;

/** A peer's answer, three bundles in a datagram. */
function answerOf(
  store: MemoryStore,
  offer: CursorOffer,
): { answer: Answer; datagrams: Bundle[][] } {
  const { bundles, reached, more } = answerCursor(store, offer, { replyBytes: offer.bytes });
  const datagrams: Bundle[][] = [];
  for (let i = 0; i < bundles.length; i += PER_DATAGRAM) {
    datagrams.push(bundles.slice(i, i + PER_DATAGRAM) as Bundle[]);
  }
  return { answer: { datagrams: datagrams.length, more, ...(reached && { reached }) }, datagrams };
}

const told = (count: number) => ({ count, globalTime: 1e6 });

const place = ({ header, id }: Bundle) => heldOf(header.globalTime, id);

/** What comes of an answer when each datagram is lost with some probability. */
function arriving(datagrams: Bundle[][], isLost: () => boolean): DatagramArrivals {
  const arrivals = new DatagramArrivals();
  for (const [number, bundles] of datagrams.entries()) {
    if (isLost()) continue;
    arrivals.add(number, { first: place(bundles[0]!), last: place(bundles.at(-1)!) });
  }
  return arrivals;
}

function ended(peer: string, answer: Answer | undefined, arrivals: DatagramArrivals): Ended {
  return {
    peer: { key: peer },
    answer,
    arrivals,
    receivedBytes: 5_000,
    hasPaid: arrivals.size > 0,
    isUndecided: false,
  };
}

/** Asks peers in turn until all is done; returns what came, and how often. */
function caughtUp(
  store: MemoryStore,
  peers: string[],
  isLost = () => false,
): { got: MemoryStore; came: number; asked: number } {
  const catchUp = new CatchUp(0, 0);
  const got = new MemoryStore();
  let came = 0;
  let asked = 0;
  while (!catchUp.isDone({ acceptable: 1e9, held: 0 })) {
    assert.ok(asked < 2_000, "it ends");
    const open = peers.flatMap((peer) =>
      catchUp.hasPartFor(peer, told(store.index.size), 1e9)
        ? [{ peer, offer: catchUp.offer(peer, LIMIT) }]
        : [],
    );
    for (const { peer, offer } of open) {
      asked += 1;
      const { answer, datagrams } = answerOf(store, offer);
      const arrivals = arriving(datagrams, isLost);
      for (const [number, bundles] of datagrams.entries()) {
        if (!arrivals.has(number)) continue;
        came += bundles.length;
        addTo(got, bundles);
      }
      catchUp.answered(offer, answer);
      catchUp.outcome(offer, ended(peer, answer, arrivals));
    }
  }
  return { got, came, asked };
}

test("brings everything, each bundle once, from one peer and from several at once", () => {
  for (const peers of [["a"], ["a", "b"], ["a", "b", "c", "d", "e"]]) {
    const store = storeOf(fakeBundles(upTo(500), seeded(1)));
    const { got, came } = caughtUp(store, peers);
    assert.equal(got.index.size, 500);
    assert.equal(came, 500);
  }
});

test("goes on inside a global time with more bundles than an answer", () => {
  const times = [...upTo(20), ...Array.from({ length: 300 }, () => 21), ...[...upTo(40)].slice(21)];
  const store = storeOf(fakeBundles(times, seeded(2)));
  const { got, came } = caughtUp(store, ["a", "b"]);
  assert.equal(got.index.size, times.length);
  assert.equal(came, times.length);
});

test("what is lost is asked for again, and hardly anything else", () => {
  for (const share of [0.02, 0.1, 0.4]) {
    const random = seeded(3);
    const store = storeOf(fakeBundles(upTo(2_000), random));
    const { got, came } = caughtUp(store, ["a", "b"], () => random.float() < share);
    assert.equal(got.index.size, 2_000);
    // A gap ends before a bundle that came, and is asked for by itself.
    assert.equal(came, 2_000);
  }
});

test("what lies beyond an answer is asked for while it is on its way", () => {
  const store = storeOf(fakeBundles(upTo(500), seeded(1)));
  const catchUp = new CatchUp(0, 0);
  const first = catchUp.offer("a", LIMIT);
  for (let i = 0; i < 3; i += 1) catchUp.offer("b", LIMIT);
  assert.ok(!catchUp.hasPartFor("c", told(500), 1e9), "every lane waits for its answerer");
  const { answer } = answerOf(store, first);
  catchUp.answered(first, answer);
  assert.ok(catchUp.hasPartFor("c", told(500), 1e9));
  const next = catchUp.offer("c", LIMIT);
  assert.equal(next.subset.offset, first.subset.offset);
  assert.equal(next.ranges[0]!.from.globalTime, answer.reached!.globalTime);
});

test("asks nobody who is behind others, and one part of who brought nothing yet", () => {
  const catchUp = new CatchUp(0, 0);
  assert.ok(catchUp.hasPartFor("a", told(950), 1e9));
  assert.ok(!catchUp.hasPartFor("newcomer", told(500), 1e9));
  const offer = catchUp.offer("a", LIMIT);
  assert.ok(!catchUp.hasPartFor("a", told(1_000), 1e9));
  assert.ok(catchUp.hasPartFor("b", told(1_000), 1e9));
  const { answer, datagrams } = answerOf(storeOf(fakeBundles(upTo(900), seeded(1))), offer);
  catchUp.outcome(
    offer,
    ended(
      "a",
      answer,
      arriving(datagrams, () => false),
    ),
  );
  catchUp.brought("a");
  for (let i = 0; i < 3; i += 1) {
    assert.ok(catchUp.hasPartFor("a", told(1_000), 1e9));
    catchUp.offer("a", LIMIT);
  }
});

/** Asks one peer until it is not worth asking on; how often that was. */
function asked(
  catchUp: CatchUp,
  answers: (round: number) => { answer: Answer; hasPaid: boolean },
): number {
  for (let round = 1; round <= 1_000; round += 1) {
    if (!catchUp.hasPartFor("a", told(1_000), 1e9)) return round - 1;
    const offer = catchUp.offer("a", LIMIT);
    const { answer, hasPaid } = answers(round);
    catchUp.answered(offer, answer);
    const arrivals = new DatagramArrivals();
    const [only] = fakeBundles([round], seeded(round));
    const span = { first: place(only!), last: place(only!) };
    for (let number = 0; number < Math.min(answer.datagrams, 90); number += 1) {
      arrivals.add(number, span);
    }
    const receivedBytes = arrivals.size * 50;
    if (!catchUp.outcome(offer, { ...ended("a", answer, arrivals), receivedBytes, hasPaid })) {
      return round;
    }
  }
  return Infinity;
}

const further = (round: number, datagrams: number): Answer => {
  return { datagrams, more: true, reached: { globalTime: round, id: new Uint8Array(16) } };
};

test("who dribbles, repeats what is held, or announces what never comes is given up", () => {
  const kinds: ((round: number) => { answer: Answer; hasPaid: boolean })[] = [
    (round) => ({ answer: further(round, 1), hasPaid: true }),
    (round) => ({ answer: further(round, 90), hasPaid: false }),
    () => ({ answer: { datagrams: 2 ** 32 - 1, more: false }, hasPaid: false }),
  ];
  for (const [i, kind] of kinds.entries()) {
    const catchUp = new CatchUp(0, 0);
    assert.ok(asked(catchUp, kind) <= 10, `${i}`);
    assert.ok(!catchUp.hasPartFor("a", told(1_000), 1e9), `${i}`);
    assert.ok(catchUp.hasPartFor("b", told(10), 1e9), "the word of who led nowhere counts no more");
    assert.ok(!catchUp.isGivenUp(9_000) && catchUp.isGivenUp(10_000), `${i}`);
    assert.ok(!catchUp.isDone({ acceptable: 1e9, held: 0 }));
  }
});

test("what is held already may come again first, and what pays goes on", () => {
  const repeats = (round: number) => ({ answer: further(round, 90), hasPaid: round > 60 });
  assert.equal(asked(new CatchUp(1_000, 0), repeats), Infinity);
});

test("an answerer whose budget was spent has not ended anything", () => {
  const catchUp = new CatchUp(0, 0);
  const refused = { answer: { datagrams: 0, more: true }, hasPaid: false };
  assert.equal(
    asked(catchUp, () => refused),
    1,
  );
  assert.ok(
    !catchUp.isDone({ acceptable: 1e9, held: 0 }) && catchUp.hasPartFor("a", told(1_000), 1e9),
  );
});

test("what nobody answered is asked for again", () => {
  const catchUp = new CatchUp(0, 0);
  for (let i = 0; i < 4; i += 1) {
    const offer = catchUp.offer("silent", LIMIT);
    catchUp.outcome(offer, ended("silent", undefined, new DatagramArrivals()));
  }
  const store = storeOf(fakeBundles(upTo(100), seeded(1)));
  const offers = [0, 1, 2, 3].map(() => catchUp.offer("a", LIMIT));
  assert.deepEqual(new Set(offers.map(({ subset }) => subset.offset)).size, 4);
  const bundles = offers.flatMap((offer) => answerOf(store, { ...offer, bytes: 1e6 }).datagrams);
  assert.equal(bundles.flat().length, 100);
});

test("one who is asked alone and has brought something is asked for all classes in order", () => {
  const store = storeOf(fakeBundles(upTo(400), seeded(3)));
  const catchUp = new CatchUp(0, 0);
  const came: Bundle[] = [];
  const ask = (peer: string): CursorOffer => {
    assert.ok(catchUp.hasPartFor(peer, told(400), 1e9));
    const offer = catchUp.offer(peer, LIMIT);
    const { answer, datagrams } = answerOf(store, offer);
    catchUp.answered(offer, answer);
    catchUp.brought(peer);
    catchUp.outcome(
      offer,
      ended(
        peer,
        answer,
        arriving(datagrams, () => false),
      ),
    );
    came.push(...datagrams.flat());
    return offer;
  };
  const classes = Array.from({ length: 4 }, () => ask("a").subset.modulo);
  assert.deepEqual(classes, [4, 4, 4, 4], "the first shows what it brings, and the others follow");
  const before = came.length;
  assert.equal(ask("a").subset.modulo, 1);
  const times = came.slice(before).map(({ header }) => header.globalTime);
  const isInOrder = times.every((time, i) => i === 0 || time === times[i - 1]! + 1);
  assert.ok(times.length > 4 && isInOrder, times.join(" "));

  assert.equal(ask("b").subset.modulo, 4, "two are asked side by side");
  for (let turn = 0; !catchUp.isDone({ acceptable: 1e9, held: 0 }); turn++) {
    const peer = turn % 2 === 0 ? "a" : "b";
    if (catchUp.hasPartFor(peer, told(400), 1e9)) ask(peer);
  }
  assert.equal(came.length, 400, "nothing is sent twice");
  assert.equal(new Set(came.map(({ key }) => key)).size, 400);
});
