import assert from "node:assert/strict";
import { test } from "node:test";
import { CatchUp } from "../../../../node/sync/cursor/catch-up.ts";
import { answerCursor } from "../../../../node/sync/cursor/answer.ts";
import type { Answer, CursorOffer } from "../../../../wire/message.ts";
import { addTo, fakeBundles, seeded, storeOf, upTo } from "../fixtures.ts";
import { MemoryStore } from "../../../../node/store/memory.ts";
import type { Bundle } from "../../../../wire/bundle.ts";

const MOST = 1e9;

function answerOf(store: MemoryStore, offer: CursorOffer): { answer: Answer; bundles: Bundle[] } {
  const { bundles, reached } = answerCursor(store, offer, { replyBytes: 5_000 });
  const answer = { datagrams: bundles.length, more: false, ...(reached && { reached }) };
  return { answer, bundles: bundles as Bundle[] };
}

/** Asks peers in turn until all is done; returns what came, and how often. */
function caughtUp(store: MemoryStore, peers: string[]): { got: MemoryStore; came: number } {
  const catchUp = new CatchUp(store.index.size, 0);
  const got = new MemoryStore();
  let came = 0;
  for (let round = 0; !catchUp.isDone; round += 1) {
    assert.ok(round < 1_000, "it ends");
    const open = peers.flatMap((peer) =>
      catchUp.hasPartFor(peer, store.index.size)
        ? [{ peer, offer: catchUp.offer(peer, MOST) }]
        : [],
    );
    for (const { peer, offer } of open) {
      const { answer, bundles } = answerOf(store, offer);
      came += bundles.length;
      addTo(got, bundles);
      catchUp.outcome(offer, {
        peer: { key: peer },
        answer,
        received: answer.datagrams,
        hasPaid: true,
      });
    }
  }
  return { got, came };
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

test("asks nobody who is behind itself, nor more than two parts of one", () => {
  const catchUp = new CatchUp(1_000, 0);
  assert.ok(!catchUp.hasPartFor("newcomer", 500));
  assert.ok(catchUp.hasPartFor("a", 950));
  for (let i = 0; i < 2; i += 1) catchUp.offer("a", MOST);
  assert.ok(!catchUp.hasPartFor("a", 1_000));
  for (let i = 0; i < 2; i += 1) catchUp.offer("b", MOST);
  assert.ok(!catchUp.hasPartFor("c", 1_000));
});

test("what did not come is asked for again, in smaller pieces, by somebody else", () => {
  const catchUp = new CatchUp(1_000, 0);
  const reached = { globalTime: 40, id: new Uint8Array(16) };
  const answer: Answer = { datagrams: 10, more: true, reached };
  const peer = { key: "a" };
  const whole = catchUp.offer("a", MOST);
  catchUp.outcome(whole, { peer, answer, received: 10, hasPaid: true });
  const next = [0, 1, 2, 3].map(() => catchUp.offer("b", MOST));
  const [larger] = next.filter(({ subset }) => subset.low === 40);
  assert.equal(larger!.bytes, 2 * whole.bytes);
  catchUp.outcome(larger!, { peer, answer, received: 3, hasPaid: true });
  const again = catchUp.offer("c", MOST);
  assert.equal(again.subset.low, 40);
  assert.deepEqual(again.after, reached.id);
  assert.equal(again.bytes, whole.bytes);
  catchUp.outcome(again, { peer, answer: undefined, received: 0, hasPaid: false });
  assert.equal(catchUp.offer("d", MOST).subset.low, 40);
});

test("who leads nowhere is not asked on", () => {
  const catchUp = new CatchUp(1_000, 0);
  const reached = { globalTime: 40, id: new Uint8Array(16) };
  const answer: Answer = { datagrams: 0, more: true, reached };
  for (let i = 0; i < 5 && catchUp.hasPartFor("liar", 1_000); i += 1) {
    const offer = catchUp.offer("liar", MOST);
    catchUp.outcome(offer, { peer: { key: "liar" }, answer, received: 0, hasPaid: false });
  }
  assert.ok(!catchUp.hasPartFor("liar", 1_000));
  assert.ok(catchUp.hasPartFor("honest", 1_000));
});

/** Asks one peer until it is not worth asking on; how often that was. */
function asked(
  catchUp: CatchUp,
  ended: (round: number) => { answer: Answer; hasPaid: boolean },
): number {
  for (let round = 1; round <= 1_000; round += 1) {
    if (!catchUp.hasPartFor("a", 1_000)) return round - 1;
    const offer = catchUp.offer("a", MOST);
    const { answer, hasPaid } = ended(round);
    const received = Math.min(answer.datagrams, 100);
    if (!catchUp.outcome(offer, { peer: { key: "a" }, answer, received, hasPaid })) return round;
  }
  return Infinity;
}

const further = (round: number, datagrams: number): Answer => {
  return { datagrams, more: true, reached: { globalTime: round, id: new Uint8Array(16) } };
};

test("who dribbles, repeats what is held, or announces what never comes is given up", () => {
  const kinds: ((round: number) => { answer: Answer; hasPaid: boolean })[] = [
    (round) => ({ answer: further(round, 0), hasPaid: false }),
    (round) => ({ answer: further(round, 1), hasPaid: true }),
    (round) => ({ answer: further(round, 90), hasPaid: false }),
    () => ({ answer: { datagrams: 2 ** 32 - 1, more: false }, hasPaid: false }),
  ];
  for (const [i, kind] of kinds.entries()) {
    const catchUp = new CatchUp(1_000, 0);
    assert.ok(asked(catchUp, kind) <= 10, `${i}`);
    assert.ok(catchUp.isGivenUp, `${i}`);
    assert.ok(!catchUp.isDone);
  }
});

test("what is held already may come again first, and what pays goes on", () => {
  const repeats = (round: number) => ({ answer: further(round, 90), hasPaid: round > 60 });
  assert.equal(asked(new CatchUp(1_000, 1_000), repeats), Infinity);
});

test("an answerer whose budget was spent has not ended anything", () => {
  const catchUp = new CatchUp(1_000, 0);
  const refused = { answer: { datagrams: 0, more: true }, hasPaid: false };
  assert.equal(
    asked(catchUp, () => refused),
    1,
  );
  assert.ok(!catchUp.isDone && !catchUp.isGivenUp);
  assert.ok(catchUp.hasPartFor("a", 1_000));
});
