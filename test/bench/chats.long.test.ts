import assert from "node:assert/strict";
import { test } from "node:test";
import { chats, type ChatRow } from "../../bench/experiments/chats.ts";
import { type ChatOptions, runChat } from "../../bench/experiments/chat-world.ts";
import {
  FILTERS,
  INTERACTIVE,
  MULTICAST,
  type MvdsForm,
} from "../../bench/experiments/mvds-forms.ts";
import { runMvdsChat } from "../../bench/experiments/mvds-world.ts";
import { ADAPTIVE } from "../../node/core/profile.ts";

const PORTS = { progress: () => undefined };
const PAIR: ChatOptions = {
  seed: 1,
  people: 2,
  messages: 8,
  payloadBytes: 100,
  uptime: 0.1,
  cycleMs: 300_000,
  mailserver: 0,
  profile: ADAPTIVE,
  limitMs: 100 * 3_600_000,
};

test("all seven runs deliver, and the same seed gives the same figures", async () => {
  const options = {
    people: 4,
    messages: 1,
    pairMessages: 2,
    payload: 100,
    uptime: 0.3,
    cycle: 200,
    limit: 50,
    loss: 0,
    part: "seven",
    seed: 1,
    profile: "adaptive",
  };
  const run = async (seed: number) => {
    const { json } = await chats.run({ ...options, seed } as never, PORTS);
    return (json as { runs: ChatRow[] }).runs;
  };
  const rows = await run(1);
  assert.deepEqual(
    rows.map(({ id }) => id),
    ["E7", "E8", "E9", "E10", "E11", "E12", "E13"],
  );
  for (const { delivered, perDelivery, p50Seconds, p90Seconds } of rows) {
    assert.equal(delivered, 1);
    assert.ok(perDelivery > 1, "every payload travels");
    assert.ok(p50Seconds! <= p90Seconds!);
  }
  assert.deepEqual(await run(1), rows);
  assert.notDeepEqual(await run(2), rows);
});

test("a mailserver shortens the wait of two who hardly ever meet", () => {
  const median = (mailserver: number) => {
    const { latenciesMs, deliveries } = runChat({ ...PAIR, mailserver });
    assert.equal(latenciesMs.length, deliveries);
    return latenciesMs[deliveries >> 1]!;
  };
  assert.ok(median(0.9) < median(0) / 2);
});

test("push makes those who are there hear at once", () => {
  const group = {
    ...PAIR,
    people: 6,
    messages: 3,
    uptime: 0.8,
    profile: { ...ADAPTIVE, pullOnPush: false, fresh: false },
  };
  const soon = (pushTo: number) => {
    const { latenciesMs } = runChat({ ...group, profile: { ...group.profile, pushTo } });
    return latenciesMs.filter((ms) => ms < 500).length;
  };
  assert.ok(soon(10) > 2 * soon(0));
});

test("what is not delivered in time is told", () => {
  const { latenciesMs, deliveries } = runChat({ ...PAIR, limitMs: 60_000 });
  assert.ok(latenciesMs.length < deliveries);
});

test("MVDS: filters save bytes and time in a group, multicast bytes, and a mailserver time", () => {
  const group = { ...PAIR, people: 10, messages: 2, loss: 0.05 };
  const run = (form: MvdsForm, mailserver = 0) => {
    const { bytes, latenciesMs, deliveries } = runMvdsChat({ ...group, ...form, mailserver });
    assert.equal(latenciesMs.length, deliveries, `${form.name}: all arrive`);
    const sent = bytes.bundles + bytes.offers + bytes.walking;
    return { sent, median: latenciesMs[deliveries >> 1]! };
  };
  const pairwise = run(INTERACTIVE);
  const filters = run(FILTERS);
  assert.ok(filters.sent < pairwise.sent / 1.5, `${filters.sent} B, pairwise ${pairwise.sent} B`);
  assert.ok(filters.median < pairwise.median / 1.5, "who has it passes it on");
  assert.ok(run(MULTICAST).sent < pairwise.sent, "one sending for all");
  assert.ok(run(MULTICAST, 0.9).median < pairwise.median / 1.5, "a mailserver is there");
});
