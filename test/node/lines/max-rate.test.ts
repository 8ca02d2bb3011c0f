// What the user lets bundles take of the line is kept, up and down, and used.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { join, type Flow } from "./net.ts";

const HOME = { delayMs: 20 };
const NEAR = { delayMs: 0.5 };
/** Bytes per second: from the least that may be set, which is 256 kbit/s, to 8 Mbit/s. */
const LIMITS = [32_000, 125_000, 1_000_000];
/** Of 230 bytes: some five seconds of them, and so many that ten datagrams at once to each peer are few. */
const BUNDLES_PER_RATE = 1 / 40;
const LEAST_BUNDLES = 2_000;
/** Until a node has found out what the line carries. */
const START_MS = 1_000;
const TOLERANCE = 0.1;
const LONGEST_MS = 60_000;

function assertKept(flow: Flow, limit: number): void {
  const share = flow.rate(START_MS) / limit;
  assert.ok(share > 1 - TOLERANCE && share < 1 + TOLERANCE, `${share.toFixed(2)} of the limit`);
  const start = flow.rate() / limit;
  assert.ok(start < 1 + TOLERANCE, `${start.toFixed(2)} of the limit with the start`);
}

describe("the user's limit", () => {
  for (const limit of LIMITS) {
    const count = Math.max(LEAST_BUNDLES, Math.round(limit * BUNDLES_PER_RATE));
    for (const [line, name] of [
      [HOME, "40 ms"],
      [NEAR, "1 ms"],
    ] as const) {
      it(`down: ${limit} bytes per second of three peers together, ${name} away`, () => {
        const newcomer = { ...line, maxRate: { down: limit } };
        const joined = join(count, newcomer, [line, line, line], undefined, LONGEST_MS);
        assertKept(joined.newcomer.came, limit);
      });

      it(`up: ${limit} bytes per second to a peer ${name} away`, () => {
        const holder = { ...line, maxRate: { up: limit } };
        const { holders } = join(count, line, [holder], undefined, LONGEST_MS);
        assertKept(holders[0]!.left, limit);
      });
    }
  }
});
