import assert from "node:assert/strict";
import { test } from "node:test";
import { refuseKeep } from "../../node/host/node/drafts.ts";
import { Policy } from "../../node/bundles/policy.ts";
import { makeBundle } from "../../wire/bundle.ts";
import { crypto, OVERLAY_KEY, OVERLAY_SECRET } from "../hostile/rig.ts";

test("where the policy says how much of a topic is kept, what its author says is refused", () => {
  for (const keep of [undefined, 3]) {
    const policy = new Policy(OVERLAY_KEY);
    const content = { kind: "policy" as const, writers: "open" as const, ...(keep && { keep }) };
    policy.apply(makeBundle(crypto, OVERLAY_KEY, OVERLAY_SECRET, 1, { content }));
    assert.equal(policy.keep, keep);
    if (keep === undefined) refuseKeep(policy.keep);
    else
      assert.throws(() => refuseKeep(policy.keep), { exitCode: 6, message: /keeps the newest 3/ });
  }
});
