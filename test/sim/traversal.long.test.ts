import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NAT_KINDS } from "../../node/testing/nat-kinds.ts";
import { type Nat, Pair, SECOND_START_MS } from "./traversal-world.ts";

const SEEDS = [1, 2, 3, 4];
/** Until a survey has measured how long bindings live, and given its sockets back. */
const SURVEYED_MS = 250_000;

/** Two nodes have tried everything by then. */
const ALONE_MS = 40_000;
/** Every contact is visited within this time, whoever lacks something. */
const VISITED_MS = 40_000;

const { apdf } = NAT_KINDS;
const poisonable = { ...apdf, poisonable: true };
const drifting = { ...NAT_KINDS.seq, foreignAllocations: 1 };
const busy = { ...NAT_KINDS.seq, foreignPerS: 150 };

interface Case {
  nats: [Nat, Nat];
  strategy: string;
  loss?: number;
}

const CASES: Record<string, Case> = {
  "two easy sides": { nats: ["apdf", "apdf-np"], strategy: "puncture" },
  "two easy sides, one datagram in ten lost": {
    nats: ["apdf", "apdf"],
    strategy: "puncture",
    loss: 0.1,
  },
  "two routers that can be poisoned": { nats: [poisonable, poisonable], strategy: "puncture" },
  "sequential ports": { nats: ["apdf", "seq"], strategy: "prediction" },
  "ports of a block": { nats: ["apdf", "blk"], strategy: "block-search" },
  "random ports": { nats: ["apdf", "rnd"], strategy: "birthday" },
  "a port for each address": { nats: ["apdf", "adm"], strategy: "birthday" },
  "sequential ports on both sides": { nats: ["seq", "seq"], strategy: "unequal-steps" },
  "the same while others open flows as well": {
    nats: [drifting, drifting],
    strategy: "unequal-steps",
  },
  "the same while others open 150 flows a second": {
    nats: [busy, busy],
    strategy: "unequal-steps",
  },
};

describe("two nodes that only share trackers open a path and sync", () => {
  for (const [name, { nats, strategy, loss = 0 }] of Object.entries(CASES)) {
    for (const [a, b] of [nats, [nats[1], nats[0]] as const]) {
      const order = [a, b].map((nat) => (typeof nat === "string" ? nat : nat.allocation));
      test(`${name}: ${order.join(" to ")}`, () => {
        for (const seed of SEEDS) {
          const pair = new Pair(a, b, { seed, loss });
          assert.ok(pair.meet(), `seed ${seed}: no bundle`);
          assert.equal(pair.opened?.strategy, strategy, `seed ${seed}`);
        }
      });
    }
  }

  test("a filter that takes any port of an address, and random ports: a puncture is enough", () => {
    for (const seed of SEEDS) {
      // Also where nobody has tested that filter yet.
      for (const pair of [new Pair("adf", "rnd", { seed }), new Pair("rnd", "adf", { seed })]) {
        assert.ok(pair.meet());
        const { strategy, probes, ms } = pair.opened!;
        assert.deepEqual([strategy, probes], ["puncture", 0]);
        assert.ok(ms < 300, `${ms} ms`);
      }
    }
  });

  test("ports of blocks on both sides: now and then", () => {
    const met = Array.from({ length: 12 }, (_, seed) => new Pair("blk", "blk", { seed })).filter(
      (pair) => pair.meet(),
    );
    assert.ok(met.length > 0);
    for (const { opened } of met) assert.equal(opened?.strategy, "block-pairs");
  });
});

test("who took all its flows in vain takes none for a minute, on either side, and then tries again", () => {
  const pairs = SEEDS.map((seed) => new Pair("blk", "blk", { seed }));
  const inVain = pairs.filter((pair) => !pair.meet());
  assert.ok(inVain.length > 0);
  for (const { world, first, second } of inVain) {
    const searches = (): (number | undefined)[] =>
      [first, second].map(({ engine }) => engine.counters.get("searches: block-pairs"));
    assert.deepEqual(searches(), [1, 1]);
    world.run(SECOND_START_MS + 60_000);
    assert.deepEqual(searches(), [1, 1]);
    world.run(SECOND_START_MS + 110_000);
    assert.deepEqual(searches(), [2, 2]);
  }
});

describe("a path that was searched for", () => {
  const nats: [Nat, Nat][] = [
    ["apdf", "rnd"],
    ["seq", "apdf"],
    ["seq", "seq"],
  ];
  for (const [a, b] of nats) {
    test(`lives for as long as it is used, and no other socket stays open: ${String(a)} to ${String(b)}`, () => {
      const pair = new Pair(a, b, { seed: 5 });
      const { world, first, second } = pair;
      assert.ok(pair.meet());
      world.run(SURVEYED_MS);
      for (const sockets of pair.openSockets) assert.ok(sockets <= 1, `${sockets} left open`);
      for (const node of [first, second]) {
        const before = world.held(first);
        world.publish(node, 3);
        const both = (): boolean => [first, second].every((of) => world.held(of) === before + 3);
        assert.ok(world.runUntil(both, world.now + 30_000), `from ${node.name}`);
      }
    });
  }
});

test("a router that began again: its NAT is looked at anew, and the path searched again", () => {
  for (const other of ["apdf", "seq"] as const) {
    const pair = new Pair("seq", other, { seed: 6 });
    assert.ok(pair.meet());
    const { world, first, second } = pair;
    world.run(70_000);
    first.endpoints[0]!.lan!.nat.reboot();
    world.publish(first, 1);
    assert.ok(
      world.runUntil(() => world.held(second) === 2, world.now + 120_000),
      other,
    );
  }
});

describe("two sides of which neither can be guessed", () => {
  test("are told so within 5 s", () => {
    for (const seed of SEEDS) {
      const pair = new Pair("rnd", "rnd", { seed });
      pair.world.run(SECOND_START_MS + 5_500);
      assert.deepEqual(pair.openSockets.slice(0, 2), [0, 0]);
      const said = pair.paths.find(({ node }) => node === pair.second)?.path;
      assert.equal(said?.open, false, `seed ${seed}`);
      assert.match(said?.reason ?? "", /neither can be guessed/);
      assert.ok(said!.ms <= 5_000, `${said!.ms} ms`);
      assert.equal(said?.probes, 0);
    }
  });

  test("sync, both ways, when a third node comes that reaches both, with a public address or not", () => {
    for (const third of ["open", "eif", "apdf"] as const) {
      for (const seed of SEEDS) {
        const pair = new Pair("rnd", "rnd", { seed });
        const { world, first, second } = pair;
        world.run(ALONE_MS);
        assert.equal(world.held(second), 0, "without it there is no way");
        pair.join(third);
        const isOver = (): boolean => world.held(second) === 1;
        assert.ok(world.runUntil(isOver, ALONE_MS + VISITED_MS), `${third}, seed ${seed}`);
        world.publish(second, 5);
        const isBack = (): boolean => world.held(first) === 6;
        assert.ok(world.runUntil(isBack, world.now + VISITED_MS), `${third}, seed ${seed}`);
      }
    }
  });
});
