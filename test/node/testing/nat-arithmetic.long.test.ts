import assert from "node:assert/strict";
import { test } from "node:test";
import { wilson } from "../../../bench/analysis/statistics.ts";
import { NatDevice } from "../../../node/testing/nat.ts";
import { NAT_KINDS, type NatBehaviour } from "../../../node/testing/nat-kinds.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import { Address } from "../../../wire/address.ts";

const TRIALS = 400;
const REMOTE = Address.parse("20.0.0.1:1000")!;
const FIRST_PORT = 1_024;
const ALL_PORTS = 65_536 - FIRST_PORT;

/** Outside ports of that many sockets that ask one remote. */
function opened(behaviour: NatBehaviour, seed: number, sockets: number): number[] {
  const nat = new NatDevice(behaviour, "5.9.0.1", new SeededRandom(seed, "nat"));
  return Array.from({ length: sockets }, (_, i) => {
    const outside = nat.outgoing(Address.of("192.168.0.2", 30_000 + i)!, REMOTE, 0);
    assert.ok(outside instanceof Address);
    return outside.port;
  });
}

/** Whether `probes` different ports of `[first, first + count)` meet one of these. */
function meets(
  ports: number[],
  probes: number,
  first: number,
  count: number,
  seed: number,
): boolean {
  const random = new SeededRandom(seed, "probes");
  const wanted = new Set(ports);
  const probed = new Set<number>();
  while (probed.size < probes) probed.add(first + random.below(count));
  return [...probed].some((port) => wanted.has(port));
}

/** What the arithmetic says lies in the 95 % interval of what was measured. */
function agrees(hits: number, expected: number): void {
  const [low, high] = wilson(hits, TRIALS);
  assert.ok(low <= expected && expected <= high, `${hits} of ${TRIALS}, not ${expected}`);
}

/** 1 - (1 - K/R)(1 - K/(R-1))...: sockets against different ports, drawn from `ports`. */
function birthday(sockets: number, probes: number, ports: number): number {
  let miss = 1;
  for (let i = 0; i < probes; i++) miss *= 1 - sockets / (ports - i);
  return 1 - miss;
}

test("random and hashed ports: sockets against ports meet as the birthday problem says", () => {
  for (const [sockets, probes] of [
    [256, 256],
    [64, 1_024],
    [256, 1_024],
  ] as const) {
    let hits = 0;
    for (let seed = 0; seed < TRIALS; seed++) {
      const ports = opened(NAT_KINDS.rnd, seed, sockets);
      if (meets(ports, probes, FIRST_PORT, ALL_PORTS, seed)) hits++;
    }
    agrees(hits, birthday(sockets, probes, ALL_PORTS));
  }
  let hits = 0;
  for (let seed = 0; seed < TRIALS; seed++) {
    if (meets(opened(NAT_KINDS.adm, seed, 256), 256, FIRST_PORT, ALL_PORTS, seed)) hits++;
  }
  agrees(hits, birthday(256, 256, ALL_PORTS));
});

test("a block of 512: 64 sockets against 16 ports of it", () => {
  let hits = 0;
  for (let seed = 0; seed < TRIALS; seed++) {
    const ports = opened(NAT_KINDS.blk, seed, 64);
    const first = ports[0]! - (ports[0]! % 512);
    if (meets(ports, 16, first, 512, seed)) hits++;
  }
  agrees(hits, birthday(64, 16, 512));
});
