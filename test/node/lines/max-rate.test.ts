// What the user lets bundles take of the line is kept, up and down, and used.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { join } from "./net.ts";

const BUNDLES = 8_000;
const AT_40_MS = { delayMs: 20 };
/** 256 kbit/s to 8 Mbit/s, in bytes per second. */
const RATES = [32_000, 125_000, 1_000_000];

function assertKept(rate: number, limit: number): void {
  assert.ok(Math.abs(rate / limit - 1) <= 0.1, `${Math.round(rate)} of ${limit} bytes per second`);
}

describe("the user's limit", () => {
  for (const limit of RATES) {
    const count = Math.min(BUNDLES, Math.round(limit / 30));
    it(`down, ${limit} bytes per second from three peers together`, () => {
      const newcomer = { ...AT_40_MS, maxRate: { down: limit } };
      const joined = join(count, newcomer, [AT_40_MS, AT_40_MS, AT_40_MS], undefined, 300_000);
      console.log(limit, joined.ms, joined.newcomer.came.bytes);
      assertKept(joined.newcomer.came.rate, limit);
    });

    it(`up, ${limit} bytes per second`, () => {
      const holder = { ...AT_40_MS, maxRate: { up: limit } };
      const { holders , ms} = join(count, AT_40_MS, [holder], undefined, 300_000);
      console.log(limit, ms, holders[0]!.left.bytes);
      assertKept(holders[0]!.left.rate, limit);
    });
  }
});
