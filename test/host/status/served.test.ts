import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog } from "../../../node/host/log.ts";
import { unhealthy } from "../../../node/host/status/health.ts";
import { Minutes } from "../../../node/host/status/minutes.ts";
import { type Tally, served, servedLine } from "../../../node/host/status/served.ts";

function tally(atMs: number, counters: Record<string, number> = {}, packets = 0): Tally {
  const traffic = {
    rxPackets: packets,
    rxBytes: packets * 100,
    txPackets: packets,
    txBytes: 7,
    announcedPackets: 0,
  };
  return { atMs, traffic, counters: new Map(Object.entries(counters)), bundlesStored: 0 };
}

const BEFORE = tally(1_000, { "sent introduction-response": 5, "gate: rate": 2, steps: 9 });
const AFTER = tally(
  61_000,
  {
    "sent introduction-response": 25,
    "introductions made": 4,
    "gate: rate": 3,
    "bundle rejected: signature": 30,
    "receive: unusable source": 2,
    "offer refused: epoch": 1,
    steps: 100,
  },
  10,
);

test("what was served is the difference of two counts, with the most frequent reasons", () => {
  const during = served(BEFORE, AFTER);
  assert.deepEqual(during, {
    seconds: 60,
    datagramsIn: 10,
    datagramsOut: 10,
    bytesIn: 1_000,
    bytesOut: 0,
    requestsAnswered: 20,
    introductions: 4,
    bundlesStored: 0,
    bundlesSent: 0,
    drops: 34,
    dropReasons: {
      "bundle rejected: signature": 30,
      "receive: unusable source": 2,
      "gate: rate": 1,
      "offer refused: epoch": 1,
    },
  });
  const line = servedLine(during, 3)!;
  assert.equal(line["peers"], 3);
  assert.equal(
    line["dropReasons"],
    "bundle rejected: signature 30, receive: unusable source 2, gate: rate 1, and others",
  );
});

test("who only walks and is not answered serves nothing", () => {
  const walked = tally(61_000, { "sent introduction-request": 12, "request timed out": 12 }, 12);
  assert.equal(servedLine(served(tally(1_000), walked), 0), undefined);
});

test("a quiet process says so once an hour, a busy one tells each minute", () => {
  const lines: string[] = [];
  const log = createLog({ readable: false, write: (line) => lines.push(line) });
  let now = tally(0);
  const minutes = new Minutes({ log, level: "info", tally: () => now, peers: () => 1 });
  minutes.close();
  for (let minute = 1; minute <= 59; minute++) minutes.minute();
  assert.equal(lines.length, 0);
  minutes.minute();
  assert.match(lines.join(""), /quiet: nothing was served for an hour/);
  now = AFTER;
  minutes.minute();
  assert.equal(lines.length, 2);
  const said = JSON.parse(lines[1]!) as Record<string, unknown>;
  assert.equal(said["msg"], "served in the last minute");
  assert.equal(said["requestsAnswered"], 25);
  for (let minute = 1; minute <= 59; minute++) minutes.minute();
  assert.equal(lines.length, 2, "an hour of quiet begins anew");
});

test("a process is unhealthy when it sends and nothing comes, not when nothing is due", () => {
  const busy = (seconds: number, rx: number, tx: number) => ({
    ...served(tally(0), tally(seconds * 1_000)),
    datagramsIn: rx,
    datagramsOut: tx,
  });
  const traffic = { rxPackets: 100, rxBytes: 1, txPackets: 100, txBytes: 1, announcedPackets: 0 };
  const vitals = { socketsOpen: true, traffic, recent: busy(90, 5, 20), linked: 0 };
  assert.deepEqual(unhealthy(vitals), []);
  assert.deepEqual(unhealthy({ ...vitals, recent: busy(90, 0, 0) }), [], "nobody asks a tracker");
  assert.deepEqual(unhealthy({ ...vitals, recent: busy(30, 0, 20) }), [], "too soon");
  assert.match(
    unhealthy({ ...vitals, recent: busy(90, 0, 20) })[0]!,
    /nothing was received in the last 90 seconds, though 20 datagrams were sent/,
  );
  const never = { ...traffic, rxPackets: 0 };
  assert.match(unhealthy({ ...vitals, traffic: never })[0]!, /nothing was ever received/);
  assert.deepEqual(unhealthy({ ...vitals, traffic: { ...never, txPackets: 7 } }), []);
  const lonely = { ...never, announcedPackets: 93 };
  assert.deepEqual(unhealthy({ ...vitals, traffic: lonely }), [], "nobody answers announcements");
  assert.deepEqual(
    unhealthy({ ...vitals, traffic: never, linked: 1 }),
    [],
    "somebody is in touch by WebSocket, so that UDP may be blocked",
  );
  assert.deepEqual(unhealthy({ ...vitals, socketsOpen: false }), ["the sockets are closed"]);
  assert.deepEqual(unhealthy({ ...vitals, traffic: never, socketsOpen: undefined }), [], "offline");
});
