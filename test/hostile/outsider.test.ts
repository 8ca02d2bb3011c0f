// Somebody who knows an overlay's id, which stands in every datagram, and has no ticket.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ADAPTIVE } from "../../node/core/profile.ts";
import { Insider } from "../../node/testing/insider.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import { encode } from "../../wire/encode.ts";
import type { IntroductionRequest, Message } from "../../wire/message.ts";
import { padTo } from "../../wire/padding.ts";
import { isSealed } from "../../wire/sealed.ts";
import { BARE_REQUEST_BYTES } from "../../wire/sizes.ts";
import {
  bareRequest,
  bundle,
  crypto,
  fresh,
  host,
  INSIDER,
  OVERLAY,
  OVERLAY_KEY,
  policy,
  responseTo,
  Rig,
  type Sent,
  storeOf,
} from "./rig.ts";

const EVERYTHING = { low: 1, high: 0, modulo: 1, offset: 0, idBits: 0, idPrefix: 0 };
const OUTSIDER = host(66);
const MEMBER = host(2);
const HELD = [policy("open"), ...Array.from({ length: 20 }, (_, i) => bundle(i + 2))];

/** A node that holds bundles and knows a member. */
function aNode(): Rig {
  const rig = new Rig({ profile: ADAPTIVE, store: storeOf(HELD) });
  rig.validate(MEMBER);
  return rig;
}

/** As the outsider says it: nothing is sealed. */
function say(rig: Rig, message: Message): Sent[] {
  return rig.feed(OUTSIDER, encode(OVERLAY, message));
}

function tokenOf(rig: Rig): Uint8Array {
  const [reply] = say(rig, bareRequest());
  assert.ok(reply?.message.kind === "introduction-response");
  return reply.message.grant.slice();
}

const OFFERS: Record<string, NonNullable<IntroductionRequest["offer"]>> = {
  filter: {
    kind: "bloom",
    subset: EVERYTHING,
    functions: 7,
    salt: fresh(),
    filter: new Uint8Array(1),
  },
  cursor: {
    kind: "cursor",
    subset: EVERYTHING,
    ranges: [{ from: { globalTime: 1, id: new Uint8Array(16) }, before: undefined }],
    bytes: 100_000,
  },
};

describe("with the overlay's id alone", () => {
  for (const [name, offer] of Object.entries(OFFERS)) {
    test(`nothing is pulled: ${name}`, () => {
      const rig = aNode();
      const request = { ...bareRequest(), token: tokenOf(rig), offer };
      const sent = say(rig, padTo(request, BARE_REQUEST_BYTES)).concat(rig.pass(10_000));
      for (const { to, message } of sent) {
        if (to.key !== OUTSIDER.key) continue;
        assert.equal(message.kind, "introduction-response");
        assert.ok(message.kind === "introduction-response" && !message.validated);
        assert.equal(message.holdings, undefined);
        assert.equal(message.introduction, undefined);
        assert.equal(message.answer, undefined);
      }
      assert.equal(rig.count("sent bundles"), 0);
    });
  }

  test("nobody's address is learnt: no introduction, no seek, no dial-back", () => {
    const rig = aNode();
    const token = tokenOf(rig);
    const instance = rig.engine.peers(rig.status.overlay)[0]!.instance!;
    const wishes: Partial<IntroductionRequest>[] = [
      { advice: true },
      { seek: Buffer.from(instance, "hex") },
      { dialBack: { afterS: 0 } },
    ];
    for (const wish of wishes) {
      const sent = say(rig, padTo({ ...bareRequest(), token, ...wish }, 400));
      assert.equal(sent.length, 1);
      const { message, bytes } = sent[0]!;
      assert.ok(message.kind === "introduction-response" && !message.validated);
      assert.equal(message.introduction, undefined);
      assert.equal(message.dialBack, undefined);
      // Not even of the machine itself: no address inside, and nothing of its NAT.
      assert.equal(message.lan, undefined);
      assert.equal(message.nat.mapping, "unknown");
      assert.ok(!Buffer.from(bytes).includes(Buffer.from(MEMBER.bytes)));
    }
    // It is no candidate, so nobody hears of it either.
    assert.ok(!rig.engine.peers(rig.status.overlay).some(({ address }) => address === OUTSIDER));
  });

  test("nothing is put in, and no answer of its making counts", () => {
    const seeds = [OUTSIDER];
    const rig = new Rig({ profile: ADAPTIVE, store: storeOf(HELD), seeds });
    const token = tokenOf(rig);
    say(rig, { kind: "bundles", token, bundles: [bundle(100)] });
    assert.equal(rig.count("rejected: bundles not sealed"), 1);
    rig.pass(2_000);
    const request = rig.last("introduction-request", OUTSIDER);
    assert.ok(request !== undefined && request.token === undefined);
    const holdings = { count: 1_000, globalTime: 1_000, admitted: 1_000 };
    say(rig, { ...responseTo(request.identifier), holdings });
    assert.equal(rig.count("rejected: introduction-response not sealed"), 1);
    assert.equal(rig.store.index.size, HELD.length);
  });
});

test("whoever has another secret is told nothing, and its datagrams have a counter", () => {
  const rig = aNode();
  const other = new Insider({
    crypto,
    random: new SeededRandom(1, "other"),
    overlay: OVERLAY,
    from: new Uint8Array(32).fill(7),
  });
  const request = { ...bareRequest(), token: tokenOf(rig), offer: OFFERS["cursor"]! };
  assert.deepEqual(rig.feed(OUTSIDER, other.encode(request)), []);
  assert.equal(rig.count("rejected: sealed under another key"), 1);
});

test("a sealed request that shows no token earns what a bare one does", () => {
  const rig = aNode();
  const { token: _, ...request } = padTo({ ...bareRequest(), advice: true }, BARE_REQUEST_BYTES);
  const insider = new Insider({
    crypto,
    random: new SeededRandom(3, "member"),
    overlay: OVERLAY,
    from: OVERLAY_KEY,
  });
  const sealed = insider.seal(encode(OVERLAY, request));
  const sent = rig.feed(OUTSIDER, sealed);
  assert.equal(sent.length, 1);
  assert.ok(sent[0]!.bytes.length <= sealed.length && !isSealed(sent[0]!.bytes));
  assert.ok(sent[0]!.message.kind === "introduction-response" && !sent[0]!.message.validated);
});

test("a datagram that is played again does nothing, from wherever", () => {
  const rig = aNode();
  const token = rig.tokenFor(MEMBER);
  const request = INSIDER.encode({ ...bareRequest(), token, offer: OFFERS["cursor"]! });
  const first = rig.feed(MEMBER, request);
  assert.ok(first.some(({ message }) => message.kind === "introduction-response"));
  assert.deepEqual(rig.feed(MEMBER, request), []);
  assert.equal(rig.count("rejected: sealed datagram again"), 1);
  // Its token is the member's: elsewhere it is worth what a stranger's bare request is.
  const [answer, ...more] = rig.feed(OUTSIDER, request);
  assert.ok(answer?.message.kind === "introduction-response" && !answer.message.validated);
  assert.ok(answer.bytes.length <= request.length && more.length === 0);
});

test("what a bare request tells on its way: no address inside, nothing of the NAT", () => {
  const rig = new Rig({ profile: ADAPTIVE, seeds: [MEMBER] });
  rig.pass(2_000);
  const request = rig.last("introduction-request", MEMBER);
  assert.ok(request !== undefined && request.token === undefined);
  assert.equal(request.lan, undefined);
  assert.equal(request.nat.mapping, "unknown");
});

test("once an answer shows who is there, a tracker is asked in clear and a node is not", () => {
  for (const tracker of [true, false]) {
    const rig = new Rig({ profile: ADAPTIVE, seeds: [MEMBER] });
    rig.pass(2_000);
    const first = rig.last("introduction-request", MEMBER)!;
    rig.say(MEMBER, { ...responseTo(first.identifier), validated: false, tracker });
    const second = rig.sent.findLast(({ message }) => message.kind === "introduction-request")!;
    assert.ok(second.message.kind === "introduction-request" && second.message.token !== undefined);
    assert.equal(isSealed(second.bytes), !tracker);
  }
});
