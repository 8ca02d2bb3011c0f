import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PROFILES } from "../../node/core/profile.ts";
import type { MemoryStore } from "../../node/store/memory.ts";
import { signedBytes, type Bundle } from "../../wire/bundle.ts";
import { concatBytes } from "../../wire/bytes.ts";
import type { Holdings, WireBundle } from "../../wire/message.ts";
import { padTo } from "../../wire/padding.ts";
import { BARE_REQUEST_BYTES } from "../../wire/sizes.ts";
import {
  bundle,
  crypto,
  fresh,
  host,
  OVERLAY_KEY,
  OVERLAY_SECRET,
  policy,
  responseTo,
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
  // What it thought of them when the first one answered is thought no longer.
  rig.pass(5_000);
  assert.equal(rig.status.candidates.contacted, claims.length);
  return rig;
}

const liar: Holdings = { count: HUGE, globalTime: HUGE, admitted: HUGE };
const honest: Holdings = { count: CLOCK + 9, globalTime: CLOCK + 9, admitted: CLOCK + 9 };

/** Holds little of what there was. */
const ahead: Holdings = { count: 1, globalTime: 7_000, admitted: 7_000 };

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

  test("counts alone when the user named the contact", () => {
    assertBound(withContacts([ahead], { named: true }), 7_000 + SLACK);
  });
});

describe("fewer than three address groups", () => {
  const MINUTE_MS = 60_000;

  /** Contacts go on to say the same. */
  function listen(rig: Rig, claims: readonly Holdings[], ms: number): Rig {
    let answered = 0;
    for (const until = rig.now + ms; rig.now < until; rig.pass(500)) {
      for (; answered < rig.sent.length; answered++) {
        const { to, message } = rig.sent[answered]!;
        const holdings = claims[claims.findIndex((_, i) => host(i).key === to.key)];
        if (holdings === undefined || message.kind !== "introduction-request") continue;
        rig.say(to, padTo({ ...responseTo(message.identifier), holdings }, BARE_REQUEST_BYTES));
      }
    }
    return rig;
  }

  const newcomer = () => storeOf([]);
  const old: Holdings = { count: 5, globalTime: 30_000, admitted: 30_000 };
  const young: Holdings = { count: 7, globalTime: 7, admitted: 7 };

  test("count after a minute for a newcomer, and after ten for who was there", () => {
    for (const [store, patience] of [
      [newcomer, MINUTE_MS],
      [() => storeOf(dense(CLOCK)), 10 * MINUTE_MS],
    ] as const) {
      const rig = withContacts([old], { store: store() });
      if (store === newcomer) push(rig, policy("open"));
      listen(rig, [old], patience - 15_000);
      push(rig, rawBundle(29_000n));
      assert.equal(rig.count(ABOVE), 1);
      assertBound(listen(rig, [old], 20_000), 30_000 + SLACK);
    }
  });

  test("the lowest of them counts, so that one honest contact is enough", () => {
    for (const claims of [
      [liar, old],
      [old, liar],
    ]) {
      const rig = withContacts(claims, { store: storeOf(dense(CLOCK)) });
      assertBound(listen(rig, claims, 15 * MINUTE_MS), 30_000 + SLACK);
    }
    const rig = withContacts([liar, young], { store: newcomer() });
    push(rig, policy("open"));
    assertBound(listen(rig, [liar, young], 3 * MINUTE_MS), 7 + SLACK);
  });

  test("who cannot tell is no witness, and a newcomer that is left behind cannot tell", () => {
    const behind: Holdings = { count: 1, globalTime: 1, admitted: 0 };
    const rig = withContacts([old, behind], { store: newcomer() });
    push(rig, policy("open"));
    const told = (): Holdings | undefined => {
      rig.validate(PUSHER);
      return rig.last("introduction-response", PUSHER)?.holdings;
    };
    listen(rig, [old, behind], 30_000);
    assert.deepEqual([told()?.admitted, told()?.globalTime], [0, 1]);
    assertBound(listen(rig, [old, behind], 2 * MINUTE_MS), 30_000 + SLACK);
    assert.deepEqual([told()?.admitted, told()?.globalTime], [2, 30_000 + SLACK]);
  });

  test("nor is a newcomer that may take more by now, or just lost sight of who is ahead", () => {
    const rig = withContacts([old], { store: newcomer() });
    push(rig, policy("open"));
    const told = (): number | undefined => {
      rig.validate(PUSHER);
      return rig.last("introduction-response", PUSHER)?.holdings?.admitted;
    };
    assert.equal(told(), 0);
    listen(rig, [old], 2 * MINUTE_MS);
    assert.equal(told(), 0, "it could take them, and does not have them yet");
    rig.pass(MINUTE_MS);
    assert.equal(rig.status.candidates.contacted, 0, "it lost sight of the other");
    assert.equal(told(), 0);
    rig.pass(MINUTE_MS);
    assert.equal(told(), 1, "nobody is known to be ahead");
  });

  test("what an honest one says later lowers what we write, though not what we hold", () => {
    const rig = withContacts([liar], { store: newcomer() });
    push(rig, policy("open"));
    listen(rig, [liar], 2 * MINUTE_MS);
    push(rig, rawBundle(10n ** 12n));
    assert.equal(rig.store.clock, 10 ** 12);
    assert.equal(rig.status.globalTime, 10 ** 12);
    const witness = { ...young, globalTime: 20_000, admitted: 20_000 };
    listen(rig, [witness], 4 * MINUTE_MS);
    assert.equal(rig.status.globalTime, 10 ** 12, "not at once: it could be the liar");
    listen(rig, [witness], 2 * MINUTE_MS);
    assert.equal(rig.status.globalTime, 20_000);
    rig.handle({
      kind: "publish",
      overlay: rig.status.overlay,
      reference: 1,
      drafts: [{ content: { kind: "data", payload: fresh() } }],
    });
    const published = rig.events.findLast(({ event }) => event === "published");
    assert.equal(
      published?.event === "published" && published.bundles[0]?.header.globalTime,
      20_001,
    );
  });
});

describe("the number of bundles ever admitted binds the clock", () => {
  const sparse = () => storeOf([policy("open"), bundle(9_000)]);
  const same = { count: 2, globalTime: 9_000, admitted: 2 };

  test("from the first bundle on, alone or not", () => {
    assertBound(new Rig({ store: storeOf([policy("open")]) }), 1 + SLACK);
    assertBound(withContacts([], { store: sparse() }), 2 + SLACK);
    assertBound(withContacts([same], { store: sparse() }), 2 + SLACK);
  });

  // Otherwise it would write there itself, and those who know the count would never follow.
  test("so that nobody lifts a newcomer step by step", () => {
    const climber = { count: 1, globalTime: HUGE, admitted: HUGE };
    const rig = withContacts([climber], { store: storeOf([policy("open")]) });
    for (let i = 0; i < 100; i++) push(rig, rawBundle(BigInt(rig.store.clock + SLACK)));
    assert.equal(rig.store.clock, 1 + SLACK);
    for (let i = 0; i < 100; i++) push(rig, rawBundle(BigInt(rig.store.admitted + SLACK)));
    assert.equal(rig.store.clock, rig.store.admitted - 1 + SLACK);
  });

  test("also when a minority says that there were many more, or that many were forgotten", () => {
    assertBound(withContacts([same, same, liar], { store: sparse() }), 2 + SLACK);
    const forgetful = { count: 1, globalTime: HUGE, admitted: 0 };
    assertBound(withContacts([same, same, forgetful], { store: sparse() }), 2 + SLACK);
    // The middle clock and the middle count come of two contacts here, and do not fit together.
    const lifted = { count: 301, globalTime: 301 + SLACK, admitted: 301 };
    const young = { count: 41, globalTime: 41 + SLACK, admitted: 41 };
    assertBound(withContacts([lifted, young, forgetful], { store: sparse() }), 41 + SLACK);
  });

  test("as others know it", () => {
    const knowsMore = { count: 5_000, globalTime: 50_000, admitted: 50_000 };
    const three = [knowsMore, knowsMore, knowsMore];
    assertBound(withContacts(three, { store: sparse() }), 50_000 + SLACK);
    assertBound(withContacts([knowsMore], { store: sparse(), named: true }), 50_000 + SLACK);
    // Two of them could be one who lies: what is held grows until it reaches what they have.
    assertBound(withContacts([same, knowsMore], { store: sparse() }), 2 + SLACK);
  });

  test("not where bundles were forgotten before we came", () => {
    const heir = { count: 4, globalTime: 50_000, admitted: 4 };
    assertBound(withContacts([heir, heir, heir], { store: sparse() }), 50_000 + SLACK);
    const own = () => storeOf([policy("open"), bundle(50_000)]);
    assertBound(withContacts([heir], { store: own() }), 50_000 + SLACK);
    for (const contacts of [[], [liar], [heir, same]]) {
      const rig = withContacts(contacts, { store: own() });
      push(rig, rawBundle(50_001n));
      assert.equal(rig.count(ABOVE), 1);
    }
    // Whoever was there knows better.
    const witness = { count: 4, globalTime: 65_000, admitted: 60_000 };
    const three = [witness, witness, witness];
    assertBound(withContacts(three, { store: own() }), 60_000 + SLACK);
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
        const held = joined.run(DAY_MS, BACKLOG);
        assert.ok(held >= BACKLOG, `${held} of ${BACKLOG}`);
        assert.ok(joined.newcomer.store.clock >= BACKLOG);
      });
    }
  }
});
