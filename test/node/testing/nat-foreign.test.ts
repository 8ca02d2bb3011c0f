import assert from "node:assert/strict";
import { it } from "node:test";
import { NatDevice } from "../../../node/testing/nat.ts";
import { NAT_KINDS } from "../../../node/testing/nat-kinds.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import { Address } from "../../../wire/address.ts";

const inside = Address.of("192.168.0.2", 5_000)!;
const remote = Address.of("8.8.4.4", 53)!;

/** How far the port has moved on between two mappings with so many seconds between them. */
function movedIn(seconds: number, foreignPerS: number, seed: number): number {
  const random = new SeededRandom(seed, "foreign");
  const nat = new NatDevice({ ...NAT_KINDS.seq, foreignPerS }, "9.9.9.9", random);
  const portAt = (port: number, now: number): number => {
    const outside = nat.outgoing(inside, Address.of(remote.host, port)!, now);
    assert.ok(typeof outside !== "string");
    return outside.port;
  };
  portAt(1, 10_000);
  const before = portAt(2, 10_000);
  return (portAt(3, 10_000 + seconds * 1_000) - before + 64_512) % 64_512;
}

it("others behind a sequential allocator move it on by so many ports a second", () => {
  const moved = Array.from({ length: 20 }, (_, seed) => movedIn(10, 50, seed));
  const mean = moved.reduce((sum, ports) => sum + ports, 0) / moved.length;
  assert.ok(mean > 450 && mean < 550, `${mean}`);
  assert.ok(new Set(moved).size > 5, "at random moments");
  assert.equal(movedIn(10, 0, 1), 1);
});
