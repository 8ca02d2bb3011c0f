import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { publicHost, SIM_PORT } from "../../../node/testing/addresses.ts";
import { type Disk, FaultyDisk } from "../../../node/testing/disk.ts";
import { DEFAULT_LINK } from "../../../node/testing/link.ts";
import { NatDevice } from "../../../node/testing/nat.ts";
import { NAT_KINDS } from "../../../node/testing/nat-kinds.ts";
import type { SimNode } from "../../../node/testing/node.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import { Weather } from "../../../bench/sim/weather.ts";
import { World } from "../../../node/testing/world.ts";
import type { EngineEvent } from "../../../node/core/effects.ts";
import { Address } from "../../../wire/address.ts";

function pair(): { world: World; founder: SimNode; other: SimNode } {
  const world = new World({ seed: 1 });
  const overlay = world.overlay();
  const founder = world.addNode({ overlay, founder: true });
  const other = world.addNode({ overlay, seeds: [founder] });
  world.run(5_000);
  assert.ok(world.allHold(1));
  return { world, founder, other };
}

function events(node: SimNode): EngineEvent["event"][] {
  const seen: EngineEvent["event"][] = [];
  node.onEvent(({ event }) => seen.push(event));
  return seen;
}

const disk = (survives: boolean, failure?: string): Disk => ({
  write: () => ({ delayMs: 100, ...(failure !== undefined && { failure }) }),
  survives: () => survives,
});

describe("a disk", () => {
  test("that fails stores nothing, and the node goes on", () => {
    const { world, founder } = pair();
    const seen = events(founder);
    founder.disk = disk(false, "ENOSPC");
    world.publish(founder);
    world.run(6_000);
    assert.ok(seen.includes("refused") && !seen.includes("published"));
    assert.equal(world.held(founder), 1);
    founder.disk = disk(false);
    world.publish(founder);
    world.run(15_000);
    assert.ok(seen.includes("published"));
    assert.ok(world.allHold(2));
  });

  test("keeps of a write under way at a crash all or nothing, and nothing is acknowledged", () => {
    for (const survives of [false, true]) {
      const { world, founder } = pair();
      const seen = events(founder);
      founder.disk = disk(survives);
      world.publish(founder, 3);
      founder.crash();
      world.run(6_000);
      assert.ok(!seen.includes("published"));
      assert.equal(world.held(founder), survives ? 4 : 1);
      founder.start();
      world.run(20_000);
      assert.ok(world.allHold(survives ? 4 : 1));
    }
  });

  test("that failed a write has nothing of it after a crash", () => {
    const { world, founder } = pair();
    founder.disk = disk(true, "EIO");
    world.publish(founder);
    founder.crash();
    assert.equal(world.held(founder), 1);
  });

  test("draws delays and failures as it is told", () => {
    const troubles = { maxDelayMs: 50, failure: 0.5, survival: 0.5 };
    const faulty = new FaultyDisk(troubles, new SeededRandom(1, "disk"));
    const writes = Array.from({ length: 1_000 }, () => faulty.write());
    assert.ok(writes.every(({ delayMs }) => delayMs >= 0 && delayMs < 50));
    const failed = writes.filter(({ failure }) => failure !== undefined).length;
    assert.ok(failed > 400 && failed < 600);
    const kept = Array.from({ length: 1_000 }, () => faulty.survives()).filter(Boolean).length;
    assert.ok(kept > 400 && kept < 600);
    faulty.failing = false;
    assert.ok(Array.from({ length: 100 }, () => faulty.write()).every(({ failure }) => !failure));
  });
});

describe("a full disk", () => {
  test("refuses every write, and what was published is told so", () => {
    const { world, founder } = pair();
    const seen = events(founder);
    founder.room = "none";
    world.publish(founder);
    world.run(20_000);
    assert.ok(seen.includes("refused"), seen.join());
    assert.equal(world.held(founder), 1);
  });

  test("takes what others hold when it has room again, also when it was full at the start", () => {
    const { world, founder, other } = pair();
    other.room = "none";
    other.measureDisk();
    other.crash();
    world.publish(founder, 3);
    world.run(10_000);
    other.start();
    world.run(60_000);
    assert.equal(world.held(other), 1);
    other.room = "ample";
    other.measureDisk();
    world.run(120_000);
    assert.ok(world.allHold(4));
  });
});

describe("no file descriptors left", () => {
  test("nothing is sent and no socket opened, until there are some", () => {
    const { world, founder, other } = pair();
    other.shortage = { sends: true, networks: false };
    world.publish(founder);
    const before = world.network.traffic.to(founder.publicAddress).datagrams;
    world.run(30_000);
    assert.equal(world.network.traffic.to(founder.publicAddress).datagrams, before);
    other.shortage = undefined;
    world.run(120_000);
    assert.ok(world.allHold(2));
  });

  test("a node that begins without its networks takes part, and more so when it knows them", () => {
    const { world, founder, other } = pair();
    other.crash();
    other.shortage = { sends: false, networks: true };
    other.start();
    world.publish(founder);
    world.run(60_000);
    assert.ok(world.allHold(2));
    other.shortage = undefined;
    other.networkChanged();
    world.publish(founder);
    world.run(120_000);
    assert.ok(world.allHold(3));
  });
});

describe("a start", () => {
  test("finds nothing set aside: that was in memory only", () => {
    const { world, founder } = pair();
    const { store } = founder.memberships[0]!;
    store.index.ascend(0, (globalTime, w0, w1, w2, w3) => {
      store.setAside({ globalTime, w0, w1, w2, w3 }, true);
      return false;
    });
    assert.equal(store.aside.size, 1);
    founder.crash();
    founder.start();
    assert.equal(store.aside.size, 0);
    assert.equal(world.held(founder), 1);
  });
});

describe("a pause", () => {
  test("holds everything back, and then it happens in order", () => {
    const { world, founder, other } = pair();
    other.pause();
    world.publish(founder);
    world.run(20_000);
    assert.equal(world.held(other), 1);
    other.resume();
    world.run(20_100);
    assert.equal(world.held(other), 2);
  });

  test("keeps no more datagrams than a socket's buffer", () => {
    const { world, founder, other } = pair();
    founder.pause();
    const before = founder.endpoints[0]!.received.datagrams;
    for (let i = 0; i < 1_000; i++) {
      world.network.send(other.endpoints[0]!, founder.publicAddress, new Uint8Array(1));
    }
    world.run(6_000);
    assert.ok(founder.endpoints[0]!.received.datagrams - before >= 1_000);
    founder.resume();
    assert.equal(founder.engine.counters.get("gate: size"), 256);
  });

  test("ends with a crash", () => {
    const { world, other } = pair();
    other.pause();
    other.crash();
    assert.ok(!other.paused);
    other.start();
    world.run(10_000);
    assert.ok(world.allHold(1));
  });
});

describe("an address changes", () => {
  test("of a public host: what is under way to the old one is lost", () => {
    const { world, founder, other } = pair();
    const old = other.publicAddress;
    const moved = Address.of(publicHost(500), SIM_PORT)!;
    world.network.move(other.endpoints[0]!, moved);
    other.networkChanged();
    const unknown = world.network.traffic.fates.unknown;
    world.network.send(founder.endpoints[0]!, old, new Uint8Array(30));
    world.run(6_000);
    assert.ok(world.network.traffic.fates.unknown > unknown);
    world.publish(founder);
    world.run(60_000);
    assert.ok(world.allHold(2));
    assert.throws(() => world.network.move(founder.endpoints[0]!, moved));
  });

  test("of a NAT device: all mappings are gone, and the node behind it comes back", () => {
    const world = new World({ seed: 1 });
    const overlay = world.overlay();
    const founder = world.addNode({ overlay, founder: true });
    const inside = world.addNode({ overlay, seeds: [founder], nat: "apdf" });
    world.run(5_000);
    const lan = inside.endpoints[0]!.lan!;
    const nat = new NatDevice(NAT_KINDS.rnd, publicHost(500), world.random("nat"));
    world.network.renumber(lan, nat);
    world.publish(founder);
    world.run(70_000);
    assert.ok(world.allHold(2));
    const peers = founder.engine.peers(overlay.id);
    assert.ok(peers.some(({ address }) => address.host === publicHost(500)));
  });
});

describe("the weather", () => {
  test("cuts, clogs and calms", () => {
    const world = new World({ seed: 1 });
    const [a, b] = [0, 1].map((i) => Address.of(publicHost(i), SIM_PORT)!) as [Address, Address];
    const weather = new Weather(world.clock, world.random("weather"), {
      link: { ...DEFAULT_LINK, loss: 0.1, truncation: 0.1 },
      latencyMs: [10, 20],
      spikes: 0,
      spikeMs: 0,
    });
    const link = weather.rule(a, b);
    assert.ok(link.latencyMs >= 10 && link.latencyMs < 20);
    assert.equal(link.loss, 0.1);
    weather.clog(a, b, 5_000);
    assert.equal(weather.rule(a, b).latencyMs, link.latencyMs + 5_000);
    assert.ok(weather.rule(b, a).latencyMs < 20);
    world.run(5_000);
    assert.equal(weather.rule(a, b).latencyMs, link.latencyMs);
    weather.partition({ mode: "isolate-one", symmetric: true }, [
      ...new Set([a, b].map(({ ip }) => new DataView(ip.slice().buffer).getUint32(0))),
    ]);
    assert.equal(weather.rule(a, b).loss, 1);
    weather.heal();
    weather.calm();
    assert.deepEqual(weather.rule(a, b), {
      ...DEFAULT_LINK,
      latencyMs: link.latencyMs,
      reorderingDelayMs: 0,
    });
  });

  test("truncates: what arrives is a beginning of what was sent", () => {
    const world = new World({ seed: 1, link: { truncation: 0.5 } });
    const [a, b] = [0, 1].map((i) => world.network.bind(Address.of(publicHost(i), 1)!));
    const sent = Uint8Array.from({ length: 100 }, (_, i) => i);
    const lengths: number[] = [];
    b!.receiver = (_, bytes) => {
      assert.deepEqual(bytes, sent.subarray(0, bytes.length));
      lengths.push(bytes.length);
    };
    for (let i = 0; i < 1_000; i++) world.network.send(a!, b!.address, sent);
    world.run(1_000);
    const whole = lengths.filter((length) => length === 100).length;
    assert.ok(whole > 400 && whole < 600, `${whole}`);
    assert.ok(new Set(lengths).size > 80);
  });

  test("a forged source is what its receiver sees", () => {
    const world = new World({ seed: 1 });
    const [a, b, c] = [0, 1, 2].map((i) => world.network.bind(Address.of(publicHost(i), 1)!));
    const seen: string[] = [];
    b!.receiver = (from) => seen.push(from.key);
    world.network.spoof(a!, c!.address, b!.address, new Uint8Array(1));
    world.network.spoof(a!, c!.address, Address.parse("192.168.0.1:1")!, new Uint8Array(1));
    world.run(1_000);
    assert.deepEqual(seen, [c!.address.key]);
    assert.equal(world.network.traffic.fates.special, 1);
  });
});
