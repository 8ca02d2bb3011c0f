import assert from "node:assert/strict";
import { test } from "node:test";
import { Context } from "../../../node/core/context.ts";
import { nativeCrypto } from "../../../node/host/verify/native-crypto.ts";
import { ADAPTIVE } from "../../../node/core/profile.ts";
import { Epochs } from "../../../node/sync/epochs.ts";
import type { Occasion } from "../../../node/sync/filter/bloom-offers.ts";
import type { Session } from "../../../node/sync/sync-session.ts";
import { Address } from "../../../wire/address.ts";
import { OfferScheduler } from "../../../node/sync/offer-scheduler.ts";
import { inSubset } from "../../../node/sync/subset.ts";
import { fakeBundles, randomHeld, seeded, storeOf, upTo } from "./fixtures.ts";

const ANSWER = { datagrams: 0, more: false };

function offersFor(held: number): { offers: OfferScheduler; occasion: Occasion } {
  const random = seeded(1);
  const ctx = new Context({ crypto: nativeCrypto, random, datagramBytes: 1_232 });
  const epochs = new Epochs(ctx, new Uint8Array(32));
  const { index, clock } = storeOf(fakeBundles(upTo(held), random));
  const offers = new OfferScheduler({
    profile: ADAPTIVE,
    filterBytes: 800,
    symbols: 90,
    ranges: 16,
    epochs,
  });
  const occasion = { peer: "a", index, clock, acceptable: 1e6, highestCountSeen: held, random };
  return { offers, occasion };
}

/** Offers to one peer after the other, each of which pays, until one speaks of that time. */
function offersUntil(age: number, { offers, occasion }: ReturnType<typeof offersFor>): number {
  const { clock, random } = occasion;
  for (let i = 0; i < 500; i += 1)
    offers.stored(randomHeld(clock - random.below(100), random), clock);
  for (let count = 1; count <= 3_000; count += 1) {
    const peer = Address.of("192.0.2.1", count)!;
    const told = { count: clock + 1_000, globalTime: clock, isFresh: false };
    const { count: highestCountSeen } = told;
    const offer = offers.next({ ...occasion, peer: peer.key, highestCountSeen }, told, {
      now: count,
      bytes: 1e5,
    });
    if (offer.kind === "bloom" && inSubset(offer.subset, clock - age, 0)) return count;
    const session = { peer, offer, answer: ANSWER, stored: 50, hasCome: true };
    offers.outcome(session as unknown as Session, 0);
  }
  return Infinity;
}

test("under load, what slipped through is asked for after a time in proportion to its age", () => {
  assert.equal(offersUntil(50, offersFor(50_000)), 1);
  const young = offersUntil(1_000, offersFor(50_000));
  const old = offersUntil(20_000, offersFor(50_000));
  const oldest = offersUntil(49_000, offersFor(50_000));
  assert.ok(young <= 40, `${young}`);
  assert.ok(old > young && oldest < 3_000, `${young}, ${old}, ${oldest}`);
});

test("everything is asked for on fresh word only", () => {
  const { offers, occasion } = offersFor(50);
  const told = { count: 100_000, globalTime: 100_000 };
  assert.notEqual(
    offers.next(occasion, { ...told, isFresh: false }, { now: 0, bytes: 1e5 })?.kind,
    "cursor",
  );
  assert.equal(
    offers.next(occasion, { ...told, isFresh: true }, { now: 0, bytes: 1e5 })?.kind,
    "cursor",
  );
});
