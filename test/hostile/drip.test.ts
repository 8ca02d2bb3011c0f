import assert from "node:assert/strict";
import { test } from "node:test";
import { ADAPTIVE } from "../../node/core/profile.ts";
import { heldOf } from "../../node/sets/held.ts";
import type { Address } from "../../wire/address.ts";
import type { Answer, CursorOffer, IntroductionRequest } from "../../wire/message.ts";
import { bundle, host, policy, responseTo, Rig, storeOf, type Sent } from "./rig.ts";

const BUNDLES = 4_000;
const LATENCY_MS = 10;
/** Less than half a second, which is how long a datagram that was announced is waited for. */
const DRIP_MS = 450;
/** What the holder alone needs is less than a second. */
const LIMIT_MS = 10_000;
const HOLDER = host(0);
const NEWCOMER = host(1);

interface Lie {
  /** Bundles that it says it holds. */
  claim: number;
  /** Datagrams that each of its answers announces, one of which comes every DRIP_MS. */
  datagrams: number;
}

/** An answer that comes in drops. */
interface Drip {
  atMs: number;
  from: Address;
  identifier: Uint8Array;
  number: number;
  datagrams: number;
}

/** Peers that answer every offer at once, and then send what they announced as slowly as they may. */
class Drippers {
  readonly #newcomer: Rig;
  readonly #lie: Lie;
  readonly #addresses = new Map<string, Address>();
  #due: Drip[] = [];
  sent = 0;

  constructor(newcomer: Rig, addresses: Address[], lie: Lie) {
    this.#newcomer = newcomer;
    this.#lie = lie;
    for (const address of addresses) this.#addresses.set(address.key, address);
  }

  answer({ to, message }: Sent): void {
    const from = this.#addresses.get(to.key);
    if (from === undefined || message.kind !== "introduction-request") return;
    const { claim, datagrams } = this.#lie;
    const holdings = {
      count: claim,
      globalTime: BUNDLES,
      admitted: claim,
      fingerprint: message.identifier,
    };
    const answer = answerTo(message, datagrams);
    this.sent += 1;
    this.#newcomer.say(from, { ...responseTo(message.identifier), holdings, ...answer });
    if (answer === undefined) return;
    const { identifier } = message;
    const atMs = this.#newcomer.now + DRIP_MS;
    this.#due.push({ atMs, from, identifier, number: 0, datagrams });
  }

  drip(): void {
    const { now } = this.#newcomer;
    for (const drip of this.#due.filter(({ atMs }) => atMs <= now)) {
      const { from, identifier, number } = drip;
      this.sent += 1;
      this.#newcomer.say(from, { kind: "bundles", identifier, number, bundles: [bundle(5)] });
      drip.atMs += DRIP_MS;
      drip.number += 1;
    }
    this.#due = this.#due.filter(({ number, datagrams }) => number < datagrams);
  }
}

function answerTo(
  { offer }: IntroductionRequest,
  datagrams: number,
): { answer: Answer } | undefined {
  if (offer === undefined) return undefined;
  const reached = offer.kind === "cursor" ? { reached: justBeyond(offer) } : {};
  return { answer: { datagrams, more: true, ...reached } };
}

function justBeyond({ ranges }: CursorOffer): { globalTime: number; id: Uint8Array } {
  return { globalTime: ranges[0]!.from.globalTime + 1, id: new Uint8Array(16) };
}

/** How long a newcomer needs until it holds all that the holder holds; LIMIT_MS at most. */
function joinMs(lie: Lie, liars: number): { ms: number; sent: number } {
  const made = Array.from({ length: BUNDLES }, (_, i) => bundle(i + 2));
  const holder = new Rig({ seed: 1, store: storeOf([policy("open"), ...made]), profile: ADAPTIVE });
  const addresses = Array.from({ length: liars }, (_, i) => host(2 + i));
  const remembered = [...addresses, HOLDER];
  const newcomer = new Rig({ seed: 2, profile: ADAPTIVE, remembered });
  const drippers = new Drippers(newcomer, addresses, lie);
  for (const rig of [holder, newcomer]) rig.keepsEvents = false;
  const { index } = newcomer.store;
  const holdsAll = (): boolean =>
    made.every(({ header, id }) => index.has(heldOf(header.globalTime, id)));
  const startMs = newcomer.now;
  while (newcomer.now < startMs + LIMIT_MS && !holdsAll()) {
    for (const rig of [holder, newcomer]) rig.pass(LATENCY_MS);
    drippers.drip();
    for (const sent of newcomer.sent.splice(0)) {
      drippers.answer(sent);
      if (sent.to.key === HOLDER.key) holder.feed(NEWCOMER, sent.bytes);
    }
    for (const { to, bytes } of holder.sent.splice(0)) {
      if (to.key === NEWCOMER.key) newcomer.feed(HOLDER, bytes);
    }
  }
  return { ms: newcomer.now - startMs, sent: drippers.sent };
}

/** Of ten liars with an address group each, and one honest peer. */
const LIES: Record<string, Lie> = {
  "that announce a thousand datagrams and drip them": { claim: BUNDLES, datagrams: 1_000 },
  "that drip a few at a time, each answer whole": { claim: BUNDLES, datagrams: 9 },
  "that claim to hold more than anybody": { claim: 1e9, datagrams: 1_000 },
};

for (const [what, lie] of Object.entries(LIES)) {
  test(`a newcomer with one honest contact and ten ${what} catches up`, () => {
    const { ms, sent } = joinMs(lie, 10);
    console.log(what, ms, sent);
    assert.ok(ms < LIMIT_MS, `not within ${LIMIT_MS} ms, for ${sent} datagrams`);
  });
}
