import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ticketPlaces } from "../../node/host/runtime/own-ticket.ts";
import type { Address } from "../../wire/address.ts";
import { UNKNOWN_NAT } from "../../wire/message.ts";
import { formatHostPort } from "../../wire/place.ts";
import { at, bareRequest, fresh, host, OWN_LAN, OWN_PUBLIC, Rig, SCALE } from "./rig.ts";

const VICTIM = at("80.7.7.7:4444");
const TRACKER = host(0);
const FRIEND = host(1);
const STRANGERS = 100 * SCALE;
const MINUTE_MS = 60_000;

/** So many strangers, each in a /24 of its own, say that they see us at an address. */
function strangers(rig: Rig, count: number, seen: (i: number) => Address): void {
  for (let i = 0; i < count; i++) rig.validate(host(100 + i), { destination: seen(i) });
}

function places(rig: Rig): { at: string[]; peers: string[] } {
  const { at: trusted, peers = [] } = ticketPlaces({
    webSockets: [],
    bound: [{ family: 4, host: "0.0.0.0", port: OWN_LAN.port }],
    networks: [{ ip: OWN_LAN.ip, prefixBits: 24 }],
    nat: rig.engine.nat(),
    seeds: [TRACKER],
    seedAddresses: [TRACKER],
    contacts: rig.engine.contacts(rig.status.overlay),
  });
  return { at: trusted.map(formatHostPort), peers: peers.map(formatHostPort) };
}

const addresses = (rig: Rig): string[] => rig.engine.nat().addresses.map(({ key }) => key);

describe("strangers who say that they see us at somebody else's address", () => {
  test("change nothing about what a tracker that the user named sees", () => {
    const rig = new Rig({ seeds: [TRACKER] });
    strangers(rig, 2, () => VICTIM);
    assert.deepEqual(addresses(rig), [VICTIM.key], "there is nothing better yet");
    rig.answer(TRACKER, { tracker: true });
    assert.deepEqual(addresses(rig), [OWN_PUBLIC.key]);
    strangers(rig, STRANGERS, () => VICTIM);
    assert.deepEqual(addresses(rig), [OWN_PUBLIC.key]);
    const { at: trusted, peers } = places(rig);
    assert.deepEqual(trusted, [OWN_PUBLIC.key, OWN_LAN.key, TRACKER.key]);
    assert.equal(peers[0], VICTIM.key);
  });

  test("replace nothing without a tracker either, and what they say gets no trust in our ticket", () => {
    const rig = new Rig({ remembered: [FRIEND] });
    rig.answer(FRIEND);
    strangers(rig, STRANGERS, (i) => (i % 3 === 0 ? VICTIM : VICTIM.withPort(1_000 + i)));
    assert.deepEqual(addresses(rig), [OWN_PUBLIC.key]);
    const { at: trusted, peers } = places(rig);
    assert.deepEqual(trusted, [OWN_LAN.key, TRACKER.key]);
    assert.ok(peers.includes(OWN_PUBLIC.key));
    assert.ok(peers.includes(VICTIM.key));
    assert.ok(peers.includes(FRIEND.key), "whoever answered us is a stranger in the ticket");
    assert.equal(peers.filter((place) => place.startsWith("80.7.7.7")).length, 2);
  });

  test("keep us from nobody: the victim is not taken for ourselves", () => {
    const rig = new Rig({ remembered: [FRIEND] });
    strangers(rig, STRANGERS, () => VICTIM);
    assert.deepEqual(addresses(rig), [VICTIM.key]);
    const introduction = { address: VICTIM, nonce: fresh(), nat: UNKNOWN_NAT, startMs: 0 };
    rig.answer(FRIEND, { introduction: { ...introduction, instance: fresh() } });
    rig.pass(1_000);
    assert.equal(rig.count("rejected: named address: ourselves"), 0);
    assert.ok(rig.last("introduction-request", VICTIM), "it is asked");
  });

  test("do not keep us from seeing that our address changed", () => {
    const rig = new Rig({ remembered: [FRIEND] });
    rig.answer(FRIEND);
    const moved = OWN_PUBLIC.withPort(7_777);
    rig.validate(FRIEND, { destination: moved });
    assert.deepEqual(addresses(rig), [moved.key]);
    // Whoever saw us last at the old one is gone.
    const gone = at("90.1.1.1:1");
    rig.validate(gone, { destination: OWN_PUBLIC });
    rig.pass(3 * MINUTE_MS);
    rig.validate(FRIEND, { destination: OWN_PUBLIC });
    rig.validate(at("91.1.1.1:1"), { destination: OWN_PUBLIC });
    assert.deepEqual(addresses(rig), [OWN_PUBLIC.key]);
  });
});

describe("ourselves", () => {
  test("is whoever is named with our instance, wherever that is", () => {
    const rig = new Rig({ remembered: [FRIEND] });
    const { instance } = rig.last("introduction-request", FRIEND)!;
    const introduction = {
      address: VICTIM,
      nonce: fresh(),
      nat: UNKNOWN_NAT,
      startMs: 0,
      instance,
    };
    rig.answer(FRIEND, { introduction });
    assert.equal(rig.count("rejected: named address: ourselves"), 1);
    rig.pass(1_000);
    assert.equal(rig.last("introduction-request", VICTIM), undefined);
  });

  test("is met by our own request, and not asked again", () => {
    const rig = new Rig({ remembered: [OWN_PUBLIC] });
    const { instance } = rig.last("introduction-request", OWN_PUBLIC)!;
    rig.validate(OWN_PUBLIC, { ...bareRequest(), instance });
    const before = rig.sent.filter(({ to }) => to.key === OWN_PUBLIC.key).length;
    rig.pass(5 * MINUTE_MS);
    const after = rig.sent.filter(({ to }) => to.key === OWN_PUBLIC.key).length;
    assert.ok(after - before <= 2, `${after - before} datagrams to ourselves`);
  });
});
