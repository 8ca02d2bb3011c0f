import assert from "node:assert/strict";
import { test } from "node:test";
import type { OverlayStatus } from "../../../node/core/engine-status.ts";
import { privacyProblem } from "../../../node/host/status/problems.ts";

function sentences(parts: Pick<OverlayStatus, "private" | "policyPrivate">): string[] {
  return privacyProblem({ overlay: "ab12", ...parts } as OverlayStatus);
}

test("a policy that contradicts the ticket is a problem of one sentence, either way", () => {
  for (const isPrivate of [true, false]) {
    assert.deepEqual(sentences({ private: isPrivate }), [], "no policy is known");
    assert.deepEqual(sentences({ private: isPrivate, policyPrivate: isPrivate }), []);
  }
  const [noSecret, ...none] = sentences({ private: false, policyPrivate: true });
  assert.match(noSecret!, /^overlay ab12 is private, .* has no secret: .*dispersy run - < FILE$/);
  assert.deepEqual(none, []);
  const [needless] = sentences({ private: true, policyPrivate: false });
  assert.match(
    needless!,
    /^overlay ab12 is public by its policy, .* has a secret: .* without one$/,
  );
});
