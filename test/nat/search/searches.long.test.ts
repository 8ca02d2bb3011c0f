import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { planOf, type PlanOptions, roundsOf } from "../../../nat/plan.ts";
import { birthdaySearch, BIRTHDAY_SOCKETS } from "../../../nat/search/birthday.ts";
import { FIRST_PORT, LAST_PORT, MAIN_SOCKET, type Probe } from "../../../nat/search/probe.ts";
import { shuffled } from "../../../nat/search/shuffled.ts";
import { type Strategy } from "../../../nat/strategy.ts";
import { type NatSummary, UNKNOWN_NAT } from "../../../wire/message.ts";
import { seeded } from "../../candidates/support.ts";

const EASY: NatSummary = { ...UNKNOWN_NAT, mapping: "endpoint-independent" };
const HARD: NatSummary = { ...UNKNOWN_NAT, mapping: "address-and-port-dependent" };
const SEQUENTIAL: NatSummary = { ...HARD, allocation: "sequential", portDelta: 1 };
const BLOCK: NatSummary = { ...HARD, allocation: "block", portLow: 20_480, portHigh: 20_991 };
const RANDOM: NatSummary = { ...HARD, allocation: "random" };
const PORT = 6_421;

function probes(strategy: Strategy, options: Partial<PlanOptions>, peerPort = PORT): Probe[] {
  const random = seeded("probes");
  const all = { own: EASY, peer: EASY, isFirst: true, round: 1, maxFlows: 256, random, ...options };
  const found: Probe[] = [];
  const iterator = planOf(strategy, all).probes(peerPort);
  for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
    found.push(next.value);
  }
  return found;
}

describe("a puncture tried anew", () => {
  test("leaves by a fresh socket on one side, which tells the other, and later by the main ones", () => {
    for (const [round, fresh] of [
      [1, 1],
      [2, 0],
    ] as const) {
      const sides = [true, false].map((isFirst) => planOf("puncture", options({ isFirst, round })));
      const [first, second] = sides.map(({ sockets }) => sockets);
      assert.deepEqual([first, second], [fresh, 0]);
      const told = sides.map(({ givesSample, needsSample }) => [givesSample, needsSample]);
      const expected = [fresh === 1, false];
      assert.deepEqual(told, [expected, expected.toReversed()]);
    }
    assert.ok(probes("puncture", { isFirst: true }).every(({ socket }) => socket === 0));
    const second = probes("puncture", { isFirst: false });
    assert.ok(second.every(({ socket }) => socket === MAIN_SOCKET));
    assert.deepEqual([second[0]!.priming, second[1]!.priming], [true, false]);
  });

  test("leaves by a fresh socket where every one gets a new port, whoever is first", () => {
    for (const isFirst of [true, false]) {
      assert.equal(planOf("puncture", options({ own: RANDOM, isFirst })).sockets, 1);
      assert.equal(planOf("puncture", options({ peer: RANDOM, isFirst })).sockets, 0);
    }
  });
});

describe("shuffled ports", () => {
  test("come each once, in another order each time", () => {
    const random = seeded("shuffled");
    const first = [...shuffled(1_000, 1_999, random)];
    assert.deepEqual(
      [...first].sort((a, b) => a - b),
      Array.from({ length: 1_000 }, (_, i) => 1_000 + i),
    );
    assert.notDeepEqual([...shuffled(1_000, 1_999, random)], first);
  });
});

describe("the birthday search", () => {
  test("never names a port twice before all were named, nor one below 1,024", () => {
    const sent = probes("birthday", { peer: RANDOM }).map(({ port }) => port);
    assert.equal(new Set(sent).size, sent.length);
    assert.ok(sent.every((port) => port >= FIRST_PORT && port <= LAST_PORT));
  });

  test("hits any of 256 open ports as often as the mathematics says", () => {
    const random = seeded("birthday");
    const all = { peerLow: FIRST_PORT, peerHigh: LAST_PORT };
    const trials = 400;
    let [within256, within1024] = [0, 0];
    for (let trial = 0; trial < trials; trial++) {
      const open = new Set<number>();
      while (open.size < BIRTHDAY_SOCKETS) {
        open.add(FIRST_PORT + random.below(LAST_PORT - FIRST_PORT + 1));
      }
      let sent = 0;
      for (const { port } of birthdaySearch(all, random)) {
        sent++;
        if (open.has(port)) break;
      }
      if (sent <= 256) within256++;
      if (sent <= 1_024) within1024++;
    }
    // 63.9 % and 98.35 %, within four standard deviations.
    assert.ok(Math.abs(within256 / trials - 0.639) < 0.097, `${within256}`);
    assert.ok(within1024 / trials > 0.957, `${within1024}`);
  });

  test("is sent from the main socket on the easy side, from many on the other, the first time not to arrive", () => {
    assert.ok(probes("birthday", { peer: RANDOM }).every(({ socket }) => socket === MAIN_SOCKET));
    const opening = probes("birthday", { own: RANDOM });
    assert.equal(planOf("birthday", options({ own: RANDOM })).sockets, BIRTHDAY_SOCKETS);
    assert.equal(new Set(opening.map(({ socket }) => socket)).size, BIRTHDAY_SOCKETS);
    assert.ok(opening.slice(0, BIRTHDAY_SOCKETS).every(({ priming }) => priming));
    assert.ok(opening.every(({ port }) => port === PORT));
  });

  test("opens no more flows than it may", () => {
    assert.equal(planOf("birthday", options({ own: RANDOM, maxFlows: 100 })).sockets, 100);
  });

  test("is over within half a minute, in which the side with random ports draws them twice", () => {
    for (const own of [EASY, RANDOM]) {
      const peer = own === EASY ? RANDOM : EASY;
      const sent = probes("birthday", { own, peer });
      const ms = sent.reduce((sum, { afterMs }) => sum + afterMs, 0) * roundsOf("birthday", own);
      assert.ok(ms > 20_000 && ms < 30_000, `${ms}`);
    }
    assert.equal(roundsOf("birthday", RANDOM), 2);
  });
});

describe("prediction", () => {
  test("covers every drift up to 15 in each round, at any delta, and wraps round", () => {
    for (const portDelta of [1, 2, -1, 256]) {
      const sent = probes("prediction", { peer: { ...SEQUENTIAL, portDelta } }, 65_530);
      const first = new Set(sent.slice(0, 16).map(({ port }) => port));
      for (let drift = 0; drift <= 15; drift++) {
        const port = 65_530 + portDelta * (1 + drift);
        const span = LAST_PORT - FIRST_PORT + 1;
        const wrapped = FIRST_PORT + ((port - FIRST_PORT + span) % span);
        assert.ok(first.has(wrapped), `delta ${portDelta}, drift ${drift}`);
      }
    }
  });

  test("needs the sequential side's sample, which that side gives", () => {
    const easy = planOf("prediction", options({ peer: SEQUENTIAL }));
    const hard = planOf("prediction", options({ own: SEQUENTIAL }));
    assert.deepEqual([easy.needsSample, easy.givesSample], [true, false]);
    assert.deepEqual([hard.needsSample, hard.givesSample, hard.sockets], [false, true, 1]);
  });
});

describe("unequal steps", () => {
  test("meet whatever others allocated in between, up to 15 on both sides; equal ones would not", () => {
    const climb = (isFirst: boolean): number[] =>
      probes("unequal-steps", { own: SEQUENTIAL, peer: SEQUENTIAL, isFirst }, 30_000).map(
        ({ port }) => port,
      );
    const [ones, twos] = [climb(true), climb(false)];
    for (let x = 0; x <= 15; x++) {
      for (let y = 0; y <= 15; y++) {
        assert.ok(meets(ones, twos, x, y), `${x} and ${y}`);
        if (x + y > 0) assert.ok(!meets(ones, ones, x, y), `equal, ${x} and ${y}`);
      }
    }
  });

  /** Both sides were sampled at 30,000; `x` and `y` flows of others followed. */
  function meets(first: number[], second: number[], x: number, y: number): boolean {
    return first.some((to, i) => {
      const j = to - 30_000 - 1 - y;
      return j >= 0 && j < second.length && second[j] === 30_000 + 1 + i + x;
    });
  }
});

describe("the block search", () => {
  test("stays in the block and names each of its ports, twice", () => {
    const sent = probes("block-search", { peer: BLOCK }).map(({ port }) => port);
    assert.equal(sent.length, 1_024);
    assert.equal(new Set(sent).size, 512);
    assert.ok(sent.every((port) => port >= BLOCK.portLow && port <= BLOCK.portHigh));
  });
});

describe("block pairs", () => {
  test("meet about as often as the mathematics says", () => {
    const random = seeded("pairs");
    const trials = 300;
    // (256 / 512)^2, and (448 / 512)^2; with two ports aimed at on each side, four such pairs.
    for (const [maxFlows, expected] of [
      [256, 0.25],
      [448, 0.766],
      [1_100, 0.997],
    ] as const) {
      const side = (): Flows =>
        flowsOf(probes("block-pairs", { own: BLOCK, peer: BLOCK, maxFlows, random }), random);
      const met = Array.from({ length: trials }, () => meet(side(), side())).filter(Boolean).length;
      assert.ok(Math.abs(met / trials - expected) < 0.1, `${maxFlows} flows: ${met}`);
    }
  });

  test("of a sequential side and a block: half of the time, whatever was mapped in between", () => {
    const random = seeded("sequential pairs");
    const trials = 300;
    for (const drift of [0, 15]) {
      let met = 0;
      for (let trial = 0; trial < trials; trial++) {
        const block = probes("block-pairs", { own: BLOCK, peer: SEQUENTIAL, random }, 40_000);
        const climbing = probes("block-pairs", { own: SEQUENTIAL, peer: BLOCK, random });
        const ours: Flows = new Map();
        for (const { port } of climbing) {
          if (!ours.has(port)) ours.set(port, new Set([40_001 + drift + ours.size]));
        }
        if (meet(ours, flowsOf(block, random))) met++;
      }
      assert.ok(Math.abs(met / trials - 0.5) < 0.12, `drift ${drift}: ${met}`);
    }
  });

  test("make no more flows than they may, and leave an eighth of the block free", () => {
    for (const peer of [BLOCK, SEQUENTIAL]) {
      for (const maxFlows of [100, 256, 1_100]) {
        const sent = probes("block-pairs", { own: BLOCK, peer, maxFlows });
        const flows = new Set(sent.map(({ socket, port }) => `${socket} ${port}`));
        assert.ok(flows.size <= maxFlows && flows.size > maxFlows * 0.8, `${flows.size}`);
        assert.ok(planOf("block-pairs", options({ own: BLOCK, peer, maxFlows })).sockets <= 448);
      }
    }
    const sent = probes("block-pairs", { own: SEQUENTIAL, peer: BLOCK, maxFlows: 10 });
    assert.equal(new Set(sent.map(({ port }) => port)).size, 10);
  });

  test("last equally long on both sides, whatever each may do", () => {
    for (const own of [BLOCK, SEQUENTIAL]) {
      for (const maxFlows of [10, 256, 1_100]) {
        const sent = probes("block-pairs", { own, peer: BLOCK, maxFlows });
        const ms = sent.reduce((sum, { afterMs }) => sum + afterMs, 0);
        assert.ok(Math.abs(ms - 9_000) < 100, `${ms} ms`);
      }
    }
  });

  /** Our own ports by the other side's port that a datagram of ours goes to. */
  type Flows = Map<number, Set<number>>;

  /** As a NAT draws them from the block: flows to one port have different ones. */
  function flowsOf(sent: Probe[], random: ReturnType<typeof seeded>): Flows {
    const flows: Flows = new Map();
    const sockets = new Map<number, Set<number>>();
    for (const { socket, port } of sent) {
      if (!sockets.has(port)) sockets.set(port, new Set());
      sockets.get(port)!.add(socket);
    }
    for (const [port, by] of sockets) {
      flows.set(port, new Set(shuffled(BLOCK.portLow, BLOCK.portHigh, random, by.size)));
    }
    return flows;
  }

  function meet(ours: Flows, theirs: Flows): boolean {
    return [...ours].some(([to, from]) =>
      [...from].some((port) => theirs.get(port)?.has(to) === true),
    );
  }
});

function options(changes: Partial<PlanOptions>): PlanOptions {
  const random = seeded("options");
  return { own: EASY, peer: EASY, isFirst: true, round: 1, maxFlows: 256, random, ...changes };
}
