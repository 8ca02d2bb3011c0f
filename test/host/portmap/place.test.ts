import assert from "node:assert/strict";
import { test } from "node:test";
import { mappingPlace } from "../../../node/host/portmap/router-place.ts";
import { parseIp } from "../../../wire/address.ts";

const net = (ip: string, gateway?: string, prefixBits = 24) => ({
  ip: parseIp(ip)!,
  prefixBits,
  ...(gateway !== undefined && { gateway: parseIp(gateway)! }),
});
const any = [
  { family: 6, host: "::", port: 6_421 },
  { family: 4, host: "0.0.0.0", port: 6_421 },
] as const;
const home = net("192.168.1.5", "192.168.1.1");

test("the IPv4 socket of a private network with a router is to be mapped", () => {
  const place = mappingPlace([net("fd00::5"), net("172.17.0.1"), home], any)!;
  assert.equal(place.via, 1);
  assert.equal(place.internal.key, "192.168.1.5:6421");
  assert.equal(place.server.key, "192.168.1.1:5351");
  assert.deepEqual(
    place.search.map(({ key }) => key),
    ["192.168.1.1:1900", "239.255.255.250:1900"],
  );
  assert.equal(mappingPlace([net("100.64.0.5", "100.64.0.1")], any)?.server.host, "100.64.0.1");
});

test("nothing is asked of anybody else", () => {
  for (const [name, networks] of Object.entries({
    "a public address": [home, net("8.8.8.8", "8.8.8.1")],
    "no router": [net("192.168.1.5")],
    "a router elsewhere": [net("192.168.1.5", "192.168.2.1")],
    "an address of no LAN": [net("192.0.2.5", "192.0.2.1")],
    "no network": [],
  })) {
    assert.equal(mappingPlace(networks, any), undefined, name);
  }
  const loopback = [{ family: 4, host: "127.0.0.1", port: 1 }] as const;
  assert.equal(mappingPlace([home], loopback), undefined);
  assert.equal(mappingPlace([home], [any[0]]), undefined);
  assert.equal(mappingPlace([home], []), undefined);
});

test("bound to one address, only its network counts", () => {
  const networks = [home, net("10.0.0.5", "10.0.0.1")];
  const bound = [{ family: 4, host: "10.0.0.5", port: 7 }] as const;
  assert.equal(mappingPlace(networks, bound)?.internal.key, "10.0.0.5:7");
});
