import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PROFILES } from "../../node/profile.ts";
import type { MemoryStore } from "../../node/store/memory.ts";
import { signedBytes, type Bundle } from "../../wire/bundle.ts";
import { concatBytes } from "../../wire/bytes.ts";
import type { Holdings, WireBundle } from "../../wire/message.ts";
import {
  bundle,
  crypto,
  fresh,
  host,
  OVERLAY_KEY,
  OVERLAY_SECRET,
  policy,
  Rig,
  SCALE,
  storeOf,
} from "./rig.ts";
import { Joined, type Joining } from "./joining.ts";

const PUSHER = host(200);
const SLACK = 10_000;
const CLOCK = 500;
/** More than twice the slack, so that a bound that stands still shows. */
const BACKLOG = SCALE > 1 ? 50_000 : 22_000;
const HUGE = Number.MAX_SAFE_INTEGER;
const DAY_MS = 24 * 60 * 60_000;
const ABOVE = "bundle rejected: time-above-bound";
const OUT_OF_RANGE = "bundle rejected: time-out-of-range";

/** A bundle of the founder, rightly signed, with any time that a varint holds. */
function rawBundle(time: bigint): WireBundle {
  const varint: number[] = [];
  for (let rest = time; ; rest >>= 7n) {
    varint.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    if (rest <= 127n) break;
  }
  const body = concatBytes(Uint8Array.of(8, ...varint), Uint8Array.of(0x7a, 8), fresh());
  const signature = crypto.sign(signedBytes(OVERLAY_KEY, OVERLAY_KEY, body), OVERLAY_SECRET);
  return { author: OVERLAY_KEY, body, signature };
}

function dense(count: number): Bundle[] {
  return [policy("open"), ...Array.from({ length: count - 1 }, (_, i) => bundle(i + 2))];
}

function push(rig: Rig, ...bundles: WireBundle[]): void {
  rig.say(PUSHER, { kind: "bundles", token: rig.validate(PUSHER), bundles });
}

/** Contacts that say what they hold: one per address group unless `sameGroup`. */
function withContacts(
  claims: readonly Holdings[],
  {
    store = storeOf(dense(CLOCK)),
    sameGroup = false,
    named = false,
  }: { store?: MemoryStore; sameGroup?: boolean; named?: boolean } = {},
): Rig {
  const contacts = claims.map((_, i) => (sameGroup ? host(0, 7_000 + i) : host(i)));
  const rig = new Rig({ [named ? "seeds" : "remembered"]: contacts, store });
  claims.forEach((holdings, i) => rig.answer(contacts[i]!, { holdings }));
  assert.equal(rig.status.candidates.contacted, claims.length);
  return rig;
}

const liar: Holdings = { count: HUGE, globalTime: HUGE, admitted: HUGE };
const honest: Holdings = { count: CLOCK + 9, globalTime: CLOCK + 9, admitted: CLOCK + 9 };

/** The bound on times, found by what is admitted. */
function assertBound(rig: Rig, bound: number): void {
  const { clock } = rig.store;
  const rejected = rig.count(ABOVE);
  push(rig, rawBundle(BigInt(bound) + 1n));
  assert.equal(rig.count(ABOVE), rejected + 1);
  assert.equal(rig.store.clock, clock);
  push(rig, rawBundle(BigInt(bound)));
  assert.equal(rig.store.clock, bound);
}

describe("a bundle by a valid author moves the clock by the rule only", () => {
  test("impossible times", () => {
    const rig = withContacts([]);
    for (const time of [0n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n]) {
      const rejected = rig.count(OUT_OF_RANGE);
      push(rig, rawBundle(time));
      assert.equal(rig.count(OUT_OF_RANGE), rejected + 1, `${time}`);
    }
    push(rig, rawBundle(2n ** 53n - 1n));
    assert.equal(rig.count(ABOVE), 1);
    assert.equal(rig.store.clock, CLOCK);
    assert.equal(rig.store.index.size, CLOCK);
  });

  test("own + 10,000 and no more", () => {
    assertBound(withContacts([]), CLOCK + SLACK);
  });

  test("what was rejected does not count for what is published next", () => {
    const rig = withContacts([]);
    for (const time of [2n ** 53n - 1n, 2n ** 63n - 1n]) push(rig, rawBundle(time));
    const drafts = [{ content: { kind: "data" as const, payload: fresh() } }];
    const { overlay } = rig.status;
    rig.handle({ kind: "publish", overlay, reference: 1, drafts });
    assert.equal(rig.store.clock, CLOCK + 1);
  });

  test("a forged one moves nothing, whatever its time", () => {
    const rig = withContacts([]);
    const forged = { ...rawBundle(BigInt(CLOCK + 100)), signature: new Uint8Array(64) };
    push(rig, forged);
    assert.equal(rig.count("bundle rejected: signature"), 1);
    assert.equal(rig.store.clock, CLOCK);
  });
});

describe("what contacts claim to hold", () => {
  test("counts from three address groups on, as the lower median", () => {
    assertBound(withContacts([liar]), CLOCK + SLACK);
    assertBound(withContacts([liar, liar]), CLOCK + SLACK);
    assertBound(withContacts([liar, honest, honest]), CLOCK + 9 + SLACK);
    assertBound(withContacts([liar, liar, honest, honest]), CLOCK + 9 + SLACK);
    const ahead = { count: 1, globalTime: 7_000, admitted: 1 };
    assertBound(withContacts([ahead, ahead, ahead]), 7_000 + SLACK);
  });

  test("counts once per group", () => {
    assertBound(withContacts([liar, liar], { sameGroup: true }), CLOCK + SLACK);
  });

  test("never moves the clock by itself", () => {
    const rig = withContacts([liar, liar, liar, liar]);
    rig.pass(60_000);
    assert.equal(rig.store.clock, CLOCK);
    assert.equal(rig.status.globalTime, CLOCK);
    for (const time of [2n ** 53n, 2n ** 63n - 1n]) push(rig, rawBundle(time));
    assert.equal(rig.store.clock, CLOCK);
  });

  test("binds it to the number of bundles ever admitted, once somebody holds the same", () => {
    const store = storeOf([policy("open"), bundle(9_000)]);
    const same = { count: 2, globalTime: 9_000, admitted: 2 };
    assertBound(withContacts([same], { store }), 2 + SLACK);
  });

  test("cannot take that bound back as a minority", () => {
    const store = storeOf([policy("open"), bundle(9_000)]);
    const same = { count: 2, globalTime: 9_000, admitted: 2 };
    assertBound(withContacts([same, same, liar], { store }), 2 + SLACK);
  });

  test("binds it to nothing while as many know of many more bundles", () => {
    const store = storeOf([policy("open"), bundle(9_000)]);
    const same = { count: 2, globalTime: 9_000, admitted: 2 };
    const knowsMore = { count: 5_000, globalTime: 50_000, admitted: 50_000 };
    assertBound(withContacts([same, knowsMore], { store }), 9_000 + SLACK);
  });

  test("counts alone when the user named the contact", () => {
    const ahead = { count: 1, globalTime: 7_000, admitted: 1 };
    assertBound(withContacts([ahead], { named: true }), 7_000 + SLACK);
  });
});

describe("a newcomer is not locked out of an old overlay", () => {
  const store = storeOf(dense(BACKLOG));
  const few = (holdings: Holdings): Holdings => ({ ...holdings, count: 1 });
  const situations: [string, Omit<Joining, "profile">][] = [
    ["everybody tells the truth", {}],
    ["offers are pivots, because others seem to hold no more", { claim: few }],
    ["somebody says that there never was more than it holds", { flatterer: true }],
  ];
  for (const profile of Object.values(PROFILES)) {
    for (const [name, situation] of situations) {
      test(`${profile.name}: ${name}`, () => {
        const joined = new Joined(store, { ...situation, profile });
        // The faithful profile's pivots are slow, for it leaves out most offers: it only has to get on.
        const isSlow = profile.skipping && situation.claim !== undefined;
        const wanted = isSlow ? SLACK + SLACK / 5 : BACKLOG;
        const held = joined.run(DAY_MS, wanted);
        assert.ok(held >= wanted, `${held} of ${wanted}`);
        assert.ok(joined.newcomer.store.clock >= wanted);
      });
    }
  }
});
