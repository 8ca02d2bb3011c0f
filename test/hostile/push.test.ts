import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../wire/bytes.ts";
import { host, policy, Rig, storeOf } from "./rig.ts";

/** Candidates of as many address groups: an attacker's came first. */
const HOSTILE = 30;
const HONEST = 5;
const ROUNDS = 200;

test("whoever became a candidate first is not all that we push to", () => {
  const rig = new Rig({ store: storeOf([policy("open")]) });
  const peers = Array.from({ length: HOSTILE + HONEST }, (_, i) => host(i + 2));
  const reached = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const peer of peers) rig.validate(peer);
    rig.pass(2_000);
    const content = { kind: "data", payload: utf8(`round ${round}`) } as const;
    const { overlay } = rig.status;
    rig.handle({ kind: "publish", overlay, reference: round, drafts: [{ content }] });
    rig.pass(100);
    for (const { to, message } of rig.sent) {
      if (message.kind !== "bundles") continue;
      reached.set(to.key, (reached.get(to.key) ?? 0) + 1);
    }
    rig.sent = [];
  }
  const honest = peers.slice(HOSTILE).map(({ key }) => reached.get(key) ?? 0);
  // Three of 35 each time: 17 times each of 200 on average.
  assert.ok(Math.min(...honest) >= 5, honest.join(" "));
});

test("whoever says to be somebody else keeps no news from that one", () => {
  const rig = new Rig({ store: storeOf([policy("open")]) });
  const [honest, liar] = [host(2), host(3)];
  const instance = new Uint8Array(8).fill(7);
  for (let round = 0; round < 20; round++) {
    // In either order, so that each is the one that counts for both.
    const order = round % 2 === 0 ? [liar, honest] : [honest, liar];
    // Who did not react to the last one is heard from again.
    rig.pass(2_000);
    for (const peer of order) rig.validate(peer, { instance });
    rig.sent = [];
    const content = { kind: "data", payload: utf8(`round ${round}`) } as const;
    const { overlay } = rig.status;
    rig.handle({ kind: "publish", overlay, reference: round, drafts: [{ content }] });
    rig.pass(200);
    const news = rig.sent.filter(({ message }) => {
      return message.kind === "bundles" || (message.kind === "notice" && message.have.length > 0);
    });
    for (const peer of [honest, liar]) {
      const hears = news.some(({ to }) => to.key === peer.key);
      assert.ok(hears, `round ${round}: ${peer.key} hears of it`);
    }
    const whole = news.filter(({ message }) => message.kind === "bundles");
    assert.equal(whole.length, 1, `round ${round}: it is sent once`);
  }
});
