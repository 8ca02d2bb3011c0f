import assert from "node:assert/strict";
import { test } from "node:test";
import type { LocalNetwork } from "../../nat/network.ts";
import { parseIp } from "../../wire/address.ts";
import { host, Rig } from "../hostile/rig.ts";

const ip = (text: string): Uint8Array => parseIp(text)!;
const SEED = host(1);
const LAN: LocalNetwork = { ip: ip("192.168.1.9"), prefixBits: 24, gateway: ip("192.168.1.1") };
const BRIDGE: LocalNetwork = { ip: ip("172.17.0.1"), prefixBits: 16 };
const ELSEWHERE: LocalNetwork = { ip: ip("10.1.1.9"), prefixBits: 24, gateway: ip("10.1.1.1") };

/** Whether new networks make the node begin again: it asks whom it knows by name at once then. */
function beginsAgain(before: LocalNetwork[], after: LocalNetwork[]): boolean {
  const rig = new Rig({ seeds: [SEED] });
  const ports = [{ via: 0, family: 4, port: 6_421 } as const];
  rig.handle({ kind: "network", networks: before, ports });
  rig.answer(SEED);
  rig.pass(1_000);
  const sent = rig.handle({ kind: "network", networks: after, ports });
  return sent.some(({ to }) => to.key === SEED.key);
}

test("a bridge that comes or goes changes no path; another way out does", () => {
  assert.equal(beginsAgain([LAN], [LAN, BRIDGE]), false);
  assert.equal(beginsAgain([LAN, BRIDGE], [LAN]), false);
  assert.equal(beginsAgain([LAN], [ELSEWHERE]), true);
  assert.equal(beginsAgain([LAN, BRIDGE], [BRIDGE]), true);
  // Where no gateway is known, any network may be the way out.
  assert.equal(beginsAgain([BRIDGE], [BRIDGE, { ip: ELSEWHERE.ip, prefixBits: 24 }]), true);
});
