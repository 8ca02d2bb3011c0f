import assert from "node:assert/strict";
import { test } from "node:test";
import { ADAPTIVE } from "../../node/core/profile.ts";
import { epochOf } from "../../node/sets/epoch.ts";
import { everything } from "../../node/sync/subset.ts";
import { FINGERPRINT_BYTES } from "../../wire/limits.ts";
import type { Holdings, IntroductionRequest, Offer } from "../../wire/message.ts";
import { bundle, fresh, host, policy, responseTo, Rig, SETTLED_MS, storeOf } from "./rig.ts";

const PEER = host(0);
const HELD = 30;
const STEPS_MS = 20 * 60_000;
/** So many that the round trip is known, whatever the first one took. */
const EXCHANGES = 30;
const LOOK_MS = 10;

function rigWithPeer(): Rig {
  const bundles = [policy("open")];
  for (let time = 2; time <= HELD; time++) bundles.push(bundle(time));
  // An offer that is not answered has its path tested, which asks more than what is counted here.
  const profile = { ...ADAPTIVE, pathSizes: false };
  return new Rig({ remembered: [PEER], store: storeOf(bundles), profile });
}

/** What this node says of itself. */
function ownHoldings(rig: Rig): Holdings {
  rig.validate(host(9));
  return rig.last("introduction-response", host(9))!.holdings!;
}

/** Answers every request to the peer for that long; returns the requests, those of one moment together. */
function converse(rig: Rig, ms: number, tell: () => Holdings): IntroductionRequest[][] {
  const rounds: IntroductionRequest[][] = [];
  const end = rig.now + ms;
  let sent = [...rig.sent];
  while (rig.now < end) {
    const round: IntroductionRequest[] = [];
    for (let next = sent.shift(); next !== undefined; next = sent.shift()) {
      const { to, message } = next;
      if (to.key !== PEER.key || message.kind !== "introduction-request") continue;
      round.push(message);
      const answer = message.offer && { answer: { datagrams: 0, more: false } };
      const response = { ...responseTo(message.identifier), holdings: tell(), ...answer };
      sent.push(...rig.say(PEER, response));
      assert.ok(round.length < 50, "asked for ever");
    }
    if (round.length > 0) rounds.push(round);
    sent = rig.pass(100);
  }
  return rounds;
}

const offersOf = (round: IntroductionRequest[]): number =>
  round.filter(({ offer }) => offer !== undefined).length;

test("who always tells something else, and has nothing, gets a sketch per step, and a filter as that leads nowhere", () => {
  for (const count of [0, HELD - 1, HELD, HELD + 1_000]) {
    const rig = rigWithPeer();
    const tell = (): Holdings => {
      return { count, globalTime: HELD, admitted: count, fingerprint: fresh() };
    };
    const rounds = converse(rig, STEPS_MS, tell).slice(1);
    assert.ok(rounds.length > 20, `${rounds.length} rounds`);
    const offers = rounds.map(offersOf).sort((a, b) => b - a);
    // Who claims to hold very much is asked for everything in order, in four parts, and then for what is newest; and
    // again a minute later, since nobody brought it.
    const times = count > HELD ? Math.ceil(STEPS_MS / 60_000) : 1;
    for (const made of offers.splice(0, times)) {
      assert.ok(made <= (count > HELD ? 6 : 2), `${count}: ${made} offers at once`);
    }
    // While it is asked for everything, it is asked for nothing else, until that is given up.
    const waits = offers.filter((made) => made === 0).length;
    assert.ok(waits <= (count > HELD ? rounds.length / 3 : 0), `${count}: ${waits} without`);
    for (const made of offers) assert.ok(made <= 2, `${count}: ${made}`);
  }
});

test("who tells what we hold, whatever it holds, gets an offer now and then all the same", () => {
  const rig = rigWithPeer();
  const own = ownHoldings(rig);
  assert.equal(own.fingerprint!.length, FINGERPRINT_BYTES);
  const rounds = converse(rig, STEPS_MS, () => own).slice(1);
  const offers = rounds.map(offersOf);
  assert.ok(rounds.every(({ length }) => length === 1));
  const sum = offers.reduce((a, b) => a + b);
  assert.ok(sum >= Math.floor(rounds.length / 12), `${sum} of ${rounds.length}`);
  assert.ok(sum <= Math.ceil(rounds.length / 12), `${sum} of ${rounds.length}`);
  assert.ok(sum > 1);
});

test("who denies that we are validated whenever it gets an offer is not asked for ever", () => {
  const rig = rigWithPeer();
  let most = 0;
  rig.pass(SETTLED_MS);
  for (let step = 0; step < 20; step++) {
    let sent = rig.pass(30_000);
    let requests = 0;
    for (let next = sent.shift(); next !== undefined; next = sent.shift()) {
      const { to, message } = next;
      if (to.key !== PEER.key || message.kind !== "introduction-request") continue;
      requests++;
      assert.ok(requests < 50, "asked for ever");
      const validated = message.offer === undefined;
      const holdings = { count: 1, globalTime: 1, admitted: 1, fingerprint: fresh() };
      sent.push(...rig.say(PEER, { ...responseTo(message.identifier), validated, holdings }));
    }
    most = Math.max(most, requests);
  }
  assert.ok(most > 0 && most <= 30, `${most} requests in 30 s`);
});

/** Whether our offer waits for the peer's own comparison, whose last sketch came so long before its answer. */
function isLeftOut(rttMs: number, sketchedMsAgo: number): boolean {
  const rig = rigWithPeer();
  const holdings = (): Holdings => {
    return { count: HELD, globalTime: HELD, admitted: HELD, fingerprint: fresh() };
  };
  /** One without an offer: the answer shows whether that is worth its bytes. */
  const nextRequest = (): IntroductionRequest => {
    for (let waited = 0; waited < STEPS_MS; waited += LOOK_MS) {
      for (const { to, message } of rig.pass(LOOK_MS)) {
        const isRequest = message.kind === "introduction-request" && message.offer === undefined;
        if (isRequest && to.key === PEER.key) return message;
      }
    }
    return assert.fail("nothing was asked");
  };
  const answer = ({ identifier }: IntroductionRequest, afterMs: number): void => {
    rig.pass(afterMs);
    rig.say(PEER, { ...responseTo(identifier), holdings: holdings() });
  };
  for (let i = 0; i < EXCHANGES; i++) answer(nextRequest(), rttMs);
  const request = nextRequest();
  const offer: Offer = {
    kind: "sketch",
    subset: everything(1_000),
    epoch: epochOf(rig.instant.wall),
    count: HELD,
    symbols: new Uint8Array(240),
  };
  rig.validate(PEER, { offer });
  const before = rig.count("offer left out: being compared");
  answer(request, sketchedMsAgo);
  return rig.count("offer left out: being compared") > before;
}

test("a peer has a second for its own comparison, and longer on a path that takes longer", () => {
  assert.ok(isLeftOut(1, 900));
  assert.ok(!isLeftOut(1, 1_100));
  assert.ok(isLeftOut(800, 1_100));
  assert.ok(!isLeftOut(800, 6_100), "but not for ever");
});
