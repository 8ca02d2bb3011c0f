// Somebody who has the ticket can seal under everybody's name, since senders stand in clear.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Carry } from "../../node/core/carry.ts";
import { keyOfSender, nonceOf } from "../../node/net/sealer.ts";
import { encode } from "../../wire/encode.ts";
import { layOut, CLEAR_OFFSET, MAX_COUNTER, readSealed } from "../../wire/sealed.ts";
import {
  bareRequest,
  bundle,
  crypto,
  host,
  INSIDER,
  OVERLAY,
  OVERLAY_KEY,
  policy,
  Rig,
  storeOf,
} from "./rig.ts";

const [MEMBER, TRAITOR] = [host(2), host(66)];

/** A datagram under the sender of another one, with the last counter that there is. */
function burn(heard: Uint8Array): Uint8Array {
  const { hint, sender } = readSealed(heard)!;
  const plain = encode(OVERLAY, bareRequest()).subarray(CLEAR_OFFSET);
  const envelope = { overlay: OVERLAY, hint, sender, counter: MAX_COUNTER };
  const { datagram, head, ciphertext } = layOut(envelope, plain.length);
  const key = keyOfSender(new Carry(crypto, OVERLAY_KEY), OVERLAY, sender);
  crypto.seal(key, nonceOf(MAX_COUNTER), head, plain, ciphertext);
  return datagram;
}

for (const isKnown of [true, false]) {
  test(`nobody's counter is burnt from elsewhere: ${isKnown ? "a contact's" : "a stranger's"}`, () => {
    const rig = new Rig({ store: storeOf([policy("open"), bundle(2)]) });
    const token = rig.tokenFor(MEMBER);
    const request = () => INSIDER.encode({ ...bareRequest(), token });
    if (isKnown) rig.feed(MEMBER, request());
    rig.feed(TRAITOR, burn(request()));
    const answers = rig.feed(MEMBER, request());
    assert.ok(
      answers.some(({ message }) => {
        return message.kind === "introduction-response" && message.validated;
      }),
    );
    assert.equal(rig.count("rejected: sealed datagram again"), 0);
  });
}

test("played again from many addresses, a datagram makes no contact's window forgotten", () => {
  const rig = new Rig({ store: storeOf([policy("open"), bundle(2)]) });
  const token = rig.tokenFor(MEMBER);
  rig.feed(MEMBER, INSIDER.encode({ ...bareRequest(), token }));
  const request = INSIDER.encode({ ...bareRequest(), token });
  rig.feed(MEMBER, request);
  for (let i = 0; i < 3_000; i++) {
    rig.feed(host(100 + i), request);
    rig.pass(1);
  }
  assert.deepEqual(rig.feed(MEMBER, request), []);
  assert.equal(rig.count("rejected: sealed datagram again"), 1);
});
