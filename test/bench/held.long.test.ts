import assert from "node:assert/strict";
import { test } from "node:test";
import { held } from "../../bench/experiments/held.ts";

interface HeldJson {
  startSeconds: number;
  indexBytesPerBundle: number;
  sketchedBytesPerBundle: number;
  buildMicroseconds: { p50: number; p95: number };
  answerMicroseconds: { p50: number; p95: number };
  wholeShare: number;
}

test("a home is written, opened by another process, and its sketches find what is missing", async () => {
  const options = { seed: 1, profile: "adaptive", bundles: 20_000, missing: 10, trials: 40 };
  const { json } = await held.run(options as never, { progress: () => undefined });
  const { startSeconds, indexBytesPerBundle, sketchedBytesPerBundle, ...rest } = json as HeldJson;
  assert.ok(startSeconds > 0);
  // 24 bytes by its layout; the collector leaves, or takes, a few of others.
  assert.ok(indexBytesPerBundle > 5 && indexBytesPerBundle < 50, `${indexBytesPerBundle}`);
  assert.ok(sketchedBytesPerBundle > indexBytesPerBundle);
  // 99 of 100 sketches show the whole difference.
  assert.ok(rest.wholeShare > 0.8);
  const { buildMicroseconds: build, answerMicroseconds: answer } = rest;
  assert.ok(build.p50 > 0 && build.p50 <= build.p95);
  assert.ok(answer.p50 > build.p50, "it looks up and reads what it found");
});
