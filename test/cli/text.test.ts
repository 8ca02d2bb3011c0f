import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bundleJson, bundleLine, payloadBytes } from "../../node/cli/bundle-view.ts";
import { escapeControls, formatAge, table, truncate } from "../../node/cli/text.ts";
import { formatBytes } from "../../node/host/byte-size.ts";
import type { BundleRow } from "../../node/host/status/rows.ts";

const ROW: BundleRow = {
  id: "ab".repeat(32),
  overlay: "cd".repeat(20),
  author: "ef".repeat(32),
  globalTime: 7,
  kind: "data",
};

describe("text for a terminal", () => {
  it("leaves no control character of all 256 bytes, and nothing that reorders lines", () => {
    const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join("");
    const escaped = escapeControls(`${all}\u202e\u2066\u2028`);
    assert.doesNotMatch(escaped, /[\p{Cc}\u202e\u2066\u2028]/u);
    assert.ok(escaped.includes("\\x00") && escaped.includes("\\x1b") && escaped.includes("\\x9b"));
    assert.ok(escaped.endsWith("\\u202e\\u2066\\u2028"));
  });

  it("writes line breaks and tabs as escapes unless they are kept", () => {
    assert.equal(escapeControls("a\tb\r\nc"), "a\\tb\\r\\nc");
    assert.equal(escapeControls("a\tb\r\nc", "\n\t"), "a\tb\\r\nc");
    assert.equal(escapeControls("grüße 🌍"), "grüße 🌍");
  });

  it("cuts by characters, never through one", () => {
    assert.equal(truncate("🌍🌍🌍", 6), "🌍🌍🌍");
    assert.equal(truncate("🌍🌍🌍", 5), "🌍🌍…");
    assert.equal(truncate("🌍🌍🌍", 4), "🌍…");
    assert.equal(truncate("äöü", 2), "ä…");
  });

  it("aligns columns", () => {
    const rows = [
      ["a", "5"],
      ["longer", "12"],
    ];
    assert.deepEqual(table(["NAME", "N"], rows), ["NAME    N", "a       5", "longer  12"]);
  });

  it("names sizes and ages in one unit", () => {
    assert.deepEqual([0, 1023, 1024, 1536 * 1024].map(formatBytes), [
      "0 B",
      "1023 B",
      "1.0 KiB",
      "1.5 MiB",
    ]);
    assert.deepEqual([999, 99_000, 120_000, 7_200_000].map(formatAge), ["0s", "99s", "2m", "2h"]);
  });
});

describe("rows", () => {
  it("have exactly the documented keys", () => {
    const { id, author, globalTime } = ROW;
    const times = { written: 1, came: 2 };
    const called = { name: "anna", shortKey: "efefef" };
    assert.deepEqual(bundleJson({ ...ROW, ...called, ...times, payload: "hi", expires: 9 }), {
      id,
      author,
      ...called,
      globalTime,
      ...times,
      expires: 9,
      payload: "hi",
    });
    const policy = bundleJson({ ...ROW, kind: "policy", writers: "open" });
    assert.deepEqual(policy, { id, author, globalTime, kind: "policy" });
    assert.deepEqual(bundleJson({ ...ROW, payloadBase64: "AP8=" }), {
      id,
      author,
      globalTime,
      payloadBase64: "AP8=",
    });
  });

  it("take text with binary controls for binary, and bring it back", () => {
    for (const payload of ["\0", "\u001b[31m", "\u007f", "\u009b"]) {
      const json = bundleJson({ ...ROW, payload });
      assert.equal(json.payload, undefined);
      assert.equal(Buffer.from(json.payloadBase64!, "base64").toString(), payload);
    }
    assert.equal(bundleJson({ ...ROW, payload: "a\tb\r\nc\u00a0" }).payload, "a\tb\r\nc\u00a0");
  });

  it("stay on one line", () => {
    const line = bundleLine({ ...ROW, topic: "a\n", payload: "a\nb\tc" });
    assert.equal(line.split("\t").at(-1), "a\\nb\\tc");
    assert.ok(!line.includes("\n"));
  });

  it("give the payload back byte for byte", () => {
    assert.deepEqual(payloadBytes({ ...ROW, payload: "grüße" }), Buffer.from("grüße"));
    assert.deepEqual(payloadBytes({ ...ROW, payloadBase64: "AP8=" }), Buffer.from([0, 255]));
  });
});
