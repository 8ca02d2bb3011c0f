// Whatever a peer sends and names, and whatever the clock does: rates and bursts stay within their bounds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "../../../node/net/pace.ts";
import { LEAST_RATE, MOST_RATE, PathRate } from "../../../node/net/path-rate.ts";
import { Downlink } from "../../../node/net/downlink.ts";
import { Path } from "../../../node/net/paths.ts";
import { RoundTrip } from "../../../node/net/round-trip.ts";
import { DEFAULT_DATAGRAM_BYTES, MAX_SENT_MS } from "../../../wire/limits.ts";
import type { Random } from "../../../wire/crypto.ts";
import { seeded } from "../sync/fixtures.ts";

const RUNS = 60;
const STEPS = 2_000;
const UINT32 = 2 ** 32;
/** A rate before anything came: twelve KiB in a round trip of 5 ms. */
const MOST_FIRST_RATE = (12 * 1024 * 1_000) / 5;

function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.below(values.length)]!;
}

test("a rate is a number within its bounds after any datagrams at any times", () => {
  for (let run = 0; run < RUNS; run += 1) {
    const random = seeded(run);
    const rate = new PathRate();
    let now = 1_000;
    for (let step = 0; step < STEPS; step += 1) {
      now += pick(random, [0, 0, 0.1, 1, 7, 50, 3_000, 200_000, -40]);
      const sentMs = pick(random, [
        0,
        MAX_SENT_MS - 1,
        random.below(MAX_SENT_MS),
        Math.floor(now) % MAX_SENT_MS,
      ]);
      const bytes = pick(random, [0, 22, DEFAULT_DATAGRAM_BYTES, 65_507]);
      const lost = pick(random, [0, 0, 0, 1, -1, 4_000]);
      const rttMs = pick(random, [0, 0.05, 10, 300, 3_000]);
      rate.arrived(
        now,
        { bytes, sentMs: ((sentMs % MAX_SENT_MS) + MAX_SENT_MS) % MAX_SENT_MS, lost },
        rttMs,
      );
      if (random.below(50) === 0) rate.stalled(pick(random, [0, 1e-9, 1e5, Infinity]), rttMs, now);
      const value = rate.rate(rttMs);
      const isFirst = rate.limit === "starting" && value < LEAST_RATE;
      assert.ok(value <= Math.max(MOST_RATE, MOST_FIRST_RATE), `rate ${value}`);
      assert.ok(
        value >= LEAST_RATE || (isFirst && value > 0),
        `rate ${value} is too low: ${rate.limit}`,
      );
      assert.ok(rate.loss >= 0 && rate.loss <= 1, `loss ${rate.loss}`);
      assert.ok(Number.isFinite(rate.waitMs), `wait ${rate.waitMs}`);
    }
  }
});

test("what a path lets be asked for is a number, never below zero, and what it tells fits 32 bits", () => {
  for (let run = 0; run < RUNS; run += 1) {
    const random = seeded(run);
    const path = new Path(new Downlink(Infinity));
    let now = 1_000;
    for (let step = 0; step < STEPS; step += 1) {
      now += pick(random, [0, 1, 7, 300]);
      const answeredMs = pick(random, [0, 0.01, 20, 5_000]);
      if (random.below(4) === 0) path.roundTrip.answered(answeredMs, random.below(2) === 0, now);
      path.arrived(now, { bytes: 1_232, sentMs: random.below(MAX_SENT_MS), lost: 0 });
      if (random.below(9) === 0) path.rest(now);
      path.awaits(pick(random, [0, 1, 30_000, 2_000_000]) - path.underWay);
      const room = path.roomAt(now);
      assert.ok(room >= 0 && room <= 1_536 * 1024, `room ${room}`);
      const told = path.toldRate();
      assert.ok(Number.isInteger(told) && told > 0 && told < UINT32, `told ${told}`);
    }
  }
});

test("an answer is late after 50 ms to 3 s, whatever was measured", () => {
  const random = seeded(1);
  const roundTrip = new RoundTrip();
  for (let step = 0; step < STEPS; step += 1) {
    roundTrip.answered(pick(random, [0, 0.01, 9, 4_000]), random.below(2) === 0, step * 100);
    assert.ok(
      roundTrip.timeoutMs >= 50 && roundTrip.timeoutMs <= 3_000,
      `${roundTrip.timeoutMs} ms`,
    );
  }
});

test("no more leaves than a burst and what the rate brings in the time, at any rate and whenever it is asked", () => {
  for (let run = 0; run < RUNS; run += 1) {
    const random = seeded(run);
    const pace = new Pace();
    const rate = pick(random, [1, 40_000, 1e6, UINT32 - 1]);
    let now = 5_000;
    pace.set(rate, now);
    /** What left until each moment. */
    const left: { now: number; bytes: number }[] = [];
    let sum = 0;
    for (let step = 0; step < 400; step += 1) {
      now += pick(random, [0, 0.2, 1, 9, 40, -3]);
      // It names the same again, which must bring nothing.
      if (random.below(3) === 0) pace.set(rate, now);
      pace.earn(now, 0);
      while (pace.allows && sum < 1e8) {
        const bytes = pick(random, [60, 700, DEFAULT_DATAGRAM_BYTES]);
        pace.spend(bytes);
        sum += bytes;
      }
      left.push({ now, bytes: sum });
      assert.ok(pace.waitMs >= 0 && Number.isFinite(pace.waitMs), `wait ${pace.waitMs}`);
      const earlier = left[random.below(left.length)]!;
      // Where a clock steps back, time passes twice.
      const passedMs = left
        .slice(left.indexOf(earlier) + 1)
        .reduce(({ ms, at }, { now: to }) => ({ ms: ms + Math.max(0, to - at), at: to }), {
          ms: 0,
          at: earlier.now,
        }).ms;
      const most = 32 * 1024 + DEFAULT_DATAGRAM_BYTES + (rate / 1_000) * passedMs;
      assert.ok(sum - earlier.bytes <= most, `${sum - earlier.bytes} bytes, at most ${most}`);
    }
  }
});
