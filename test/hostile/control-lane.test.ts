// A peer that lies about what it holds of what decides over others.
import assert from "node:assert/strict";
import { test } from "node:test";
import { laneOf } from "../../node/sync/subset.ts";
import type { Answer, Holdings, IntroductionRequest } from "../../wire/message.ts";
import { bundle, fresh, host, policy, responseTo, Rig, storeOf } from "./rig.ts";

const PEER = host(0);
const HELD = 30;
const STEPS_MS = 10 * 60_000;

/** All requests with an offer that a peer gets which tells and answers like this. */
function offersTo(rig: Rig, control: () => Holdings["control"], answer: Answer) {
  const asked: IntroductionRequest[] = [];
  const sent = [...rig.sent];
  for (const end = rig.now + STEPS_MS; rig.now < end; sent.push(...rig.pass(100))) {
    for (let next = sent.shift(); next !== undefined; next = sent.shift()) {
      const { to, message } = next;
      if (to.key !== PEER.key || message.kind !== "introduction-request") continue;
      const { identifier, offer } = message;
      if (offer !== undefined) asked.push(message);
      const told = control();
      const holdings = {
        count: HELD,
        globalTime: HELD,
        admitted: HELD,
        fingerprint: fresh(),
        ...(told && { control: told }),
      };
      const said = offer && { answer };
      sent.push(...rig.say(PEER, { ...responseTo(identifier), holdings, ...said }));
    }
  }
  const inControl = asked.filter(({ offer }) => laneOf(offer!) === "control").length;
  return { inControl, inAll: asked.length - inControl };
}

function rigWithPeer(): Rig {
  const bundles = [policy("open")];
  for (let time = 2; time <= HELD; time += 1) bundles.push(bundle(time));
  return new Rig({ remembered: [PEER], store: storeOf(bundles) });
}

const ANSWERS: [string, Answer][] = [
  ["has nothing", { datagrams: 0, more: false }],
  ["always is busy", { datagrams: 0, more: true }],
  ["never lets a sketch be decoded", { datagrams: 0, more: false, undecoded: 1_000 }],
  ["announces what never comes", { datagrams: 20, more: true }],
];

for (const [what, answer] of ANSWERS) {
  for (const count of [1, 3, 2 ** 50]) {
    test(`who always tells other ${count} control bundles and ${what} is asked for the rest as well`, () => {
      const honest = offersTo(rigWithPeer(), () => undefined, answer);
      const rig = rigWithPeer();
      const lied = offersTo(rig, () => ({ fingerprint: fresh(), count }), answer);
      assert.ok(
        lied.inControl > 0 && lied.inControl <= 12,
        `${lied.inControl} in the control lane`,
      );
      assert.equal(rig.count("control lane left: in vain"), 1);
      assert.ok(lied.inAll >= honest.inAll * 0.8, `${lied.inAll}, without the lie ${honest.inAll}`);
    });
  }
}
