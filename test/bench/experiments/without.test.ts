import assert from "node:assert/strict";
import { it } from "node:test";
import { profileOf } from "../../../bench/experiments/without.ts";
import { ADAPTIVE } from "../../../node/core/profile.ts";

const without = (names: string) => profileOf({ seed: 1, profile: "adaptive", without: names });

it("a control is the profile without what was named, and nothing else", () => {
  assert.deepEqual(without(""), ADAPTIVE, "everything");
  const expected = { ...ADAPTIVE, sketches: false, pushTo: 0 };
  assert.deepEqual(without("sketches,push"), expected, "less two");
});

it("names no switch that there is not", () => {
  assert.throws(() => without("replyBytes"), /"replyBytes" is no switch of a profile/, "a number");
});
