import assert from "node:assert/strict";
import { test } from "node:test";
import { runPair, storeWith } from "../../bench/experiments/pair.ts";
import { keyedHashCrypto } from "../../node/testing/crypto.ts";
import { ADAPTIVE } from "../../node/core/profile.ts";
import { makeBundle } from "../../wire/bundle.ts";
import { toHex, utf8 } from "../../wire/bytes.ts";
import { overlayId } from "../../wire/identity.ts";

/** No division by global time takes these apart, and no sketch holds them all. */
test("a hundred bundles of one global time are found among thousands", () => {
  const crypto = keyedHashCrypto();
  const secret = new Uint8Array(32).fill(1);
  const key = crypto.publicKey(secret);
  const data = (time: number, i: number) => {
    const content = { kind: "data", payload: utf8(`${time} ${i}`) } as const;
    return makeBundle(crypto, key, new Uint8Array(32).fill(2 + (i % 100)), time, { content });
  };
  const policy = { content: { kind: "policy", writers: "open" } } as const;
  const bundles = [makeBundle(crypto, key, secret, 1, policy)];
  for (let time = 2; time < 50; time++) for (let i = 0; i < 100; i++) bundles.push(data(time, i));
  const held = bundles.filter(({ header }) => header.globalTime !== 25);
  const overlay = { secret, key, id: toHex(overlayId(crypto, key)) };
  const full = storeWith(bundles);
  const stock = { overlay, bundles };
  const run = runPair({ seed: 1, stock, full, held, profile: ADAPTIVE, limitMs: 30_000 });
  assert.equal(run.found, 100);
  assert.ok(run.counts.offer.datagrams < 40, `${run.counts.offer.datagrams} offers`);
});
