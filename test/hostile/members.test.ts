import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Bundle, Content } from "../../wire/bundle.ts";
import { equalBytes, toHex } from "../../wire/bytes.ts";
import type { WireBundle } from "../../wire/message.ts";
import {
  bareRequest,
  bundle,
  crypto,
  fresh,
  host,
  OVERLAY_KEY,
  OVERLAY_SECRET,
  policy,
  Rig,
  SCALE,
  storeOf,
} from "./rig.ts";

const PEER = host(0);
const READER = host(1);
const [MEMBER, GRANTER, INVITATION, STRANGER, ACCOMPLICE] = [3, 4, 5, 6, 7].map((seed) => {
  return new Uint8Array(32).fill(seed);
}) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
/** Admission's own bound on what waits for a grant. */
const MAX_AWAITING = 512;
const FLOOD = SCALE > 1 ? 100_000 : 20_000;
const BUNDLES_PER_DATAGRAM = 5;

function grant(
  to: Uint8Array,
  by: Uint8Array,
  time: number,
  may: { write: boolean; grant: boolean },
) {
  const content: Content = { kind: "grant", member: crypto.publicKey(to), ...may };
  return bundle(time, content, by);
}

function data(by: Uint8Array, time: number): Bundle {
  return bundle(time, { kind: "data", payload: fresh() }, by);
}

/** A node of an overlay of members: one who writes, one who may grant, and an invitation. */
function membersOnly(): Rig {
  const bundles = [
    policy("members"),
    grant(MEMBER, OVERLAY_SECRET, 2, { write: true, grant: false }),
    grant(GRANTER, OVERLAY_SECRET, 3, { write: true, grant: true }),
    grant(INVITATION, OVERLAY_SECRET, 4, { write: false, grant: true }),
    data(MEMBER, 5),
  ];
  const rig = new Rig({ store: storeOf(bundles) });
  rig.keepsEvents = false;
  return rig;
}

function push(rig: Rig, ...bundles: WireBundle[]): void {
  rig.say(PEER, { kind: "bundles", token: rig.validate(PEER), bundles });
  rig.sent = rig.sent.filter(({ message }) => message.kind === "introduction-response");
}

/** What the node gives to somebody who asks for everything. */
function served(rig: Rig): WireBundle[] {
  const token = rig.tokenFor(READER);
  const subset = { low: 1, high: Infinity, modulo: 1, offset: 0, idBits: 0, idPrefix: 0 };
  const filter = new Uint8Array(1);
  const offer = { kind: "bloom", subset, functions: 7, salt: fresh(), filter } as const;
  const replies = rig.say(READER, { ...bareRequest(), token, offer });
  return replies.flatMap(({ message }) => (message.kind === "bundles" ? message.bundles : []));
}

function assertKept(rig: Rig, expected: number): void {
  assert.equal(rig.store.index.size, expected);
  assert.equal(served(rig).length, expected);
}

describe("in an overlay of members", () => {
  test("members' bundles are stored and served", () => {
    const rig = membersOnly();
    push(rig, data(MEMBER, 6), data(GRANTER, 7));
    assertKept(rig, 7);
  });

  test("strangers' are not, nor what they and others without the right to grant say", () => {
    const rig = membersOnly();
    const all = { write: true, grant: true };
    push(rig, data(STRANGER, 6));
    push(rig, grant(STRANGER, STRANGER, 6, all), data(STRANGER, 7));
    push(rig, grant(STRANGER, MEMBER, 6, all), data(STRANGER, 8));
    push(rig, grant(STRANGER, ACCOMPLICE, 6, all), grant(ACCOMPLICE, STRANGER, 7, all));
    push(rig, data(STRANGER, 9), data(ACCOMPLICE, 10));
    assertKept(rig, 5);
    assert.equal(rig.count("bundle awaits a grant"), 9);
    assert.equal(rig.store.clock, 5);
  });

  test("an invitation confers writing, but no granting and no writing of its own", () => {
    const rig = membersOnly();
    push(rig, grant(STRANGER, INVITATION, 6, { write: true, grant: true }), data(STRANGER, 7));
    push(rig, data(INVITATION, 7));
    assertKept(rig, 5);
    push(rig, grant(STRANGER, INVITATION, 6, { write: true, grant: false }));
    assertKept(rig, 7);
  });

  test("a policy by anybody but the overlay's key is refused", () => {
    const rig = membersOnly();
    for (const forger of [STRANGER, MEMBER, GRANTER]) {
      push(rig, bundle(1, { kind: "policy", writers: "open" }, forger));
    }
    assert.equal(rig.count("bundle rejected: policy"), 3);
    assertKept(rig, 5);
  });

  test("a forged signature is refused, of policies, grants and data", () => {
    const rig = membersOnly();
    const genuine = [
      policy("open"),
      grant(STRANGER, OVERLAY_SECRET, 6, { write: true, grant: true }),
      data(MEMBER, 6),
    ];
    for (const { author, body, signature } of genuine) {
      const flipped = signature.map((byte, i) => (i === 9 ? byte ^ 1 : byte));
      push(rig, { author, body, signature: flipped });
      push(rig, { author, body, signature: new Uint8Array(64) });
    }
    const { body, signature } = data(STRANGER, 6);
    push(rig, { author: OVERLAY_KEY, body, signature });
    // Whoever sent a bad one waits with the others.
    assert.equal(rig.count("bundle rejected: signature"), 1);
    rig.pass(200);
    assert.equal(rig.count("bundle rejected: signature"), 7);
    assert.equal(rig.status.policy, "members");
    assertKept(rig, 5);
  });

  test("bundles of another overlay are none of ours", () => {
    const rig = membersOnly();
    const { author, body } = data(MEMBER, 6);
    const signature = crypto.sign(body, MEMBER);
    push(rig, { author, body, signature });
    assertKept(rig, 5);
  });

  test("what waits is bounded, and comes in when its grant does", () => {
    const rig = membersOnly();
    for (let i = 0; i < FLOOD; i += BUNDLES_PER_DATAGRAM) {
      push(rig, ...Array.from({ length: BUNDLES_PER_DATAGRAM }, () => data(STRANGER, 8)));
    }
    assert.equal(rig.count("bundle awaits a grant"), FLOOD);
    assertKept(rig, 5);
    push(rig, grant(STRANGER, GRANTER, 7, { write: true, grant: false }));
    assert.equal(rig.store.index.size, 5 + 1 + MAX_AWAITING);
    const authors = served(rig).map(({ author }) => toHex(author));
    assert.ok(authors.includes(toHex(crypto.publicKey(STRANGER))));
  });

  test("and is checked as strictly as anything else", () => {
    const rig = membersOnly();
    const waiting = [data(STRANGER, 9), data(STRANGER, 10)];
    const forged = { ...waiting[1]!, signature: new Uint8Array(64) };
    push(rig, waiting[0]!, forged);
    push(rig, grant(STRANGER, GRANTER, 8, { write: true, grant: false }));
    assertKept(rig, 7);
    const bodies = served(rig).map(({ body }) => body);
    assert.ok(bodies.some((body) => equalBytes(body, waiting[0]!.body)));
    assert.ok(!bodies.some((body) => equalBytes(body, forged.body)));
    assert.equal(rig.count("bundle rejected: signature"), 1);
  });
});
