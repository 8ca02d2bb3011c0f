// What WebSocket clients that mean harm cost a node, by hand: `node --import tsx test/slow/websockets.ts [ATTACK...]`.
// A gigabyte of each flood, as far as the node takes it within 10 s; 10,000 connections of each crowd; memory,
// processor time and lateness of the attacked process, and how long an empty node takes to get 2,000 bundles of it by
// UDP, before and meanwhile.
import { ATTACKS } from "../hostile/websocket-attacks.ts";
import { WebSocketStage } from "../hostile/websocket-stage.ts";

const BYTES = 2 ** 30;
const CONNECTIONS = 10_000;
const BUNDLES = 2_000;
const PATIENCE_MS = 10_000;
const MIB = 2 ** 20;

const chosen = process.argv.slice(2);
const rows: Record<string, object> = {};
for (const [name, attack] of Object.entries(ATTACKS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const stage = await WebSocketStage.open(BUNDLES);
  const undisturbedMs = await stage.syncMs();
  const before = await stage.state();
  const beganMs = performance.now();
  let most = before.rssBytes;
  const over = new AbortController();
  const attacked = attack({
    port: stage.port,
    bytes: BYTES,
    connections: CONNECTIONS,
    patienceMs: PATIENCE_MS,
  }).finally(() => over.abort());
  const syncMs = await stage.syncMs();
  let cpuMs = 0;
  let lateMs = 0;
  const look = async (): Promise<Record<string, number>> => {
    const state = await stage.state();
    most = Math.max(most, state.rssBytes);
    cpuMs += state.cpuMs;
    lateMs = Math.max(lateMs, state.lateMs);
    return state.counters;
  };
  while (!over.signal.aborted) {
    await look();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const seen = await attacked;
  const tookMs = performance.now() - beganMs;
  const counters = await look();
  rows[name] = {
    "sent, MiB": Math.round(seen.sent / MIB),
    opened: seen.opened,
    ended: seen.ended,
    seconds: Math.round(tookMs / 1_000),
    "memory before, MiB": Math.round(before.rssBytes / MIB),
    "most, MiB": Math.round(most / MIB),
    "processor s": Math.round(cpuMs / 100) / 10,
    "late ms": Math.round(lateMs),
    "sync, of undisturbed": Math.round((100 * syncMs) / undisturbedMs) / 100,
  };
  const told = Object.entries(counters).filter(([counter]) => /^(WebSocket|link)/.test(counter));
  console.log(name, JSON.stringify(rows[name]), JSON.stringify(Object.fromEntries(told)));
  await stage.close();
}
console.table(rows);
