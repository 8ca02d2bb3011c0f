import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Address } from "../../wire/address.ts";
import type { CounterName } from "../../node/core/counters.ts";
import { UNKNOWN_NAT, type Message, type PunctureRequest } from "../../wire/message.ts";
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
  storeOf,
  type Sent,
} from "./rig.ts";

const SEED = host(0);
const OTHER = host(1);
const NAMED = host(2);
const GUESSES = 2 ** 16;
const REQUEST_TIMEOUT_MS = 10_500;
const TOKEN_LIFETIME_MS = 10 * 60_000;

function asking(): Rig {
  return new Rig({ seeds: [SEED], store: storeOf([policy("open")]) });
}

function introduction(nonce = fresh()) {
  return { address: NAMED, nonce, nat: UNKNOWN_NAT, startMs: 0, instance: fresh() };
}

function responseFor(rig: Rig): Uint8Array {
  const { identifier } = rig.last("introduction-request", SEED)!;
  const response = { ...responseTo(identifier), introduction: introduction() };
  return INSIDER.encode(padTo(response, BARE_REQUEST_BYTES));
}

/** What the input does is counted once under this name, and nothing else happens. */
function assertIgnored(rig: Rig, counter: CounterName, input: () => Sent[]): void {
  // Whatever is due is not the input's doing.
  rig.pass(0);
  const [state, counted] = [rig.state(), rig.count(counter)];
  assert.deepEqual(input(), [], counter);
  assert.equal(rig.count(counter), counted + 1, counter);
  assert.deepEqual(rig.state(), state, counter);
}

describe("a response counts once, in time, from whom it was asked of", () => {
  const NOT_ASKED = "rejected: response not asked for";

  test("the right one changes something", () => {
    const rig = asking();
    const state = rig.state();
    rig.feed(SEED, responseFor(rig));
    assert.notDeepEqual(rig.state(), state);
    assert.equal(rig.status.candidates.contacted, 1);
  });

  test("not when it is replayed, from whatever address", () => {
    const rig = asking();
    const bytes = responseFor(rig);
    rig.feed(SEED, bytes);
    for (const from of [SEED, SEED.withPort(1), OTHER, NAMED]) {
      // A replay window belongs to an address; elsewhere nothing was asked.
      const reason = from === SEED ? "rejected: sealed datagram again" : NOT_ASKED;
      assertIgnored(rig, reason, () => rig.feed(from, bytes));
      // Sealed anew by somebody who has the ticket.
      assertIgnored(rig, NOT_ASKED, () => rig.feed(from, INSIDER.seal(INSIDER.open(bytes)!)));
    }
  });

  test("not from another address than the one asked, also of the same IP", () => {
    const rig = asking();
    const bytes = responseFor(rig);
    for (const from of [SEED.withPort(1), OTHER]) {
      assertIgnored(rig, NOT_ASKED, () => rig.feed(from, INSIDER.seal(INSIDER.open(bytes)!)));
    }
    rig.feed(SEED, bytes);
    assert.equal(rig.status.candidates.contacted, 1);
  });

  test("not after it was given up", () => {
    const rig = asking();
    const bytes = responseFor(rig);
    rig.pass(REQUEST_TIMEOUT_MS);
    assertIgnored(rig, NOT_ASKED, () => rig.feed(SEED, bytes));
  });

  test("not with a guessed identifier", () => {
    const rig = asking();
    // Off the gate's rate, which would hide what the engine does with them.
    rig.validate(SEED);
    const state = rig.state();
    const identifier = new Uint8Array(8);
    const words = new DataView(identifier.buffer);
    for (let guess = 0; guess < GUESSES; guess++) {
      words.setUint32(0, guess);
      words.setUint32(4, guess * 7_919);
      assert.deepEqual(rig.say(SEED, responseTo(identifier)), []);
    }
    assert.equal(rig.count(NOT_ASKED), GUESSES);
    assert.deepEqual(rig.state(), state);
  });
});

describe("a puncture counts when it was announced", () => {
  const NOT_EXPECTED = "rejected: puncture not expected";
  const puncture = (nonce: Uint8Array): Message => ({ kind: "puncture", nonce, instance: fresh() });

  function announced(): { rig: Rig; nonce: Uint8Array } {
    const rig = asking();
    const nonce = fresh();
    rig.answer(SEED, { introduction: introduction(nonce) });
    return { rig, nonce };
  }

  test("not with a foreign nonce, nor from another IP", () => {
    const { rig, nonce } = announced();
    assertIgnored(rig, NOT_EXPECTED, () => rig.say(NAMED, puncture(fresh())));
    assertIgnored(rig, NOT_EXPECTED, () => rig.say(OTHER, puncture(nonce)));
    assertIgnored(rig, NOT_EXPECTED, () => rig.say(SEED, puncture(nonce)));
  });

  test("moves a candidate to another port once", () => {
    const { rig, nonce } = announced();
    rig.say(NAMED.withPort(7), puncture(nonce));
    assert.equal(rig.count("puncture re-keyed a port"), 1);
    for (const port of [8, 9, 10]) {
      assertIgnored(rig, NOT_EXPECTED, () => rig.say(NAMED.withPort(port), puncture(nonce)));
    }
  });
});

describe("a puncture-request counts with a living token of its own sender, whom we know", () => {
  const NO_TOKEN = "rejected: puncture-request without our token";

  function request(token: Uint8Array): PunctureRequest {
    const who = { target: NAMED, nat: UNKNOWN_NAT, instance: fresh(), sought: false };
    const rest = { nonce: fresh(), ...who, startMs: 0 };
    return { kind: "puncture-request", token, ...rest };
  }

  test("then it is obeyed", () => {
    const rig = asking();
    const sent = rig.say(OTHER, request(rig.validate(OTHER)));
    assert.deepEqual(
      sent.map(({ to, message }) => [to.key, message.kind]),
      [[NAMED.key, "puncture"]],
    );
  });

  test("not with a guessed token or that of another address", () => {
    const rig = asking();
    rig.validate(OTHER);
    for (const token of [fresh(), rig.tokenFor(SEED), rig.tokenFor(OTHER.withPort(1))]) {
      assertIgnored(rig, NO_TOKEN, () => rig.say(OTHER, request(token)));
    }
  });

  test("not with one that expired", () => {
    const rig = asking();
    const token = rig.validate(OTHER);
    rig.pass(TOKEN_LIFETIME_MS);
    assertIgnored(rig, NO_TOKEN, () => rig.say(OTHER, request(token)));
  });

  test("not from somebody who is no candidate any more", () => {
    const rig = asking();
    const token = rig.validate(OTHER);
    rig.pass(60_000);
    const counter = "rejected: puncture-request from nobody we know";
    assertIgnored(rig, counter, () => rig.say(OTHER, request(token)));
  });
});

describe("bundles count when they were asked for, or pushed with our token", () => {
  const NOT_ASKED = "rejected: bundles not asked for";

  test("not without either, nor with somebody else's", () => {
    const rig = asking();
    rig.validate(OTHER);
    rig.answer(SEED);
    const asked = rig.last("introduction-request", SEED)!;
    const bundles = [bundle(2)];
    for (const [from, fields] of [
      [OTHER, {}],
      [OTHER, { identifier: fresh() }],
      [OTHER, { identifier: asked.identifier }],
      [OTHER, { token: fresh() }],
      [OTHER, { token: rig.tokenFor(OTHER.withPort(1)) }],
      [SEED.withPort(1), { identifier: asked.identifier }],
    ] as const) {
      assertIgnored(rig, NOT_ASKED, () => rig.say(from, { kind: "bundles", ...fields, bundles }));
    }
  });

  test("and are stored once, however often they come", () => {
    const rig = asking();
    const token = rig.validate(OTHER);
    const message: Message = { kind: "bundles", token, bundles: [bundle(2)] };
    const copies = message.bundles.concat(message.bundles, message.bundles);
    rig.say(OTHER, { ...message, bundles: copies });
    for (let i = 0; i < 5; i++) rig.say(OTHER, message);
    assert.equal(rig.store.index.size, 2);
    assert.equal(rig.store.admitted, 2);
    assert.equal(rig.count("bundle rejected: duplicate"), 7);
  });
});

describe("a forged source convinces nobody", () => {
  /** Whether the node still talks to an address that it was told of. */
  function asks(rig: Rig, address: Address): boolean {
    // What was asked before is sent again for a while.
    rig.pass(REQUEST_TIMEOUT_MS);
    rig.sent = [];
    rig.pass(120_000);
    return rig.last("introduction-request", address) !== undefined;
  }

  test("that a peer's address is our own", () => {
    const rig = asking();
    const { instance } = rig.last("introduction-request", SEED)!;
    rig.answer(SEED);
    rig.say(SEED, { ...bareRequest(), instance });
    assert.ok(asks(rig, SEED), "the seed was taken for ourselves");
  });

  test("but who shows our token may say so of itself", () => {
    const rig = asking();
    const { instance } = rig.last("introduction-request", SEED)!;
    rig.say(SEED, { ...bareRequest(), instance, token: rig.tokenFor(SEED) });
    assert.equal(asks(rig, SEED), false);
  });

  test("of anything: spoofed requests add no candidate, validate nobody and move no vote", () => {
    const rig = asking();
    const state = rig.state();
    for (let i = 0; i < 5_000; i++) rig.say(host(i + 10), bareRequest());
    assert.deepEqual(rig.state(), state);
  });
});
