import assert from "node:assert/strict";
import { test } from "node:test";
import { ENOUGH_TRIES, FilteringEvidence, type Stranger } from "../../nat/filtering.ts";
import { seeded } from "../candidates/support.ts";

const PORT = "other port";
const ADDRESS = "other address";

function tries(evidence: FilteringEvidence, from: Stranger, sender: string, count = ENOUGH_TRIES) {
  for (let i = 0; i < count; i++) evidence.tried(from, sender);
}

test("nothing tried: unknown", () => {
  assert.equal(new FilteringEvidence().verdict(), "unknown");
});

test("somebody never sent to was heard: endpoint-independent, whatever else was not", () => {
  const evidence = new FilteringEvidence();
  evidence.alive("a");
  tries(evidence, PORT, "a", 10);
  evidence.heard(ADDRESS);
  assert.equal(evidence.verdict(), "endpoint-independent");
  assert.ok(evidence.isSettled(ADDRESS));
});

test("only the other port was heard: address-dependent once strangers kept silent often enough", () => {
  const evidence = new FilteringEvidence();
  evidence.heard(PORT);
  assert.equal(evidence.verdict(), "unknown");
  evidence.alive("b");
  tries(evidence, ADDRESS, "b", ENOUGH_TRIES - 1);
  assert.equal(evidence.verdict(), "unknown");
  tries(evidence, ADDRESS, "b", 1);
  assert.equal(evidence.verdict(), "address-dependent");
});

test("the other port was not heard: address-and-port-dependent, without asking strangers", () => {
  const evidence = new FilteringEvidence();
  evidence.alive("a");
  tries(evidence, PORT, "a");
  assert.equal(evidence.verdict(), "address-and-port-dependent");
});

test("the silence of senders that may be dead says nothing, of several different ones it does", () => {
  const evidence = new FilteringEvidence();
  evidence.heard(PORT);
  tries(evidence, ADDRESS, "b", 50);
  tries(evidence, ADDRESS, "c", 50);
  assert.equal(evidence.verdict(), "unknown");
  tries(evidence, ADDRESS, "d", 1);
  assert.equal(evidence.verdict(), "address-dependent");
});

test("second ports that never answered anybody may all be closed: no evidence, however many", () => {
  const evidence = new FilteringEvidence();
  for (const sender of ["a", "b", "c", "d"]) tries(evidence, PORT, sender);
  assert.equal(evidence.verdict(), "unknown");
});

test("5 % loss: right in 99 of 100", () => {
  const random = seeded("loss");
  const arrives = (): boolean => random.float() >= 0.05;
  /** One request to the sender, three datagrams of it. */
  const isHeard = (): boolean => arrives() && [1, 2, 3].some(() => arrives());
  let right = 0;
  for (let run = 0; run < 10_000; run++) {
    const evidence = new FilteringEvidence();
    evidence.alive("a");
    for (let i = 0; i < ENOUGH_TRIES; i++) {
      evidence.tried(ADDRESS, "a");
      if (isHeard()) evidence.heard(ADDRESS);
    }
    if (evidence.verdict() === "endpoint-independent") right++;
  }
  assert.ok(right >= 9_990, `${right} of 10,000`);
});
