import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { makeBundle, type Bundle } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";
import { crypto, host, OVERLAY_KEY, OVERLAY_HEX, policy, Rig, storeOf } from "./rig.ts";

const PEER = host(2);
const OTHER = host(3);

function rig(): { rig: Rig; token: Uint8Array } {
  const made = new Rig({ store: storeOf([policy("open")]) });
  const token = made.validate(PEER);
  made.validate(OTHER);
  made.pass(2_000);
  made.sent = [];
  return { rig: made, token };
}

function say(
  made: Rig,
  { inS, text = "typing", author = 7 }: { inS: number; text?: string; author?: number },
): Bundle {
  const expires = Math.floor(made.instant.wall / 1_000) + inS;
  const content = { kind: "ephemeral", payload: utf8(text) } as const;
  const secret = new Uint8Array(32).fill(author);
  return makeBundle(crypto, OVERLAY_KEY, secret, 2, { content, expires });
}

function send(made: Rig, token: Uint8Array, ...bundles: Bundle[]): void {
  for (const bundle of bundles) made.say(PEER, { kind: "bundles", token, bundles: [bundle] });
}

function shown(made: Rig): number {
  return made.events.filter(({ event }) => event === "ephemeral").length;
}

describe("an ephemeral message", () => {
  test("is shown, sent on once, and stored nowhere", () => {
    const { rig: made, token } = rig();
    const message = say(made, { inS: 60 });
    send(made, token, message, message);
    assert.equal(shown(made), 1);
    assert.equal(made.count("bundle rejected: duplicate"), 1);
    const onwards = made.sent.filter(({ message: { kind } }) => kind === "bundles");
    assert.deepEqual(
      onwards.map(({ to }) => to.key),
      [OTHER.key],
    );
    made.pass(60_000);
    assert.equal(made.store.index.size, 1, "nothing but the policy is held");
    assert.equal(made.status.globalTime, 1, "no clock moved");
  });

  test("is refused when it is played again, within its life and 120 s later", () => {
    const { rig: made, token } = rig();
    const message = say(made, { inS: 60 });
    send(made, token, message);
    for (let s = 0; s < 300; s += 10) {
      made.pass(10_000);
      const again = made.validate(PEER);
      send(made, again, message);
    }
    assert.equal(shown(made), 1);
    assert.ok(made.count("bundle rejected: ephemeral-expiry") > 0, "in the end it is of the past");
  });

  test("is refused by a node that sees it 120 s later for the first time", () => {
    const { rig: made } = rig();
    const message = say(made, { inS: 60 });
    made.pass(120_000);
    send(made, made.validate(PEER), message);
    assert.equal(shown(made), 0);
    assert.equal(made.count("bundle rejected: ephemeral-expiry"), 1);
  });

  test("may not end later than in a minute, but for what clocks differ by, nor have ended", () => {
    const { rig: made, token } = rig();
    const lives: [number, boolean][] = [
      [95, false],
      [85, true],
      [-25, true],
      [-35, false],
    ];
    for (const [inS, isTaken] of lives) {
      const before = shown(made);
      send(made, token, say(made, { inS, text: `${inS}` }));
      assert.equal(shown(made) - before, isTaken ? 1 : 0, `${inS} s`);
    }
  });

  test("needs a right signature, and a wrong one keeps the right one from nobody", () => {
    const { rig: made, token } = rig();
    const message = say(made, { inS: 60 });
    send(made, token, { ...message, signature: new Uint8Array(64).fill(9) });
    assert.equal(shown(made), 0);
    made.say(OTHER, { kind: "bundles", token: made.tokenFor(OTHER), bundles: [message] });
    made.pass(1_000);
    assert.equal(shown(made), 1);
  });

  test("is refused where its author may not write", () => {
    const made = new Rig({ store: storeOf([policy("members")]) });
    const token = made.validate(PEER);
    send(made, token, say(made, { inS: 60 }));
    assert.equal(shown(made), 0);
    assert.equal(made.count("bundle rejected: policy"), 1);
  });

  test("of one author is taken 20 times a second, whoever brings it", () => {
    const { rig: made, token } = rig();
    const messages = Array.from({ length: 90 }, (_, i) => say(made, { inS: 60, text: `${i}` }));
    send(made, token, ...messages);
    assert.ok(shown(made) <= 41, `${shown(made)} shown`);
    assert.ok(shown(made) >= 40, `${shown(made)} shown`);
    const before = shown(made);
    send(made, token, say(made, { inS: 60, text: "other", author: 8 }));
    assert.equal(shown(made), before + 1, "another author is heard");
  });

  test("of one sender is taken up to 8 KiB a second, before its signature is looked at", () => {
    const { rig: made, token } = rig();
    const text = "x".repeat(800);
    for (let author = 1; author <= 100; author++)
      send(made, token, say(made, { inS: 60, text, author }));
    assert.ok(shown(made) <= 21, `${shown(made)} shown`);
    assert.ok(made.count("bundle rejected: ephemeral-rate") >= 79, "the rest is refused");
  });

  test("is published with an end, and not together with what is kept", () => {
    const { rig: made } = rig();
    const content = { kind: "ephemeral", payload: utf8("now") } as const;
    const kept = { kind: "data", payload: utf8("kept") } as const;
    const publish = (reference: number, drafts: object[]): void => {
      made.handle({ kind: "publish", overlay: OVERLAY_HEX, reference, drafts: drafts as never });
    };
    publish(1, [{ content }]);
    assert.equal(shown(made), 1);
    publish(2, [{ content }, { content: kept }]);
    publish(3, [{ content, expires: Math.floor(made.instant.wall / 1_000) + 3_600 }]);
    const refused = made.events.filter(({ event }) => event === "refused");
    assert.equal(refused.length, 2);
    assert.equal(made.store.index.size, 1);
  });
});
