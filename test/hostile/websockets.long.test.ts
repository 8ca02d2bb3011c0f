import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { describe, test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { MAX_PER_SUBSCRIBER } from "../../node/host/carriers/door.ts";
import { until } from "../host/support.ts";
import { ATTACKS, frame, often, openFor } from "./websocket-attacks.ts";
import { WebSocketStage } from "./websocket-stage.ts";

/* With a gigabyte, 10,000 connections and figures: test/slow/websockets.ts. */

const MIB = 2 ** 20;
/** Links hold 64 MiB of what waits at most; the rest is garbage that was not collected yet. */
const MOST_GROWTH_BYTES = 128 * MIB;
/** Of the smallest messages, 7 bytes with their heads, one read brings so many: 64 KiB. */
const MESSAGES_OF_A_READ = 9_362;
/** What a stranger may send at once, and in a second (node/host/carriers/allowance.ts). */
const [BURST, PER_SECOND] = [200, 100];
const MESSAGES = 60_000;
const STILL_MS = 1_000;
const FLOODS = [
  "datagrams of nothing",
  "messages of one byte",
  "text",
  "messages that claim a gigabyte",
  "fragments of nothing",
  "compressed messages",
  "pings",
  "pings whose pongs are not read",
];

async function stageOf(t: TestContext, how: { files?: number } = {}): Promise<WebSocketStage> {
  const stage = await WebSocketStage.open(300, how);
  t.after(() => stage.close());
  return stage;
}

describe("WebSocket clients that mean harm", () => {
  test("and send whatever they can take neither memory nor UDP from the node", async (t) => {
    const stage = await stageOf(t);
    await stage.syncMs();
    const before = await stage.state();
    const target = { port: stage.port, bytes: 200 * MIB, connections: 0, patienceMs: 4_000 };
    const attacks = Promise.all(FLOODS.map((name) => ATTACKS[name]!(target)));
    // Somebody joins by UDP in the middle of it.
    await stage.syncMs();
    await attacks;
    const { rssBytes, counters } = await stage.state();
    const grown = rssBytes - before.rssBytes;
    assert.ok(grown < MOST_GROWTH_BYTES, `${Math.round(grown / MIB)} MiB more`);
    assert.equal(counters["defects"], undefined);
  });

  test("and send more than a first contact takes are read no further, or ended", async (t) => {
    const stage = await stageOf(t);
    const beganMs = performance.now();
    const link = (await openFor(stage.port, "198.51.100.7"))!;
    t.after(() => link.destroy());
    link.write(often(frame(Buffer.of(10)), MESSAGES));
    // Until all is read, or nothing more of it.
    let [read, before] = [0, -1];
    await until("it reads no further", async () => {
      await sleep(STILL_MS);
      before = read;
      read = (await stage.state()).counters["gate: size"] ?? 0;
      return read > 0 && read - before <= (2 * PER_SECOND * STILL_MS) / 1_000;
    });
    const seconds = (performance.now() - beganMs) / 1_000;
    // What one read brings is the kernel's choice, and so whether the rest is left for a while or the link is ended.
    const most = BURST + PER_SECOND * seconds + MESSAGES_OF_A_READ;
    assert.ok(read <= most, `${read} messages in ${seconds} s`);
  });

  test("and send what is no datagram are ended", async (t) => {
    const stage = await stageOf(t);
    const target = { port: stage.port, bytes: MIB, connections: 0, patienceMs: 1_000 };
    const attack = ATTACKS["text"]!(target);
    await until("the links are ended", async () => {
      const { counters } = await stage.state();
      return (counters["WebSocket ended: no datagrams"] ?? 0) > 0;
    });
    await attack;
  });

  test("and are more than it may open files leave it enough for its own work", async (t) => {
    const stage = await stageOf(t, { files: 320 });
    const before = await stage.state();
    const target = { port: stage.port, bytes: 0, connections: 1_000, patienceMs: 0 };
    const attack = ATTACKS["connections that say nothing"]!(target);
    await stage.syncMs();
    const { opened, ended } = await attack;
    assert.equal(ended, opened, "all are ended, silent ones after a while");
    const { rssBytes, counters } = await stage.state();
    const grown = rssBytes - before.rssBytes;
    assert.ok(grown < MOST_GROWTH_BYTES, `${Math.round(grown / MIB)} MiB more`);
    assert.ok((counters["WebSocket refused: all places are taken"] ?? 0) > 0, "it has a limit");
    assert.ok((counters["WebSocket refused: no request in time"] ?? 0) > 0, "and a deadline");
  });

  test("from one address have its share, also behind a reverse proxy", async (t) => {
    const stage = await stageOf(t);
    const opened: Socket[] = [];
    t.after(() => opened.forEach((socket) => socket.destroy()));
    for (let i = 0; i < MAX_PER_SUBSCRIBER + 4; i++) {
      const socket = await openFor(stage.port, "198.51.100.7");
      if (socket !== undefined) opened.push(socket);
    }
    assert.equal(opened.length, MAX_PER_SUBSCRIBER);
    const another = await openFor(stage.port, "198.51.100.8");
    assert.ok(another !== undefined, "others have theirs");
    opened.push(another);
    const { counters } = await stage.state();
    assert.equal(counters["WebSocket refused: too many from its address"], 4);
    opened.shift()!.destroy();
    await until("there is a place again", async () => {
      const socket = await openFor(stage.port, "198.51.100.7");
      if (socket !== undefined) opened.push(socket);
      return socket !== undefined;
    });
  });
});
