// How an engine spreads the bundles that it sends over its turns.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PATH_TURN_BYTES } from "../../../node/net/outbox.ts";
import { EVERYWHERE, rangeOf } from "../../../node/sync/cursor/stretches.ts";
import { everything } from "../../../node/sync/subset.ts";
import type { Address } from "../../../wire/address.ts";
import type { Offer } from "../../../wire/message.ts";
import {
  bareRequest,
  bundle,
  host,
  OVERLAY_HEX,
  policy,
  Rig,
  SETTLED_MS,
  type Sent,
  storeOf,
} from "../../hostile/rig.ts";

const MOST_BYTES = 256 * 1024;
/** Less than was asked for, since each datagram names its authors once. */
const LEAST_BYTES = 240 * 1024;
const HELD = 2_000;

const payload = new Uint8Array(256);
const store = [
  policy("open"),
  ...Array.from({ length: HELD }, (_, i) => bundle(i + 2, { kind: "data", payload })),
];

function offer(): Offer {
  return {
    kind: "cursor",
    subset: everything(HELD * 2),
    ranges: EVERYWHERE.map(rangeOf),
    bytes: MOST_BYTES,
  };
}

function holder(): { rig: Rig; ask: (from: Address) => Sent[] } {
  const rig = new Rig({ store: storeOf(store) });
  rig.pass(SETTLED_MS);
  const ask = (from: Address): Sent[] => {
    const token = rig.validate(from);
    rig.sent = [];
    return rig.say(from, { ...bareRequest(), token, advice: false, offer: offer() });
  };
  return { rig, ask };
}

const isBundles = ({ message }: Sent): boolean => message.kind === "bundles";

function bytesPerTurn(sent: Sent[]): Map<number, number> {
  const turns = new Map<number, number>();
  for (const { atMs, bytes } of sent.filter(isBundles)) {
    turns.set(atMs, (turns.get(atMs) ?? 0) + bytes.length);
  }
  return turns;
}

test("an answer of 256 KiB leaves in bursts of 32 KiB, and is as large as announced", () => {
  const { rig, ask } = holder();
  const from = host(1);
  const first = ask(from).find(({ to }) => to.key === from.key);
  const response = first?.message;
  assert.ok(response?.kind === "introduction-response", "first of all what is announced");
  rig.pass(100);
  const turns = bytesPerTurn(rig.sent);
  assert.ok(Math.max(...turns.values()) <= PATH_TURN_BYTES, [...turns.values()].join(" "));
  assert.ok(turns.size >= 4, `${turns.size} turns`);
  const bundles = rig.sent.filter(isBundles);
  assert.equal(bundles.length, response.answer!.datagrams);
  const bytes = bundles.reduce((sum, sent) => sum + sent.bytes.length, 0);
  assert.ok(bytes >= LEAST_BYTES, `${bytes} bytes`);
});

test("who asks faster than its answers leave is told that there is more", () => {
  const { rig, ask } = holder();
  const from = host(2);
  ask(from);
  const token = rig.tokenFor(from);
  const refused = (): number => rig.count("offer refused: outbox");
  for (let asked = 1; asked < 10 && refused() === 0; asked += 1) {
    rig.say(from, { ...bareRequest(), token, advice: false, offer: offer() });
  }
  assert.equal(refused(), 1);
  const { answer } = rig.last("introduction-response", from)!;
  assert.deepEqual({ ...answer }, { datagrams: 0, more: true });
  const other = host(3);
  assert.ok(ask(other).some((sent) => isBundles(sent) && sent.to.key === other.key));
});

for (const [what, input] of [
  ["an overlay is left", { kind: "leave", overlay: OVERLAY_HEX }],
  ["the node slept", { kind: "resumed" }],
] as const) {
  test(`nothing that waited is sent after ${what}`, () => {
    const { rig, ask } = holder();
    assert.ok(ask(host(4)).some(isBundles));
    rig.sent = [];
    rig.handle(input);
    rig.pass(100);
    assert.equal(rig.sent.filter(isBundles).length, 0);
  });
}
