import assert from "node:assert/strict";
import { test } from "node:test";
import { LOW_TTL } from "../../nat/search/probe.ts";
import { NAT_KINDS } from "../../node/testing/nat-kinds.ts";
import { World } from "../../node/testing/world.ts";
import { type NatSummary, UNKNOWN_NAT } from "../../wire/message.ts";
import { fresh, host, Rig } from "../hostile/rig.ts";

const [FIRST, SECOND] = [host(0), host(2)];
const OTHER = host(1, 40_000);
const START_MS = 100;

test("who is named is asked at once, and once, however many name it", () => {
  const rig = new Rig({ seeds: [FIRST, SECOND] });
  const instance = fresh();
  const name = () => ({
    introduction: { address: OTHER, nonce: fresh(), nat: UNKNOWN_NAT, startMs: START_MS, instance },
  });
  const namedMs = rig.now;
  rig.answer(FIRST, name());
  rig.answer(SECOND, name());
  const asked = rig.sent.filter(({ to }) => to.key === OTHER.key);
  assert.deepEqual(
    asked.map(({ message, atMs }) => [message.kind, atMs]),
    [["introduction-request", namedMs]],
    "one request, in the moment of the first introduction",
  );
});

/** What a node that is asked to puncture sends before the answer of the other side can be here: when, and how far. */
function puncturesTowards(nat: NatSummary): [afterMs: number, ttl: number | undefined][] {
  const rig = new Rig({ seeds: [FIRST] });
  const token = rig.validate(FIRST);
  const requestedMs = rig.now;
  const [nonce, instance] = [fresh(), fresh()];
  const request = { nonce, target: OTHER, nat, startMs: START_MS, instance, sought: false };
  rig.say(FIRST, { kind: "puncture-request", token, ...request });
  rig.pass(START_MS + 50);
  const sent = rig.sent.filter(
    ({ to, message }) => to.key === OTHER.key && message.kind === "puncture",
  );
  return sent.map(({ atMs, ttl }) => [atMs - requestedMs, ttl]);
}

test("who is asked to puncture opens its own NAT at once, and the other side's a little later", () => {
  const towardsNat = puncturesTowards(UNKNOWN_NAT);
  assert.deepEqual(
    towardsNat,
    [
      [0, LOW_TTL],
      [START_MS, undefined],
    ],
    "first not as far as that NAT",
  );
  const towardsNone = puncturesTowards({ ...UNKNOWN_NAT, mapping: "none" });
  assert.deepEqual(
    towardsNone,
    [[0, undefined]],
    "where there is none, nothing can come too early",
  );
});

/** Virtual ms from a newcomer's start to its first bundle. `isPrimed`: whether the first puncture to it leaves. */
function firstBundleMs(isPrimed: boolean): number {
  const world = new World({ seed: 1 });
  const nat = { ...NAT_KINDS.apdf, poisonable: true };
  const overlay = world.overlay();
  const common = { overlay, nat, seeds: [world.addTracker(), world.addTracker()] };
  world.addNode({ ...common, founder: true });
  world.run(10_000);
  const insider = world.insider(overlay);
  const dropped = new Set<string>();
  world.network.tampering = (bytes) => {
    const decoded = insider.decode(bytes);
    if (isPrimed || "rejected" in decoded || decoded.message.kind !== "puncture") return bytes;
    const { nonce } = decoded.message;
    const isFirst = !dropped.has(`${nonce}`);
    dropped.add(`${nonce}`);
    return isFirst ? undefined : bytes;
  };
  const joiner = world.addNode(common);
  const beganMs = world.now;
  world.runUntil(() => world.held(joiner) > 0, 20_000);
  return world.held(joiner) > 0 ? world.now - beganMs : Infinity;
}

test("behind routers that are spoilt by what comes too early a path takes no longer", () => {
  assert.ok(firstBundleMs(true) <= 200, `four round trips of 50 ms, not ${firstBundleMs(true)} ms`);
  const spoiltMs = firstBundleMs(false);
  assert.ok(spoiltMs > 400, `without what opens the own NAT first it is spoilt: ${spoiltMs} ms`);
});
