import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Address } from "../../wire/address.ts";
import { UNKNOWN_NAT, type Introduction, type NatSummary } from "../../wire/message.ts";
import { BARE_REQUEST_BYTES } from "../../wire/sizes.ts";
import { at, bareRequest, fresh, host, OWN_PUBLIC, Rig, type Sent } from "./rig.ts";

/** Two trackers that the user named, in different networks, and somebody whom both know. */
const [HONEST_TRACKER, OTHER_TRACKER, NODE] = [host(1), host(2), host(3)];
const STRANGERS = [host(10), host(11), host(12)];
const VICTIM = host(20);
const INSTANCE = fresh();
const [WINDOW_MS, MAX_PER_WINDOW] = [5_000, 3];
/** What one search may open; what strategies that follow each other add is a few more. */
const MAX_OPEN = 256 + 8;

const EASY: NatSummary = {
  ...UNKNOWN_NAT,
  mapping: "endpoint-independent",
  filtering: "address-and-port-dependent",
  allocation: "preserving",
};
const HARD = { ...EASY, mapping: "address-and-port-dependent" } as const;
const SEQUENTIAL: NatSummary = { ...HARD, allocation: "sequential", portDelta: 1 };
const BLOCK: NatSummary = { ...HARD, allocation: "block", portLow: 1, portHigh: 1_500 };
const RANDOM: NatSummary = { ...HARD, allocation: "random" };
const LIES = [EASY, SEQUENTIAL, BLOCK, RANDOM, { ...SEQUENTIAL, portDelta: -65_535 }];

/** A node that both trackers answered: they agree on its address, so its own NAT is an easy one. */
function settled(seed = 1): Rig {
  const rig = new Rig({ seed, seeds: [HONEST_TRACKER, OTHER_TRACKER] });
  rig.opensSockets = true;
  for (const tracker of [HONEST_TRACKER, OTHER_TRACKER]) {
    rig.answer(tracker, { tracker: true, destination: OWN_PUBLIC });
    rig.validate(tracker);
  }
  rig.pass(1_000);
  return rig;
}

function named(address: Address, nat: NatSummary, instance = INSTANCE): Introduction {
  return { address, nat, instance, nonce: fresh(), startMs: 0 };
}

/** The tracker answers whatever was asked of it last, by naming somebody. */
function introduce(rig: Rig, tracker: Address, introduction: Introduction): void {
  rig.answer(tracker, { tracker: true, destination: OWN_PUBLIC, introduction });
}

function requestPuncture(
  rig: Rig,
  from: Address,
  target: Address,
  nat: NatSummary,
  instance = INSTANCE,
): void {
  const said = { nonce: fresh(), target, nat, startMs: 0, instance, sought: true };
  rig.say(from, { kind: "puncture-request", token: rig.tokenFor(from), ...said });
}

function towards(rig: Rig, { host: ip }: Address): Sent[] {
  return rig.sent.filter(({ to }) => to.host === ip);
}

function searches(rig: Rig): string[] {
  return [...rig.engine.counters.keys()].filter((name) => name.startsWith("searches"));
}

function assertHarmless(sent: Sent[]): void {
  sent.forEach(({ atMs, bytes }, i) => {
    assert.ok(bytes.length <= BARE_REQUEST_BYTES, `${bytes.length} bytes`);
    const later = sent[i + MAX_PER_WINDOW]?.atMs ?? Infinity;
    assert.ok(later >= atMs + WINDOW_MS, `${MAX_PER_WINDOW + 1} in ${later - atMs} ms`);
  });
}

describe("a burst of datagrams", () => {
  test("goes to whom two trackers that the user named have seen there, and to no port below 1,024", () => {
    const rig = settled();
    for (const tracker of [HONEST_TRACKER, OTHER_TRACKER]) {
      requestPuncture(rig, tracker, NODE.withPort(500), BLOCK);
    }
    rig.pass(20_000);
    assert.deepEqual(searches(rig)[0], "searches: block-search");
    const punctures = towards(rig, NODE).filter(({ message }) => message.kind === "puncture");
    assert.ok(punctures.length > 500, `${punctures.length}`);
    const low = punctures.filter(({ to }) => to.port < 1_024);
    assert.ok(
      low.every(({ to }) => to.port === 500),
      "only where it was named",
    );
    assert.ok(low.length <= MAX_PER_WINDOW);
  });

  test("goes to nobody when one of the two trackers lies: about the address", () => {
    const rig = settled();
    requestPuncture(rig, HONEST_TRACKER, NODE, RANDOM);
    for (let i = 0; i < 50; i++)
      requestPuncture(rig, OTHER_TRACKER, VICTIM.withPort(5_000 + i), RANDOM);
    rig.pass(20_000);
    assert.deepEqual(searches(rig), []);
    assertHarmless(towards(rig, VICTIM));
  });

  test("nor when it lies about the NAT of somebody whom a puncture reaches", () => {
    for (const lie of [SEQUENTIAL, BLOCK, RANDOM]) {
      const rig = settled();
      for (let i = 0; i < 20; i++) {
        requestPuncture(rig, HONEST_TRACKER, NODE, EASY);
        requestPuncture(rig, OTHER_TRACKER, NODE, lie);
        rig.pass(250);
      }
      assert.deepEqual(
        searches(rig).filter((name) => name !== "searches: puncture"),
        [],
      );
      assert.equal(rig.mostOpen, 0);
    }
  });

  test("nor when those that agree are introducers whom the user did not name", () => {
    const rig = settled();
    for (const stranger of STRANGERS) rig.validate(stranger);
    for (let i = 0; i < 50; i++) {
      for (const stranger of STRANGERS) requestPuncture(rig, stranger, VICTIM, RANDOM);
      rig.pass(100);
    }
    assert.deepEqual(searches(rig), []);
    assertHarmless(towards(rig, VICTIM));
  });

  test("is one at a time, few in a minute, and opens a bounded number of sockets", () => {
    const rig = settled();
    // Our own ports are random, so it is we who open sockets.
    rig.answer(HONEST_TRACKER, { tracker: true, destination: OWN_PUBLIC.withPort(9_999) });
    for (let i = 0; i < 40; i++) {
      const [target, instance] = [host(100 + i), fresh()];
      for (const tracker of [HONEST_TRACKER, OTHER_TRACKER]) {
        for (const nat of [EASY, RANDOM, SEQUENTIAL])
          requestPuncture(rig, tracker, target, nat, instance);
      }
      rig.pass(1_000);
    }
    const begun = [...rig.engine.counters].filter(([name]) => name.startsWith("searches"));
    const total = begun.reduce((sum, [, times]) => sum + times, 0);
    assert.ok(total >= 1 && total <= 6, `${total}`);
    assert.ok(rig.mostOpen <= MAX_OPEN, `${rig.mostOpen}`);
  });
});

test("whatever a hostile tracker, introducers and peers with several addresses try, a victim gets 3 small datagrams in 5 s", () => {
  for (let seed = 1; seed <= 8; seed++) {
    const rig = settled(seed);
    const pick = <T>(from: readonly T[]): T => from[rig.random.below(from.length)]!;
    const instances = [INSTANCE, fresh(), fresh()];
    const victim = (): Address => VICTIM.withPort(1 + rig.random.below(65_535));
    for (const stranger of STRANGERS) rig.validate(stranger, { instance: INSTANCE });
    const liar = (): Address => pick([OTHER_TRACKER, ...STRANGERS]);
    const acts = [
      () => requestPuncture(rig, liar(), victim(), pick(LIES), pick(instances)),
      () => requestPuncture(rig, HONEST_TRACKER, NODE, EASY, pick(instances)),
      () => introduce(rig, OTHER_TRACKER, named(victim(), pick(LIES), pick(instances))),
      () => introduce(rig, HONEST_TRACKER, named(NODE, EASY)),
      () =>
        rig.say(pick(STRANGERS), { kind: "puncture", nonce: fresh(), instance: pick(instances) }),
      () => rig.validate(pick(STRANGERS), { instance: pick(instances), nat: pick(LIES) }),
      () => rig.handle({ kind: "tick" }),
    ];
    for (let i = 0; i < 1_500; i++) {
      pick(acts)();
      rig.pass(rig.random.below(60));
    }
    const sent = towards(rig, VICTIM);
    assert.ok(sent.length > 0, "the victim was named");
    assertHarmless(sent);
    assert.deepEqual(
      searches(rig).filter((name) => name !== "searches: puncture"),
      [],
    );
    assert.equal(rig.open.size, 0);
  }
});

test("whoever claims somebody else's instance, at an address of its own, takes nothing of its path", () => {
  const rig = settled();
  requestPuncture(rig, HONEST_TRACKER, NODE, RANDOM);
  rig.validate(STRANGERS[0]!, { instance: INSTANCE });
  requestPuncture(rig, OTHER_TRACKER, NODE, RANDOM);
  requestPuncture(rig, HONEST_TRACKER, NODE, RANDOM);
  rig.validate(STRANGERS[1]!, { instance: INSTANCE });
  rig.pass(100);
  assert.deepEqual(searches(rig), ["searches: birthday"]);
  assert.deepEqual(
    rig.events.filter(({ event }) => event === "path"),
    [],
  );
});

describe("seeks at a tracker", () => {
  const seek = (from: Address, instance: Uint8Array, rig: Rig, token?: Uint8Array): Sent[] => {
    const bare = bareRequest();
    return rig.say(from, { ...bare, seek: instance, ...(token && { token, leastBytes: 0 }) });
  };

  test("of strangers earn one answer no larger than the question, and nobody else a datagram", () => {
    const rig = new Rig({ role: "tracker" });
    rig.validate(NODE, { instance: INSTANCE });
    for (const stranger of STRANGERS) {
      const answers = seek(stranger, INSTANCE, rig);
      assert.deepEqual(
        answers.map(({ to }) => to.key),
        [stranger.key],
      );
      assert.ok(answers[0]!.bytes.length <= BARE_REQUEST_BYTES);
      const { message } = answers[0]!;
      assert.ok(message.kind === "introduction-response" && message.introduction === undefined);
    }
  });

  test("leave nothing behind, however many come, whomever they seek", () => {
    const rig = new Rig({ role: "tracker" });
    rig.validate(NODE, { instance: INSTANCE });
    const token = rig.tokenFor(STRANGERS[0]!);
    const before = JSON.stringify(rig.state());
    let bytes = 0;
    for (let i = 0; i < 2_000; i++) {
      for (const { bytes: sent } of seek(STRANGERS[0]!, i % 2 ? INSTANCE : fresh(), rig, token)) {
        bytes += sent.length;
      }
    }
    assert.equal(JSON.stringify(rig.state()), before);
    // An introduction and a puncture-request, for every second one; a refusal for the others.
    assert.ok(bytes / 2_000 <= 2 * BARE_REQUEST_BYTES, `${bytes / 2_000}`);
    assert.equal(rig.engine.counters.get("puncture not requested: no token"), undefined);
  });

  test("for somebody of the other family name nobody", () => {
    const rig = new Rig({ role: "tracker" });
    const six = at("[2001:4860::1]:6421");
    rig.validate(NODE, { instance: INSTANCE });
    const [answer] = seek(six, INSTANCE, rig, rig.tokenFor(six));
    assert.ok(answer?.message.kind === "introduction-response");
    assert.equal(answer.message.introduction, undefined);
  });
});
