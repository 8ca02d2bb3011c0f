import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMoment, unixMs } from "../../node/cli/moment.ts";

test("a moment is so far from now, or a date, in local time unless it says otherwise", () => {
  for (const [text, ms] of Object.entries({
    "30s": 30_000,
    "10m": 600_000,
    "1.5h": 5_400_000,
    "2d": 172_800_000,
  })) {
    assert.equal(unixMs(parseMoment(text), "ago", 1e12), 1e12 - ms, text);
    assert.equal(unixMs(parseMoment(text), "ahead", 1e12), 1e12 + ms, text);
  }
  const dates: Record<string, number> = {
    "2026-11-29": new Date(2026, 10, 29).getTime(),
    "2026-11-29 08:30": new Date(2026, 10, 29, 8, 30).getTime(),
    "2026-11-29T08:30:15.5": new Date(2026, 10, 29, 8, 30, 15, 500).getTime(),
    "2026-11-29T08:30Z": Date.UTC(2026, 10, 29, 8, 30),
    "2026-11-29T08:30+02:00": Date.UTC(2026, 10, 29, 6, 30),
  };
  for (const [text, ms] of Object.entries(dates))
    assert.equal(unixMs(parseMoment(text), "ago", 0), ms, text);
  for (const text of [
    "",
    "10",
    "m",
    "-5m",
    "0m",
    "10 minutes",
    "yesterday",
    "2026-13-01",
    "2026-11-29T25:00",
    "1e3s",
  ]) {
    assert.throws(() => parseMoment(text), /It must be a span of time/, text);
  }
});
