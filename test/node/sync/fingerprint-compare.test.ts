import assert from "node:assert/strict";
import { test } from "node:test";
import { CandidateRecord, InstanceIndex } from "../../../candidates/record.ts";
import { keyedHashCrypto } from "../../../node/testing/crypto.ts";
import { Context } from "../../../node/core/context.ts";
import { ADAPTIVE, DISPERSY, type Profile } from "../../../node/core/profile.ts";
import type { MemoryStore } from "../../../node/store/memory.ts";
import { EPOCH_MS } from "../../../node/sets/epoch.ts";
import { Epochs } from "../../../node/sync/epochs.ts";
import { FingerprintCompare, REQUESTS_PER_OFFER } from "../../../node/sync/fingerprint-compare.ts";
import { Address } from "../../../wire/address.ts";
import { DEFAULT_DATAGRAM_BYTES } from "../../../wire/limits.ts";
import { addTo, fakeBundles, seeded, storeOf, upTo } from "./fixtures.ts";

const overlayKey = new Uint8Array(32).fill(1);
const BUNDLES = fakeBundles(upTo(20), seeded(1));

function hintsOf(
  store: MemoryStore,
  profile: Profile = ADAPTIVE,
): { hints: FingerprintCompare; ctx: Context } {
  const ctx = new Context({
    crypto: keyedHashCrypto(),
    random: seeded(2),
    datagramBytes: DEFAULT_DATAGRAM_BYTES,
  });
  return {
    hints: new FingerprintCompare({ epochs: new Epochs(ctx, overlayKey), store, profile }),
    ctx,
  };
}

/** Somebody who holds what is in this store, and says so. */
function peerWith(store: MemoryStore): CandidateRecord {
  const peer = new CandidateRecord(Address.of("192.0.2.1", 1)!, 0, new InstanceIndex());
  const fingerprint = hintsOf(store).hints.fingerprint();
  return Object.assign(peer, { count: store.index.size, fingerprint });
}

test("tells equal sets from others, and knows when another must hold something new", () => {
  const { hints } = hintsOf(storeOf(BUNDLES.slice(0, 10)));
  const relation = (...held: number[]): string =>
    hints.relation(peerWith(storeOf(BUNDLES.slice(...held))));
  assert.equal(relation(0, 10), "same");
  assert.equal(relation(1, 11), "peerHasMore");
  assert.equal(relation(0, 11), "peerHasMore");
  assert.equal(relation(0, 9), "different");
  assert.equal(relation(12, 20), "different");
  assert.equal(relation(0, 0), "different");
});

test("follows what is stored", () => {
  const store = storeOf(BUNDLES.slice(0, 10));
  const { hints } = hintsOf(store);
  const peer = peerWith(storeOf(BUNDLES));
  assert.equal(hints.relation(peer), "peerHasMore");
  addTo(store, BUNDLES.slice(10));
  assert.equal(hints.relation(peer), "same");
});

test("does not know of a peer that tells nothing, or when it is off", () => {
  const store = storeOf(BUNDLES);
  const { hints } = hintsOf(store);
  const silent = Object.assign(peerWith(store), { fingerprint: undefined });
  assert.equal(hints.relation(undefined), "unknown");
  assert.equal(hints.relation(silent), "unknown");
  const faithful = hintsOf(store, DISPERSY).hints;
  assert.equal(faithful.fingerprint(), undefined);
  assert.equal(faithful.relation(peerWith(store)), "unknown");
});

test("an offer waits for the response, but each twelfth does not", () => {
  const store = storeOf(BUNDLES);
  const { hints } = hintsOf(store);
  const peers = [undefined, peerWith(store), peerWith(storeOf([]))];
  for (let i = 1; i <= 5 * REQUESTS_PER_OFFER; i += 1) {
    assert.equal(hints.waits(peers[i % 3]), i % REQUESTS_PER_OFFER !== 0, `request ${i}`);
  }
});

test("no offer waits while nothing is held, for a peer that never tells, or when it is off", () => {
  const store = storeOf(BUNDLES);
  const silent = Object.assign(peerWith(store), { fingerprint: undefined });
  for (let i = 0; i < 20; i += 1) {
    assert.ok(!hintsOf(storeOf([])).hints.waits(peerWith(store)));
    assert.ok(!hintsOf(store).hints.waits(silent));
    assert.ok(!hintsOf(store, DISPERSY).hints.waits(peerWith(store)));
  }
});

test("with a new epoch everything is named anew", () => {
  const [{ hints, ctx }, other] = [hintsOf(storeOf(BUNDLES)), hintsOf(storeOf(BUNDLES))];
  const before = hints.fingerprint();
  ctx.advance({ now: 1, wall: EPOCH_MS - 1 });
  assert.deepEqual(hints.fingerprint(), before);
  ctx.advance({ now: 2, wall: EPOCH_MS });
  assert.notDeepEqual(hints.fingerprint(), before);
  other.ctx.advance({ now: 0, wall: EPOCH_MS + 5 });
  assert.deepEqual(hints.fingerprint(), other.hints.fingerprint());
});
