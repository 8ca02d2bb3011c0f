import assert from "node:assert/strict";
import { test } from "node:test";
import { contactFailure } from "../../../bench/sim/contact-failure.ts";
import { DEFAULT_LINK } from "../../../node/testing/link.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import { Address } from "../../../wire/address.ts";

const [A, TRACKER] = [Address.of("5.0.0.1", 1)!, Address.of("5.1.0.1", 1)!];
const PEERS = Array.from({ length: 2_000 }, (_, i) => Address.of(`6.0.${i >> 8}.${i & 255}`, 1)!);

function rule(probability: number) {
  const time = { now: 0 };
  const random = new SeededRandom(1, "test");
  const link = { ...DEFAULT_LINK };
  const now = (): number => time.now;
  return { time, decide: contactFailure({ probability, link, spared: [TRACKER], random, now }) };
}

test("the share asked for fails, both ways and with every retransmission", () => {
  const { time, decide } = rule(0.36);
  const fails = PEERS.map((peer) => decide(A, peer).loss === 1);
  const share = fails.filter(Boolean).length / PEERS.length;
  assert.ok(Math.abs(share - 0.36) < 0.03, String(share));
  time.now = 3_900;
  PEERS.forEach((peer, i) => assert.equal(decide(peer, A).loss === 1, fails[i]));
});

test("the next contact of a pair has a fate of its own", () => {
  const { time, decide } = rule(0.5);
  const first = PEERS.map((peer) => decide(A, peer).loss);
  time.now = 27_500;
  assert.notDeepEqual(
    PEERS.map((peer) => decide(A, peer).loss),
    first,
  );
});

test("contacts with the tracker never fail", () => {
  const { decide } = rule(1);
  assert.equal(decide(A, TRACKER).loss, 0);
  assert.equal(decide(TRACKER, A).loss, 0);
  assert.equal(decide(A, PEERS[0]!).loss, 1);
});
