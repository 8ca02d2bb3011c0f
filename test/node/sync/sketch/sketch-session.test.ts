import assert from "node:assert/strict";
import { test } from "node:test";
import { Context } from "../../../../node/core/context.ts";
import { Epochs } from "../../../../node/sync/epochs.ts";
import { EPOCH_MS } from "../../../../node/sets/epoch.ts";
import { peel, Symbols } from "../../../../node/sets/symbols.ts";
import { UNDECODABLE } from "../../../../node/sync/sketch/sketch-answer.ts";
import { SketchSession } from "../../../../node/sync/sketch/sketch-session.ts";
import { keyedHashCrypto } from "../../../../node/testing/crypto.ts";
import { DEFAULT_DATAGRAM_BYTES, SYMBOL_BYTES } from "../../../../wire/limits.ts";
import type { Answer, SketchOffer } from "../../../../wire/message.ts";
import { fakeBundles, seeded, storeOf, upTo } from "../fixtures.ts";

const { index } = storeOf(fakeBundles(upTo(5_000), seeded(1)));
const SYMBOLS = 104;
const ANSWER: Answer = { datagrams: 0, more: false };

function talker(): { talk: SketchSession; next: (modulo?: number) => SketchOffer; ctx: Context } {
  const datagramBytes = DEFAULT_DATAGRAM_BYTES;
  const ctx = new Context({ crypto: keyedHashCrypto(), random: seeded(2), datagramBytes });
  const talk = new SketchSession(new Epochs(ctx, new Uint8Array(32)), SYMBOLS);
  const random = seeded(3);
  const next = (modulo = 1): SketchOffer =>
    talk.offer(index, 1e6, random, { modulo, elements: talk.difference })!;
  return { talk, next, ctx };
}

test("a sketch is as long as the difference is thought to be large", () => {
  const { talk, next } = talker();
  const length = (): number => next().symbols.length / SYMBOL_BYTES;
  const first = length();
  assert.ok(first < SYMBOLS / 2);
  // What is found moves what is expected, in both directions.
  for (let i = 0; i < 20; i += 1) talk.outcome({ ...ANSWER, wanted: new Uint8Array(7 * 20) }, 10);
  assert.ok(length() > first);
  for (let i = 0; i < 20; i += 1) talk.outcome(ANSWER, 1);
  assert.ok(length() < first);
});

test("one that was not decoded is followed at once by a larger one, up to a few", () => {
  const { talk, next } = talker();
  const lengths: number[] = [];
  for (let i = 0; i < 4; i += 1) {
    lengths.push(next().symbols.length);
    assert.ok(!talk.isStuck);
    assert.ok(talk.outcome({ ...ANSWER, undecoded: 1 }, 0));
  }
  assert.ok(lengths[1]! > lengths[0]!);
  assert.ok(talk.isStuck);
  // As after a filter that paid: one more failure is enough.
  talk.isStuck = false;
  next();
  talk.outcome({ ...ANSWER, undecoded: 1 }, 0);
  assert.ok(talk.isStuck);
  talk.meet();
  assert.ok(!talk.isStuck);
});

test("one that was decoded ends it, and one that changed nothing makes way for other means", () => {
  const { talk, next } = talker();
  next();
  assert.ok(!talk.outcome(ANSWER, 3));
  assert.ok(!talk.isStuck);
  next();
  assert.ok(!talk.outcome({ ...ANSWER, coming: 2 }, 0), "others are sending what was found");
  assert.ok(!talk.isStuck);
  next();
  assert.ok(talk.outcome(ANSWER, 0));
  assert.ok(talk.isStuck);
});

test("what the answerer's limit cut short is asked for again, unless nothing came at all", () => {
  const { talk, next } = talker();
  next();
  assert.ok(talk.outcome({ ...ANSWER, more: true }, 3));
  assert.ok(!talk.outcome({ ...ANSWER, more: true }, 0));
  const claims = { wanted: new Uint8Array(7), coming: 1 };
  assert.ok(!talk.outcome({ ...ANSWER, more: true, ...claims }, 0), "claims bring nothing");
  assert.ok(!talk.isStuck);
  const { offset } = next(6).subset;
  assert.ok(talk.outcome({ ...ANSWER, more: true }, 20));
  assert.equal(next().subset.offset, offset);
});

test("a peer that reads no sketches gets no second one", () => {
  const { talk, next } = talker();
  next();
  talk.outcome({ ...ANSWER, undecoded: UNDECODABLE }, 0);
  assert.ok(talk.isStuck);
});

test("a sweep asks for each class once, from anywhere on", () => {
  const { talk, next } = talker();
  const offsets = new Set<number>();
  for (let left = 6; left > 0; left -= 1) {
    const { subset, count } = next(6);
    assert.equal(subset.modulo, 6);
    assert.ok(count > 800 && count < 850);
    offsets.add(subset.offset);
    assert.equal(talk.outcome(ANSWER, 1), left > 1);
    assert.equal(talk.isSweeping, left > 1);
  }
  assert.equal(offsets.size, 6);
});

test("a class that was not decoded is asked for in two halves before the next one", () => {
  const { talk, next } = talker();
  const classes: string[] = [];
  const ask = (answer: Partial<Answer>): void => {
    const { modulo, offset } = next(6).subset;
    classes.push(`${offset - (first % modulo)}/${modulo}`);
    talk.outcome({ ...ANSWER, ...answer }, 1);
  };
  const first = next(6).subset.offset;
  ask({ undecoded: 40 });
  // Cut short by a limit: the same half once more.
  ask({ more: true });
  ask({});
  ask({});
  assert.deepEqual(classes, ["0/6", "0/12", "0/12", "6/12"]);
  for (let left = 5; left > 0; left -= 1) {
    assert.ok(talk.isSweeping);
    const { modulo, offset } = next(6).subset;
    assert.equal(modulo, 6);
    assert.notEqual(offset, first);
    talk.outcome(ANSWER, 1);
  }
  assert.ok(!talk.isSweeping);
});

test("what was found in neither half is asked for in another division, not in a sketch of everything", () => {
  const { talk, next } = talker();
  for (const undecoded of [20, 10, 10, 0]) {
    next(2);
    assert.ok(talk.outcome({ ...ANSWER, undecoded }, 1));
  }
  assert.ok(!talk.isSweeping);
  assert.ok(talk.difference > talk.perSketch);
});

test("elements that hid each other in a sketch hide each other in any shorter one", () => {
  // The reason for halves: a sketch of everything has the same symbols for what was left over.
  const random = seeded(7);
  let failed = 0;
  for (let run = 0; run < 300; run += 1) {
    const difference = new Symbols(SYMBOLS);
    for (let i = 0; i < 62; i += 1) difference.toggle(random.below(2 ** 32), random.below(2 ** 24));
    peel(difference);
    if (difference.occupied === 0) continue;
    failed += 1;
    for (let length = 1; length <= SYMBOLS; length += 1) {
      assert.equal(peel(difference.first(length)).length, 0);
    }
  }
  assert.ok(failed > 5, `${failed}`);
});

test("a class with far too much in it leads to a finer division", () => {
  const { talk, next } = talker();
  next(3);
  assert.ok(talk.outcome({ ...ANSWER, undecoded: 300 }, 0));
  assert.ok(!talk.isSweeping);
  assert.equal(talk.difference, 900);
});

test("sketches are of today; around midnight both days are understood, otherwise no other", () => {
  const { next, ctx } = talker();
  const epochs = new Epochs(ctx, new Uint8Array(32));
  const understood = (wall: number): number[] => {
    ctx.advance({ now: ctx.now + 1, wall });
    assert.equal(next().epoch, Math.floor(wall / EPOCH_MS));
    return [8, 9, 10, 11, 12].filter((epoch) => epochs.understands(epoch));
  };
  assert.deepEqual(understood(10.5 * EPOCH_MS), [10]);
  assert.deepEqual(understood(10 * EPOCH_MS + 1), [9, 10]);
  assert.deepEqual(understood(11 * EPOCH_MS - 1), [10, 11]);
});

test("where what comes shows that most peers differ by more than it can tell, no sketch is sent in vain", () => {
  const { talk } = talker();
  for (let i = 0; i < 30; i += 1) talk.differed(10_000);
  talk.meet();
  assert.ok(talk.difference > 1.9 * talk.perSketch && talk.difference <= 2 * talk.perSketch);
  for (let i = 0; i < 8; i += 1) talk.differed(10);
  assert.ok(talk.difference < talk.perSketch / 2);
});

test("whatever an answer claims, sketches are not given up for the next peer", () => {
  const { talk, next } = talker();
  for (let i = 0; i < 30; i += 1) {
    next();
    const undecoded = i % 2 === 0 ? { undecoded: 1e6 } : {};
    talk.outcome({ ...ANSWER, ...undecoded, coming: 128, wanted: new Uint8Array(7 * 64) }, 0);
  }
  talk.meet();
  assert.ok(talk.difference <= talk.perSketch);
});

test("divisions whose classes are never decoded make way for other means", () => {
  const { talk, next } = talker();
  let offers = 0;
  while (!talk.isStuck && offers < 100) {
    const { modulo, offset } = next(2).subset;
    offers += 1;
    // All that is missing is of one global time.
    const isThere = 5 % modulo === offset;
    assert.ok(talk.outcome(isThere ? { ...ANSWER, undecoded: 60 } : ANSWER, 0));
  }
  // Four divisions, each in two classes, and one of these in two halves.
  assert.equal(offers, 16);
});
