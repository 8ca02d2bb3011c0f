// Peers that name a slow rate, or none, and ask for everything again and again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { EVERYWHERE, rangeOf } from "../../node/sync/cursor/stretches.ts";
import { everything } from "../../node/sync/subset.ts";
import type { Address } from "../../wire/address.ts";
import type { CursorOffer } from "../../wire/message.ts";
import { bareRequest, bundle, fresh, host, policy, Rig, type Sent, storeOf } from "./rig.ts";

const payload = new Uint8Array(700);
const bundles = [
  policy("open"),
  ...Array.from({ length: 2_000 }, (_, i) => bundle(i + 2, { kind: "data", payload })),
];

const OFFER: CursorOffer = {
  kind: "cursor",
  subset: everything(1e9),
  ranges: EVERYWHERE.map(rangeOf),
  bytes: 256 * 1024,
};
/** Of one host, each with a token. */
const PORTS = 40;

/** What a node sends to whoever asks it for everything, naming this rate. */
function ask(rig: Rig, from: Address, token: Uint8Array, rate?: number): Sent[] {
  const named = rate === undefined ? {} : { rate };
  return rig.say(from, { ...bareRequest(), token, offer: OFFER, identifier: fresh(), ...named });
}

const bytesTo = (sent: readonly Sent[], ip: string): number =>
  sent.reduce((sum, { to, bytes }) => sum + (to.host === ip ? bytes.length : 0), 0);

for (const rate of [1, 2 ** 32 - 1, undefined]) {
  test(`a host that asks from ${PORTS} ports at rate ${rate} leaves others their answers`, () => {
    const rig = new Rig({ store: storeOf(bundles) });
    const honest = host(9);
    const attackers = Array.from({ length: PORTS }, (_, i) => host(3, 2_000 + i));
    const tokens = attackers.map((address) => rig.validate(address));
    const own = rig.validate(honest);
    rig.pass(2_000);
    let came = 0;
    let drawn = 0;
    for (let ms = 0; ms < 3_000; ms += 100) {
      attackers.forEach((address, i) => {
        drawn += bytesTo(ask(rig, address, tokens[i]!, rate), attackers[0]!.host);
      });
      // At 1 MB/s, as long as he is served.
      const sent = ms % 300 === 0 ? ask(rig, honest, own, 1_000_000) : [];
      const later = rig.pass(100);
      came += bytesTo([...sent, ...later], honest.host);
      drawn += bytesTo(later, attackers[0]!.host);
      rig.sent = [];
    }
    assert.ok(came > 10 * 250_000, `the honest one got ${came} bytes`);
    // 2 MiB at once and 16 MiB a second are what an address group may draw, from however many ports.
    assert.ok(drawn < 1.05 * 50 * 1024 * 1024, `the attacker got ${drawn} bytes`);
  });
}
