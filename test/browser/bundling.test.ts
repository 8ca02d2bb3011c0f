import assert from "node:assert/strict";
import { test } from "node:test";
import { bundleFor } from "./bundling.ts";

/** What ARCHITECTURE.md says of it, and some room. */
const MOST_GZIP_BYTES = 150_000;

test("engine, driver and all else that a page needs are made for a browser, and are small", async (t) => {
  const { script, gzipBytes } = await bundleFor("./page.ts");
  t.diagnostic(`${script.length} characters of script, ${gzipBytes} bytes as gzip`);
  assert.ok(gzipBytes < MOST_GZIP_BYTES, `${gzipBytes} bytes`);
});

test("what needs Node is noticed", async () => {
  await assert.rejects(bundleFor("../../node/host/net/udp.ts"), /node:dgram/);
});
