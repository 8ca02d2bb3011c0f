import assert from "node:assert/strict";
import { test } from "node:test";
import { Address } from "../../../wire/address.ts";
import type { SimNode } from "../../../node/testing/node.ts";
import { World } from "../../../node/testing/world.ts";
import { StubEngine } from "./stub-engine.ts";

const SCALE = Number(process.env["SCALE"] ?? 1);
const SPEED_DATAGRAMS = 200_000 * SCALE;

function stubWorld(seed: string | number, link = {}): World {
  return new World({ seed, link, engine: (options) => new StubEngine(options) });
}

function stubOf(node: SimNode): StubEngine {
  assert.ok(node.engine instanceof StubEngine);
  return node.engine;
}

/** A tracker and nodes of all kinds that talk to it. */
function crowd(
  seed: string | number,
  corruption: number,
  extra = false,
): { world: World; nodes: SimNode[] } {
  const world = stubWorld(seed, { jitterMs: 30, loss: 0.1, duplication: 0.1, corruption });
  const overlay = world.overlay();
  const tracker = world.addTracker();
  const kinds = ["open", "eif", "adf", "apdf", "rnd"] as const;
  const nodes = kinds.map((nat) => world.addNode({ overlay, nat, seeds: [tracker] }));
  if (extra) world.addNode({ overlay, seeds: [tracker] });
  return { world, nodes };
}

test("a world repeats exactly, and another seed gives another", () => {
  const digests = [1, 1, 2].map((seed) => {
    const { world } = crowd(seed, 0.01);
    world.run(10_000);
    assert.ok(world.network.traffic.fates.delivered > 100);
    return world.digest();
  });
  assert.equal(digests[0], digests[1]);
  assert.notEqual(digests[0], digests[2]);
});

test("one more node does not change what the others do", () => {
  const [plain, larger] = [false, true].map((extra) => {
    const { world, nodes } = crowd(3, 0, extra);
    const fates = nodes.map((): string[] => []);
    world.network.onDatagram(({ sender, bytes, sentMs }, fate) => {
      const i = nodes.findIndex(({ endpoints }) => endpoints[0] === sender);
      fates[i]?.push(`${sentMs} ${bytes.join()} ${fate}`);
    });
    world.run(10_000);
    return fates;
  });
  assert.ok(plain![0]!.length > 50);
  assert.deepEqual(plain, larger);
});

test("ticks come at the deadline", () => {
  const world = stubWorld(1);
  const node = world.addNode({ overlay: world.overlay(), startMs: 50 });
  assert.equal(node.running, false);
  world.run(1_000);
  const { inputs } = stubOf(node);
  assert.deepEqual(
    inputs.slice(0, 3).map(({ kind }) => kind),
    ["network", "join", "tick"],
  );
  assert.equal(inputs[2]!.at.now, 50);
  const ticks = inputs.filter(({ kind }) => kind === "tick");
  assert.ok(ticks.length >= 5 && ticks.length <= 10, `${ticks.length}`);
});

test("verifying and committing take their time; a crash loses what was not written, a stop does not", () => {
  for (const end of ["crash", "stop", "none"] as const) {
    const world = new World({
      seed: 1,
      engine: (options) => new StubEngine(options),
      verifyDelayMs: 10,
      commitDelayMs: 20,
    });
    const overlay = world.overlay();
    const node = world.addNode({ overlay, seeds: [Address.parse("9.9.9.9:9")!] });
    const { store, config } = node.memberships[0]!;
    stubOf(node).overlay = overlay.id;
    assert.equal(world.publish(node), 1);
    assert.deepEqual(node.overlays, [overlay.id]);
    world.run(15);
    assert.equal(stubOf(node).inputs.at(-1)!.kind, "verified");
    if (end !== "none") {
      node[end]();
      assert.equal(node.running, false);
      assert.throws(() => node.engine, /stopped/);
      assert.throws(() => world.publish(node), /stopped/);
      world.run(20);
      node.start();
      assert.throws(() => node.start(), /running/);
    }
    assert.equal(store.clock, end === "stop" ? 1 : 0);
    world.run(29);
    assert.equal(store.clock, end === "stop" ? 1 : 0);
    world.run(40);
    assert.equal(store.clock, end === "crash" ? 0 : 1);
    const kinds = stubOf(node).inputs.map(({ kind }) => kind);
    assert.equal(
      kinds.includes("committed"),
      end === "none",
      "an old run is not answered in a new one",
    );
    assert.equal(config.remembered.length, end === "stop" ? 1 : 0);
  }
});

test("a stopped node hears nothing; each run draws other numbers", () => {
  const world = stubWorld(1);
  const overlay = world.overlay();
  const target = world.addNode({ overlay });
  const node = world.addNode({ overlay, seeds: [target] });
  const sent: string[] = [];
  world.network.onDatagram(({ sender, bytes }) => {
    if (sender === node.endpoints[0]) sent.push(bytes.join());
  });
  world.run(1_000);
  target.crash();
  const { received } = target.endpoints[0]!;
  const before = received.datagrams;
  assert.ok(before > 0);
  world.run(2_000);
  assert.equal(received.datagrams, before);
  target.start();
  world.run(3_000);
  assert.ok(received.datagrams > before);
  node.crash();
  node.start();
  world.run(4_000);
  assert.equal(new Set(sent).size, sent.length);
});

test("hosts know their own networks", () => {
  const world = stubWorld(1);
  const overlay = world.overlay();
  const lan = world.addLan("apdf");
  const [a, b] = [1, 2].map(() => world.addNode({ overlay, lan })) as [SimNode, SimNode];
  assert.equal(a.endpoints[0]!.address.key, "192.168.0.2:6421");
  assert.equal(b.endpoints[0]!.address.key, "192.168.0.3:6421");
  assert.throws(() => a.publicAddress, /NAT/);
  const open = world.addTracker({ sockets: 2 });
  assert.deepEqual(
    open.endpoints.map(({ address }) => address.port),
    [6_421, 6_422],
  );
  assert.equal(open.publicAddress, open.endpoints[0]!.address);
  const address = Address.parse("[2a00::1]:7")!;
  assert.equal(world.addTracker({ address }).publicAddress.key, address.key);
});

test("runUntil ends when the predicate holds, or at its limit", () => {
  const world = stubWorld(1);
  assert.equal(
    world.runUntil(() => world.now >= 250, 1_000),
    true,
  );
  assert.equal(world.now, 300);
  assert.equal(
    world.runUntil(() => false, 1_050),
    false,
  );
  assert.equal(world.now, 1_050);
});

test("speed of delivery alone", (t) => {
  const world = stubWorld(1, { jitterMs: 10 });
  const { traffic } = world.network;
  const lans = [undefined, world.addLan("apdf")];
  const bytes = new Uint8Array(300);
  const echo = world.network.bind(Address.parse("5.200.0.1:1")!);
  echo.receiver = (from, received) => world.network.send(echo, from, received);
  for (let i = 0; i < 200; i++) {
    const lan = lans[i % 2];
    const address = Address.of(lan?.nextHost() ?? `6.${i}.0.1`, 1_024)!;
    const endpoint = world.network.bind(address, lan);
    endpoint.receiver = (from) => world.network.send(endpoint, from, bytes);
    world.network.send(endpoint, echo.address, bytes);
  }
  const began = process.cpuUsage();
  assert.ok(world.runUntil(() => traffic.fates.delivered >= SPEED_DATAGRAMS, 10_000_000));
  const { user, system } = process.cpuUsage(began);
  const perSecond = Math.round(traffic.fates.delivered / ((user + system) / 1e6));
  t.diagnostic(`${perSecond} datagrams per CPU second`);
});
