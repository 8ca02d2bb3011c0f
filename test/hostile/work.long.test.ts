// One stranger asks a node of 60,000 bundles for what takes long to find.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { epochOf } from "../../node/sets/epoch.ts";
import { EVERYWHERE, rangeOf } from "../../node/sync/cursor/stretches.ts";
import { everything } from "../../node/sync/subset.ts";
import type { Address } from "../../wire/address.ts";
import type { SubsetOffer } from "../../wire/message.ts";
import { SeededRandom } from "../../node/testing/random.ts";
import { bareRequest, bundle, fresh, host, policy, Rig, storeOf, type Sent } from "./rig.ts";

const HELD = 60_000;
const SECONDS = 10;
const HONEST = 20;
/** Of what is asked of it alone, a node answers so much under attack. */
const LEAST_SHARE = 0.9;

const bundles = [policy("open"), ...Array.from({ length: HELD }, (_, i) => bundle(i + 2))];

function classSketch(rig: Rig, subset: Partial<SubsetOffer["subset"]>): SubsetOffer {
  const symbols = new SeededRandom(1, "symbols").bytes(1_000);
  const epoch = epochOf(rig.instant.wall);
  return { kind: "sketch", subset: { ...everything(1e9), ...subset }, epoch, count: 9, symbols };
}

const HOSTILE: [string, (rig: Rig, i: number) => SubsetOffer][] = [
  ["sketches of classes", (rig, i) => classSketch(rig, { modulo: 3, offset: i % 3 })],
  ["sketches of prefixes", (rig, i) => classSketch(rig, { idBits: 2, idPrefix: i % 4 })],
  [
    "filters of what hardly exists",
    () => {
      const subset = { ...everything(1e9), idBits: 16, idPrefix: 5 };
      return { kind: "bloom", subset, functions: 1, salt: fresh(), filter: new Uint8Array(1) };
    },
  ],
  [
    "everything in order",
    () => ({
      kind: "cursor",
      subset: everything(1e9),
      ranges: EVERYWHERE.map(rangeOf),
      bytes: 1e9,
    }),
  ],
];

/** The newest bundles but the last ten, by a filter of a thousand. */
function honestOffer(): SubsetOffer {
  const subset = { ...everything(1e9), low: HELD - 8 };
  return { kind: "bloom", subset, functions: 1, salt: fresh(), filter: new Uint8Array(1) };
}

function ask(rig: Rig, from: Address, token: Uint8Array, offer: SubsetOffer): Sent[] {
  const sent = rig.say(from, { ...bareRequest(), token, offer });
  rig.sent = [];
  return sent;
}

/**
 * Honest offers that brought bundles, of those that were made while attackers from these addresses sent so many a
 * second.
 */
function answered(
  rig: Rig,
  attackers: Address[],
  perSecond: number,
  hostile: (i: number) => SubsetOffer,
): number {
  let paid = 0;
  let sent = 0;
  for (let second = 0; second < SECONDS; second++) {
    const tokens = attackers.map((address) => rig.validate(address));
    for (let slot = 0; slot < HONEST; slot++) {
      for (let i = 0; i < perSecond / HONEST; i++, sent++) {
        const which = sent % attackers.length;
        ask(rig, attackers[which]!, tokens[which]!, hostile(sent));
      }
      const honest = host(100 + slot);
      const replies = ask(rig, honest, rig.validate(honest), honestOffer());
      if (replies.some(({ message }) => message.kind === "bundles")) paid++;
      rig.pass(1_000 / HONEST);
    }
  }
  return paid / (SECONDS * HONEST);
}

describe("a node of 60,000 bundles", () => {
  for (const [name, offer] of HOSTILE) {
    for (const perSecond of [300, 3_000]) {
      test(`answers others while one stranger asks for ${name}, ${perSecond} times a second`, () => {
        const rig = new Rig({ store: storeOf(bundles) });
        rig.keepsEvents = false;
        rig.pass(1_000);
        const share = answered(rig, [host(0)], perSecond, (i) => offer(rig, i));
        assert.ok(share >= LEAST_SHARE, `${share}`);
        const refused =
          rig.count("offer refused: work budget") + rig.count("offer refused: reply budget");
        assert.ok(refused > 0, "nothing was refused");
      });
    }
  }

  test("answers others while strangers of eight networks do", () => {
    const rig = new Rig({ store: storeOf(bundles) });
    rig.keepsEvents = false;
    rig.pass(1_000);
    const attackers = Array.from({ length: 8 }, (_, i) => host(i));
    const share = answered(rig, attackers, 3_000, (i) =>
      classSketch(rig, { modulo: 3, offset: i % 3 }),
    );
    assert.ok(share >= LEAST_SHARE, `${share}`);
  });
});
