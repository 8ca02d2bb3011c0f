import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { costOf } from "../../../bench/experiments/work-cost.ts";
import { type Work, type WorkCost, withProcessors } from "../../../bench/sim/processor.ts";
import type { Effect } from "../../../node/core/effects.ts";
import type { Input } from "../../../node/core/inputs.ts";
import type { EngineLike } from "../../../node/testing/node.ts";
import { World } from "../../../node/testing/world.ts";

const COST: WorkCost = { datagramMs: 1, bundleMs: 10, commitMs: 100 };
const datagram = { kind: "datagram" } as Input;
const tick: Input = { kind: "tick" };

/** An engine that answers each datagram with one, on one processor. */
function processor(cost: WorkCost) {
  const handled: [string, number][] = [];
  const effects: Effect[] = [];
  const engine = {
    handle({ kind }: Input, { now }: { now: number }) {
      handled.push([kind, now]);
      if (kind === "datagram") effects.push({ kind: "send" } as Effect);
    },
    poll: () => effects.shift(),
    deadline: () => Infinity,
  } as unknown as EngineLike;
  const work: Work = { busyMs: 0, lost: 0 };
  const made = withProcessors(cost, work, () => engine)({} as never);
  const give = (input: Input, now: number): void => {
    made.handle(input, { now, wall: now });
    while (made.poll() !== undefined);
  };
  return { made, give, handled, work };
}

describe("a node's processor", () => {
  it("takes its time, and what comes meanwhile waits its turn", () => {
    const { made, give, handled, work } = processor(COST);
    give(datagram, 0);
    give(datagram, 1);
    assert.equal(made.deadline(), 2, "one datagram in, one out");
    give(tick, 1);
    assert.equal(handled.length, 1, "it is at work");
    give(tick, made.deadline());
    assert.deepEqual(handled, [
      ["datagram", 0],
      ["datagram", 2],
    ]);
    assert.equal(work.busyMs, 4, "two in, two out");
  });

  it("loses datagrams, and nothing else, once the socket's buffer is full", () => {
    const { give, work } = processor(COST);
    for (let i = 0; i < 300; i++) give(datagram, 0);
    give({ kind: "committed", overlay: "", batch: 1 }, 0);
    assert.equal(work.lost, 300 - 1 - 256, "one at work, 256 in the buffer");
  });

  it("keeps nobody waiting where work takes no time", () => {
    const { give, handled } = processor({ datagramMs: 0, bundleMs: 0, commitMs: 0 });
    for (let i = 0; i < 300; i++) give(datagram, 0);
    assert.equal(handled.length, 300, "all at once");
  });

  it("makes bundles late in a world of real engines, unless its work is free", () => {
    const [free, charged] = [{ datagramMs: 0, bundleMs: 0, commitMs: 0 }, COST].map((cost) => {
      const work: Work = { busyMs: 0, lost: 0 };
      const world = new World({ seed: 1, engine: withProcessors(cost, work) });
      const overlay = world.overlay();
      const founder = world.addNode({ overlay, founder: true });
      world.addNode({ overlay, seeds: [founder] });
      world.run(5_000);
      world.publish(founder, 50);
      assert.ok(
        world.runUntil(() => world.allHold(51), 60_000),
        "they come in the end",
      );
      return { ms: world.now - 5_000, busyMs: work.busyMs };
    });
    assert.equal(free!.busyMs, 0, "nothing is charged");
    assert.ok(free!.ms < 1_000, `free: ${free!.ms} ms`);
    assert.ok(charged!.busyMs > 1_000, `50 bundles signed and checked: ${charged!.busyMs} ms`);
    assert.ok(charged!.ms > 1_000, `on two processors: ${charged!.ms} ms`);
  });
});

describe("the cost of work", () => {
  it("is what explains three measurements", () => {
    const cpuMs = (datagrams: number, bundles: number, commits = 0): number =>
      0.1 * datagrams + 0.2 * bundles + 1.5 * commits;
    const measured = {
      small: { cpuMs: cpuMs(600, 4_000), datagrams: 600, bundles: 4_000 },
      large: { cpuMs: cpuMs(5_000, 4_000), datagrams: 5_000, bundles: 4_000 },
      single: { cpuMs: cpuMs(900, 400, 400), datagrams: 900, bundles: 400 },
    };
    const { datagramMs, bundleMs, commitMs } = costOf(measured);
    const found = [datagramMs, bundleMs, commitMs].map((ms) => Math.round(ms * 1_000));
    assert.deepEqual(found, [100, 200, 1_500]);
  });
});
