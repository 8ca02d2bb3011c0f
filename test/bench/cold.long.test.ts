import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { cold, simulateCold } from "../../bench/experiments/cold.ts";
import type { Result } from "../../bench/experiment.ts";
import { ADAPTIVE, DISPERSY, type Profile } from "../../node/core/profile.ts";
import { BloomOffers } from "../../node/sync/filter/bloom-offers.ts";

const PORTS = { progress: () => undefined };
const OPTIONS = { profile: "dispersy", bundles: 1_500, payload: 111, sim: true, reply: 5_120 };

interface ColdJson {
  seconds: number;
  bytesPerBundle: number;
  offers: number;
  found: number;
  datagramBytes: number;
}

async function runCold(options: object): Promise<Result & { json: ColdJson }> {
  return (await cold.run({ ...OPTIONS, seed: 1, ...options } as never, PORTS)) as never;
}

function simulate(profile: Profile, bundles = 1_500, seed = 1) {
  const { run, bytes, predicted } = simulateCold({ seed, bundles, payload: 111, profile }, PORTS);
  const offers = run.counts.offer.datagrams;
  assert.ok(run.done);
  return { offers, bytes, predicted: predicted?.offers ?? 0, ms: run.ms };
}

test("a simulated joiner gets everything, and the same seed gives the same figures", async () => {
  const first = await runCold({});
  assert.deepEqual(Object.keys(first.json).slice(0, 3), ["seconds", "bytesPerBundle", "offers"]);
  assert.equal(first.json.found, 1_501);
  assert.equal(first.failure, undefined);
  assert.equal(
    Math.round(first.json.datagramBytes),
    256,
    "the default payload makes the paper's datagrams",
  );
  assert.ok(first.json.bytesPerBundle > 256);
  assert.deepEqual((await runCold({})).json, first.json);
  assert.notDeepEqual((await runCold({ seed: 2 })).json, first.json);
});

test("offers are within a fifth of the analysis", () => {
  // Where one answer brings a whole class the analysis has too many: sixteen seeds gave 0.69 of it.
  for (const [replyBytes, least] of [
    [5_120, 0.8],
    [25_600, 0.5],
  ] as const) {
    const runs = [1, 2, 3].map((seed) => simulate({ ...DISPERSY, replyBytes }, 5_000, seed));
    const offers = runs.reduce((sum, run) => sum + run.offers, 0) / runs.length;
    const ratio = offers / runs[0]!.predicted;
    assert.ok(ratio > least && ratio < 1.2, `${replyBytes}: ${offers}, not ${runs[0]!.predicted}`);
  }
});

test("the reply limit, dense datagrams and false positives change the figures", () => {
  const faithful = simulate(DISPERSY);
  assert.ok(simulate({ ...DISPERSY, replyBytes: 25_600 }).offers < faithful.offers / 2);
  assert.ok(simulate(ADAPTIVE).bytes < simulate({ ...ADAPTIVE, dense: false }).bytes - 1_500 * 20);
  assert.notEqual(simulate({ ...DISPERSY, falsePositiveRate: 0.3 }).bytes, faithful.bytes);
});

test("without continuation a joiner waits for steps", (t) => {
  t.after(() => mock.restoreAll());
  const sound = simulate(DISPERSY);
  const { outcome } = BloomOffers.prototype;
  mock.method(
    BloomOffers.prototype,
    "outcome",
    function (this: BloomOffers, ...what: Parameters<typeof outcome>) {
      outcome.apply(this, what);
      return false;
    },
  );
  assert.ok(simulate(DISPERSY).ms > 5 * sound.ms);
});

test("without reuse no offer is sent twice, and the exhausted ones cost none in vain", (t) => {
  t.after(() => mock.restoreAll());
  const profile = { ...DISPERSY, replyBytes: 25_600 };
  const sound = simulate(profile, 3_000);
  const { outcome } = BloomOffers.prototype;
  mock.method(
    BloomOffers.prototype,
    "outcome",
    function (this: BloomOffers, ...what: Parameters<typeof outcome>) {
      const [peer, found] = what;
      // Nothing is put down to the filter, so that it is never sent again.
      return outcome.call(this, peer, { ...found, stored: 0 }) || found.stored > 0;
    },
  );
  assert.notEqual(simulate(profile, 3_000).offers, sound.offers);
});

test("two processes with real sockets and disks", { timeout: 60_000 }, async () => {
  const { json, failure } = await runCold({ sim: false, bundles: 40, profile: "adaptive" });
  assert.equal(failure, undefined);
  assert.equal(json.found, 40);
  assert.ok(json.seconds > 0);
  assert.ok(json.offers >= 1);
  assert.ok(json.bytesPerBundle > 111);
});
