import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { CANDIDATE_BYTES } from "../../node/engine/tracker-role.ts";
import type { Address } from "../../wire/address.ts";
import { toHex } from "../../wire/bytes.ts";
import { at, bareRequest, fresh, host, OVERLAY, Rig, SCALE } from "./rig.ts";

/** Ten times what once filled a tracker. */
const OVERLAYS = 40_320;
const LEAST_SHARE = 0.9;

function overlay(i: number): Uint8Array {
  const id = new Uint8Array(20).fill(9);
  new DataView(id.buffer).setUint32(0, i);
  return id;
}

function tracker(): Rig {
  const rig = new Rig({ role: "tracker" });
  rig.keepsEvents = false;
  return rig;
}

/** The address takes part in an overlay; returns what it is told. */
function join(rig: Rig, from: Address, id: Uint8Array): "nothing" | "answered" | "introduced" {
  rig.say(from, bareRequest(), id);
  const token = rig.last("introduction-response", from)?.grant;
  if (token === undefined) return "nothing";
  const [sent] = rig.say(from, { ...bareRequest(), token }, id);
  if (sent?.message.kind !== "introduction-response") return "nothing";
  return sent.message.introduction === undefined ? "answered" : "introduced";
}

/** Opens very many overlays, each from the next of these addresses, 10,000 a second. */
function open(rig: Rig, from: readonly Address[]): void {
  const tokens = from.map((address, i) => {
    if (i % 10 === 0) rig.pass(100);
    const token = rig.tokenFor(address);
    rig.sent = [];
    return token;
  });
  for (let i = 0; i < OVERLAYS; i++) {
    const turn = i % from.length;
    rig.say(from[turn]!, { ...bareRequest(), token: tokens[turn]! }, overlay(1_000 + i));
    rig.sent = [];
    if (i % 10 === 0) rig.pass(1);
  }
}

/** How many pairs are introduced in overlays that are new, and how many in some that were there before. */
function pairs(attackers: readonly Address[]): { fresh: number; old: number } {
  const rig = tracker();
  for (let i = 0; i < 50; i++) {
    join(rig, host(100 + i), overlay(i));
    join(rig, host(200 + i), overlay(i));
  }
  if (attackers.length > 0) open(rig, attackers);
  const count = (first: number): number => {
    const ids = Array.from({ length: 50 }, (_, i) => overlay(first + i));
    return ids.filter((id, i) => join(rig, host(300 + i), id) === "introduced").length;
  };
  const old = count(0);
  for (let i = 0; i < 50; i++) join(rig, host(400 + i), overlay(500 + i));
  return { old, fresh: count(500) };
}

describe("40,320 new overlays at a tracker", () => {
  const alone = pairs([]);
  const attacks: [string, Address[]][] = [
    ["one /64", Array.from({ length: 63 }, (_, i) => at(`[2a00:1:2:3::${i + 1}]:1`))],
    [
      "640 /64 of one /48",
      Array.from({ length: 640 }, (_, i) => at(`[2a00:1:2:${i.toString(16)}::1]:1`)),
    ],
    ["640 /48", Array.from({ length: 640 }, (_, i) => at(`[2a00:1:${i.toString(16)}::1]:1`))],
  ];

  for (const [name, attackers] of attacks) {
    test(`from ${name} keep no others away`, () => {
      const attacked = pairs(attackers);
      for (const kind of ["old", "fresh"] as const) {
        const [before, after] = [alone[kind], attacked[kind]];
        console.log(`# overlays of ${name}: in ${kind} ones ${after} of ${before} are introduced`);
        assert.equal(before, 50);
        assert.ok(after >= LEAST_SHARE * before, `${kind}: ${after} of ${before}`);
      }
    });
  }

  test("displace none in which many networks take part", () => {
    const rig = tracker();
    for (let i = 0; i < 8; i++) join(rig, host(i), OVERLAY);
    open(rig, attacks[2]![1]);
    assert.ok(rig.engine.served().size <= 4_096);
    assert.equal(rig.engine.served().get(toHex(OVERLAY))?.requested, 8);
  });
});

test("strangers of one IPv6 /64 are one at the gate, and those of a /48 few", () => {
  const rig = tracker();
  const flood = (address: (i: number) => string): number => {
    const before = rig.count("gate: rate");
    for (let i = 1; i <= 10_000; i++) rig.say(at(address(i)), bareRequest());
    rig.sent = [];
    return 10_000 - (rig.count("gate: rate") - before);
  };
  assert.equal(
    flood((i) => `[2a00:1:1:1::${i.toString(16)}]:1`),
    200,
  );
  assert.equal(
    flood((i) => `[2a00:1:2:${i.toString(16)}::1]:1`),
    3_200,
  );
  assert.equal(join(rig, host(1), OVERLAY), "answered");
});

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function memoryBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test("a candidate takes no more memory than the bound on candidates counts with", () => {
  const NODES = SCALE > 1 ? 50_000 : 5_000;
  const OVERLAYS_EACH = 8;
  const rig = tracker();
  const visit = (i: number, lan: Address): void => {
    const from = at(
      `[2a00:${(i >> 8).toString(16)}:${(i & 255).toString(16)}:aaaa:bbbb:cccc:dddd:eeee]:54321`,
    );
    const request = { ...bareRequest(), lan, token: rig.tokenFor(from), instance: fresh() };
    for (let n = 0; n < OVERLAYS_EACH; n++) {
      // Nothing of it is shared, as in datagrams.
      const instance = request.instance.slice();
      rig.say(at(from.key), { ...request, instance, lan: at(lan.key) }, overlay(n));
    }
    rig.sent = [];
    rig.pass(1);
  };
  for (let i = 0; i < 200; i++) visit(60_000 + i, at("[fd00:1:2:3:4:5:6:7]:6421"));
  const before = memoryBytes();
  for (let i = 0; i < NODES; i++) visit(i, at(`[fd00:1:2:3:4:5:6:${i.toString(16)}]:6421`));
  rig.pass(2_000);
  const each = (memoryBytes() - before) / (NODES * OVERLAYS_EACH);
  const served = [...rig.engine.served().values()];
  assert.equal(
    served.reduce((sum, { requested }) => sum + requested, 0),
    (NODES + 200) * OVERLAYS_EACH,
  );
  console.log(`# a candidate takes ${each.toFixed(0)} bytes; ${CANDIDATE_BYTES} are counted with`);
  assert.ok(each <= CANDIDATE_BYTES, `${each}`);
});
