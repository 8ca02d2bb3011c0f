import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Whereabouts,
  ticketPlaces,
  ticketReach,
} from "../../../node/host/runtime/own-ticket.ts";
import { Address, parseIp } from "../../../wire/address.ts";
import { UNKNOWN_NAT, type Filtering } from "../../../wire/message.ts";
import { formatHostPort } from "../../../wire/place.ts";

const wildcard = [
  { family: 4, host: "0.0.0.0", port: 5 },
  { family: 6, host: "::", port: 5 },
] as const;
const net = (ip: string) => ({ ip: parseIp(ip)!, prefixBits: 24 });
const address = (text: string) => Address.parse(text)!;

function nat(filtering: Filtering, ...addresses: string[]) {
  return {
    summary: { ...UNKNOWN_NAT, filtering },
    addresses: addresses.map(address),
    possible: [],
    mapped: [],
  };
}

function at(more: Partial<Whereabouts>): Whereabouts {
  return {
    bound: wildcard,
    networks: [],
    nat: nat("unknown"),
    seeds: [],
    seedAddresses: [],
    contacts: [],
    webSockets: [],
    ...more,
  };
}

const places = (where: Whereabouts) => ticketPlaces(where).at.map(formatHostPort);
const peers = (where: Whereabouts) => (ticketPlaces(where).peers ?? []).map(formatHostPort);

test("without a network a ticket works on this machine", () => {
  const where = at({});
  assert.deepEqual(places(where), ["127.0.0.1:5"]);
  assert.equal(ticketReach(where), "machine");
});

test("bound to loopback it does too, whatever the networks are", () => {
  const where = at({
    bound: [{ family: 4, host: "127.0.0.1", port: 5 }],
    networks: [net("10.0.0.1")],
  });
  assert.deepEqual(places(where), ["127.0.0.1:5"]);
  assert.equal(ticketReach(where), "machine");
});

test("offline it names nothing of ours", () => {
  assert.deepEqual(places(at({ bound: [] })), []);
  assert.equal(ticketReach(at({ bound: [] })), "nowhere");
});

test("LAN addresses are named, link-local ones not", () => {
  const where = at({ networks: [net("192.168.1.5"), net("169.254.1.1"), net("fd00::5")] });
  assert.deepEqual(places(where), ["192.168.1.5:5", "[fd00::5]:5"]);
  assert.equal(ticketReach(where), "lan");
});

test("many networks of one family do not crowd out the best of the other", () => {
  const bridges = Array.from({ length: 10 }, (_, nth) => net(`172.${17 + nth}.0.1`));
  const where = at({ networks: [net("192.168.1.5"), ...bridges, net("fd12::5")] });
  assert.deepEqual(places(where).slice(0, 2), ["192.168.1.5:5", "[fd12::5]:5"]);
});

test("a global address of our own works from anywhere", () => {
  assert.equal(ticketReach(at({ networks: [net("192.168.1.5"), net("8.8.8.8")] })), "internet");
});

test("an observed address comes first, and reaches far only where the NAT lets strangers in", () => {
  const behind = { networks: [net("192.168.1.5")] };
  for (const [filtering, reach] of [
    ["unknown", "lan"],
    ["address-dependent", "lan"],
    ["address-and-port-dependent", "lan"],
    ["endpoint-independent", "internet"],
    ["none", "internet"],
  ] as const) {
    const where = at({ ...behind, nat: nat(filtering, "8.8.4.4:99") });
    assert.deepEqual(places(where), ["8.8.4.4:99", "192.168.1.5:5"]);
    assert.equal(ticketReach(where), reach, filtering);
  }
});

test("a mapped address comes before all, and reaches far whatever the NAT lets in", () => {
  const networks = [net("192.168.1.5")];
  const seen = nat("address-and-port-dependent", "8.8.4.4:99");
  const where = at({ networks, nat: { ...seen, mapped: [address("8.8.4.4:5")] } });
  assert.deepEqual(places(where), ["8.8.4.4:5", "8.8.4.4:99", "192.168.1.5:5"]);
  assert.equal(ticketReach(where), "internet");
});

test("trackers and peers are named, and carry it while we are in touch", () => {
  const seeds = [{ host: "tracker.example", port: 6421 }];
  const seedAddresses = [address("8.8.8.8:6421")];
  const alone = at({ networks: [net("10.0.0.1")], seeds, seedAddresses });
  assert.equal(ticketReach(alone), "lan");
  const contacts = ["8.8.8.8:6421", "10.0.0.2:1", "10.0.0.3:1", "10.0.0.4:1", "10.0.0.5:1"];
  const inTouch = { ...alone, contacts: contacts.map(address) };
  assert.equal(ticketReach(inTouch), "internet");
  assert.deepEqual(places(inTouch), ["10.0.0.1:5", "tracker.example:6421"]);
  assert.deepEqual(peers(inTouch), contacts.slice(0, 4));
});

test("what only strangers say of us, and strangers, are named without trust", () => {
  const seen = nat("unknown", "8.8.4.4:99");
  const possible = ["8.8.4.4:99", "9.9.9.9:1", "9.9.9.8:1"].map(address);
  const contacts = [address("7.7.7.7:7")];
  const where = at({ networks: [net("192.168.1.5")], nat: { ...seen, possible }, contacts });
  assert.deepEqual(places(where), ["192.168.1.5:5"]);
  assert.deepEqual(peers(where), ["8.8.4.4:99", "9.9.9.9:1", "9.9.9.8:1", "7.7.7.7:7"]);
});

test("no place is named twice, and never more than a ticket holds", () => {
  const many = Array.from({ length: 100 }, (_, i) => `10.0.${i}.1:5`);
  const where = at({
    networks: many.map((text) => net(text.split(":")[0]!)),
    seeds: many.map((text) => ({ host: text.split(":")[0]!, port: 5 })),
    contacts: many.map(address),
    nat: nat("none", "10.0.0.1:5", "[fd00::1]:5"),
  });
  const named = places(where);
  assert.ok(named.length <= 32);
  assert.equal(new Set(named).size, named.length);
});

test("a place for WebSockets carries it as far as that is reached", () => {
  const place = { port: 443, path: "/", tls: true };
  const reach = (host: string) => ticketReach(at({ bound: [], webSockets: [{ ...place, host }] }));
  assert.equal(reach("example.org"), "internet");
  assert.equal(reach("1.1.1.1"), "internet");
  assert.equal(reach("10.0.0.1"), "lan");
  assert.equal(reach("localhost"), "machine");
  assert.equal(ticketReach(at({ bound: [] })), "nowhere");
});
