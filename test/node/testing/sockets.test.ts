import type { Counters } from "../../../node/core/counters.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Effect } from "../../../node/core/effects.ts";
import type { Input } from "../../../node/core/inputs.ts";
import { Address } from "../../../wire/address.ts";
import type { EngineLike, SimNode } from "../../../node/testing/node.ts";
import { World } from "../../../node/testing/world.ts";

/** An engine that wants what a test tells it, and notes what happens to it. */
class Puppet implements EngineLike {
  readonly counters: Counters = new Map();
  readonly inputs: Input[] = [];
  readonly effects: Effect[] = [];

  handle(input: Input): void {
    this.inputs.push(input);
  }

  poll(): Effect | undefined {
    return this.effects.shift();
  }

  deadline(): number {
    return Infinity;
  }

  overlays(): [] {
    return [];
  }

  peers(): [] {
    return [];
  }

  contacts(): [] {
    return [];
  }

  nat(): never {
    throw new Error("a puppet knows no NAT");
  }
}

interface Pair {
  world: World;
  node: SimNode;
  puppet: Puppet;
  tracker: SimNode;
  /** What the tracker gets: sources. */
  seen: string[];
}

function pair(seed = 1, nat: "open" | "apdf" = "apdf"): Pair {
  const world = new World({ seed, engine: () => new Puppet() });
  const tracker = world.addTracker();
  const node = world.addNode({ overlay: world.overlay(), nat });
  const puppet = node.engine as Puppet;
  const seen: string[] = [];
  tracker.endpoints[0]!.receiver = (from) => seen.push(from.key);
  return { world, node, puppet, tracker, seen };
}

/** Has the node's engine want these things. */
function want({ world, node, puppet }: Pair, ...effects: Effect[]): void {
  puppet.effects.push(...effects);
  node.handle({ kind: "tick" });
  world.run(world.now + 1_000);
}

function opened({ puppet }: Pair): number[] {
  const input = puppet.inputs.findLast(({ kind }) => kind === "opened");
  assert.ok(input?.kind === "opened");
  return input.via;
}

const open = (job: number, count: number, family: 4 | 6 = 4): Effect => {
  return { kind: "open", job, family, count };
};

function send({ tracker }: Pair, via: number, ttl?: number): Effect {
  const to = tracker.publicAddress;
  return { kind: "send", to, via, bytes: Uint8Array.of(1), ...(ttl !== undefined && { ttl }) };
}

/** The tracker sends to the source of the `index`-th datagram that it got. */
function back({ world, tracker, seen }: Pair, index: number): void {
  world.network.send(tracker.endpoints[0]!, Address.parse(seen[index]!)!, Uint8Array.of(2));
  world.run(world.now + 1_000);
}

test("further sockets are opened on ephemeral ports, and what comes to them is told by number", () => {
  const sim = pair();
  want(sim, open(7, 3));
  assert.deepEqual(sim.puppet.inputs.at(-1), { kind: "opened", job: 7, via: [1, 2, 3] });
  want(sim, send(sim, 0), send(sim, 2), send(sim, 3));
  const ports = sim.seen.map((key) => Number(key.split(":")[1]));
  assert.equal(new Set(ports).size, 3);
  assert.ok(ports.slice(1).every((port) => port >= 32_768 && port <= 60_999));

  sim.world.network.send(sim.tracker.endpoints[0]!, Address.parse(sim.seen[2]!)!, Uint8Array.of(2));
  sim.world.run(sim.world.now + 1_000);
  const input = sim.puppet.inputs.at(-1)!;
  assert.ok(input.kind === "datagram" && input.via === 3);
});

test("a closed socket neither gets nor sends, and its number is not used again", () => {
  const sim = pair(1, "open");
  want(sim, open(1, 2));
  want(sim, send(sim, 1));
  want(sim, { kind: "close", via: [1, 0, 99] });
  want(sim, send(sim, 1), send(sim, 0));
  assert.equal(sim.seen.length, 2, "the first socket stays");
  const before = sim.puppet.inputs.length;
  sim.world.network.send(sim.tracker.endpoints[0]!, Address.parse(sim.seen[0]!)!, Uint8Array.of(2));
  sim.world.run(sim.world.now + 1_000);
  assert.equal(sim.puppet.inputs.length, before);
  assert.equal(sim.world.network.traffic.fates.unknown, 1);
  want(sim, open(2, 1));
  assert.deepEqual(opened(sim), [3]);
  assert.throws(() => want(sim, send(sim, 50)), RangeError);
});

test("no more than 1,200 at a time, and none of a family that the node does not have", () => {
  const sim = pair();
  want(sim, open(1, 1_100), open(2, 200));
  assert.equal(opened(sim).length, 100);
  want(sim, open(3, 1));
  assert.deepEqual(opened(sim), []);
  want(sim, { kind: "close", via: [5] }, open(4, 3));
  assert.deepEqual(opened(sim), [1_201]);
  want(sim, open(5, 3, 6));
  assert.deepEqual(opened(sim), []);
});

test("what was held for a socket that is closed meanwhile is not told", () => {
  const sim = pair(1, "open");
  want(sim, open(1, 1));
  want(sim, send(sim, 1));
  sim.node.pause();
  back(sim, 0);
  back(sim, 0);
  const before = sim.puppet.inputs.length;
  sim.puppet.effects.push({ kind: "close", via: [1] });
  sim.node.resume();
  // The close was on the engine's mind when it read the first one.
  assert.deepEqual(
    sim.puppet.inputs.slice(before).map(({ kind }) => kind),
    ["datagram", "tick"],
  );
});

test("when the node ends its further sockets are gone, the first ones wait for the next start", () => {
  const sim = pair(1, "open");
  want(sim, open(1, 1));
  want(sim, send(sim, 1));
  const { network } = sim.world;
  sim.node.crash();
  assert.equal(network.isBound(Address.parse(sim.seen[0]!)!), false);
  assert.equal(network.isBound(sim.node.publicAddress), true);
  sim.node.start();
  assert.equal((sim.node.engine as Puppet).inputs[0]!.kind, "network");
});

test("a hop limit belongs to its datagram", () => {
  const sim = pair();
  want(sim, send(sim, 0, 4), send(sim, 0), send(sim, 0, 9), send(sim, 0, 8));
  assert.equal(sim.seen.length, 2);
  assert.equal(sim.world.network.traffic.fates["ttl-expired"], 2);
});

test("one seed, the same ports; another seed, others", () => {
  const ports = (seed: number): string[] => {
    const sim = pair(seed, "open");
    want(sim, open(1, 5));
    want(sim, ...opened(sim).map((via) => send(sim, via)));
    return sim.seen;
  };
  assert.deepEqual(ports(1), ports(1));
  assert.notDeepEqual(ports(1), ports(2));
});
