import assert from "node:assert/strict";
import { test } from "node:test";
import { ADAPTIVE } from "../../node/core/profile.ts";
import { joinMembers, WITHOUT_LANE } from "./control-lane-world.ts";

const BUNDLES = 50_000;
const GRANTS = 1_000;

test("of 50,000 bundles a newcomer has all grants first, and refuses none for a grant that is not here", (t) => {
  const options = { bundles: BUNDLES, grants: GRANTS, seed: 1, limitMs: 10 * 60_000 };
  const joined = joinMembers(ADAPTIVE, options);
  const before = joinMembers(WITHOUT_LANE, options);
  t.diagnostic(`with the lane ${JSON.stringify(joined)}, without ${JSON.stringify(before)}`);
  const { tooEarly, heldWithControl, heldAtWriting, held } = joined;
  assert.deepEqual(
    { tooEarly, heldWithControl, held },
    {
      tooEarly: 0,
      heldWithControl: 1 + GRANTS,
      held: BUNDLES,
    },
  );
  assert.ok(heldAtWriting <= 1 + GRANTS, `${heldAtWriting}`);
  assert.equal(before.held, BUNDLES);
  assert.ok(before.tooEarly > 0, "grants and data come mixed without the lane");
  assert.ok(before.heldAtWriting > BUNDLES / 2, `${before.heldAtWriting} bundles before`);
});
