import assert from "node:assert/strict";
import { test } from "node:test";
import { Downlink } from "../../../node/net/downlink.ts";

const KIB = 1_024;

/** Paths in use that could bring so much, in KiB per second. */
function inUse(downlink: Downlink, rates: number[]): { possibleRate: number }[] {
  const paths = rates.map((rate) => ({ possibleRate: rate * KIB }));
  for (const path of paths) downlink.uses(path, true);
  return paths;
}

test("paths share equally, and what a slow one leaves goes to the others", () => {
  const downlink = new Downlink(300 * KIB);
  const [slow, fast, faster] = inUse(downlink, [20, 500, 1_000]);
  assert.equal(downlink.shareOf(fast!), 140 * KIB);
  assert.equal(downlink.shareOf(faster!), 140 * KIB);
  assert.ok(downlink.shareOf(slow!) >= slow!.possibleRate);
});

test("a path that is used no more leaves all to the others", () => {
  const downlink = new Downlink(300 * KIB);
  const [first, second] = inUse(downlink, [500, 500]);
  assert.equal(downlink.shareOf(second!), 150 * KIB);
  downlink.uses(first!, false);
  assert.equal(downlink.shareOf(second!), 300 * KIB);
});

test("no more paths are used than get a share worth asking for", () => {
  const downlink = new Downlink(40 * KIB);
  const [first] = inUse(downlink, [500, 500]);
  const another = { possibleRate: 500 * KIB };
  assert.ok(downlink.admits(first!));
  assert.ok(!downlink.admits(another));
  downlink.uses(first!, false);
  assert.ok(downlink.admits(another));
});

test("without a limit each brings what it can", () => {
  const downlink = new Downlink(Infinity);
  const [path] = inUse(downlink, [500, 500]);
  assert.equal(downlink.shareOf(path!), Infinity);
  assert.ok(downlink.admits({ possibleRate: 1 }));
});
