import assert from "node:assert/strict";
import { test } from "node:test";
import { storeWith } from "../../bench/experiments/pair.ts";
import { keyedHashCrypto } from "../../node/testing/crypto.ts";
import { ExchangeMeter } from "../../bench/sim/exchange-meter.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import { World } from "../../node/testing/world.ts";
import { type Bundle, type Content, makeBundle } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";
import { newSecretKey } from "../../wire/identity.ts";

const HELD = 300;
const MINUTES_MS = 600_000;

test("what was refused is not fetched again and again, and what is new still comes", () => {
  const world = new World({ seed: 1 });
  const overlay = world.overlay();
  const crypto = keyedHashCrypto();
  const made = (secret: Uint8Array, time: number, content: Content): Bundle =>
    makeBundle(crypto, overlay.key, secret, time, { content });
  const data = (time: number): Content => ({ kind: "data", payload: utf8(`${time}`) });
  const common = [made(overlay.secret, 1, { kind: "policy", writers: "members" })];
  for (let time = 2; time <= HELD; time += 1) common.push(made(overlay.secret, time, data(time)));
  // As from a time when everybody might write: others wait for a grant that never comes.
  const stranger = newSecretKey(new SeededRandom(1, "stranger"));
  const refused = [50, 100, 150].map((time) => made(stranger, time, data(-time)));
  const holder = world.addNode({ overlay, store: storeWith([...common, ...refused]) });
  const other = world.addNode({ overlay, store: storeWith(common), seeds: [holder] });
  world.run(60_000);
  const meter = new ExchangeMeter(world, other.endpoints[0]!);
  world.run(60_000 + MINUTES_MS);
  const { offer, bundles } = meter.counts;
  const steps = other.engine.counters.get("steps")!;
  assert.ok(steps > 100, `${steps} steps`);
  assert.ok(offer.datagrams > 0 && offer.datagrams < steps / 4, `${offer.datagrams} offers`);
  assert.ok(bundles.datagrams < steps / 4, `${bundles.datagrams} datagrams of bundles`);
  assert.equal(world.held(holder), world.held(other) + refused.length);
});
