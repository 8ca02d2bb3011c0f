import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Profile } from "../../node/core/profile.ts";
import { ADAPTIVE } from "../../node/core/profile.ts";
import { laneOf } from "../../node/sync/subset.ts";
import { World } from "../../node/testing/world.ts";
import type { Bundle } from "../../wire/bundle.ts";
import { newSecretKey } from "../../wire/identity.ts";
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

/** A policy, and so many grants and other bundles at random times. */
function randomSet(world: World, sign: ReturnType<typeof signer>, secret: Uint8Array) {
  const random = world.random("set");
  return (grants: number, others: number): Bundle[] => {
    const time = (): number => 2 + random.below(grants + others);
    const member = (): Uint8Array => world.crypto.publicKey(newSecretKey(random));
    const grant = () => ({ kind: "grant", member: member(), write: true, grant: false }) as const;
    return [
      ...Array.from({ length: grants }, () => sign(secret, time(), grant())),
      ...Array.from({ length: others }, (_, i) => sign(secret, time(), dataOf(`${i}`))),
    ];
  };
}

test("property: whatever two nodes hold, both lanes end with the same on both sides", () => {
  const share = fc.constantFrom(0, 0.1, 0.5, 0.95, 1);
  const shares = fc.record({ a: share, b: share });
  const size = fc.constantFrom(0, 1, 20, 500);
  const property = fc.property(
    fc.nat(),
    fc.record({ grants: size, others: size, control: shares, data: shares }),
    (seed, { grants, others, control, data }) => {
      const world = new World({ seed });
      const overlay = world.overlay();
      const sign = signer(world, overlay);
      const random = world.random("shares");
      const policy = sign(overlay.secret, 1, { kind: "policy", writers: "members" });
      const all = randomSet(world, sign, overlay.secret)(grants, others);
      const part = (side: "a" | "b"): Bundle[] =>
        all.filter(({ header: { content } }) => {
          const shareOf = content.kind === "grant" ? control : data;
          return random.float() < shareOf[side];
        });
      const [ofA, ofB] = [part("a"), part("b")];
      const a = world.addNode({ overlay, store: storeOf([policy, ...ofA]) });
      const b = world.addNode({ overlay, store: storeOf([policy, ...ofB]), seeds: [a] });
      const union = new Set([...ofA, ...ofB]);
      const total = 1 + union.size;
      assert.ok(
        world.runUntil(() => world.allHold(total), 10 * MINUTE_MS),
        `${total} bundles`,
      );
      const inControl = [...union].filter(({ header }) => header.content.kind === "grant").length;
      for (const { memberships } of [a, b]) {
        assert.equal(memberships[0]!.store.control.size, 1 + inControl);
      }
    },
  );
  fc.assert(property, { seed: 1, numRuns: 25 });
});

test("a new grant is asked for before the new data of those who hold as much", () => {
  const world = new World({ seed: 1 });
  const overlay = world.overlay();
  const sign = signer(world, overlay);
  const policy = sign(overlay.secret, 1, { kind: "policy", writers: "members" });
  const all = [policy, ...randomSet(world, sign, overlay.secret)(20, 20)];
  const own = sign(overlay.secret, 50, dataOf("not known to the others"));
  const holder = world.addNode({ overlay, store: storeOf(all) });
  const lacking = all.filter((_, i) => i !== 5 && i !== 30);
  const node = world.addNode({ overlay, store: storeOf([...lacking, own]), seeds: [holder] });
  const lanes: string[] = [];
  world.network.onDatagram(({ bytes }) => {
    const decoded = world.decode(bytes);
    if ("rejected" in decoded || decoded.message.kind !== "introduction-request") return;
    const { offer } = decoded.message;
    if (offer !== undefined) lanes.push(laneOf(offer));
  });
  assert.ok(world.runUntil(() => world.allHold(all.length + 1), 5 * MINUTE_MS));
  assert.deepEqual([lanes[0], lanes.at(-1)], ["control", "all"]);
  assert.equal(node.memberships[0]!.store.control.size, 21);
});

/** Datagrams among nodes with equal sets, one of whom writes now and then. */
function datagramsOf(profile: Profile): number {
  const world = new World({ seed: 5 });
  const overlay = world.overlay();
  const sign = signer(world, overlay);
  const policy = sign(overlay.secret, 1, { kind: "policy", writers: "open" });
  const all = [policy, ...randomSet(world, sign, overlay.secret)(20, 100)];
  const first = world.addNode({ overlay, store: storeOf(all), profile });
  const others = [1, 2, 3, 4].map(() =>
    world.addNode({ overlay, store: storeOf(all), seeds: [first], profile }),
  );
  let datagrams = 0;
  world.network.onDatagram(() => (datagrams += 1));
  for (let made = 1; made <= 5; made += 1) {
    world.publish(others[0]!);
    assert.ok(world.runUntil(() => world.allHold(all.length + made), world.now + MINUTE_MS));
    world.run(world.now + MINUTE_MS);
  }
  return datagrams;
}

test("where what decides over others is equal, not one datagram more is sent than without the lane", () => {
  assert.equal(datagramsOf(ADAPTIVE), datagramsOf(WITHOUT_LANE));
});
