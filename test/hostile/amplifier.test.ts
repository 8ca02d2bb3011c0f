import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Address } from "../../wire/address.ts";
import { toHex } from "../../wire/bytes.ts";
import {
  UNKNOWN_NAT,
  type IntroductionRequest,
  type Message,
  type Offer,
} from "../../wire/message.ts";
import { padTo } from "../../wire/padding.ts";
import { BARE_REQUEST_BYTES } from "../../wire/sizes.ts";
import {
  INSIDER,
  bareRequest,
  bundle,
  fresh,
  host,
  policy,
  responseTo,
  Rig,
  SETTLED_MS,
  storeOf,
  type Sent,
} from "./rig.ts";

const VICTIM = host(0);
const OTHER = host(1);
/** Its address takes 12 bytes more in an answer than the IPv4 address that the questions name. */
const VICTIM_6 = Address.of("2a00:1450:4001:81b::200e", 6_421)!;
const [MINUTE_MS, WINDOW_MS, MAX_PER_WINDOW] = [60_000, 5_000, 3];
/** A bundle's worth of everything: an empty filter asks for all that is held. */
const OFFER: Offer = {
  kind: "bloom",
  subset: { low: 1, high: Infinity, modulo: 1, offset: 0, idBits: 0, idPrefix: 0 },
  functions: 7,
  salt: fresh(),
  filter: new Uint8Array(1),
};

const minimal = (): IntroductionRequest => padTo(bareRequest(), 0);

/** A node with bundles to give and peers to introduce, all of whom gave it tokens. */
function richNode(role: "node" | "tracker" = "node"): Rig {
  const bundles = [policy("open")];
  for (let time = 2; time <= 200; time++) bundles.push(bundle(time));
  const rig = new Rig({ role, store: storeOf(bundles) });
  for (let peer = 10; peer < 14; peer++) rig.validate(host(peer));
  rig.pass(SETTLED_MS - 10_000);
  for (let peer = 10; peer < 14; peer++) rig.validate(host(peer));
  rig.sent = [];
  return rig;
}

/** Every kind of message, in every size, that somebody can send who knows no token of the address it sends from. */
function questions(wrong: Uint8Array | undefined): [string, Message][] {
  const token = wrong === undefined ? {} : { token: wrong };
  const some = wrong ?? fresh();
  return [
    ["request", { ...bareRequest(), ...token }],
    ["smallest request", { ...minimal(), ...token }],
    ["request with an offer", { ...minimal(), ...token, offer: OFFER }],
    ["large request", padTo({ ...bareRequest(), ...token, offer: OFFER }, 1_100)],
    ["response", { ...responseTo(fresh()), validated: true }],
    ["response that says: ask again", { ...responseTo(fresh()), validated: false }],
    ["response that names somebody", { ...responseTo(fresh()), introduction: naming(OTHER) }],
    ["puncture-request", punctureRequest(some, OTHER)],
    ["puncture", { kind: "puncture", nonce: fresh(), instance: fresh() }],
    ["pushed bundles", { kind: "bundles", token: some, bundles: [bundle(201)] }],
    ["bundles of an answer", { kind: "bundles", identifier: fresh(), bundles: [bundle(202)] }],
  ];
}

function naming(address: Address) {
  return { address, nonce: fresh(), nat: UNKNOWN_NAT, startMs: 0, instance: fresh() };
}

function punctureRequest(token: Uint8Array, target: Address): Message {
  const kind = "puncture-request";
  const rest = { nat: UNKNOWN_NAT, startMs: 0, instance: fresh(), sought: true };
  return { kind, token, nonce: fresh(), target, ...rest };
}

/** The rule: at most one reply, to the sender, no larger than the question, of no use but to come back. */
function assertHarmless(replies: Sent[], from: Address, bytes: number, about: string): void {
  for (const { to, message, bytes: reply } of replies) {
    assert.equal(to.key, from.key, about);
    assert.equal(message.kind, "introduction-response", about);
    if (message.kind !== "introduction-response") continue;
    assert.equal(message.validated, false, about);
    assert.equal(message.introduction, undefined, about);
    assert.equal(message.holdings, undefined, about);
    assert.equal(message.answer, undefined, about);
    assert.ok(reply.length <= bytes, `${about}: ${bytes} bytes drew ${reply.length}`);
  }
  assert.ok(replies.length <= 1, about);
}

function interrogate(rig: Rig, from: Address, wrong: Uint8Array | undefined, about: string): void {
  for (const [name, message] of questions(wrong)) {
    const bytes = INSIDER.encode(message);
    const held = rig.store.index.size;
    assertHarmless(rig.feed(from, bytes), from, bytes.length, `${about}: ${name}`);
    assert.equal(rig.store.index.size, held, `${about}: ${name}`);
  }
}

for (const role of ["node", "tracker"] as const) {
  describe(`a ${role} amplifies nothing`, () => {
    test("towards an address never validated", () => {
      const rig = richNode(role);
      interrogate(rig, VICTIM, undefined, "no token");
      interrogate(rig, VICTIM, fresh(), "a guessed token");
      interrogate(rig, VICTIM, rig.tokenFor(OTHER), "somebody else's token");
      interrogate(rig, VICTIM, rig.tokenFor(VICTIM.withPort(1)), "the token of another port");
      const foreign = new Rig({ role, seed: 2 }).tokenFor(VICTIM);
      interrogate(rig, VICTIM, foreign, "another node's token");
    });

    test("towards one whose own length would make the answer the larger one", () => {
      const rig = richNode(role);
      interrogate(rig, VICTIM_6, undefined, "no token");
      interrogate(rig, VICTIM_6, fresh(), "a guessed token");
      assert.equal(rig.say(VICTIM_6, bareRequest()).length, 1, "what is padded is answered");
    });

    test("towards one that was validated long ago", () => {
      const rig = richNode(role);
      const token = rig.validate(VICTIM);
      rig.pass(10 * MINUTE_MS);
      interrogate(rig, VICTIM, token, "an expired token");
      interrogate(rig, VICTIM, undefined, "no token");
    });

    test("towards one that is validated, when the token is missing or wrong", () => {
      const rig = richNode(role);
      rig.validate(VICTIM);
      interrogate(rig, VICTIM, undefined, "no token");
      interrogate(rig, VICTIM, fresh(), "a guessed token");
      interrogate(rig, VICTIM, rig.tokenFor(OTHER), "somebody else's token");
    });

    test("but serves who shows its token", () => {
      const rig = richNode(role);
      const token = rig.tokenFor(VICTIM);
      const replies = rig.say(VICTIM, {
        ...minimal(),
        token,
        // No node makes one to a tracker, and it could not read it.
        ...(role === "node" && { offer: OFFER }),
      });
      const kinds = new Set(replies.map(({ message }) => message.kind));
      assert.ok(kinds.has("puncture-request"), [...kinds].join());
      assert.equal(kinds.has("bundles"), role === "node");
    });
  });
}

describe("a spoofed datagram starts no conversation", () => {
  test("two engines back to back fall silent at once", () => {
    for (const [name, message] of questions(undefined)) {
      const [a, b] = [new Rig({ seed: 1 }), new Rig({ seed: 2 })];
      for (const rig of [a, b]) rig.pass(SETTLED_MS);
      const [atA, atB] = [host(2), host(3)];
      let underWay = a.say(atB, message).map((sent) => ({ sent, to: b, from: atA }));
      let delivered = 1;
      for (let round = 0; round < 100 && underWay.length > 0; round++) {
        delivered += underWay.length;
        underWay = underWay.flatMap(({ sent, to, from }) => {
          const [back, next] = to === b ? [atB, a] : [atA, b];
          assert.equal(sent.to.key, to === b ? atB.key : atA.key);
          return to.feed(from, sent.bytes).map((reply) => ({ sent: reply, to: next, from: back }));
        });
      }
      assert.ok(delivered <= 2, `${name}: ${delivered} datagrams`);
      assert.deepEqual([...a.pass(1_000), ...b.pass(1_000)], [], name);
    }
  });

  test("nor do two that a liar introduced to each other under one nonce", () => {
    const liar = host(100);
    const [atA, atB] = [host(2), host(3)];
    const [a, b] = [1, 2].map((seed) => new Rig({ seed, seeds: [liar] })) as [Rig, Rig];
    const nonce = fresh();
    a.answer(liar, { introduction: { ...naming(atB), nonce } });
    b.answer(liar, { introduction: { ...naming(atA), nonce } });
    for (const rig of [a, b]) rig.sent = [];
    let punctures = a.say(atB, { kind: "puncture", nonce, instance: fresh() });
    for (let [to, from] = [b, atA], rounds = 0; punctures.length > 0; rounds++) {
      assert.ok(rounds < 4, "they answer each other");
      const carried = punctures.filter(({ message }) => message.kind === "puncture");
      punctures = carried.flatMap(({ bytes }) => to.feed(from, bytes));
      [to, from] = to === b ? [a, atB] : [b, atA];
    }
  });
});

/** Introducers that the node walks to, because the user named them; they stay silent. */
function lied(introducers: number): { rig: Rig; liars: Address[] } {
  const liars = Array.from({ length: introducers }, (_, i) => host(100 + i));
  const rig = new Rig({ seeds: liars });
  for (const liar of liars) rig.answer(liar);
  for (const liar of liars) rig.validate(liar);
  return { rig, liars };
}

/** The largest number of datagrams within any window. */
function densest(sent: Sent[]): number {
  const times = sent.map(({ atMs }) => atMs);
  return Math.max(0, ...times.map((t) => times.filter((u) => u >= t && u < t + WINDOW_MS).length));
}

describe("lying introducers", () => {
  const towards = (rig: Rig, victim: Address) => {
    return rig.sent.filter(({ to }) => to.host === victim.host);
  };

  test("together cause three small datagrams in five seconds to one IP", () => {
    const { rig, liars } = lied(16);
    for (let second = 0; second < 30; second++) {
      liars.forEach((liar, i) => {
        const target = VICTIM.withPort(1_000 + second * 100 + i);
        rig.say(liar, punctureRequest(rig.tokenFor(liar), target));
        const asked = rig.last("introduction-request", liar);
        if (asked !== undefined) rig.answer(liar, { introduction: naming(target) });
      });
      rig.pass(1_000);
    }
    const sent = towards(rig, VICTIM);
    assert.ok(sent.length > 0);
    assert.ok(densest(sent) <= MAX_PER_WINDOW, `${densest(sent)} in ${WINDOW_MS} ms`);
    for (const { bytes, message } of sent) {
      assert.ok(bytes.length <= BARE_REQUEST_BYTES);
      if (message.kind === "introduction-request") assert.equal(message.offer, undefined);
      else assert.equal(message.kind, "puncture");
    }
    assert.ok(rig.count("puncture held back: unsolicited") > 0);
  });

  test("also when they forge the punctures that the victim would send", () => {
    const { rig, liars } = lied(16);
    for (let round = 0; round < 20; round++) {
      liars.forEach((liar, i) => {
        const introduction = naming(VICTIM.withPort(1_000 + round * 100 + i));
        if (rig.last("introduction-request", liar) === undefined) return;
        rig.answer(liar, { introduction });
        for (const port of [introduction.address.port, 7, 8, 9]) {
          const { nonce } = introduction;
          rig.say(VICTIM.withPort(port), { kind: "puncture", nonce, instance: fresh() });
        }
        rig.sent = rig.sent.filter(({ to }) => to.key !== liar.key || round === 19);
      });
      for (const liar of liars) rig.validate(liar);
      rig.pass(500);
    }
    assert.ok(densest(towards(rig, VICTIM)) <= MAX_PER_WINDOW);
  });

  test("cause nothing larger than the message that named the target", () => {
    const liar = host(100);
    for (const lan of [undefined, host(0)]) {
      const rig = new Rig({ seeds: [liar] });
      const { identifier } = rig.last("introduction-request", liar)!;
      const introduction = { ...naming(VICTIM), ...(lan && { lan }) };
      // A tracker's: what is sealed is longer.
      const response = { ...responseTo(identifier), tracker: true, introduction };
      const naming_ = INSIDER.encode(response);
      assert.ok(naming_.length < BARE_REQUEST_BYTES, `${naming_.length}`);
      rig.feed(liar, naming_);
      rig.pass(MINUTE_MS);
      for (const { bytes } of towards(rig, VICTIM)) assert.ok(bytes.length <= naming_.length);
      const request = INSIDER.encode(punctureRequest(rig.validate(liar), VICTIM));
      const before = rig.sent.length;
      rig.feed(liar, request);
      rig.pass(2_000);
      const sent = rig.sent.slice(before).filter(({ to }) => to.key === VICTIM.key);
      assert.ok(sent.length > 0 && sent.length <= MAX_PER_WINDOW);
      for (const { bytes } of sent) assert.ok(bytes.length <= request.length);
    }
  });

  test("cannot make it scan: all targets together are bounded", () => {
    const { rig, liars } = lied(1);
    const token = rig.tokenFor(liars[0]!);
    for (let i = 0; i < 20_000; i++) rig.say(liars[0]!, punctureRequest(token, host(i % 20_000)));
    const sent = rig.pass(4_000).length;
    assert.ok(sent <= 4_096, `${sent}`);
    assert.ok(rig.count("rejected: puncture-request beyond a bound") > 10_000);
  });

  test("a nonce is obeyed once", () => {
    const { rig, liars } = lied(1);
    const request = punctureRequest(rig.tokenFor(liars[0]!), VICTIM);
    rig.sent = [];
    for (let i = 0; i < 10; i++) rig.say(liars[0]!, request);
    rig.pass(MINUTE_MS);
    const nonces = towards(rig, VICTIM).map(({ message }) => {
      return message.kind === "puncture" ? toHex(message.nonce) : message.kind;
    });
    assert.equal(nonces.length, 3);
    assert.equal(new Set(nonces).size, 1);
  });
});
