import assert from "node:assert/strict";
import { test } from "node:test";
import { Context } from "../../../node/context.ts";
import { nativeCrypto } from "../../../node/host/native-crypto.ts";
import { ADAPTIVE } from "../../../node/profile.ts";
import { Epochs } from "../../../node/sync/epochs.ts";
import { Offers } from "../../../node/sync/offers.ts";
import { fakeBundles, seeded, storeOf, upTo } from "./fixtures.ts";

test("everything is asked for on fresh word only", () => {
  const random = seeded(1);
  const ctx = new Context({ crypto: nativeCrypto, random, datagramBytes: 1_232 });
  const epochs = new Epochs(ctx, new Uint8Array(32));
  const { index, clock } = storeOf(fakeBundles(upTo(50), random));
  const occasion = { peer: "a", index, clock, acceptable: 1e6, highestCountSeen: 50, random };
  const offers = new Offers({ profile: ADAPTIVE, filterBytes: 800, symbols: 90, epochs });
  const told = { count: 100_000, globalTime: 100_000 };
  assert.notEqual(offers.next(occasion, { ...told, isFresh: false }, 0)?.kind, "cursor");
  assert.equal(offers.next(occasion, { ...told, isFresh: true }, 0)?.kind, "cursor");
});
