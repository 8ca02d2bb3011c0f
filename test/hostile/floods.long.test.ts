import { ADAPTIVE } from "../../node/core/profile.ts";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Address } from "../../wire/address.ts";
import { UNKNOWN_NAT, type Message } from "../../wire/message.ts";
import {
  INSIDER,
  bareRequest,
  bundle,
  fresh,
  host,
  OVERLAY_HEX,
  policy,
  Rig,
  SCALE,
  storeOf,
  type RigOptions,
} from "./rig.ts";

const PORTS = SCALE > 1 ? 60_000 : 10_000;
const IPS = 10_000;
const OVERLAYS = SCALE > 1 ? 100_000 : 20_000;
const MIB = 1024 * 1024;
/** What the engine's bounded collections may hold after a flood, and the collector's leavings. */
const MAX_GROWTH_MIB = 32;
/** The gate lets strangers of one IP in at 50 a second; a first visit takes two datagrams. */
const PACE_MS = 40;
const CANDIDATE_LIFETIME_MS = 57_500;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapMib(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / MIB;
}

function rig(options: RigOptions = {}): Rig {
  const made = new Rig({ store: storeOf([policy("open")]), ...options });
  made.keepsEvents = false;
  return made;
}

/** An address that proves itself, and is forgotten by the rig. */
function visit(rig: Rig, from: Address): void {
  rig.validate(from);
  rig.sent = [];
}

/** The i-th of many IPs: 64 to a /24. */
function crowd(i: number): Address {
  const [network, inside] = [i >> 6, i & 63];
  return Address.of(`${30 + (network >> 8)}.${network & 255}.7.${inside + 1}`, 6_421)!;
}

function assertFlat(name: string, flood: () => void): void {
  const before = heapMib();
  flood();
  const growth = heapMib() - before;
  assert.ok(growth < MAX_GROWTH_MIB, `${name}: ${growth.toFixed(1)} MiB more`);
}

for (const role of ["node", "tracker"] as const) {
  describe(`a ${role} under a flood`, () => {
    test("of one IP's ports, unproven: the gate holds, and nobody becomes known", () => {
      const flooded = rig({ role });
      flooded.validate(host(0));
      flooded.pass(60_000);
      const bytes = INSIDER.encode(bareRequest());
      assertFlat("ports", () => {
        for (let port = 1; port <= PORTS; port++) {
          assert.ok(flooded.feed(host(1, port), bytes).length <= 1);
        }
      });
      assert.equal(flooded.count("gate: rate"), PORTS - 200);
      // Who proved itself is not held back by its neighbours.
      visit(flooded, host(0));
      assert.equal(flooded.count("gate: rate"), PORTS - 200);
    });

    test("of one IP's ports, all proven", () => {
      const flooded = rig({ role });
      assertFlat("ports", () => {
        for (let port = 1; port <= PORTS; port++) {
          visit(flooded, host(1, port));
          flooded.pass(PACE_MS);
        }
      });
      assert.equal(flooded.count("received introduction-request"), 2 * PORTS);
      if (role === "node") {
        const { candidates } = flooded.status;
        assert.ok(candidates.requested + candidates.contacted + candidates.introduced <= 4);
      } else {
        const { requested } = flooded.engine.served().get(OVERLAY_HEX)!;
        assert.ok(requested <= CANDIDATE_LIFETIME_MS / PACE_MS, `${requested}`);
      }
    });

    test("of many IPs, proven or not", () => {
      const flooded = rig({ role });
      assertFlat("IPs", () => {
        for (let i = 0; i < IPS; i++) {
          flooded.say(crowd(i), bareRequest());
          flooded.sent = [];
        }
        for (let i = 0; i < IPS; i++) visit(flooded, crowd(i));
      });
      if (role === "tracker") return;
      const { candidates } = flooded.status;
      const all = candidates.requested + candidates.contacted + candidates.introduced;
      assert.ok(all <= 1_024, `${all}`);
      // Two of a /24.
      assert.ok(candidates.requested <= (IPS / 64 + 1) * 2, `${candidates.requested}`);
    });
  });
}

/** Enough, at 64 overlays each, to fill a tracker. */
const OPENERS = 100;

describe("a tracker asked for very many overlays", () => {
  const overlay = (i: number): Uint8Array => {
    const id = new Uint8Array(20).fill(9);
    new DataView(id.buffer).setUint32(0, i);
    return id;
  };

  test("keeps nothing of those that strangers ask for", () => {
    const tracker = rig({ role: "tracker" });
    assertFlat("overlays", () => {
      for (let i = 0; i < OVERLAYS; i++) {
        tracker.say(crowd(i % IPS), bareRequest(), overlay(i));
        tracker.sent = [];
      }
    });
    assert.equal(tracker.engine.served().size, 0);
    assert.equal(tracker.count("sent introduction-response"), OVERLAYS);
  });

  test("keeps a bounded number of those that peers ask for, and lets them go", () => {
    const tracker = rig({ role: "tracker" });
    const tokens = Array.from({ length: OPENERS }, (_, i) => tracker.validate(host(i)));
    tracker.sent = [];
    const served = () => tracker.engine.served().size;
    assertFlat("overlays", () => {
      for (let i = 0; i < OVERLAYS; i++) {
        const opener = i % OPENERS;
        tracker.say(host(opener), { ...bareRequest(), token: tokens[opener]! }, overlay(i));
        tracker.sent = [];
      }
    });
    assert.equal(served(), 4_096);
    tracker.pass(120_000);
    assert.equal(served(), 0);
    visit(tracker, host(1));
    assert.equal(served(), 1);
  });

  test("lets one IP open only a few of them", () => {
    const tracker = rig({ role: "tracker" });
    const token = tracker.validate(host(0));
    for (let i = 0; i < 1_000; i++) {
      tracker.say(host(0), { ...bareRequest(), token }, overlay(i));
      tracker.sent = [];
    }
    assert.equal(tracker.engine.served().size, 64);
  });
});

describe("a node told much by one validated peer", () => {
  const peer = host(0);

  test("of other nodes: candidates and punctures stay few", () => {
    const flooded = rig({ seeds: [peer] });
    const token = flooded.validate(peer);
    assertFlat("puncture-requests", () => {
      for (let i = 0; i < PORTS; i++) {
        const named = { nat: UNKNOWN_NAT, instance: fresh(), sought: true };
        const rest = { nonce: fresh(), ...named, startMs: 5_000 };
        const target = crowd(i % IPS);
        flooded.say(peer, { kind: "puncture-request", token, target, ...rest });
      }
    });
    assert.equal(flooded.count("rejected: puncture-request beyond a bound"), PORTS - 1_024);
  });

  test("of an endless answer: others get their turn", () => {
    // An offer with the first request that may carry one.
    const kept = rig({ seeds: [peer], profile: { ...ADAPTIVE, hints: false } });
    kept.answer(peer, { validated: false });
    const { identifier, offer } = kept.last("introduction-request", peer)!;
    assert.ok(offer !== undefined);
    kept.answer(peer, { validated: true, answer: { datagrams: 2 ** 32 - 1, more: true } });
    for (let number = 0; number < 25; number += 1) {
      kept.pass(400);
      kept.say(peer, { kind: "bundles", identifier, number, bundles: [] });
    }
    assert.ok(kept.count("offer brought nothing") >= 1, "given up within 10 s");
  });

  test("bundles: those being checked are bounded, however slow the checks", () => {
    const flooded = rig();
    const token = flooded.validate(peer);
    const { engine } = flooded;
    let checks = 0;
    const total = 4_000;
    for (let time = 2; time < total + 2; time++) {
      const message: Message = { kind: "bundles", token, bundles: [bundle(time)] };
      const bytes = INSIDER.encode(message);
      engine.handle({ kind: "datagram", from: peer, via: 0, bytes }, flooded.instant);
      for (let effect = engine.poll(); effect !== undefined; effect = engine.poll()) {
        if (effect.kind === "verify") checks += effect.checks.length;
      }
    }
    // So many are being checked, and so many pushed ones wait.
    assert.equal(checks, 256);
    assert.equal(flooded.count("bundle rejected: backlog"), total - 256 - 1_024);
  });
});
