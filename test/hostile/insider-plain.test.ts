// What somebody who has the ticket seals need not be a datagram.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "../../wire/encode.ts";
import { CLEAR_OFFSET } from "../../wire/sealed.ts";
import { bareRequest, bundle, host, INSIDER, OVERLAY, policy, Rig, storeOf } from "./rig.ts";

const FROM = host(2);

test("nothing, noise and what is sealed twice are refused by name, and change nothing", () => {
  const rig = new Rig({ store: storeOf([policy("open"), bundle(2)]) });
  rig.validate(FROM);
  const head = encode(OVERLAY, bareRequest()).subarray(0, CLEAR_OFFSET);
  const twice = INSIDER.seal(INSIDER.seal(encode(OVERLAY, bareRequest())));
  const withId = INSIDER.seal(Buffer.concat([head, head, Buffer.alloc(30, 1)]));
  const noise = Array.from({ length: 300 }, (_, n) =>
    INSIDER.seal(Buffer.concat([head, rig.random.bytes(n)])),
  );
  const before = rig.state();
  let refused = 0;
  const count = () =>
    [...rig.engine.counters]
      .filter(([name]) => name.startsWith("rejected"))
      .reduce((sum, [, n]) => sum + n, 0);
  const start = count();
  for (const datagram of [INSIDER.seal(head), twice, withId, ...noise]) {
    assert.deepEqual(rig.feed(FROM, datagram), []);
    refused++;
  }
  assert.equal(count() - start, refused);
  assert.deepEqual(rig.state(), before);
});
