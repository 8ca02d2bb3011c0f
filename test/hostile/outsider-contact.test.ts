// An outsider whom a tracker named to a node, as it names everybody who asks it, or whom the user named elsewhere.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encode } from "../../wire/encode.ts";
import type { IntroductionResponse, Message } from "../../wire/message.ts";
import { UNKNOWN_NAT } from "../../wire/message.ts";
import { padTo } from "../../wire/padding.ts";
import { isSealed } from "../../wire/sealed.ts";
import { BARE_REQUEST_BYTES } from "../../wire/sizes.ts";
import { bareRequest, bundle, fresh, host, OVERLAY, OVERLAY_HEX, OVERLAY_KEY } from "./rig.ts";
import { policy, responseTo, Rig, storeOf } from "./rig.ts";
import { ADAPTIVE } from "../../node/core/profile.ts";

const [TRACKER, OUTSIDER, MEMBER, VICTIM] = [host(1), host(66), host(2), host(99)];
const HELD = [policy("open"), ...Array.from({ length: 20 }, (_, i) => bundle(i + 2))];

/** In clear, as it comes from whoever has no key. */
function clear(rig: Rig, from: typeof TRACKER, message: Message, overlay = OVERLAY): void {
  rig.feed(from, encode(overlay, message));
}

/** A node to which a tracker named the outsider. */
function aNodeThatHeardOfIt(): Rig {
  const rig = new Rig({ store: storeOf(HELD), seeds: [TRACKER] });
  rig.pass(100);
  const first = rig.last("introduction-request", TRACKER)!;
  clear(rig, TRACKER, { ...responseTo(first.identifier), validated: false, tracker: true });
  const { identifier } = rig.last("introduction-request", TRACKER)!;
  const [nonce, instance] = [fresh(), fresh()];
  const introduction = { address: OUTSIDER, nonce, nat: UNKNOWN_NAT, startMs: 100, instance };
  const named = { ...responseTo(identifier), tracker: true, introduction };
  clear(rig, TRACKER, padTo(named, BARE_REQUEST_BYTES));
  return rig;
}

/** The outsider answers in clear whatever it can read. */
function answersOf(rig: Rig, said: Partial<IntroductionResponse>): () => void {
  let looked = 0;
  const instance = fresh();
  return () => {
    for (; looked < rig.sent.length; looked++) {
      const { to, message, bytes } = rig.sent[looked]!;
      if (to.key !== OUTSIDER.key || message.kind !== "introduction-request") continue;
      if (!isSealed(bytes)) {
        clear(rig, OUTSIDER, { ...responseTo(message.identifier), instance, ...said });
      }
    }
  };
}

describe("who only answers in clear is no contact, is introduced to nobody, and hears of nobody", () => {
  for (const tracker of [true, false]) {
    for (const validated of [true, false]) {
      test(`it says tracker: ${tracker}, validated: ${validated}`, () => {
        const rig = aNodeThatHeardOfIt();
        const answer = answersOf(rig, { tracker, validated });
        for (let turn = 0; turn < 60; turn++) {
          rig.pass(500);
          answer();
          if (turn % 10 !== 5) continue;
          rig.validate(MEMBER, { advice: true });
          const told = rig.last("introduction-response", MEMBER)!;
          assert.notEqual(told.introduction?.address.key, OUTSIDER.key);
        }
        const heard = rig.sent.filter(({ to }) => to.key === OUTSIDER.key);
        assert.ok(heard.length > 1);
        for (const { message, bytes } of heard) {
          assert.equal(message.kind, "introduction-request");
          const isBare = message.kind === "introduction-request" && message.token === undefined;
          assert.ok(isBare || isSealed(bytes));
        }
        const peers = rig.engine.peers(OVERLAY_HEX);
        assert.ok(
          !peers.some(({ bucket, address }) => {
            return bucket === "contacted" && address.key === OUTSIDER.key;
          }),
        );
      });
    }
  }
});

test("who was only named to us has us puncture nobody", () => {
  const rig = aNodeThatHeardOfIt();
  rig.pass(500);
  assert.equal(bucketOf(rig), "introduced");
  clear(rig, OUTSIDER, bareRequest());
  const { grant } = rig.last("introduction-response", OUTSIDER)!;
  const request = {
    kind: "puncture-request",
    token: grant,
    nonce: fresh(),
    target: VICTIM,
  } as const;
  const wish = { nat: UNKNOWN_NAT, startMs: 0, instance: fresh(), sought: false };
  clear(rig, OUTSIDER, { ...request, ...wish });
  rig.pass(5_000);
  assert.ok(!rig.sent.some(({ to }) => to.key === VICTIM.key));
  assert.equal(rig.count("rejected: puncture-request from nobody we know"), 1);
});

test("a tracker that we know from elsewhere, or before, is sent no offer when we join", () => {
  for (const held of [HELD, []]) {
    const rig = new Rig({ store: storeOf(HELD), seeds: [TRACKER] });
    rig.pass(100);
    const { identifier } = rig.last("introduction-request", TRACKER)!;
    clear(rig, TRACKER, { ...responseTo(identifier), validated: false, tracker: true });
    rig.handle({ kind: "leave", overlay: OVERLAY_HEX });
    const overlay = {
      key: OVERLAY_KEY,
      memberSecret: new Uint8Array(32).fill(2),
      seeds: [TRACKER],
      remembered: [],
      profile: ADAPTIVE,
    };
    rig.sent = [];
    rig.handle({ kind: "join", overlay, store: storeOf(held) });
    rig.pass(1_000);
    const requests = rig.sent.filter(({ to }) => to.key === TRACKER.key);
    assert.ok(requests.length > 0);
    for (const { message, bytes } of requests) {
      assert.ok(message.kind === "introduction-request" && message.token !== undefined);
      assert.ok(!isSealed(bytes) && message.offer === undefined);
    }
  }
});

function bucketOf(rig: Rig): string | undefined {
  return rig.engine.peers(OVERLAY_HEX).find(({ address }) => address.key === OUTSIDER.key)?.bucket;
}
