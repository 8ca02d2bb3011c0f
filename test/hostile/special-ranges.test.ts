import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Address } from "../../wire/address.ts";
import { UNKNOWN_NAT, type Introduction, type PunctureRequest } from "../../wire/message.ts";
import { at, fresh, GATEWAY, host, OWN_LAN, OWN_PUBLIC, Rig, type Sent } from "./rig.ts";
import { NO_ADDRESSES, SPECIAL } from "./special.ts";

const NAMERS = { 4: host(0), 6: at("[2a00:1::1]:6421") } as const;
const NEIGHBOUR = at("192.168.1.77:445");

interface Named {
  address: Address;
  lan?: Address;
}

function introductionOf(named: Named): Introduction {
  return { ...named, nonce: fresh(), nat: UNKNOWN_NAT, startMs: 0, instance: fresh() };
}

function punctureRequest({ address, lan }: Named, token: Uint8Array): PunctureRequest {
  const kind = "puncture-request";
  const who = { nat: UNKNOWN_NAT, instance: fresh(), sought: true };
  const rest = { token, nonce: fresh(), ...who, startMs: 0 };
  return { kind, target: address, ...(lan && { lan }), ...rest };
}

/** What leaves, but for the talk with the namer itself, when it names somebody in both ways that there are. */
function towardsNamed(namer: Address, named: Named): { sent: Sent[]; rig: Rig } {
  const rig = new Rig({ seeds: [namer] });
  // Others, so that our public address is known, and steps are taken.
  for (let other = 50; other < 53; other++) rig.validate(host(other));
  rig.answer(namer, { introduction: introductionOf(named) });
  rig.say(namer, punctureRequest(named, rig.validate(namer)));
  rig.pass(40_000);
  const known = new Set([namer.key, ...[50, 51, 52].map((other) => host(other).key)]);
  return { rig, sent: rig.sent.filter(({ to }) => !known.has(to.key)) };
}

function assertSilent(namer: Address, named: Named): void {
  const { sent } = towardsNamed(namer, named);
  const about = `${named.address.key} (${named.lan?.key}) by ${namer.key}`;
  assert.deepEqual([...new Set(sent.map(({ to }) => to.key))], [], about);
}

describe("a peer on the Internet aims us at no special range", () => {
  test("as somebody's address, with and without a LAN address", () => {
    for (const address of SPECIAL) {
      for (const namer of Object.values(NAMERS)) {
        assertSilent(namer, { address });
        assertSilent(namer, { address, lan: NEIGHBOUR });
      }
    }
  });

  test("as the LAN address of somebody who is not behind our NAT", () => {
    for (const lan of SPECIAL) {
      const address = host(1);
      const { sent } = towardsNamed(NAMERS[4], { address, lan });
      assert.deepEqual([...new Set(sent.map(({ to }) => to.key))], [address.key], lan.key);
    }
  });

  test("as the LAN address of somebody behind our NAT, but for neighbours, who get small probes", () => {
    for (const lan of [...SPECIAL, OWN_LAN, GATEWAY, GATEWAY.withPort(6_421)]) {
      const address = OWN_PUBLIC.withPort(7_000);
      const { sent } = towardsNamed(NAMERS[4], { address, lan });
      const inside = sent.filter(({ to }) => to.key !== address.key);
      const expected = lan.key === NEIGHBOUR.key ? [lan.key] : [];
      assert.deepEqual([...new Set(inside.map(({ to }) => to.key))], expected, lan.key);
      for (const { message } of inside) {
        if (message.kind === "introduction-request") assert.equal(message.offer, undefined);
        else assert.equal(message.kind, "puncture");
      }
    }
  });

  test("in bytes that are no address", () => {
    for (const bytes of NO_ADDRESSES) {
      // The encoder takes whatever bytes an address has.
      const address = { bytes } as Address;
      const { sent, rig } = towardsNamed(NAMERS[4], { address });
      assert.deepEqual(sent, []);
      assert.ok(rig.count("rejected: address-invalid") >= 2);
    }
  });

  test("nor at the other family", () => {
    assertSilent(NAMERS[4], { address: at("[2a00:2::1]:6421") });
    assertSilent(NAMERS[6], { address: host(1) });
  });

  test("but at public addresses of its own family", () => {
    for (const [namer, address] of [
      [NAMERS[4], host(1)],
      [NAMERS[6], at("[2a00:2::1]:6421")],
    ] as const) {
      const { sent } = towardsNamed(namer, { address });
      assert.deepEqual([...new Set(sent.map(({ to }) => to.key))], [address.key]);
    }
  });
});

describe("a peer in our own network", () => {
  const namer = at("192.168.1.9:6421");

  test("names neighbours", () => {
    for (const address of [NEIGHBOUR, at("192.168.7.3:6421")]) {
      const { sent } = towardsNamed(namer, { address });
      assert.deepEqual([...new Set(sent.map(({ to }) => to.key))], [address.key]);
    }
  });

  test("names neither the gateway nor the whole subnet nor other ranges", () => {
    for (const address of [
      GATEWAY,
      GATEWAY.withPort(6_421),
      at("192.168.1.255:9"),
      at("192.168.1.0:9"),
    ]) {
      assertSilent(namer, { address });
    }
    for (const address of SPECIAL.filter(({ host: ip }) => !ip.startsWith("192.168."))) {
      assertSilent(namer, { address });
    }
  });
});
