import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { drawFaultPlan } from "../../../bench/sim/fault-plan.ts";
import { runFaults } from "../../../bench/sim/faults.ts";
import type { Rule } from "../../../bench/sim/invariants/violations.ts";
import type { EngineFactory } from "../../../node/testing/node.ts";
import { PcapTrace } from "../../../bench/sim/pcap-trace.ts";
import { observed } from "../../../bench/sim/observed.ts";
import { malleableCrypto } from "../../../bench/sim/malleable-crypto.ts";
import { Engine } from "../../../node/engine/engine.ts";
import { Recorder } from "../../../node/record/recorder.ts";
import { Replay } from "../../../node/record/replayer.ts";
import { CIPHER_NONCE_BYTES, TAG_BYTES } from "../../../wire/crypto.ts";
import { SECRET_KEY_BYTES } from "../../../wire/identity.ts";
import { acknowledgesEarly } from "./broken/acknowledges-early.ts";
import { keepsWhatPasses } from "./broken/keeps-what-passes.ts";
import { servesStrangers } from "./broken/serves-strangers.ts";
import { skipsVerification } from "./broken/skips-verification.ts";

const SCALE = Number(process.env["SCALE"] ?? 1);
/** Small worlds, so that the suite stays quick; `dispersy bench faults` plays as many as one likes. */
const SEEDS = [24, 38, 104, 51_081].concat(
  Array.from({ length: (SCALE - 1) * 20 }, (_, i) => 100 + i),
);

function rulesBroken(seed: number, engine?: EngineFactory): Set<Rule> {
  const { violations } = runFaults(seed, engine === undefined ? {} : { engine });
  return new Set(violations.map(({ rule }) => rule));
}

describe("worlds with faults", () => {
  test("hold, repeat exactly, and differ from seed to seed", () => {
    const digests = SEEDS.map((seed) => {
      const first = runFaults(seed);
      assert.deepEqual(first.violations, [], `seed ${seed}`);
      assert.notEqual(first.convergedMs, undefined);
      assert.ok(first.bundles > 1);
      assert.deepEqual(runFaults(seed), first, `seed ${seed}`);
      return first.digest;
    });
    assert.equal(new Set(digests).size, SEEDS.length);
  });

  test("have every kind of fault, and none, in a few hundred seeds", () => {
    const plans = Array.from({ length: 300 }, (_, seed) => drawFaultPlan(seed));
    const kinds = [
      "partition",
      "clogs",
      "crashes",
      "churn",
      "pauses",
      "clockSteps",
      "moves",
      "disk",
      "clockLeaps",
      "fullDisks",
      "socketShortages",
    ];
    for (const kind of kinds) {
      const having = plans.filter((plan) => kind in plan).length;
      assert.ok(having > 60 && having < 240, `${kind}: ${having}`);
    }
    assert.equal(new Set(plans.flatMap(({ hostile }) => hostile)).size, 17);
    const mixed = plans.filter(({ nodes }) => new Set(nodes.map(({ newer }) => newer)).size === 2);
    assert.ok(mixed.length > 45 && mixed.length < 150, `mixed versions: ${mixed.length}`);
    const sealed = plans.filter(({ realCipher }) => realCipher).length;
    assert.ok(sealed > 20 && sealed < 60, `the real cipher: ${sealed}`);
    const asking = plans.filter((plan) => plan.asking > 0).length;
    assert.ok(asking > 60 && asking < 150, `receipts asked for: ${asking}`);
    const passing = plans.filter((plan) => plan.passing > 0).length;
    assert.ok(passing > 60 && passing < 150, `messages for the moment: ${passing}`);
    assert.ok(plans.some(({ hostile }) => hostile.length === 0));
    for (const { nodes, hostile } of plans) {
      assert.ok(nodes.length >= 5 && nodes.length <= 20);
      assert.ok(hostile.length <= 5);
      assert.equal(nodes[0]!.nat, undefined);
    }
  });
});

test("some worlds seal with the cipher that ships, and hold", () => {
  for (const [seed, isReal] of [[38, true] as const, [104, false] as const]) {
    assert.equal(drawFaultPlan(seed).realCipher, isReal, `seed ${seed}`);
    const text = new Uint8Array(32);
    const nonce = new Uint8Array(CIPHER_NONCE_BYTES);
    const sealed = new Uint8Array(text.length + TAG_BYTES);
    const { violations } = runFaults(seed, {
      prepared: ({ crypto }) =>
        crypto.seal(new Uint8Array(SECRET_KEY_BYTES), nonce, text, text, sealed),
    });
    assert.deepEqual(violations, [], `seed ${seed}`);
    assert.equal(
      sealed.subarray(0, text.length).every((byte) => byte === 0),
      !isReal,
    );
  }
});

describe("an engine that is broken on purpose is caught, in worlds where the real one holds", () => {
  const broken: [string, EngineFactory, number, Rule][] = [
    ["acknowledges before the disk has it", acknowledgesEarly, 1, "acknowledged-lost"],
    ["stores what is for the moment", keepsWhatPasses, 38, "passing-kept"],
    ["serves strangers", servesStrangers, 198, "amplifier"],
    ["skips verification", skipsVerification, 47, "not-verified"],
  ];
  for (const [name, engine, seed, rule] of broken) {
    test(name, () => {
      assert.ok(rulesBroken(seed, engine).has(rule));
      assert.deepEqual(rulesBroken(seed), new Set());
    });
  }

  test("throws", () => {
    const throwing: EngineFactory = (options) => {
      const engine = new Engine(options);
      engine.poll = () => {
        throw new RangeError("on purpose");
      };
      return engine;
    };
    assert.ok(rulesBroken(104, throwing).has("exception"));
  });
});

describe("a run of a node", () => {
  test("does the same, effect by effect, when its recording is played", () => {
    const runs: string[][] = [];
    runFaults(104, {
      around: (node, make) => (options) => {
        if (node !== "node-1") return make(options);
        const lines: string[] = [];
        runs.push(lines);
        const recorder = new Recorder(options, (line) => lines.push(line));
        return observed(make, () => recorder)(recorder.options);
      },
    });
    assert.ok(runs.length > 0);
    for (const lines of runs) {
      const replay = new Replay(malleableCrypto());
      assert.ok(lines.every((line) => replay.play(line)));
      assert.ok(replay.result.effects > 10);
      assert.equal(replay.result.difference, undefined);
      const { inputs } = replay.result;
      assert.equal(inputs, lines.length - 1);

      // Another answer to one question of the engine is noticed.
      const changed = new Replay(malleableCrypto());
      const opening = lines[0]!.replace(/"\$bytes":"[^"]{3}/, '"$bytes":"AAA');
      const isSame = [opening, ...lines.slice(1)].every((line) => changed.play(line));
      assert.equal(isSame, false);
      assert.ok(changed.result.difference!.line > 1);
    }
  });

  test("can be written as a packet capture", () => {
    const trace = new PcapTrace();
    let delivered = 0;
    runFaults(198, {
      prepared({ network, clock }) {
        trace.record(network, () => clock.now);
        network.onDatagram((_, fate) => (delivered += fate === "delivered" ? 1 : 0));
      },
    });
    assert.ok(delivered > 100);
    assert.equal(trace.packets, delivered);
    assert.equal(packetsIn(trace.bytes()), delivered);
  });
});

/** Walks through a capture by its lengths alone. */
function packetsIn(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let packets = 0;
  let lastSecond = 0;
  for (let at = 24; at < file.length; packets++) {
    assert.ok(view.getUint32(at) >= lastSecond);
    lastSecond = view.getUint32(at);
    at += 16 + view.getUint32(at + 8);
    assert.ok(at <= file.length);
  }
  return packets;
}
