// What the user lets bundles take of the line is kept, up and down, and used.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { IncomingStatus } from "../../../node/core/engine-status.ts";
import { OVERLAY_HEX } from "../../hostile/rig.ts";
import { join, type Access, type Flow, type Joined } from "./net.ts";

const HOME = { delayMs: 20 };
const NEAR = { delayMs: 0.5 };
/** Bytes per second: from the least that may be set, which is 256 kbit/s, to 8 Mbit/s. */
const LIMITS = [32_000, 125_000, 1_000_000];
/**
 * Of 240 bytes: eight seconds of them. What three peers are asked for at first, 32 KiB each, may be a tenth of it, also
 * at the rate of 125,000.
 */
const BUNDLES_PER_RATE = 1 / 30;
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

/** How bundles came from each peer. */
function incoming({ newcomer }: Joined): IncomingStatus[] {
  return newcomer.rig.engine.peers(OVERLAY_HEX).flatMap((peer) => peer.incoming ?? []);
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
        const asked = incoming(joined);
        assert.ok(asked.length > 0 && asked.every(({ rate }) => rate <= limit));
        assert.ok(asked.some((peer) => peer.limit === "user"));
      });

      it(`up: ${limit} bytes per second to a peer ${name} away`, () => {
        const holder = { ...line, maxRate: { up: limit } };
        const joined = join(count, line, [holder], undefined, LONGEST_MS);
        assertKept(joined.holders[0]!.left, limit);
        const [peer] = incoming(joined);
        assert.ok(["starting", "sender"].includes(peer!.limit), peer!.limit);
      });
    }
  }
});

describe("where bundles come from", () => {
  for (const [what, access, isShown] of [
    [
      "what a line of 4 Mbit/s carries",
      { bitsPerSecond: 4e6 },
      ({ rate }) => rate > 3e5 && rate < 7e5,
    ],
    ["loss", { loss: 0.05 }, ({ loss }) => loss > 0.02 && loss < 0.2],
    ["no limit but what the sender has", {}, ({ limit, loss }) => limit !== "user" && loss === 0],
  ] as [string, Access, (peer: IncomingStatus) => boolean][]) {
    it(`shows ${what}`, () => {
      const joined = join(4_000, HOME, [{ ...HOME, ...access }], undefined, LONGEST_MS);
      const [peer, ...others] = incoming(joined);
      assert.deepEqual(others, []);
      assert.ok(isShown(peer!), JSON.stringify(peer));
      assert.ok(peer!.rate > 0 && peer!.waitMs < 1_000 && peer!.lastMsAgo < 10_000);
    });
  }
});
