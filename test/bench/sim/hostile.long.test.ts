import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { publicHost, SIM_PORT } from "../../../node/testing/addresses.ts";
import { Attacker } from "../../../bench/sim/hostile/attacker.ts";
import { HOSTILE_KINDS, type HostileName } from "../../../bench/sim/hostile/kinds.ts";
import { malleableCrypto, resigned } from "../../../bench/sim/malleable-crypto.ts";
import { MemoryStore } from "../../../node/store/memory.ts";
import { World } from "../../../node/testing/world.ts";
import { Address } from "../../../wire/address.ts";
import { makeBundle } from "../../../wire/bundle.ts";
import { newSecretKey } from "../../../wire/identity.ts";

const RUN_MS = 40_000;
const VICTIM = Address.of(publicHost(9_000), SIM_PORT)!;

/** Three honest nodes and one hostile peer for a while: what the honest ones counted, and what they hold. */
function meet(kind: HostileName): {
  counters: Map<string, number>;
  world: World;
  attacker: Attacker;
} {
  const crypto = malleableCrypto();
  const world = new World({ seed: 1, crypto });
  const overlay = world.overlay();
  const store = () => new MemoryStore();
  const founder = world.addNode({ overlay, founder: true, store: store() });
  const seeds = [founder];
  for (let i = 0; i < 2; i++) world.addNode({ overlay, seeds, store: store() });
  const random = world.random("hostile");
  const attacker = new Attacker(
    {
      clock: world.clock,
      network: world.network,
      random,
      crypto,
      overlay,
      secret: newSecretKey(random),
      endpoint: world.network.bind(Address.of(publicHost(8_000), SIM_PORT)!),
      known: [founder.publicAddress],
      victims: [VICTIM],
      tracker: false,
    },
    HOSTILE_KINDS[kind],
  );
  attacker.start();
  world.run(10_000);
  world.publish(founder, 5);
  world.run(RUN_MS);
  assert.ok(attacker.acquaintances.size >= 3, `${attacker.acquaintances.size} acquaintances`);
  const counters = new Map<string, number>();
  for (const { engine } of world.nodes) {
    for (const [name, count] of engine.counters) {
      counters.set(name, (counters.get(name) ?? 0) + count);
    }
  }
  return { counters, world, attacker };
}

/** What honest nodes must have counted for the attack to have happened at all. */
const SIGNS: Record<HostileName, string[]> = {
  flooder: ["gate: rate"],
  spoofer: ["rejected: bundles not asked for", "rejected: puncture not expected"],
  amplifier: ["received introduction-request"],
  "lying-introducer": ["rejected: named address: special range", "rejected: named address: family"],
  "puncture-abuser": ["puncture held back: unsolicited"],
  "clock-bomber": ["bundle rejected: time-above-bound"],
  "clock-climber": ["pushed bundles"],
  "offer-abuser": ["offer refused: filter-overfull", "offer refused: epoch", "sketch not decoded"],
  "junk-pusher": ["bundle rejected: signature"],
  replayer: ["rejected: response not asked for"],
  stranger: ["bundle awaits a grant", "bundle rejected: policy"],
  equivocator: ["pushed bundles"],
  "address-liar": ["received introduction-response"],
  "puncture-namer": ["puncture held back: unsolicited"],
  seeker: ["received introduction-request"],
  forger: ["bundle rejected: signature"],
  "sketch-asker": ["sketch not decoded"],
};

/** Those that make honest nodes send something to a victim, though little. */
const AIMED = new Set<HostileName>(["amplifier", "lying-introducer"]);

describe("a hostile peer is met as a node and does what it is called after", () => {
  for (const kind of Object.keys(SIGNS) as HostileName[]) {
    test(kind, () => {
      const { counters, world } = meet(kind);
      for (const sign of SIGNS[kind]) assert.ok((counters.get(sign) ?? 0) > 0, sign);
      if (AIMED.has(kind)) assert.ok(world.network.traffic.to(VICTIM).datagrams > 0);
      // The founder's own bundles and its policy, at least, are with all.
      for (const node of world.nodes) assert.ok(world.held(node) >= 6);
    });
  }

  test("bundles of one time are all kept, one bundle of several signatures once", () => {
    const { world, attacker } = meet("equivocator");
    const made = attacker.made.length;
    attacker.stop();
    world.run(world.now + 60_000);
    const held = new Set(world.nodes.map((node) => world.held(node)));
    assert.equal(held.size, 1);
    assert.ok(made > 10);
    assert.ok([...held][0]! > 10);
  });
});

describe("the stand-in signatures of hostile worlds", () => {
  const crypto = malleableCrypto();
  const [secret, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const key = crypto.publicKey(secret);
  const message = new Uint8Array(50).fill(7);

  test("many are valid, and only those of the key and the message", () => {
    const signatures = [1, 2, 3].map((n) => resigned(message, secret, new Uint8Array(8).fill(n)));
    for (const signature of [...signatures, crypto.sign(message, secret)]) {
      assert.ok(crypto.verify(signature, message, key));
      assert.ok(!crypto.verify(signature, message.subarray(1), key));
      assert.ok(!crypto.verify(signature, message, crypto.publicKey(other)));
      for (let i = 0; i < 64; i++) {
        const changed = signature.slice();
        changed[i]! ^= 1;
        assert.ok(!crypto.verify(changed, message, key), `byte ${i}`);
      }
    }
    assert.ok(!crypto.verify(new Uint8Array(63), message, key));
  });

  test("bundles carry them", () => {
    const draft = { content: { kind: "data", payload: new Uint8Array(1) } } as const;
    const bundle = makeBundle(crypto, key, secret, 1, draft);
    const signature = resigned(bundle.signed, secret, new Uint8Array(8).fill(9));
    assert.notDeepEqual(signature, bundle.signature);
    assert.ok(crypto.verify(signature, bundle.signed, key));
  });
});
