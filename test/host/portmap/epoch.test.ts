import assert from "node:assert/strict";
import { test } from "node:test";
import { Epoch } from "../../../node/host/portmap/router-epoch.ts";

/** Whether the router is the same after so many seconds by its clock and ours. */
function after(protocol: "pcp" | "nat-pmp", serverS: number, clientS: number): boolean {
  const epoch = new Epoch(protocol);
  assert.ok(epoch.isSame(1_000, 5_000), "a first reading says nothing");
  return epoch.isSame(1_000 + serverS, 5_000 + clientS * 1_000);
}

test("PCP: a sixteenth and two seconds either way", () => {
  for (const [serverS, clientS, same] of [
    [160, 160, true],
    [148, 160, true],
    [147, 160, false],
    [160, 148, true],
    [160, 147, false],
    [-1, 0, true],
    [-2, 0, false],
    [-900, 60, false],
  ] as const) {
    assert.equal(after("pcp", serverS, clientS), same, `${serverS} ${clientS}`);
  }
});

test("NAT-PMP: an eighth and two seconds behind, any way ahead", () => {
  for (const [serverS, clientS, same] of [
    [160, 160, true],
    [138, 160, true],
    [137, 160, false],
    [1_000, 0, true],
    [-2, 0, true],
    [-3, 0, false],
  ] as const) {
    assert.equal(after("nat-pmp", serverS, clientS), same, `${serverS} ${clientS}`);
  }
});

test("a router that came back is the same from then on", () => {
  const epoch = new Epoch("pcp");
  epoch.isSame(1_000, 0);
  assert.equal(epoch.isSame(5, 10_000), false);
  assert.equal(epoch.isSame(15, 20_000), true);
});
