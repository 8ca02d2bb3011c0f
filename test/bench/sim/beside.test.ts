import assert from "node:assert/strict";
import { test } from "node:test";
import { BulkFlow } from "../../../bench/sim/bulk-flow.ts";
import { Call } from "../../../bench/sim/call.ts";
import { type LineOptions, Lines } from "../../../bench/sim/lines.ts";
import { Fixture } from "../../node/testing/fixture.ts";

const LINE = { latencyMs: 20, bottleneck: { bitsPerSecond: 10_000_000, bufferBytes: 625_000 } };

function between(line: LineOptions) {
  const net = new Fixture();
  const lines = new Lines();
  const { bottleneck } = lines.lay("5.0.0.1", "5.0.0.2", line);
  lines.lay("5.0.0.2", "5.0.0.1", line);
  net.network.linkRule = lines.rule;
  const host = (at: string) => net.host(at);
  const flow = (port: number): BulkFlow => {
    const [from, to] = [host(`5.0.0.1:${port}`), host(`5.0.0.2:${port}`)];
    return new BulkFlow(net.clock, net.network, from, to);
  };
  return { net, flow, host, bottleneck: bottleneck! };
}

/** Bytes per second that a flow of its own brings, over a minute that begins when it has found its pace. */
function rate(line: LineOptions): number {
  const { net, flow } = between(line);
  const only = flow(1);
  only.start();
  net.clock.advance(20_000);
  const before = only.deliveredBytes;
  net.clock.advance(80_000);
  return (only.deliveredBytes - before) / 60;
}

test("a bulk flow fills a clean line, and its buffer", () => {
  const { net, flow, bottleneck } = between(LINE);
  const only = flow(1);
  only.start();
  net.clock.advance(60_000);
  assert.ok(bottleneck.longestWaitMs > 450, `${bottleneck.longestWaitMs} ms of 500`);
  assert.ok(rate(LINE) > 0.95 * 1_250_000 * (1_472 / 1_500));
});

test("loss slows a bulk flow, about as the square root of it says", () => {
  // Reno's response function: 1.22 segments per round trip over the root of the loss.
  const expected = (loss: number) => ((1.22 / Math.sqrt(loss)) * 1_472) / 0.04;
  for (const loss of [0.01, 0.04]) {
    const ratio = rate({ latencyMs: 20, loss }) / expected(loss);
    assert.ok(ratio > 0.6 && ratio < 1.6, `${ratio} at ${loss}`);
  }
});

test("two bulk flows share a line", () => {
  const { net, flow } = between(LINE);
  const [one, other] = [flow(1), flow(2)];
  one.start();
  net.clock.advance(5_000);
  other.start();
  net.clock.advance(60_000);
  const before = [one.deliveredBytes, other.deliveredBytes] as const;
  net.clock.advance(180_000);
  const share = (one.deliveredBytes - before[0]) / (other.deliveredBytes - before[1]);
  assert.ok(share > 0.5 && share < 2, `${share}`);
});

test("a call's datagrams take the latency on an idle line, and wait in the queue of a full one", () => {
  const { net, flow, host } = between(LINE);
  const call = new Call(net.clock, net.network, host("5.0.0.1:9"), host("5.0.0.2:9"));
  net.clock.advance(10_000);
  const idle = call.delays(0);
  assert.equal(idle.length, 499, "the last two are under way");
  assert.ok(idle.every((delayMs) => delayMs >= 20 && delayMs < 20.5));
  flow(1).start();
  net.clock.advance(20_000);
  assert.ok(Math.max(...call.delays(10_000)) > 400);
});
