import assert from "node:assert/strict";
import { test } from "node:test";
import { NAT_KINDS } from "../../node/testing/nat-kinds.ts";
import { World } from "../../node/testing/world.ts";
import { DISPERSY } from "../../node/core/profile.ts";

const LIFETIME_TEST_MS = 200_000;
const WATCHED_MS = 600_000;
/** By so much a step may come after its turn. */
const JITTER_MS = 500;

/** The longest time that a node behind a NAT sent nothing to its only peer. */
function longestPause(timeoutMs: number, isSurveyed: boolean): number {
  const world = new World({ seed: 1 });
  const trackers = [world.addTracker({ sockets: 2 }), world.addTracker({ sockets: 2 })];
  const overlay = world.overlay();
  const peer = world.addNode({ overlay, profile: DISPERSY });
  const nat = { ...NAT_KINDS.apdf, timeoutMs, assuredTimeoutMs: timeoutMs };
  const node = world.addNode({ overlay, profile: DISPERSY, nat, seeds: [peer] });
  const observers = trackers.map(({ publicAddress }) => publicAddress);
  if (isSurveyed) node.handle({ kind: "survey", observers, lifetime: true });
  world.run(LIFETIME_TEST_MS);
  const times: number[] = [];
  world.network.onDatagram(({ sender, to }) => {
    const isOurs = node.endpoints.includes(sender) && to.key === peer.publicAddress.key;
    if (isOurs) times.push(world.now);
  });
  world.run(LIFETIME_TEST_MS + WATCHED_MS);
  assert.ok(times.length > 10);
  return Math.max(...times.slice(1).map((at, i) => at - times[i]!));
}

test("bindings that live 31 s are kept alive once that is known, others need no more than the walk", () => {
  const unknown = longestPause(31_000, false);
  const short = longestPause(31_000, true);
  assert.ok(short < unknown, `${short} ms, ${unknown} ms before`);
  assert.ok(short < 30_000, `${short} ms`);
  const [known, walk] = [longestPause(130_000, true), longestPause(130_000, false)];
  assert.ok(Math.abs(known - walk) <= JITTER_MS, `${known} ms, ${walk} ms by the walk alone`);
});
