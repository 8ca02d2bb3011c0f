import assert from "node:assert/strict";
import { test } from "node:test";
import { Firewall } from "../../../node/testing/firewall.ts";
import { NatDevice } from "../../../node/testing/nat.ts";
import { NAT_KINDS } from "../../../node/testing/nat-kinds.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import { World } from "../../../node/testing/world.ts";
import { Address } from "../../../wire/address.ts";

const WAN = "5.9.0.1";
const [inside, remote, stranger] = ["192.168.0.2:6421", "20.0.0.1:1000", "30.0.0.1:7"].map((text) =>
  Address.parse(text)!,
) as [Address, Address, Address];

function rnd(): NatDevice {
  return new NatDevice(NAT_KINDS.rnd, WAN, new SeededRandom(1, "nat"));
}

test("who sends to a forwarded port gets in and is answered from there; others are sent to as before", () => {
  const nat = rnd();
  const wanted = Address.of(WAN, 6_421)!;
  const outside = nat.forward(inside, wanted, 100_000, 0)!;
  assert.equal(outside.key, wanted.key);
  assert.equal(nat.incoming(outside, stranger, 1), inside);
  assert.equal((nat.outgoing(inside, stranger, 2) as Address).key, outside.key);
  assert.notEqual((nat.outgoing(inside, remote, 2) as Address).key, outside.key);
  assert.equal(nat.incoming(outside, stranger, 100_000), undefined);
  assert.notEqual((nat.outgoing(inside, stranger, 100_000) as Address).key, outside.key);
});

test("a port is forwarded to one host, the first; a time of 0 takes it back, and so does a reboot", () => {
  const nat = rnd();
  const wanted = Address.of(WAN, 6_421)!;
  const other = Address.parse("192.168.0.3:6421")!;
  nat.forward(inside, wanted, 100_000, 0);
  const second = nat.forward(other, wanted, 100_000, 0)!;
  assert.equal(second.port, 6_422);
  assert.equal(nat.incoming(second, stranger, 1), other);
  assert.equal(nat.forward(inside, wanted, 0, 2), undefined);
  assert.equal(nat.incoming(wanted, stranger, 3), undefined);
  nat.reboot();
  assert.equal(nat.incoming(second, stranger, 4), undefined);
});

test("a node asks its router by PCP and learns the port, where the router maps any", () => {
  for (const portMapping of [true, false]) {
    const world = new World({ seed: 1 });
    const node = world.addNode({
      overlay: world.overlay(),
      nat: { ...NAT_KINDS.rnd, portMapping },
    });
    world.run(1_000);
    const { mapped } = node.engine.nat();
    const { nat } = node.endpoints[0]!.lan!;
    assert.deepEqual(
      mapped.map(({ key }) => key),
      portMapping ? [`${nat.host}:6421`] : [],
    );
    const entered = nat.incoming(Address.of(nat.host, 6_421)!, stranger, world.now);
    assert.equal(entered?.key, portMapping ? node.endpoints[0]!.address.key : undefined);
  }
});

test("a firewall lets in whom an inside endpoint sent to, for a minute", () => {
  const firewall = new Firewall();
  const [own, beside] = ["[2a00:1::1]:1", "[2a00:1::1]:2"].map((text) => Address.parse(text)!);
  const [other, port] = ["[2a00:2::1]:1", "[2a00:2::1]:2"].map((text) => Address.parse(text)!);
  firewall.sent(own!, other!, 0);
  assert.equal(firewall.admits(other!, own!, 59_999), true);
  assert.equal(firewall.admits(other!, own!, 60_000), false);
  assert.equal(firewall.admits(other!, beside!, 1), false);
  assert.equal(firewall.admits(port!, own!, 1), false);
});
