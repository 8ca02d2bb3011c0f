import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnosisJson, diagnosisLine } from "../../../node/cli/doctor-view.ts";
import { CHECKS } from "../../../node/host/doctor/checks.ts";
import { examine } from "../../../node/host/doctor/examine.ts";
import { type Check, ok, problem } from "../../../node/host/doctor/finding.ts";
import { sntpRequest, unixMsOf } from "../../../node/host/doctor/sntp.ts";
import type { Surroundings } from "../../../node/host/doctor/surroundings.ts";
import { udp } from "../../../node/host/doctor/udp.ts";
import { version } from "../../../node/host/doctor/version.ts";

const NOTHING = {} as Surroundings;

test("a check that hangs or fails is said, and holds up no other", async () => {
  const checks: Check[] = [
    { name: "quick", look: async () => ok("quick-fine", "fine") },
    { name: "hanging", look: () => new Promise(() => {}) },
    { name: "failing", look: async () => Promise.reject(new Error("broken")) },
  ];
  const pending: number[] = [];
  const found = await examine(NOTHING, (names) => pending.push(names.length), {
    checks,
    limitMs: 50,
  });
  assert.deepEqual(
    found.map(({ check, level, code }) => [check, level, code]),
    [
      ["quick", "ok", "quick-fine"],
      ["hanging", "warning", "hanging-late"],
      ["failing", "warning", "failing-failed"],
    ],
  );
  assert.deepEqual(pending, [3, 2, 1, 0]);
});

test("each check has a name of its own that fits its column", () => {
  const names = CHECKS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z0-9]{1,12}$/);
});

test("old version: Node itself", async () => {
  for (const [nodeVersion, isOld] of [
    ["18.20.8", true],
    ["20.18.3", true],
    ["20.19.0", false],
    ["24.0.0", false],
  ] as const) {
    const around = {
      nodeVersion,
      leastNodeVersion: "20.19",
      store: Promise.resolve({ kind: "none" }),
      served: Promise.resolve({ kind: "nobody" }),
      asked: Promise.resolve([]),
      dialled: Promise.resolve([]),
    } as unknown as Surroundings;
    const { code } = await version(around);
    assert.equal(code, isOld ? "version-node" : "version-fits", nodeVersion);
  }
});

test("old version: an overlay requires a newer one, or peers speak a newer one", async () => {
  const status = { overlays: [{ overlay: "ab".repeat(20), unknownRequirements: 1 }], counters: {} };
  const strange = { overlays: [], counters: { "rejected: version-unsupported": 3 } };
  for (const [said, code, level] of [
    [status, "version-overlay", "problem"],
    [strange, "version-peers", "warning"],
  ] as const) {
    const around = {
      nodeVersion: "20.19.0",
      leastNodeVersion: "20.19",
      store: Promise.resolve({ kind: "none" }),
      served: Promise.resolve({ kind: "running", status: said, peers: [] }),
      asked: Promise.resolve([]),
      dialled: Promise.resolve([]),
    } as unknown as Surroundings;
    const found = await version(around);
    assert.deepEqual([found.code, found.level], [code, level]);
  }
});

test("UDP is not said to work by whom a node hears by WebSocket alone", async () => {
  const silent = ["192.0.2.1", "192.0.2.2"].map((host) => ({
    place: `${host}:6421`,
    outcome: "silent",
    address: { host },
    byTcp: false,
  }));
  const peer = (via: string) => ({ via, heardMsAgo: 1_000 });
  const cases: [listen: string[], peers: object[], code: string, level: string][] = [
    [["0.0.0.0:6420"], [peer("udp"), peer("websocket")], "udp-works", "ok"],
    [["0.0.0.0:6420"], [peer("websocket")], "udp-replaced", "warning"],
    [["0.0.0.0:6420"], [], "udp-blocked", "problem"],
    [[], [peer("websocket")], "udp-unused", "ok"],
  ];
  for (const [listen, peers, code, level] of cases) {
    const around = {
      networks: Promise.resolve({ own: [{ ip: Uint8Array.of(127, 0, 0, 1) }] }),
      asked: Promise.resolve(silent),
      served: Promise.resolve({ kind: "running", status: { listen, problems: [] }, peers }),
    } as unknown as Surroundings;
    const found = await udp(around);
    assert.deepEqual([found.code, found.level], [code, level], found.text);
  }
});

test("one line, broken under its beginning where the terminal is narrow", () => {
  const found = {
    check: "disk",
    ...problem("disk-full", "1.0 MiB free", "Make room on that disk, or allow for less of it."),
  };
  const whole =
    "problem  disk         1.0 MiB free. Make room on that disk, or allow for less of it.";
  assert.equal(diagnosisLine(found, Infinity), whole);
  const lines = diagnosisLine(found, 60).split("\n");
  assert.ok(lines.length === 2 && lines.every((line) => line.length <= 60), lines.join("\n"));
  assert.match(lines[1]!, /^ {22}\S/);
  assert.deepEqual(diagnosisJson({ check: "disk", ...ok("disk-ample", "enough") }), {
    check: "disk",
    level: "ok",
    code: "disk-ample",
    text: "enough",
    next: null,
  });
});

test("a router's time is believed when it answers our question and knows the time", () => {
  const request = sntpRequest();
  const answer = Buffer.alloc(48);
  answer.set([0x24, 2]);
  answer.set(request.subarray(40, 48), 24);
  // 2026-01-01 and a half second, in seconds from 1900.
  answer.writeUInt32BE(1_767_225_600 + 2_208_988_800, 40);
  answer.writeUInt32BE(2 ** 31, 44);
  assert.equal(unixMsOf(answer, request), 1_767_225_600_500);
  const changed: [string, (bytes: Buffer) => void][] = [
    ["a question", (bytes) => (bytes[0] = 0x23)],
    ["not synchronised", (bytes) => (bytes[0] = 0xe4)],
    ["kiss of death", (bytes) => (bytes[1] = 0)],
    ["of another question", (bytes) => (bytes[24]! ^= 1)],
    ["no time", (bytes) => bytes.fill(0, 40)],
  ];
  for (const [what, change] of changed) {
    const bytes = Buffer.from(answer);
    change(bytes);
    assert.equal(unixMsOf(bytes, request), undefined, what);
  }
  assert.equal(unixMsOf(answer.subarray(0, 47), request), undefined);
  // The second era of NTP begins in February 2036.
  answer.writeUInt32BE(100, 40);
  assert.equal(new Date(unixMsOf(answer, request)!).getUTCFullYear(), 2036);
});
