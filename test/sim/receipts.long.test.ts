import assert from "node:assert/strict";
import { test } from "node:test";
import { type ReceiptsOutcome, receiptsWorld } from "../../bench/experiments/receipts-world.ts";
import { asking, holding, ReceiptGroup } from "../../bench/sim/receipt-group.ts";
import { TROUBLES } from "../../bench/sim/receipt-trouble.ts";

const SEEDS = Number(process.env["SCALE"] ?? 1) * 80;
const MEMBERS = 40;
const MINUTES = 2;

function worlds(seeds: number): ReceiptsOutcome[] {
  return Array.from({ length: seeds }, (_, i) => receiptsWorld(i, TROUBLES[i % TROUBLES.length]!));
}

test(`waiting for three never ends early in ${SEEDS} worlds, and says who is missing`, () => {
  const outcomes = worlds(SEEDS);
  const sum = (key: Exclude<keyof ReceiptsOutcome, "ms">): number =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0);
  assert.equal(sum("early"), 0, "a member counted before it held the bundle");
  assert.equal(sum("unnamed"), 0, "a member was neither known nor missing");
  assert.equal(sum("wrongInTheEnd"), 0, "what is known in the end is not so");
  assert.ok(sum("earlyByMark") > 0, "by its highest sequence alone nobody counted early either");
  assert.ok(outcomes.flatMap(({ ms }) => ms).length > sum("waits") / 4, "hardly any wait ended");
});

test(`${MEMBERS} members write a receipt a second together, whatever asks`, () => {
  const group = new ReceiptGroup({ seed: 1, nodes: MEMBERS });
  const { world, author, nodes } = group;
  const [first] = group.publish(author, [asking("first")]);
  const known = world.runUntil(
    () => holding(author, first!).by.length === MEMBERS - 1,
    world.now + 60_000,
  );
  assert.ok(known, `${holding(author, first!).by.length} are known`);
  const written = (): number =>
    nodes.reduce((sum, { engine }) => sum + (engine.counters.get("receipts written") ?? 0), 0);
  const [before, bytes] = [written(), world.network.traffic.sent.bytes];
  const fromMs = world.now;
  for (let i = 0; i < MINUTES * 60; i++) {
    author.publish([asking(`bundle ${i}`)]);
    world.runFor(1_000);
  }
  const seconds = (world.now - fromMs) / 1_000;
  const perSecond = (written() - before) / seconds;
  const perNode = (world.network.traffic.sent.bytes - bytes) / seconds / MEMBERS;
  assert.ok(perSecond > 0.5 && perSecond < 1.2, `${perSecond} receipts a second`);
  console.log(`${perSecond.toFixed(2)} receipts/s, ${Math.round(perNode)} B/s sent by each node`);
});
