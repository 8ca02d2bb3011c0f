import assert from "node:assert/strict";
import { test } from "node:test";
import { UNKNOWN_NAT } from "../../wire/message.ts";
import { fresh, host, Rig } from "../hostile/rig.ts";

const [FIRST, SECOND] = [host(0), host(2)];
const NAMED = host(1, 40_000);
const START_MS = 100;

test("who is named by several is asked at the first common start: none puts it off", () => {
  const rig = new Rig({ seeds: [FIRST, SECOND] });
  const instance = fresh();
  const name = () => ({
    introduction: { address: NAMED, nonce: fresh(), nat: UNKNOWN_NAT, startMs: START_MS, instance },
  });
  const namedMs = rig.now;
  rig.answer(FIRST, name());
  rig.pass(START_MS - 10);
  assert.ok(!rig.sent.some(({ to }) => to.key === NAMED.key), "not before the other side is ready");
  rig.answer(SECOND, name());
  rig.pass(1_000);
  const asked = rig.sent.find(({ to }) => to.key === NAMED.key);
  assert.equal(asked?.atMs, namedMs + START_MS);
});
