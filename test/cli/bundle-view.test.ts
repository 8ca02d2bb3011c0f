import assert from "node:assert/strict";
import { test } from "node:test";
import { bundleJson, bundleLine, LINE_HEAD } from "../../node/cli/bundle-view.ts";
import { expiryNotice } from "../../node/cli/expiry-view.ts";
import { formatSpan, textWidth } from "../../node/cli/text.ts";
import { formatDelay, formatMoment, isoMoment } from "../../node/cli/written-view.ts";
import type { BundleRow } from "../../node/host/status/rows.ts";

const NOW = new Date(2026, 10, 29, 14, 5).getTime();
const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

const ROW: BundleRow = {
  id: "ab".repeat(32),
  overlay: "cd".repeat(20),
  author: "ef".repeat(32),
  globalTime: 7,
  kind: "data",
  written: NOW - 3 * MINUTE_MS,
  came: NOW,
  payload: "x".repeat(200),
};

/** The line on a terminal of 80 columns. */
function onTerminal(row: BundleRow): string {
  const fake = { isTTY: true, columns: 80 };
  const before = Object.keys(fake).map((name) =>
    Object.getOwnPropertyDescriptor(process.stdout, name),
  );
  for (const [name, value] of Object.entries(fake)) {
    Object.defineProperty(process.stdout, name, { value, configurable: true });
  }
  try {
    return bundleLine(row);
  } finally {
    Object.keys(fake).forEach((name, i) => {
      if (before[i] === undefined) Reflect.deleteProperty(process.stdout, name);
      else Object.defineProperty(process.stdout, name, before[i]);
    });
  }
}

test("a line of 80 columns has who, when and what, whatever they call themselves", () => {
  const payloadAt = LINE_HEAD.indexOf("PAYLOAD");
  for (const [called, shown] of [
    [{}, "efefefefefef"],
    [{ name: "anna" }, "anna        "],
    [{ name: "anna", shortKey: "efefef" }, "anna~efefef "],
    [{ name: "anna", shortKey: "efefefefefefef" }, "…~efefefefefefef"],
    [{ name: "Administrator 1" }, "Admi…~efefef"],
    [{ name: "李雷韩梅梅" }, "李雷韩梅梅  "],
    [{ name: "李雷韩梅梅王芳" }, "李雷…~efefef"],
  ] as const) {
    const line = onTerminal({ ...ROW, ...called });
    assert.ok(line.includes(`  ${shown}  `), `${shown}: ${line}`);
    assert.equal(textWidth(line), 80, line);
    if (textWidth(shown) === 12) {
      assert.equal(textWidth(line.slice(0, line.indexOf("xxx"))), payloadAt, "in its column");
    }
  }
});

test("what clocks say is shown as it is", () => {
  assert.equal(formatMoment(NOW - 3 * DAY_MS, NOW), "Nov 26 14:05");
  assert.equal(formatMoment(new Date(1970, 0, 2).getTime(), NOW), "Jan  2  1970");
  assert.equal(formatMoment(new Date(2099, 4, 6).getTime(), NOW), "May  6  2099");
  assert.equal(formatMoment(Number.MAX_SAFE_INTEGER, NOW), "after 9999");
  const delays: [written: number, said: string][] = [
    [NOW, ""],
    [NOW - 59_000, ""],
    [NOW - 12 * MINUTE_MS, "+12m"],
    [NOW - 99 * MINUTE_MS, "+1h"],
    [NOW - 30 * 60 * MINUTE_MS, "+1d"],
    [NOW - 20 * DAY_MS, "+2w"],
    [1, "+56y"],
    [NOW + 3 * DAY_MS, "-3d"],
    [Number.MAX_SAFE_INTEGER, "-99y"],
  ];
  for (const [written, said] of delays) assert.equal(formatDelay(written, NOW), said);
  assert.equal(isoMoment(1_793_491_200_123), "2026-11-01T00:00:00.123Z");
  assert.equal(isoMoment(Number.MAX_SAFE_INTEGER), "9007199254740991", "no date has a form for it");
  assert.equal(formatSpan(5 * 365 * DAY_MS), "5y");
});

test("a pipe gets all of it: nine columns, and a remark", () => {
  const row: BundleRow = {
    ...ROW,
    name: "anna",
    shortKey: "efefef",
    topic: "log",
    notSealed: true,
  };
  const columns = bundleLine({
    ...row,
    payload: "hi",
    written: 1_793_491_200_000,
    came: 1_793_491_200_001,
  }).split("\t");
  assert.deepEqual(columns, [
    row.id,
    "7",
    "2026-11-01T00:00:00.000Z",
    "2026-11-01T00:00:00.001Z",
    row.author,
    "anna~efefef",
    "log",
    "hi",
    "not sealed",
  ]);
});

test("what is ephemeral is marked, and its text is shown", () => {
  const row: BundleRow = { ...ROW, kind: "ephemeral", ephemeral: true, payload: "typing ..." };
  assert.match(onTerminal(row), /  \(ephemeral\) typing \.\.\.$/);
  assert.match(bundleLine(row), /\ttyping \.\.\.\tephemeral$/);
  const { kind, payload, ephemeral } = bundleJson(row);
  assert.deepEqual([kind, payload, ephemeral], [undefined, "typing ...", true]);
});

test("a line, and its object, say how long something still has", () => {
  const expires = Math.floor(Date.now() / 1_000) + 3 * 3_600 + 60;
  assert.match(onTerminal({ ...ROW, payload: "x", expires }), /\(3h left\) x/);
  assert.equal(bundleJson({ ...ROW, expires }).expires, expires);
  const soon = Math.floor(Date.now() / 1_000) + 30;
  assert.match(onTerminal({ ...ROW, expires: soon }), /\((29|30)s left\)/);
  assert.match(onTerminal({ ...ROW, expires: 1 }), /\(expired\)/);
  assert.match(expiryNotice(expires, Date.now()), /^3h left; then nobody is shown it any more/);
});
