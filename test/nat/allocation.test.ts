import assert from "node:assert/strict";
import { test } from "node:test";
import type { SeededRandom } from "../../node/testing/random.ts";
import { classifyAllocation, type PortSample } from "../../nat/allocation.ts";
import { seeded } from "../candidates/support.ts";

const RUNS = 2_000;
const LOSS = 0.1;

/** A NAT that gives every destination of every socket a port of its own. */
type Allocator = (local: number) => number;

/** 4 destinations of one socket, 1 of 8 more; every tenth answer is lost, and then asked for again. */
function observe(allocate: Allocator, random: SeededRandom, localKnown = true): PortSample[] {
  const samples: PortSample[] = [];
  const late: PortSample[] = [];
  for (let turn = 1; turn <= 12; turn++) {
    const via = Math.max(0, turn - 4);
    const port = 40_000 + via;
    const sample = { via, local: localKnown ? port : undefined, external: allocate(port) };
    if (random.float() < LOSS) late.push({ ...sample, external: allocate(port) });
    else samples.push({ ...sample, turn });
  }
  return [...samples, ...late];
}

function countRight(
  name: string,
  nat: (random: SeededRandom) => Allocator,
  isRight: (found: ReturnType<typeof classifyAllocation>) => boolean,
): number {
  const random = seeded(name);
  let right = 0;
  for (let run = 0; run < RUNS; run++) {
    if (isRight(classifyAllocation(observe(nat(random), random)))) right++;
  }
  return right;
}

function sequential(random: SeededRandom, delta: number, foreign: number): Allocator {
  let port = 20_000 + random.below(20_000);
  return () => (port += delta * (1 + random.below(foreign + 1)));
}

for (const delta of [1, 2, 4, -1, -3]) {
  for (const foreign of [0, 3, 15]) {
    test(`sequential by ${delta}, up to ${foreign} foreign allocations between`, () => {
      const right = countRight(
        `sequential ${delta} ${foreign}`,
        (random) => sequential(random, delta, foreign),
        ({ allocation, portDelta }) => allocation === "sequential" && portDelta === delta,
      );
      assert.ok(right >= 0.99 * RUNS, `${right} of ${RUNS}`);
    });
  }
}

test("sequential, when the range wraps round", () => {
  const ports = [65_531, 65_532, 65_533, 65_534, 65_535, 1_024, 1_025, 1_026];
  const samples = ports.map((external, i) => ({ via: i, external, turn: i + 1 }));
  const { allocation, portDelta } = classifyAllocation(samples);
  assert.deepEqual([allocation, portDelta], ["sequential", 1]);
});

test("blocks of 64 to 2,048 ports: their bounds, when aligned", () => {
  for (const ports of [64, 512, 1_024, 2_048]) {
    let low = 0;
    const right = countRight(
      `block ${ports}`,
      (random) => {
        low = ports * Math.ceil(1_024 / ports + random.below(Math.floor(60_000 / ports)));
        return () => low + random.below(ports);
      },
      ({ allocation, portLow, portHigh }) =>
        allocation === "block" && portLow === low && portHigh === low + ports - 1,
    );
    assert.ok(right >= 0.99 * RUNS, `${ports}: ${right} of ${RUNS}`);
  }
});

test("a block that is not aligned: nearly all of it is within the bounds, which are not far too wide", () => {
  const random = seeded("unaligned");
  let covered = 0;
  for (let run = 0; run < RUNS; run++) {
    const low = 1_024 + random.below(60_000);
    const found = classifyAllocation(observe(() => low + random.below(500), random));
    assert.equal(found.allocation, "block");
    const from = Math.max(low, found.portLow);
    const to = Math.min(low + 499, found.portHigh);
    if (to - from + 1 >= 450) covered++;
    assert.ok(found.portHigh - found.portLow < 2_048);
  }
  assert.ok(covered >= 0.9 * RUNS, `${covered} of ${RUNS}`);
});

test("random over all ports", () => {
  const right = countRight(
    "random",
    (random) => () => 1_024 + random.below(64_512),
    ({ allocation, portLow, portHigh }) =>
      allocation === "random" && portLow < 15_000 && portHigh > 50_000,
  );
  assert.ok(right >= 0.99 * RUNS, `${right} of ${RUNS}`);
});

test("preserving, also when some ports were taken", () => {
  const right = countRight(
    "preserving",
    (random) => {
      const ports = Array.from({ length: 16 }, (_, i) =>
        random.float() < 0.1 ? 1_024 + random.below(64_512) : 40_000 + i,
      );
      return (local) => ports[local - 40_000]!;
    },
    ({ allocation }) => allocation === "preserving",
  );
  assert.ok(right >= 0.99 * RUNS, `${right} of ${RUNS}`);
});

test("unknown local ports are not preserved ones, successive ones are a sequence", () => {
  const samples = observe((local) => local, seeded("unknown"), false);
  assert.notEqual(classifyAllocation(samples).allocation, "preserving");
});

test("few mappings: unknown; one socket seen at one port twice is one mapping", () => {
  assert.equal(classifyAllocation([]).allocation, "unknown");
  const same = Array.from({ length: 20 }, (_, i) => ({ via: 0, external: 5, turn: i + 1 }));
  assert.equal(classifyAllocation(same).allocation, "unknown");
  const five = Array.from({ length: 5 }, (_, i) => ({ via: i, external: 5_000 + i, turn: i + 1 }));
  assert.equal(classifyAllocation(five).allocation, "unknown");
});

test("a sequence that was seen out of order, as by late answers, is not taken for a block", () => {
  const late = [0, 1, 2, 3, 4].map((i) => ({ via: i, external: 20_000 + i }));
  const inTime = [5, 6, 7, 8, 9, 10].map((i) => ({ via: i, external: 20_000 + i, turn: i + 1 }));
  assert.equal(classifyAllocation([...inTime.slice(1), ...late]).allocation, "unknown");
  assert.equal(classifyAllocation([...inTime, ...late]).allocation, "sequential");
});
