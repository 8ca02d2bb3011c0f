import assert from "node:assert/strict";
import { test } from "node:test";
import { Bottleneck, HEADER_BYTES } from "../../../node/testing/bottleneck.ts";
import { BurstLoss } from "../../../node/testing/burst-loss.ts";
import { type LineOptions, Lines } from "../../../bench/sim/lines.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import type { Endpoint } from "../../../node/testing/endpoint.ts";
import { Fixture } from "../../node/testing/fixture.ts";

/** With its headers 1,000 bytes: 8 ms at 1 Mbit/s. */
const PAYLOAD = new Uint8Array(1_000 - HEADER_BYTES);
const MEGABIT = 1_000_000;

/** Two hosts, and a line from the first to the second. */
function onLine(line: LineOptions): {
  net: Fixture;
  a: Endpoint;
  bottleneck: Bottleneck | undefined;
} {
  const net = new Fixture();
  const lines = new Lines();
  const { bottleneck } = lines.lay("5.0.0.1", "5.0.0.2", line);
  net.network.linkRule = lines.rule;
  const a = net.host("5.0.0.1:1");
  net.host("5.0.0.2:1");
  return { net, a, bottleneck };
}

test("a line lets out one datagram after the other at its rate", () => {
  const { net, a } = onLine({
    latencyMs: 20,
    bottleneck: { bitsPerSecond: MEGABIT, bufferBytes: 100_000 },
  });
  for (let i = 0; i < 50; i++) net.send(a, "5.0.0.2:1", PAYLOAD);
  const times = net.settle().map(({ now }) => now);
  assert.deepEqual(
    times,
    Array.from({ length: 50 }, (_, i) => 20 + 8 * (i + 1)),
  );
});

test("a datagram waits for the bytes before it over the rate, and a line that was idle saves nothing up", () => {
  const { net, a, bottleneck } = onLine({
    latencyMs: 0,
    bottleneck: { bitsPerSecond: MEGABIT, bufferBytes: 100_000 },
  });
  for (let i = 0; i < 10; i++) net.send(a, "5.0.0.2:1", PAYLOAD);
  assert.equal(bottleneck!.waitMs(net.clock.now), 80);
  assert.equal(bottleneck!.longestWaitMs, 72, "the last one waited for nine");
  net.clock.advance(50);
  assert.equal(bottleneck!.waitMs(net.clock.now), 30);
  net.settle();
  assert.equal(bottleneck!.waitMs(net.clock.now), 0);
  const startMs = net.clock.now;
  net.send(a, "5.0.0.2:1", PAYLOAD);
  net.send(a, "5.0.0.2:1", PAYLOAD);
  assert.deepEqual(
    net.settle().map(({ now }) => now - startMs),
    [8, 16],
  );
});

test("what finds the buffer full is dropped, and what left makes room", () => {
  const { net, a, bottleneck } = onLine({
    bottleneck: { bitsPerSecond: MEGABIT, bufferBytes: 5_000 },
  });
  for (let i = 0; i < 8; i++) net.send(a, "5.0.0.2:1", PAYLOAD);
  net.clock.advance(16);
  for (let i = 0; i < 8; i++) net.send(a, "5.0.0.2:1", PAYLOAD);
  assert.equal(net.settle().length, 7);
  assert.equal(net.network.traffic.fates["queue-full"], 9);
  assert.equal(bottleneck!.dropped, 9);
  assert.equal(bottleneck!.carriedBytes, 7_000);
});

test("the sockets of two hosts share their line; the other direction and other hosts do not", () => {
  const { net, a } = onLine({
    latencyMs: 25,
    bottleneck: { bitsPerSecond: MEGABIT, bufferBytes: 100_000 },
  });
  const second = net.host("5.0.0.1:2");
  const b = net.host("5.0.0.2:2");
  net.host("5.0.0.3:1");
  net.send(a, "5.0.0.2:1", PAYLOAD);
  net.send(second, "5.0.0.2:2", PAYLOAD);
  net.send(b, "5.0.0.1:2", PAYLOAD);
  net.send(a, "5.0.0.3:1", PAYLOAD);
  const arrivals = net.settle().map(({ at, now }) => [at.address.key, now]);
  assert.deepEqual(arrivals, [
    ["5.0.0.1:2", 25],
    ["5.0.0.3:1", 25],
    ["5.0.0.2:1", 33],
    ["5.0.0.2:2", 41],
  ]);
});

test("what is lost on the way took its time on the line", () => {
  const { net, a, bottleneck } = onLine({
    loss: 1,
    bottleneck: { bitsPerSecond: MEGABIT, bufferBytes: 100_000 },
  });
  net.send(a, "5.0.0.2:1", PAYLOAD);
  assert.equal(bottleneck!.waitMs(0), 8);
  assert.deepEqual(net.settle(), []);
});

test("a bottleneck needs a rate and room for a datagram", () => {
  assert.throws(() => new Bottleneck({ bitsPerSecond: 0, bufferBytes: 10_000 }), RangeError);
  assert.throws(() => new Bottleneck({ bitsPerSecond: MEGABIT, bufferBytes: 1_000 }), RangeError);
});

const DATAGRAMS = 200_000;

/** The lengths of the runs of datagrams that are lost one after the other. */
function bursts(loss: BurstLoss): number[] {
  const random = new SeededRandom(1, "bursts");
  const lengths: number[] = [];
  let length = 0;
  for (let i = 0; i < DATAGRAMS; i++) {
    if (loss.loses(random)) length++;
    else if (length > 0) {
      lengths.push(length);
      length = 0;
    }
  }
  return lengths;
}

test("bursts take the share of all datagrams, and are as long on average, as asked", () => {
  for (const share of [0.01, 0.05, 0.1]) {
    for (const meanBurst of [1, 3, 10]) {
      const lengths = bursts(BurstLoss.of(share, meanBurst));
      const lost = lengths.reduce((sum, length) => sum + length, 0);
      // A burst's length is geometric, so its standard deviation is at most its mean; both are off by little over so
      // many bursts: four standard errors.
      const tolerance = 4 / Math.sqrt(lengths.length);
      assert.ok(Math.abs(lost / DATAGRAMS / share - 1) < 2 * tolerance, `${share}, ${meanBurst}`);
      const mean = lost / lengths.length;
      assert.ok(Math.abs(mean / meanBurst - 1) < tolerance, `${mean}, not ${meanBurst}`);
    }
  }
  assert.deepEqual(bursts(BurstLoss.of(0, 5)), []);
  assert.throws(() => BurstLoss.of(1, 5), RangeError);
  assert.throws(() => BurstLoss.of(0.1, 0.5), RangeError);
  assert.throws(() => BurstLoss.of(0.9, 1), RangeError, "it would have to be lost more often");
});

test("in good times and in bad ones a line may lose some and spare some", () => {
  const loss = { worsens: 0.1, recovers: 0.3, lossWhenGood: 0.01, lossWhenBad: 0.5 };
  const lost = bursts(new BurstLoss(loss)).reduce((sum, length) => sum + length, 0);
  // A quarter of the time is bad: 0.1 / (0.1 + 0.3).
  const share = 0.75 * 0.01 + 0.25 * 0.5;
  assert.ok(Math.abs(lost / DATAGRAMS / share - 1) < 0.05, `${lost / DATAGRAMS}, not ${share}`);
});

test("a line loses in bursts, repeats exactly, and holds back the share that it is asked to", () => {
  const run = (line: LineOptions) => {
    const { net, a } = onLine(line);
    for (let i = 0; i < 10_000; i++) {
      net.send(a, "5.0.0.2:1", Uint8Array.of(i >> 8, i & 255));
      net.clock.advance(net.clock.now + 1);
    }
    return net.settle().map(({ bytes, now }) => `${bytes[0]! * 256 + bytes[1]!} at ${now}`);
  };
  const bottleneck = { bitsPerSecond: MEGABIT, bufferBytes: 10_000 };
  const lossy: LineOptions = { bottleneck, bursts: { share: 0.1, meanBurst: 5 } };
  const arrived = run(lossy);
  assert.deepEqual(run(lossy), arrived);
  assert.ok(Math.abs(arrived.length / 10_000 - 0.9) < 0.03, `${arrived.length}`);

  const reordering = 0.05;
  const order = run({ bottleneck, reordering, reorderingDelayMs: 30 }).map((words) =>
    Number(words.split(" ")[0]),
  );
  assert.equal(order.length, 10_000);
  const overtaken = order.filter((number, i) => i > 0 && number < order[i - 1]!).length;
  // Four standard deviations; those that were held back one after the other keep their order.
  const expected = 10_000 * reordering * (1 - reordering);
  assert.ok(Math.abs(overtaken - expected) < 4 * Math.sqrt(expected), `${overtaken}`);
});
