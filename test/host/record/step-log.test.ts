import assert from "node:assert/strict";
import { test } from "node:test";
import { Links } from "../../../node/host/carriers/links.ts";
import { createLog } from "../../../node/host/log.ts";
import { StepLog } from "../../../node/host/record/step-log.ts";
import { at, host } from "../../hostile/rig.ts";
import {
  BARE_REQUEST,
  PUNCTURE,
  PUNCTURE_REQUEST,
  RESPONSE,
  SAMPLES,
  bundlesOf,
  encoded,
  requestWithSketch,
  wireBundle,
} from "../../wire/samples.ts";
import { type Message, UNKNOWN_NAT } from "../../../wire/message.ts";

type Line = Record<string, unknown>;

const PEER = host(0);
const LINKS = new Links({ input: () => {}, isKnown: () => false, now: () => 0 });

/** What is told of messages that come and of others that leave. */
function steps(received: readonly Message[], sent: readonly Message[]): Line[] {
  const lines: string[] = [];
  const log = createLog({ level: "trace", readable: false, write: (line) => lines.push(line) });
  const peer = { address: PEER, bucket: "introduced", tracker: false, nat: UNKNOWN_NAT } as const;
  const stepLog = new StepLog(log, { peers: () => [peer] }, LINKS);
  for (const message of received)
    stepLog.input({ kind: "datagram", from: PEER, via: 0, bytes: encoded(message) });
  for (const message of sent)
    stepLog.effect({ kind: "send", to: PEER, via: 0, bytes: encoded(message) });
  return lines.map((line) => JSON.parse(line) as Line);
}

test("a step says who was asked, as what, and what came of it", () => {
  const sketch = requestWithSketch(1);
  const [answered, first, offered] = steps([RESPONSE], [BARE_REQUEST, sketch]) as [
    Line,
    Line,
    Line,
  ];
  assert.deepEqual([first["msg"], first["to"], first["as"]], ["asks", PEER.key, "introduced"]);
  assert.deepEqual([first["first"], first["offer"]], [true, undefined]);
  assert.equal(offered["offer"], "sketch");
  assert.deepEqual([answered["msg"], answered["from"]], ["is answered", PEER.key]);
  assert.equal(answered["names"], RESPONSE.introduction!.address.key);
  assert.equal(answered["datagrams"], RESPONSE.answer!.datagrams);
});

test("punctures and bundles are told in both directions", () => {
  const messages = [PUNCTURE_REQUEST, PUNCTURE, bundlesOf(wireBundle(10))];
  const lines = steps(messages, messages);
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    [
      "is asked for a puncture",
      "is punctured",
      "receives bundles",
      "asks for a puncture",
      "punctures",
      "sends bundles",
    ],
  );
  assert.equal(lines[0]!["target"], PUNCTURE_REQUEST.target.key);
  assert.equal(lines[2]!["bundles"], 1);
});

test("the largest message of each kind is one short line", () => {
  for (const message of SAMPLES) {
    const [line] = steps([message], []);
    assert.ok(JSON.stringify(line).length < 500, message.kind);
  }
});

test("an event is told, and what is no message is not", () => {
  const lines: string[] = [];
  const log = createLog({ level: "trace", readable: false, write: (line) => lines.push(line) });
  const stepLog = new StepLog(log, { peers: () => [] }, LINKS);
  stepLog.input({ kind: "datagram", from: PEER, via: 0, bytes: new Uint8Array(100) });
  stepLog.input({ kind: "tick" });
  assert.equal(lines.length, 0);
  const path = { role: "asking", strategy: "puncture", probes: 0, ms: 12.7 } as const;
  const event = { event: "path", overlay: "", instance: "", address: at("192.0.2.1:1") } as const;
  stepLog.effect({ kind: "notify", event: { ...event, ...path, open: true } });
  const said = JSON.parse(lines[0]!) as Line;
  assert.deepEqual([said["msg"], said["address"], said["ms"]], ["path", "192.0.2.1:1", 13]);
});
