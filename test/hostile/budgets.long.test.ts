import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Address } from "../../wire/address.ts";
import { UNKNOWN_NAT } from "../../wire/message.ts";
import { at, bareRequest, fresh, host, policy, Rig, storeOf } from "./rig.ts";

/**
 * Of honest attempts that succeed without an attack, what has to succeed under one that is ten times what was once
 * enough.
 */
const LEAST_SHARE = 0.9;
/** The attack is under way before anybody honest comes. */
const LEAD_MS = 6_000;

/** A validated node's wish that we puncture somebody. */
function ask(rig: Rig, introducer: Address, target: Address): Uint8Array {
  const nonce = fresh();
  const named = { nat: UNKNOWN_NAT, instance: fresh(), sought: false, startMs: 100 };
  const token = rig.tokenFor(introducer);
  rig.say(introducer, { kind: "puncture-request", token, nonce, target, ...named });
  return nonce;
}

/** Has `attack` called `perSecond` times a second for so long, spread evenly, and returns where punctures were sent. */
function during(rig: Rig, ms: number, perSecond: number, attack: () => void): Set<string> {
  const punctured = new Set<string>();
  for (let i = 0; i < ms; i++) {
    rig.sent = [];
    rig.pass(1);
    const due = Math.floor(((i + 1) * perSecond) / 1_000) - Math.floor((i * perSecond) / 1_000);
    for (let n = 0; n < due; n++) attack();
    for (const { to, message } of rig.sent) if (message.kind === "puncture") punctured.add(to.key);
  }
  return punctured;
}

/** How many of the honest introductions lead to a puncture while `attack` goes on. */
function punctures(options: {
  perSecond: number;
  attempts: number;
  gapMs: number;
  isNamed: boolean;
  /** Address groups that attack together. */
  networks?: number;
  aim: (i: number) => Address;
  target: (i: number) => Address;
}): number {
  const { perSecond, attempts, gapMs, isNamed, networks = 1, aim, target } = options;
  const introducer = host(1);
  const attackers = Array.from({ length: networks }, (_, i) => host(100 + i));
  const seeds = isNamed ? [introducer] : [];
  const rig = new Rig({ store: storeOf([policy("open")]), seeds });
  rig.keepsEvents = false;
  const tokens = new Map([...attackers, introducer].map((peer) => [peer.key, rig.validate(peer)]));
  rig.tokenFor = (from) => tokens.get(from.key)!;
  let aimed = 0;
  const attack = (): void => void ask(rig, attackers[aimed % networks]!, aim(aimed++));
  during(rig, LEAD_MS, perSecond, attack);
  let punctured = 0;
  for (let i = 0; i < attempts; i++) {
    // Whoever introduces goes on walking.
    for (const peer of [...attackers, introducer]) rig.validate(peer);
    ask(rig, introducer, target(i));
    if (during(rig, gapMs, perSecond, attack).has(target(i).key)) punctured++;
  }
  return punctured;
}

function compare(name: string, run: (perSecond: number) => number, perSecond: number): void {
  const alone = run(0);
  const attacked = run(perSecond);
  console.log(`# ${name}: ${alone} succeed without, ${attacked} under the attack`);
  assert.ok(alone > 0);
  assert.ok(attacked >= LEAST_SHARE * alone, `${attacked} of ${alone}`);
}

/** The i-th of many IPs: each in a /24 of its own. */
function crowd(i: number): Address {
  return Address.of(`${30 + ((i >> 16) & 63)}.${(i >> 8) & 255}.${i & 255}.1`, 6_421)!;
}

for (const isNamed of [false, true]) {
  const who = isNamed ? "a tracker that the user named" : "any other node";

  describe(`what one introducer has a node do, beside ${who}`, () => {
    test("3,000 punctures per second to everybody", () => {
      compare(
        `punctures for ${who}`,
        (perSecond) =>
          punctures({
            perSecond,
            attempts: 20,
            gapMs: 1_000,
            isNamed,
            aim: crowd,
            target: (i) => host(1_000 + i),
          }),
        3_000,
      );
    });

    test("10 punctures per second to one IP", () => {
      compare(
        `punctures for ${who}, to one IP`,
        (perSecond) =>
          punctures({
            perSecond,
            attempts: 10,
            gapMs: 7_300,
            isNamed,
            aim: (i) => at(`99.1.1.1:${1_024 + (i % 60_000)}`),
            target: (i) => at(`99.1.1.1:${1_000 + i}`),
          }),
        10,
      );
    });
  });
}

test("30 networks that name one IP 30 times per second leave it to a tracker that the user named", () => {
  compare(
    "punctures for a tracker, beside 30 networks",
    (perSecond) =>
      punctures({
        perSecond,
        attempts: 10,
        gapMs: 7_300,
        isNamed: true,
        networks: 30,
        aim: (i) => at(`99.1.1.1:${1_024 + (i % 60_000)}`),
        target: (i) => at(`99.1.1.1:${1_000 + i}`),
      }),
    30,
  );
});

/**
 * How many honest seeks of one candidate are served while `attackers` seek it, and how often it is asked at most in a
 * second.
 */
function seeks(attackers: readonly Address[], perSecond: number): { served: number; most: number } {
  const rig = new Rig({ role: "tracker" });
  rig.keepsEvents = false;
  const instance = fresh();
  const sought = host(1);
  const seekers = Array.from({ length: 20 }, (_, i) => host(100 + i));
  rig.validate(sought, { instance });
  const tokens = new Map([...attackers, ...seekers].map((peer) => [peer.key, rig.tokenFor(peer)]));
  const seek = (from: Address): void => {
    rig.say(from, { ...bareRequest(), token: tokens.get(from.key)!, seek: instance });
  };
  let turn = 0;
  let [served, most, ofSecond] = [0, 0, 0];
  for (let ms = 0; ms < 10_000; ms++) {
    rig.sent = [];
    rig.pass(1);
    for (let i = 0; i < perSecond / 1_000; i++) seek(attackers[turn++ % attackers.length]!);
    const seeker = ms % 500 === 250 ? seekers[(ms - 250) / 500]! : undefined;
    if (seeker !== undefined) seek(seeker);
    for (const { to, message } of rig.sent) {
      if (message.kind !== "puncture-request" || to.key !== sought.key) continue;
      ofSecond++;
      if (message.target.key === seeker?.key) served++;
    }
    most = Math.max(most, ofSecond);
    if (ms % 1_000 === 999) ofSecond = 0;
  }
  return { served, most };
}

for (const networks of [1, 12]) {
  test(`36,000 seeks per second of one candidate, by ${networks} networks`, () => {
    const attackers = Array.from({ length: networks }, (_, i) => host(i + 40));
    const most: number[] = [];
    compare(
      `seeks by ${networks} networks`,
      (perSecond) => {
        const outcome = seeks(attackers, perSecond);
        most.push(outcome.most);
        return outcome.served;
      },
      36_000,
    );
    console.log(`# the candidate is asked at most ${most.join(" and ")} times in a second`);
    // Seconds are counted from another moment here.
    assert.ok(most[1]! <= 2 * 34, `${most[1]}`);
  });
}

test("many who come at once are all introduced to somebody", () => {
  const rig = new Rig({ role: "tracker" });
  const peers = Array.from({ length: 200 }, (_, i) => host(i));
  const tokens = peers.map((peer) => rig.validate(peer, { instance: fresh() }));
  for (let round = 0; round < 5; round++) {
    peers.forEach((peer, i) => {
      const [response] = rig.say(peer, { ...bareRequest(), token: tokens[i]! });
      assert.ok(response?.message.kind === "introduction-response");
      assert.notEqual(response.message.introduction, undefined);
    });
  }
});
