// What new bundles follow.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Heads } from "../../../node/bundles/heads.ts";
import { ADAPTIVE, DISPERSY, type Profile } from "../../../node/core/profile.ts";
import { type Held, heldOf, hexOf } from "../../../node/sets/held.ts";
import type { Bundle } from "../../../wire/bundle.ts";
import { toHex } from "../../../wire/bytes.ts";
import { MAX_PARENTS, MAX_PAYLOAD_BYTES } from "../../../wire/limits.ts";
import { bundle, fresh, OVERLAY_HEX, policy, Rig, storeOf } from "../../hostile/rig.ts";
import { fakeBundle, seeded, storeOf as fakeStoreOf } from "../sync/fixtures.ts";

const SETTLED_MS = 5_000;

const placeOf = ({ header, id }: Bundle): Held => heldOf(header.globalTime, id);
const timesOf = (places: readonly Held[] = []): number[] => places.map((each) => each.globalTime);

function put(rig: Rig, ...payloads: Uint8Array[]): Bundle[] {
  const drafts = payloads.map((payload) => ({ content: { kind: "data", payload } as const }));
  rig.handle({ kind: "publish", overlay: OVERLAY_HEX, reference: 1, drafts });
  const published = rig.events.findLast(({ event }) => event === "published");
  assert.ok(published?.event === "published", "it was published");
  return published.bundles;
}

function started(bundles: Bundle[], profile: Profile = ADAPTIVE): Rig {
  const rig = new Rig({ store: storeOf([policy("open"), ...bundles]), profile });
  rig.pass(SETTLED_MS);
  return rig;
}

describe("what a new bundle follows", () => {
  it("is the newest that is held, also after a restart, and then what was written before", () => {
    const rig = started([2, 3, 4, 5].map((time) => bundle(time)));
    const [first, second] = put(rig, fresh(), fresh());
    assert.deepEqual(timesOf(first?.header.parents), [5, 4, 3]);
    // Those that are left of the heads are named by the next one.
    assert.deepEqual(timesOf(second?.header.parents), [6, 2]);
    assert.deepEqual(timesOf(put(rig, fresh())[0]?.header.parents), [7]);
  });

  it("is nothing where the profile says so, and in the first bundle", () => {
    assert.equal(put(started([bundle(2)], DISPERSY), fresh())[0]?.header.parents, undefined);
    assert.equal(put(started([]), fresh())[0]?.header.parents, undefined);
  });

  it("is as much as fits beside the payload, and one at least", () => {
    const rig = started([2, 3, 4, 5].map((time) => bundle(time)));
    const [largest] = put(rig, new Uint8Array(MAX_PAYLOAD_BYTES));
    const count = largest?.header.parents?.length ?? 0;
    assert.ok(count >= 1 && count < MAX_PARENTS, `${count} parents`);
  });

  it("is not what is known to be followed, in whatever order both came", () => {
    const random = seeded(1);
    const parent = fakeBundle(1, random);
    const made = fakeBundle(2, random);
    const child = { ...made, header: { ...made.header, parents: [placeOf(parent)] } };
    for (const order of [
      [parent, child],
      [child, parent],
      [child, child, parent],
    ]) {
      const heads = new Heads({ store: fakeStoreOf([parent, child]) });
      for (const each of order) heads.add(each);
      assert.deepEqual(heads.before(9).map(hexOf), [toHex(child.id.subarray(0, 16))]);
    }
  });

  it("is what a dropped one followed, where that is held", () => {
    const random = seeded(2);
    const parent = fakeBundle(1, random);
    const made = fakeBundle(2, random);
    const child = { ...made, header: { ...made.header, parents: [placeOf(parent)] } };
    const heads = new Heads({ store: fakeStoreOf([parent, child]) });
    heads.add(parent);
    heads.add(child);
    heads.drop([placeOf(child)]);
    assert.deepEqual(timesOf(heads.before(9)), [1]);
    heads.drop([placeOf(parent)]);
    assert.deepEqual(heads.before(9), []);
  });

  it("is earlier than the bundle itself", () => {
    const random = seeded(3);
    const heads = new Heads({ store: fakeStoreOf([]) });
    for (const time of [3, 5, 2 ** 40]) heads.add(fakeBundle(time, random));
    assert.deepEqual(timesOf(heads.before(5)), [3]);
    assert.deepEqual(timesOf(heads.before(2 ** 40 + 1)), [2 ** 40], "nor more than 2^32 earlier");
  });
});
