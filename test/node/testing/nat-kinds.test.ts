import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { KINDS, NAT_KINDS, type NatBehaviour } from "../../../node/testing/nat-kinds.ts";
import { type Dependence, type Observed, Prober } from "./nat-prober.ts";

const SEEDS = [1, 2, 3];
const EI = "endpoint-independent";
const AD = "address-dependent";
const APD = "address-and-port-dependent";

function gaps(ports: readonly number[]): number[] {
  return ports.slice(1).map((port, i) => port - ports[i]!);
}

function preserved(ports: readonly number[]): boolean {
  return ports.every((port, i) => port === 40_000 + 100 * i);
}

/** All over the range, and not in a row. */
function scattered(ports: readonly number[]): boolean {
  return Math.max(...ports) - Math.min(...ports) > 20_000 && !gaps(ports).includes(1);
}

const EXPECTED: Record<
  Exclude<(typeof KINDS)[number], "open" | "blocked">,
  [mapping: Dependence, filtering: Dependence, ports: (ports: readonly number[]) => boolean]
> = {
  eif: [EI, EI, preserved],
  adf: [EI, AD, preserved],
  apdf: [EI, APD, preserved],
  "apdf-np": [
    EI,
    APD,
    (ports) => !preserved(ports) && ports.every((port) => port >= 30_000 && port < 60_000),
  ],
  adm: [AD, APD, scattered],
  seq: [APD, APD, (ports) => gaps(ports).every((gap) => gap === 1)],
  blk: [
    APD,
    APD,
    (ports) => new Set(ports.map((port) => port >> 9)).size === 1 && new Set(gaps(ports)).size > 5,
  ],
  rnd: [APD, APD, scattered],
};

describe("a prober that knows RFC 4787 and nothing of the devices finds each kind as it is named", () => {
  for (const [kind, [mapping, filtering, ports]] of Object.entries(EXPECTED)) {
    for (const poisonable of [false, true]) {
      test(`${kind}${poisonable ? ", poisonable" : ""}`, () => {
        for (const seed of SEEDS) {
          const behaviour = NAT_KINDS[kind as keyof typeof EXPECTED];
          const observed = new Prober({ ...behaviour, poisonable }, seed).observe();
          assert.deepEqual([observed.mapping, observed.filtering], [mapping, filtering]);
          assert.ok(ports(observed.ports), observed.ports.join());
        }
      });
    }
  }

  test("blocked", () => {
    assert.equal(new Prober(NAT_KINDS.blocked, 1).observe().udp, false);
  });
});

/** Mappings and filters in order of strictness. */
const ORDER: readonly Dependence[] = [EI, AD, APD];

function stricter(a: Dependence, b: Dependence): Dependence {
  return ORDER[Math.max(ORDER.indexOf(a), ORDER.indexOf(b))]!;
}

test("double NAT: the strictest layer counts, for mapping and for filter", () => {
  const kinds = Object.keys(EXPECTED) as (keyof typeof EXPECTED)[];
  for (const inner of kinds) {
    for (const outer of kinds) {
      const { mapping, filtering } = new Prober(NAT_KINDS[inner], 1, NAT_KINDS[outer]).observe();
      const [first, second] = [EXPECTED[inner], EXPECTED[outer]];
      assert.equal(mapping, stricter(first[0], second[0]), `${inner} behind ${outer}`);
      assert.equal(filtering, stricter(first[1], second[1]), `${inner} behind ${outer}`);
    }
  }
});

test("one seed, one behaviour; another seed, other ports", () => {
  const ports = (behaviour: NatBehaviour, seed: number): Observed["ports"] =>
    new Prober(behaviour, seed).ports();
  for (const kind of ["apdf-np", "adm", "seq", "blk", "rnd"] as const) {
    assert.deepEqual(ports(NAT_KINDS[kind], 1), ports(NAT_KINDS[kind], 1));
    assert.notDeepEqual(ports(NAT_KINDS[kind], 1), ports(NAT_KINDS[kind], 2));
  }
});
