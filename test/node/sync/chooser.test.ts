import assert from "node:assert/strict";
import { test } from "node:test";
import { ADAPTIVE, DISPERSY, type Profile } from "../../../node/core/profile.ts";
import { choose, type Choice, type Situation } from "../../../node/sync/chooser.ts";

const NEAR: Situation = {
  held: 100_000,
  recent: 100_000,
  told: 100_000,
  difference: 8,
  isStuck: false,
  isSweeping: false,
  turn: 1,
  tailPays: false,
  tails: 0,
  others: 0,
  perSketch: 50,
  mayCatchUp: true,
};

const chosen = (changes: Partial<Situation>, profile: Profile = ADAPTIVE): Choice =>
  choose(profile, { ...NEAR, recent: changes.held ?? NEAR.held, ...changes });

function breadthOf(changes: Partial<Situation>): number {
  const choice = chosen(changes);
  assert.equal(choice.by, "tail");
  return choice.breadth;
}

test("a small difference is sketched as a whole, with room for what the counts tell", () => {
  assert.deepEqual(chosen({}), { by: "sketch", modulo: 1, elements: 8 });
  assert.deepEqual(chosen({ told: 100_030 }), { by: "sketch", modulo: 1, elements: 30 });
  assert.deepEqual(chosen({ told: 99_980 }), { by: "sketch", modulo: 1, elements: 20 });
  assert.deepEqual(chosen({ told: undefined }), { by: "sketch", modulo: 1, elements: 8 });
});

test("a larger one is divided into as many classes as it needs", () => {
  const [mean, many] = [1_000 / 20, chosen({ told: 101_000 })];
  const elements = Math.ceil(2 * mean + 3 * Math.sqrt(mean));
  assert.deepEqual(many, { by: "sketch", modulo: 20, elements });
  // Two classes would have room for the difference, but 50,000 bundles each, which takes either side too long.
  assert.deepEqual(chosen({ told: 100_100 }), { by: "sketch", modulo: 7, elements: 40 });
  assert.equal(chosen({ isSweeping: true, told: 110_000 }).by, "sketch");
});

test("beyond a twentieth of the set filters are cheaper; at first, and now and then, for what is new", () => {
  const turns = Array.from({ length: 17 }, (_, turn) => chosen({ told: 120_000, turn }).by);
  assert.deepEqual(
    turns.flatMap((by, turn) => (by === "tail" ? turn : [])),
    [0, 8, 16],
  );
  assert.equal(turns.filter((by) => by === "filter").length, 14);
  assert.equal(chosen({ isStuck: true, turn: 0 }).by, "filter");
});

test("what is new is asked for while it pays, and each fourth time farther and farther back", () => {
  const behind = { told: 120_000, tailPays: true };
  const breadths = Array.from({ length: 5 }, (_, tails) => breadthOf({ ...behind, tails }));
  assert.deepEqual(breadths, [1, 1, 1, 16, 16]);
  const others = Array.from({ length: 9 }, (_, i) =>
    Math.log2(breadthOf({ ...behind, tails: 3, others: i })),
  );
  assert.deepEqual(others, [4, 8, 4, 12, 4, 8, 4, 16, 4]);
});

test("what is found among the newest only is a large part of them", () => {
  assert.equal(chosen({ difference: 1_000 }).by, "sketch");
  assert.equal(chosen({ difference: 1_000, recent: 20_000 }).by, "sketch");
  assert.equal(chosen({ difference: 1_000, recent: 19_999, turn: 0 }).by, "tail");
  assert.equal(chosen({ difference: 50, recent: 100 }).by, "sketch", "one is enough");
});

test("who holds next to nothing asks for everything in order", () => {
  assert.equal(chosen({ held: 0 }).by, "cursor");
  assert.equal(chosen({ held: 25_000 }).by, "cursor");
  assert.equal(chosen({ held: 25_001 }).by, "filter");
  assert.equal(chosen({ held: 0, mayCatchUp: false }).by, "filter");
  // A few bundles fit into one reply.
  assert.equal(chosen({ held: 0, told: 100 }).by, "filter");
  assert.equal(chosen({ held: 10, told: 100 }).by, "filter");
});

test("each means can be switched off, and the original has none of them", () => {
  assert.equal(chosen({}, { ...ADAPTIVE, sketches: false }).by, "filter");
  assert.equal(chosen({ told: 120_000, turn: 0 }, { ...ADAPTIVE, tails: false }).by, "filter");
  assert.equal(chosen({ held: 0 }, { ...ADAPTIVE, cursors: false }).by, "filter");
  for (const held of [0, 1, 50_000, 100_000]) assert.equal(chosen({ held }, DISPERSY).by, "filter");
});
