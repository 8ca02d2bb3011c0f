import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../wire/bytes.ts";
import { host, policy, Rig, storeOf } from "./rig.ts";

/** Candidates of as many address groups: an attacker's came first. */
const HOSTILE = 30;
const HONEST = 5;
const ROUNDS = 60;

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
  // Ten of 35 each time: 17 times each of 60 on average.
  assert.ok(Math.min(...honest) >= 5, honest.join(" "));
});
