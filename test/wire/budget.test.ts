import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../../wire/decode.ts";
import { encode } from "../../wire/encode.ts";
import {
  MAX_BUNDLES_PER_DATAGRAM,
  MAX_DATAGRAM_BYTES,
  mostBundles,
  OVERLAY_ID_BYTES,
} from "../../wire/limits.ts";
import type { BundlesMessage } from "../../wire/message.ts";

const BUDGET_BYTES = 64 * 1024;
const overlay = new Uint8Array(OVERLAY_ID_BYTES);

function message(bundles: number): BundlesMessage {
  const one = {
    author: new Uint8Array(32),
    body: new Uint8Array(10).fill(1),
    signature: new Uint8Array(64),
  };
  return { kind: "bundles", bundles: Array.from({ length: bundles }, () => one) };
}

test("limits follow the budget of what a datagram travels by", () => {
  const bytes = encode(overlay, message(500), BUDGET_BYTES);
  const decoded = decode(bytes, BUDGET_BYTES);
  assert.ok("message" in decoded && decoded.message.kind === "bundles");
  assert.equal(decoded.message.bundles.length, 500);
  assert.deepEqual(decode(bytes), { rejected: "too-large" });
  assert.throws(() => encode(overlay, message(500)), RangeError);
  const most = mostBundles(BUDGET_BYTES);
  assert.throws(() => encode(overlay, message(most + 1), BUDGET_BYTES), RangeError);
  assert.equal(mostBundles(MAX_DATAGRAM_BYTES), MAX_BUNDLES_PER_DATAGRAM);
});
