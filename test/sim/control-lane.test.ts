import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ADAPTIVE } from "../../node/core/profile.ts";
import { World } from "../../node/testing/world.ts";
import { dataOf, joinMembers, signer, storeOf, WITHOUT_LANE } from "./control-lane-world.ts";

const MINUTE_MS = 60_000;

test("a newcomer has all grants before the data, and its user may write then", () => {
  for (const seed of [1, 2]) {
    const options = { bundles: 2_000, grants: 300, seed, limitMs: 2 * MINUTE_MS };
    const joined = joinMembers(ADAPTIVE, options);
    assert.deepEqual([joined.held, joined.tooEarly], [2_000, 0]);
    assert.equal(joined.heldWithControl, 301);
    assert.ok(joined.heldAtWriting <= 301, `${joined.heldAtWriting}`);
    const before = joinMembers(WITHOUT_LANE, options);
    assert.equal(before.held, 2_000);
    assert.ok(before.tooEarly > 0, "grants and data come mixed without the lane");
    assert.ok(before.heldAtWriting > 500, `${before.heldAtWriting} bundles before it may write`);
  }
});
