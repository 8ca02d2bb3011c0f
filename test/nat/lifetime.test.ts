import assert from "node:assert/strict";
import { test } from "node:test";
import { LifetimeEvidence, START_KEEP_ALIVE_MS } from "../../nat/lifetime.ts";

test("nothing known, or not even the shortest confirmed: the careful start", () => {
  const lifetime = new LifetimeEvidence();
  assert.equal(lifetime.keepAliveMs, START_KEEP_ALIVE_MS);
  lifetime.unheard(30);
  assert.equal(lifetime.keepAliveMs, START_KEEP_ALIVE_MS);
  assert.equal(lifetime.longestS, undefined);
  assert.equal(lifetime.brokenS, 30);
});

test("0.8 of the longest confirmed, whatever shorter one was lost, and no more than 120 s", () => {
  const lifetime = new LifetimeEvidence();
  lifetime.confirmed(30);
  assert.equal(lifetime.keepAliveMs, 24_000);
  lifetime.unheard(45);
  lifetime.confirmed(60);
  lifetime.unheard(120);
  lifetime.unheard(90);
  assert.equal(lifetime.keepAliveMs, 48_000);
  assert.equal(lifetime.longestS, 60);
  assert.equal(lifetime.brokenS, 90);
  lifetime.confirmed(180);
  assert.equal(lifetime.keepAliveMs, 120_000);
  assert.equal(lifetime.brokenS, undefined);
});
