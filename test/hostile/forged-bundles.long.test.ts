import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { keyedHashCrypto } from "../../node/testing/crypto.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import { Engine } from "../../node/engine/engine.ts";
import type { Effect } from "../../node/core/effects.ts";
import type { Input } from "../../node/core/inputs.ts";
import { ADAPTIVE } from "../../node/core/profile.ts";
import type { MemoryStore } from "../../node/store/memory.ts";
import type { Address } from "../../wire/address.ts";
import type { Bundle } from "../../wire/bundle.ts";
import type { WireBundle } from "../../wire/message.ts";
import { INSIDER, bareRequest, bundle, host, OVERLAY_KEY, policy, storeOf } from "./rig.ts";

const crypto = keyedHashCrypto();
/** What the checks of this machine take: 10,000 in a second. */
const CHECKS_PER_MS = 10;
/** Ten times what once delayed honest bundles by more than 10 s. */
const FORGED_PER_MS = 27;
const ATTACK_MS = 3_000;
const HONEST_EVERY_MS = 25;
/** What comes later has been delayed. */
const SOON_MS = 1_000;
const LEAST_SHARE = 0.9;

/** A node whose checks take as long as they do on a machine, one after the other. */
class SlowNode {
  readonly engine = new Engine({
    role: "node",
    crypto,
    random: new SeededRandom(1, "engine"),
  });
  readonly store: MemoryStore = storeOf([policy("open")]);
  now = 1_000;
  checked = 0;
  /** When bundles were stored, by their global time. */
  readonly heldMs = new Map<number, number>();
  /** BOUNDED: by the engine, which is under test. */
  readonly #jobs: { left: number; effect: Extract<Effect, { kind: "verify" }> }[] = [];
  readonly #grants = new Map<string, Uint8Array>();

  constructor() {
    const ports = [{ via: 0, family: 4 as const, port: 6_421 }];
    this.handle({ kind: "network", networks: [], ports });
    const rest = { seeds: [], remembered: [], profile: ADAPTIVE };
    const overlay = { key: OVERLAY_KEY, memberSecret: new Uint8Array(32).fill(2), ...rest };
    this.handle({ kind: "join", overlay, store: this.store });
  }

  handle(input: Input): void {
    const inputs = [input];
    for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
      this.engine.handle(next, { now: this.now, wall: 1_800_000_000_000 + this.now });
      for (let effect = this.engine.poll(); effect !== undefined; effect = this.engine.poll()) {
        if (effect.kind === "verify") this.#jobs.push({ left: effect.checks.length, effect });
        if (effect.kind === "send") this.#notice(effect.to, effect.bytes);
        if (effect.kind !== "commit") continue;
        this.store.apply(effect);
        for (const { header } of effect.add) this.heldMs.set(header.globalTime, this.now);
        inputs.push({ kind: "committed", overlay: effect.overlay, batch: effect.batch });
      }
    }
  }

  feed(from: Address, bytes: Uint8Array): void {
    this.handle({ kind: "datagram", from, via: 0, bytes });
  }

  push(from: Address, bundles: WireBundle[]): void {
    const token = this.#grants.get(from.key)!;
    this.feed(from, INSIDER.encode({ kind: "bundles", token, bundles }));
  }

  validate(from: Address): void {
    this.feed(from, INSIDER.encode(bareRequest()));
    const token = this.#grants.get(from.key)!;
    this.feed(from, INSIDER.encode({ ...bareRequest(), token }));
  }

  /** A millisecond of checks. */
  pass(): void {
    this.now++;
    if (this.engine.deadline() <= this.now) this.handle({ kind: "tick" });
    let free = CHECKS_PER_MS;
    while (free > 0 && this.#jobs.length > 0) {
      const job = this.#jobs[0]!;
      const done = Math.min(free, job.left);
      job.left -= done;
      free -= done;
      this.checked += done;
      if (job.left > 0) break;
      this.#jobs.shift();
      const valid = job.effect.checks.map(({ signature, message, publicKey }) => {
        return crypto.verify(signature, message, publicKey);
      });
      const { overlay, job: number } = job.effect;
      this.handle({ kind: "verified", overlay, job: number, valid });
    }
  }

  #notice(to: Address, bytes: Uint8Array): void {
    const decoded = INSIDER.decode(bytes);
    if ("rejected" in decoded || !("grant" in decoded.message)) return;
    this.#grants.set(to.key, decoded.message.grant);
  }
}

interface Outcome {
  /** Honest bundles that were held soon after they were sent. */
  soon: number;
  checked: number;
}

/**
 * Pushes a bundle every now and then, from `honest`, while `attack` does its worst; `attackers` take part in the walk.
 */
function run(
  honest: Address,
  attackers: readonly Address[],
  attack: (node: SlowNode, ms: number) => void,
): Outcome {
  const node = new SlowNode();
  for (const peer of [honest, ...attackers]) node.validate(peer);
  const pushedMs = new Map<number, number>();
  for (let ms = 0; ms < ATTACK_MS; ms++) {
    attack(node, ms);
    if (ms % HONEST_EVERY_MS === HONEST_EVERY_MS - 1) {
      pushedMs.set(timeOf(ms), node.now);
      node.push(honest, [honestBundle(ms)]);
    }
    node.pass();
  }
  for (let ms = 0; ms < SOON_MS; ms++) node.pass();
  const tookMs = [...pushedMs].map(([time, ms]) => (node.heldMs.get(time) ?? Infinity) - ms);
  return { soon: tookMs.filter((ms) => ms <= SOON_MS).length, checked: node.checked };
}

/** One that is pushed at this millisecond. */
function timeOf(ms: number): number {
  return 10 + Math.floor(ms / HONEST_EVERY_MS);
}

const honestBundle = (ms: number): Bundle =>
  bundle(timeOf(ms), { kind: "data", payload: Uint8Array.of(timeOf(ms)) });

let forged = 0;

/** As good as any, but for its signature. */
function forgery(): WireBundle {
  const { author, body } = bundle(5_000);
  const signature = new Uint8Array(64);
  new DataView(signature.buffer).setUint32(0, ++forged);
  return { author, body, signature };
}

const PER_DATAGRAM = 4;

/** Each of them in turn sends a datagram of forged bundles. */
function flood(attackers: readonly Address[]): (node: SlowNode, ms: number) => void {
  return (node, ms) => {
    for (let i = 0; i < FORGED_PER_MS; i++) {
      const from = attackers[(ms * FORGED_PER_MS + i) % attackers.length]!;
      node.push(from, Array.from({ length: PER_DATAGRAM }, forgery));
    }
  };
}

function compare(
  name: string,
  honest: Address,
  attackers: readonly Address[],
  attack: (node: SlowNode, ms: number) => void,
): Outcome {
  const alone = run(honest, [], () => undefined);
  const attacked = run(honest, attackers, attack);
  const { checked } = attacked;
  const soon = `${alone.soon} held within ${SOON_MS} ms without, ${attacked.soon} under the attack`;
  console.log(`# ${name}: ${soon}; ${checked} signatures checked`);
  assert.equal(alone.soon, ATTACK_MS / HONEST_EVERY_MS);
  assert.ok(attacked.soon >= LEAST_SHARE * alone.soon, `${attacked.soon} of ${alone.soon}`);
  return attacked;
}

describe("27,000 datagrams of forged bundles per second", () => {
  const honest = host(1);

  test("from one node delay nobody else's, and cost few checks", () => {
    const attackers = [host(0)];
    const { checked } = compare("forged bundles", honest, attackers, flood(attackers));
    assert.ok(checked < (CHECKS_PER_MS * ATTACK_MS) / 10, `${checked}`);
  });

  test("from 30 networks delay nobody else's", () => {
    const attackers = Array.from({ length: 30 }, (_, i) => host(100 + i));
    compare("forged bundles of 30 networks", honest, attackers, flood(attackers));
  });

  test("delay those behind the same NAT little", () => {
    const attackers = [host(1, 7_000)];
    compare("forged bundles from the same IP", honest, attackers, flood(attackers));
  });

  test("with genuine bodies and false signatures do not keep the genuine bundles away", () => {
    const attackers = [host(0)];
    compare("false signatures of genuine bundles", honest, attackers, (node, ms) => {
      const { author, body } = honestBundle(ms);
      for (let i = 0; i < FORGED_PER_MS; i++) {
        node.push(host(0), [{ author, body, signature: forgery().signature }]);
      }
    });
  });
});
