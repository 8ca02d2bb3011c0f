import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Carry } from "../../node/core/carry.ts";
import type { LocalNetwork } from "../../node/core/inputs.ts";
import { ADAPTIVE } from "../../node/core/profile.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import type { Address } from "../../wire/address.ts";
import {
  ANNOUNCEMENT_BYTES,
  announced,
  encodeAnnouncement,
  newSalt,
} from "../../wire/announcement.ts";
import { at, crypto, GATEWAY, host, OVERLAY_KEY, OWN_LAN, Rig, SETTLED_MS } from "./rig.ts";

const LAN: LocalNetwork = { ip: OWN_LAN.ip, prefixBits: 24, gateway: GATEWAY.ip, isLan: true };
/** A container's, whose machines are this one. */
const BRIDGE: LocalNetwork = { ip: at("172.17.0.1:1").ip, prefixBits: 16 };
const FRIEND = at("192.168.1.77:40000");

const random = new SeededRandom(1, "announcements");
const carry = new Carry(crypto, OVERLAY_KEY);

/** By somebody who has the ticket, made for an address. */
function announcementFor(address: Address): Uint8Array {
  const salt = newSalt(random);
  const tags = [carry.tag(announced(salt, address.bytes))];
  return encodeAnnouncement(random, { salt, tags });
}

/** By somebody who has none. */
function strangers(): Uint8Array {
  return encodeAnnouncement(random, { salt: newSalt(random), tags: [] });
}

function rig(options: ConstructorParameters<typeof Rig>[0] = {}): Rig {
  const made = new Rig({ networks: [LAN, BRIDGE], ...options });
  made.pass(SETTLED_MS);
  made.sent = [];
  return made;
}

function hear(node: Rig, from: Address, bytes: Uint8Array): number {
  return node.handle({ kind: "announcement", from, bytes }).length;
}

/** The i-th address of some in our LAN, of many hosts and ports. */
function forged(i: number): Address {
  return at(`192.168.1.${10 + (i % 240)}:${1_024 + i}`);
}

describe("an announcement", () => {
  test("makes whoever sent it asked once, in no more bytes than it had", () => {
    const node = rig();
    assert.equal(hear(node, FRIEND, announcementFor(FRIEND)), 1, "it is not asked");
    const [question] = node.sent;
    assert.ok(question!.to.key === FRIEND.key && question!.message.kind === "introduction-request");
    assert.ok(question!.bytes.length <= ANNOUNCEMENT_BYTES, `${question!.bytes.length} bytes`);
    assert.equal(hear(node, FRIEND, announcementFor(FRIEND)), 0, "it is asked again at once");
  });

  test("vouches for nothing: its sender is nobody whom the user named", () => {
    const node = rig();
    hear(node, FRIEND, announcementFor(FRIEND));
    const [peer] = node.engine.peers(node.status.overlay);
    assert.equal(peer?.bucket, "introduced", "it counts as more than somebody who was introduced");
    assert.deepEqual(node.engine.places(node.status.overlay), [], "it is a place of the user's");
  });

  test("is nobody's with the switch off", () => {
    const node = rig({ profile: { ...ADAPTIVE, lan: false } });
    assert.equal(hear(node, FRIEND, announcementFor(FRIEND)), 0, "it is answered all the same");
    assert.equal(node.count("announcements"), 0, "the node announces itself");
  });
});

test("a node that comes again at another port of its machine is asked at once, too", () => {
  const node = rig();
  for (const port of [40_001, 40_002]) {
    node.pass(2_000);
    const again = FRIEND.withPort(port);
    assert.equal(hear(node, again, announcementFor(again)), 1, `port ${port} is not asked`);
    node.answer(again);
  }
});

describe("an announcement that is played again", () => {
  test("from another address of the LAN is nobody's", () => {
    const node = rig();
    const bytes = announcementFor(FRIEND);
    for (const other of ["192.168.1.78:40000", "192.168.1.77:40001"]) {
      assert.equal(hear(node, at(other), bytes), 0, `${other} is asked`);
    }
    assert.equal(node.count("announcement of others' overlays"), 2);
  });

  test("from outside our LANs is refused, whatever it says", () => {
    const node = rig();
    const elsewhere = [
      host(1),
      at("192.168.2.77:40000"),
      at("172.17.0.2:40000"),
      at("[fd00::7]:40000"),
      // To all of the LAN.
      at("192.168.1.255:40000"),
      at("192.168.1.0:40000"),
    ];
    for (const from of elsewhere) {
      assert.equal(hear(node, from, announcementFor(from)), 0, `${from} is asked`);
    }
    const refused = node.count("rejected: announcement: beyond our networks");
    assert.equal(refused, elsewhere.length, "not each is counted");
  });

  test("by ourselves, who hear what we announce, asks nobody", () => {
    const node = rig();
    assert.equal(hear(node, OWN_LAN, announcementFor(OWN_LAN)), 0, "it asks itself");
    assert.ok(node.engine.lan().hearsItself, "that it hears itself is not told");
    assert.equal(node.engine.lan().heardMsAgo, null, "it counts as another node");
  });
});

describe("a flood of announcements", () => {
  test("of strangers costs few hashes, sends nothing, and is counted", () => {
    const node = rig();
    const before = node.now;
    const flood = 20_000;
    for (let i = 0; i < flood; i++) {
      if (i % 2 === 0) node.pass(1);
      hear(node, forged(i), strangers());
    }
    const seconds = (node.now - before) / 1_000;
    const read = node.count("announcement of others' overlays");
    assert.ok(read <= 256 + 64 * seconds + 1, `${read} were looked at in ${seconds} s`);
    assert.equal(read + node.count("rejected: announcement: rate"), flood, "some were not counted");
    assert.deepEqual(node.sent, [], "somebody was sent something");
  });

  test("of one address leaves room for the others", () => {
    const node = rig();
    for (let i = 0; i < 10_000; i++) hear(node, forged(0), strangers());
    assert.ok(node.count("rejected: announcement: rate") > 9_900, "it was read all the same");
    assert.equal(hear(node, FRIEND, announcementFor(FRIEND)), 1, "a friend is not heard");
  });

  test("of somebody who has the ticket, and forges addresses, fills nothing", () => {
    const node = rig();
    const before = node.now;
    for (let i = 0; i < 4_000; i++) {
      node.pass(5);
      const from = forged(i);
      hear(node, from, announcementFor(from));
    }
    const seconds = (node.now - before) / 1_000;
    assert.equal(node.status.lan.length, 64, "as many are known as there are");
    assert.ok(node.count("announced node left out: too many") > 0, "nobody is left out");
    assert.ok(node.status.candidates.introduced <= 64, "the table is full of them");
    // Each question is repeated once.
    const most = 2 * (8 + 2 * seconds);
    assert.ok(node.sent.length <= most, `${node.sent.length} datagrams in ${seconds} s`);
    assert.ok(node.sent.length > 16, "nobody is asked");
    assert.ok(
      node.sent.every(({ bytes }) => bytes.length <= ANNOUNCEMENT_BYTES),
      "an answer is larger than the question",
    );
  });

  test("of rubbish changes nothing", () => {
    const node = rig();
    const state = JSON.stringify(node.state());
    const good = announcementFor(FRIEND);
    for (let i = 0; i < 500; i++) {
      const bytes = i % 2 === 0 ? random.bytes(random.below(1_500)) : good.subarray(0, i % 141);
      assert.equal(hear(node, forged(i), bytes), 0, "rubbish is answered");
    }
    const refused = node.count("rejected: announcement: malformed");
    assert.ok(refused > 200, `${refused} were refused by name`);
    assert.equal(JSON.stringify(node.state()), state, "the node is another one");
  });
});
