import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MAX_NOTICED, NOTICE_ID_BYTES } from "../../wire/limits.ts";
import type { Notice } from "../../wire/message.ts";
import { utf8 } from "../../wire/bytes.ts";
import { fresh, host, OVERLAY_HEX, policy, Rig, storeOf } from "./rig.ts";

const PEER = host(2);

function notice(token: Uint8Array, fields: Partial<Notice>): Notice {
  return { kind: "notice", token, have: [], got: [], want: [], ...fields };
}

function rig(): { rig: Rig; token: Uint8Array } {
  const made = new Rig({ store: storeOf([policy("open")]) });
  const token = made.validate(PEER);
  made.pass(2_000);
  made.sent = [];
  return { rig: made, token };
}

/** The name of a bundle that was just published. */
function publish(made: Rig): Uint8Array {
  const content = { kind: "data", payload: utf8("x".repeat(500)) } as const;
  made.handle({ kind: "publish", overlay: OVERLAY_HEX, reference: 1, drafts: [{ content }] });
  const published = made.events.find((event) => event.event === "published");
  assert.ok(published?.event === "published", "it was published");
  made.pass(2_000);
  made.sent = [];
  return published.bundles[0]!.id.slice(0, NOTICE_ID_BYTES);
}

/** Names in notices to the peer, and bundles. */
function sentTo(made: Rig): { wanted: number; said: number; bundles: number } {
  let [wanted, said, bundles] = [0, 0, 0];
  for (const { to, message } of made.sent) {
    if (to.key !== PEER.key) continue;
    if (message.kind === "bundles") bundles += message.bundles.length;
    if (message.kind !== "notice") continue;
    wanted += message.want.length;
    said += message.have.length + message.got.length;
  }
  return { wanted, said, bundles };
}

describe("notices", () => {
  test("without our token are not read", () => {
    const { rig: made } = rig();
    made.say(PEER, notice(fresh(), { have: [fresh()] }));
    assert.equal(made.count("rejected: notice without our token"), 1);
    assert.equal(sentTo(made).wanted, 0);
  });

  test("of a stranger's address with a peer's token are not read", () => {
    const { rig: made, token } = rig();
    made.say(host(9), notice(token, { have: [fresh()] }));
    assert.equal(made.count("rejected: notice without our token"), 1);
  });

  test("that name bundles nobody has cost less than they are, and are soon no longer followed", () => {
    const { rig: made, token } = rig();
    let named = 0;
    for (let second = 0; second < 5; second++) {
      for (let i = 0; i < 20; i++) {
        const have = Array.from({ length: MAX_NOTICED }, fresh);
        made.say(PEER, notice(token, { have }));
        named += MAX_NOTICED;
      }
      made.pass(1_000);
    }
    const { wanted, bundles } = sentTo(made);
    // 64 at a time, each asked for twice.
    assert.ok(wanted <= 128, `${wanted} of ${named} wanted`);
    assert.equal(bundles, 0);
  });

  test("that name the same one again and again are answered with no more than they say", () => {
    const { rig: made, token } = rig();
    const name = publish(made);
    const times = 200;
    for (let i = 0; i < times; i++) {
      made.say(PEER, notice(token, { have: [name] }));
      made.pass(20);
    }
    const { said } = sentTo(made);
    assert.ok(said <= times, `${said} names for ${times}`);
    assert.ok(said > 0, "who says again that it holds it has not heard that we do");
  });

  test("that say that they need no answer get none", () => {
    const { rig: made, token } = rig();
    const name = publish(made);
    for (let i = 0; i < 50; i++) made.say(PEER, notice(token, { got: [name] }));
    made.pass(1_000);
    assert.equal(sentTo(made).said, 0);
  });

  test("that want one bundle a thousand times get it three times", () => {
    const { rig: made, token } = rig();
    const name = publish(made);
    for (let i = 0; i < 1_000; i++) made.say(PEER, notice(token, { want: [name] }));
    for (let i = 0; i < 10; i++) {
      made.say(PEER, notice(token, { want: Array<Uint8Array>(MAX_NOTICED).fill(name) }));
    }
    made.pass(1_000);
    assert.equal(sentTo(made).bundles, 3);
  });

  test("that want what is not here get nothing", () => {
    const { rig: made, token } = rig();
    made.say(PEER, notice(token, { want: Array.from({ length: MAX_NOTICED }, fresh) }));
    made.pass(1_000);
    assert.deepEqual(sentTo(made), { wanted: 0, said: 0, bundles: 0 });
  });

  test("of one liar keep no bundle of others from us", () => {
    const { rig: made, token } = rig();
    const honest = host(3);
    const other = made.validate(honest);
    made.pass(2_000);
    for (let i = 0; i < 20; i++) {
      made.say(PEER, notice(token, { have: Array.from({ length: MAX_NOTICED }, fresh) }));
    }
    made.sent = [];
    made.say(honest, notice(other, { have: [fresh()] }));
    const asked = made.sent.some(({ to, message }) => {
      return to.key === honest.key && message.kind === "notice" && message.want.length === 1;
    });
    assert.ok(asked, "the honest contact is asked for what it shows");
  });

  test("who shows a bundle and does not send it delays it until another one is asked", () => {
    const { rig: made, token } = rig();
    const honest = host(3);
    const other = made.validate(honest);
    made.pass(2_000);
    made.sent = [];
    const name = fresh();
    made.say(PEER, notice(token, { have: [name] }));
    made.say(honest, notice(other, { have: [name] }));
    const isAsked = (key: string): boolean =>
      made.sent.some(({ to, message }) => {
        return to.key === key && message.kind === "notice" && message.want.length === 1;
      });
    assert.ok(isAsked(PEER.key) && !isAsked(honest.key), "whoever showed it first is asked");
    made.pass(1_000);
    assert.ok(isAsked(honest.key), "and then the other one");
  });
});
