import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "../../wire/address.ts";
import { encode } from "../../wire/encode.ts";
import { MAX_DATAGRAM_BYTES, NO_OVERLAY } from "../../wire/limits.ts";
import type { IntroductionRequest, IntroductionResponse } from "../../wire/message.ts";
import { at, fresh, GATEWAY, host, OWN_PUBLIC, responseTo, Rig, type Sent } from "./rig.ts";

const HONEST = host(1);
const LIAR = host(2);
const VICTIM = host(3);
const FRESH = Array.from({ length: 12 }, (_, i) => 10 + i);
const [WINDOW_MS, MAX_PER_WINDOW] = [5_000, 3];

type Lies = (request: IntroductionRequest) => Partial<IntroductionResponse>;

/** A node that surveys its NAT by an honest observer and a lying one; 20 s of it. */
function survey(lies: Lies): Rig {
  const rig = new Rig();
  rig.handle({ kind: "survey", observers: [HONEST, LIAR], lifetime: false });
  rig.handle({ kind: "opened", job: 1, via: FRESH });
  let answered = 0;
  for (let ms = 0; ms < 20_000; ms += 50) {
    for (; answered < rig.sent.length; answered++) answer(rig, rig.sent[answered]!, lies);
    rig.pass(50);
  }
  return rig;
}

function answer(rig: Rig, { to, via, message }: Sent, lies: Lies): void {
  if (message.kind !== "introduction-request") return;
  const isLiar = to.host === LIAR.host;
  if (!isLiar && to.host !== HONEST.host) return;
  const honest = { ...responseTo(message.identifier), tracker: true, destination: OWN_PUBLIC };
  const response = { ...honest, ...(isLiar ? lies(message) : {}) };
  const bytes = encode(NO_OVERLAY, response, MAX_DATAGRAM_BYTES);
  rig.handle({ kind: "datagram", from: to, via, bytes });
}

function sentTo(rig: Rig, to: Address): Sent[] {
  return rig.sent.filter((sent) => sent.to.host === to.host);
}

function assertHarmless(sent: Sent[]): void {
  sent.forEach(({ atMs, bytes }, i) => {
    assert.ok(bytes.length <= 130, `${bytes.length} bytes`);
    const later = sent[i + MAX_PER_WINDOW]?.atMs ?? Infinity;
    assert.ok(later >= atMs + WINDOW_MS, `${MAX_PER_WINDOW + 1} in ${later - atMs} ms`);
  });
}

test("a helper that is a victim gets 3 small datagrams in 5 s at most, however many ports of it are named", () => {
  let port = 1_000;
  const rig = survey(({ dialBack }) =>
    dialBack === undefined
      ? {}
      : { dialBack: { nonce: fresh(), otherPort: true, helper: VICTIM.withPort(++port) } },
  );
  const sent = sentTo(rig, VICTIM);
  assert.ok(sent.length > 0, "a helper is asked whether it is there");
  assertHarmless(sent);
});

test("no helper in special ranges is asked", () => {
  for (const near of [GATEWAY, at("127.0.0.1:22"), at("224.0.0.1:9"), at("10.0.0.1:80")]) {
    const rig = survey(({ dialBack }) =>
      dialBack === undefined ? {} : { dialBack: { nonce: fresh(), otherPort: true, helper: near } },
    );
    assert.deepEqual(sentTo(rig, near), []);
  }
});

test("an address that only the liar sees as ours gets nothing", () => {
  for (const named of [VICTIM, GATEWAY]) {
    const rig = survey(() => ({ destination: named }));
    assertHarmless(sentTo(rig, named));
    assert.deepEqual(sentTo(rig, GATEWAY), []);
  }
});

test("tokens never accepted: the asking ends", () => {
  const rig = survey(() => ({ validated: false }));
  const toLiar = rig.sent.filter(({ to, atMs }) => to.key === LIAR.key && atMs > 11_000);
  assert.deepEqual(toLiar, []);
  assert.ok(rig.events.some(({ event }) => event === "surveyed"));
});

test("refusals without end: the asking ends as well, and silence is no evidence", () => {
  const rig = survey(() => ({ validated: true }));
  const done = rig.events.find((event) => event.event === "surveyed");
  assert.equal(done?.report.nat.filtering, "unknown");
});
