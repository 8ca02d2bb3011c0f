// Catching up beside peers who lose, refuse, stop, repeat and lie, at random.
import assert from "node:assert/strict";
import { test } from "node:test";
import { heldOf } from "../../../../node/sets/held.ts";
import { MemoryStore } from "../../../../node/store/memory.ts";
import { answerCursor } from "../../../../node/sync/cursor/cursor-answer.ts";
import { DatagramArrivals, type Span } from "../../../../node/sync/cursor/arrivals.ts";
import { CatchUp } from "../../../../node/sync/cursor/catch-up.ts";
import type { Bundle } from "../../../../wire/bundle.ts";
import type { Random } from "../../../../wire/crypto.ts";
import type { Answer, CursorOffer } from "../../../../wire/message.ts";
import { addTo, fakeBundles, randomHeld, seeded, storeOf } from "../fixtures.ts";

const RUNS = 20;
const COUNT = 400;
const ACCEPTABLE = 1e6;
const PER_DATAGRAM = 3;
/** Many more than all that is held, a datagram at a time. */
const MOST_OFFERS = 3_000;

interface UnderWay {
  peer: string;
  offer: CursorOffer;
}

interface Given {
  answer: Answer | undefined;
  arrivals: DatagramArrivals;
  bundles: Bundle[];
}

const NOTHING = (): Given => ({ answer: undefined, arrivals: new DatagramArrivals(), bundles: [] });

/** What comes of an honest answer on a line with faults, which it may be spared. */
function faulty(store: MemoryStore, offer: CursorOffer, random: Random, hasFaults: boolean): Given {
  const fault = hasFaults ? random.below(8) : 7;
  const arrivals = new DatagramArrivals();
  if (fault === 0) return NOTHING();
  if (fault === 1) return { ...NOTHING(), answer: { datagrams: 0, more: true } };
  const { bundles, more, reached } = answerCursor(store, offer, { replyBytes: offer.bytes });
  const all = bundles as Bundle[];
  const datagrams = Math.ceil(all.length / PER_DATAGRAM);
  const answer = { datagrams, more, ...(reached && { reached }) };
  const came: Bundle[] = [];
  const end = fault === 2 ? random.below(datagrams + 1) : datagrams;
  for (const number of shuffled(end, random)) {
    if (fault === 3 && random.below(3) === 0) continue;
    const part = all.slice(number * PER_DATAGRAM, (number + 1) * PER_DATAGRAM);
    for (let times = fault === 4 ? 2 : 1; times > 0; times -= 1) arrivals.add(number, spanOf(part));
    came.push(...part);
  }
  return { answer: fault === 5 ? undefined : answer, arrivals, bundles: came };
}

function spanOf(bundles: readonly Bundle[]): Span {
  const [first, last] = [bundles[0]!, bundles.at(-1)!].map(({ header, id }) => {
    return heldOf(header.globalTime, id);
  });
  return { first: first!, last: last! };
}

function shuffled(count: number, random: Random): number[] {
  const numbers = Array.from({ length: count }, (_, i) => ({ i, key: random.float() }));
  return numbers.sort((a, b) => a.key - b.key).map(({ i }) => i);
}

/** Any answer with any datagrams, which bring nothing. */
function lie(random: Random): Given {
  const arrivals = new DatagramArrivals();
  const place = () => randomHeld(1 + random.below(2 * COUNT), random);
  for (let i = random.below(5); i > 0; i -= 1) {
    arrivals.add(random.below(40), { first: place(), last: place() });
  }
  const reached = { globalTime: 1 + random.below(2 ** 40), id: random.bytes(16) };
  const isEnd = random.below(4) === 0;
  const datagrams = random.below(9) * 10;
  return { answer: { datagrams, more: !isEnd, ...(!isEnd && { reached }) }, arrivals, bundles: [] };
}

/** Until nothing is missing, or nobody is asked any more; returns what came. */
function caughtUp(
  store: MemoryStore,
  random: Random,
  peers: readonly string[],
  give: (peer: string, offer: CursorOffer) => Given,
): { got: MemoryStore; isDone: boolean } {
  const catchUp = new CatchUp(0, 0);
  const got = new MemoryStore();
  const underWay: UnderWay[] = [];
  let offers = 0;
  for (let now = 0; ; now += 100) {
    assert.ok(offers < MOST_OFFERS, "it ends");
    if (catchUp.isDone({ acceptable: ACCEPTABLE, held: 0 })) return { got, isDone: true };
    if (catchUp.isGivenUp(now)) return { got, isDone: false };
    const peer = peers[random.below(peers.length)]!;
    const told = { count: store.index.size, globalTime: store.clock };
    if (catchUp.hasPartFor(peer, told, ACCEPTABLE)) {
      const bytes = 1_000 + random.below(20_000);
      underWay.push({ peer, offer: catchUp.offer(peer, { acceptable: ACCEPTABLE, bytes, now }) });
      offers += 1;
    }
    if (underWay.length === 0 || random.below(2) === 0) continue;
    const [{ peer: from, offer }] = underWay.splice(random.below(underWay.length), 1) as [UnderWay];
    const { answer, arrivals, bundles } = give(from, offer);
    if (answer !== undefined) catchUp.answered(offer, answer);
    const before = got.index.size;
    addTo(
      got,
      bundles.filter(({ header, id }) => !got.index.has(heldOf(header.globalTime, id))),
    );
    const hasPaid = got.index.size > before;
    if (hasPaid) catchUp.brought(from);
    const receivedBytes = bundles.length * 196;
    catchUp.outcome(offer, {
      peer: { key: from },
      answer,
      arrivals,
      receivedBytes,
      hasPaid,
      isUndecided: false,
    });
  }
}

function held(random: Random): MemoryStore {
  const times = Array.from({ length: COUNT }, () => 1 + random.below(COUNT));
  return storeOf(fakeBundles(times, random));
}

test("ends with everything beside lines and peers with any faults, when one has none", () => {
  for (let run = 0; run < RUNS; run += 1) {
    const random = seeded(run);
    const store = held(random);
    const { got, isDone } = caughtUp(store, random, ["well", "a", "b", "c"], (peer, offer) => {
      return faulty(store, offer, random, peer !== "well");
    });
    assert.ok(isDone, `run ${run} is done`);
    assert.equal(got.index.size, COUNT, `run ${run}`);
  }
});

test("ends beside liars, whatever they say", () => {
  for (let run = 0; run < RUNS; run += 1) {
    const random = seeded(run);
    const store = held(random);
    caughtUp(store, random, ["well", "a", "b", "c"], (peer, offer) => {
      return peer === "well" ? faulty(store, offer, random, true) : lie(random);
    });
    caughtUp(store, random, ["a", "b"], () => lie(random));
  }
});
