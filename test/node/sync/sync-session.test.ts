import assert from "node:assert/strict";
import { test } from "node:test";
import { keyedHashCrypto } from "../../../node/testing/crypto.ts";
import { Context } from "../../../node/core/context.ts";
import { Downlink } from "../../../node/net/downlink.ts";
import { Path } from "../../../node/net/paths.ts";
import { Backlog } from "../../../node/sync/backlog.ts";
import { EVERYWHERE, rangeOf } from "../../../node/sync/cursor/stretches.ts";
import { Session } from "../../../node/sync/sync-session.ts";
import { everything } from "../../../node/sync/subset.ts";
import { Address } from "../../../wire/address.ts";
import { DEFAULT_DATAGRAM_BYTES } from "../../../wire/limits.ts";
import type { Offer } from "../../../wire/message.ts";
import { seeded } from "./fixtures.ts";

const SKETCH: Offer = {
  kind: "sketch",
  subset: everything(100),
  epoch: 0,
  count: 0,
  symbols: new Uint8Array(240),
};
const ranges = EVERYWHERE.map(rangeOf);
const CURSOR: Offer = { kind: "cursor", subset: everything(100), ranges, bytes: 1_000 };

function sessionOf(
  offer: Offer,
  path = new Path(new Downlink(Infinity)),
): { session: Session; isFinished: () => boolean } {
  const datagramBytes = DEFAULT_DATAGRAM_BYTES;
  const ctx = new Context({ crypto: keyedHashCrypto(), random: seeded(1), datagramBytes });
  let isFinished = false;
  const session = new Session({
    ctx,
    peer: Address.of("192.0.2.1", 1)!,
    identifier: new Uint8Array(8),
    offer,
    path,
    lane: "all",
    backlog: new Backlog(() => undefined),
    isOnlySource: false,
    finished: () => (isFinished = true),
    missed: () => undefined,
    isDoubted: () => false,
  });
  return { session, isFinished: () => isFinished };
}

/** One datagram of three bundles, all that was announced. */
function bring(session: Session): void {
  session.answered({ datagrams: 1, more: false });
  for (let i = 0; i < 3; i += 1) session.pending();
  datagram(session, 0);
}

function datagram(session: Session, number: number): void {
  session.datagramArrived({ number, sentMs: 0, bytes: 1_000 }, undefined);
}

test("an offer has been answered when what came is on disk", () => {
  const { session, isFinished } = sessionOf(SKETCH);
  bring(session);
  assert.ok(!isFinished());
  for (let i = 0; i < 3; i += 1) session.settled(i > 0);
  assert.ok(isFinished());
  assert.equal(session.stored, 2);
});

test("the next part of everything need not wait for the disk", () => {
  const { session, isFinished } = sessionOf(CURSOR);
  bring(session);
  assert.ok(isFinished());
  assert.ok(session.hasPaid);
});

test("a datagram that comes twice counts once", () => {
  const { session, isFinished } = sessionOf(CURSOR);
  session.answered({ datagrams: 2, more: false });
  for (let i = 0; i < 3; i += 1) datagram(session, 1);
  assert.ok(!isFinished());
  assert.equal(session.receivedBytes, 1_000);
});

test("nothing is over before everything announced came", () => {
  const { session, isFinished } = sessionOf(CURSOR);
  session.answered({ datagrams: 2, more: false });
  datagram(session, 0);
  assert.ok(!isFinished());
  datagram(session, 1);
  assert.ok(isFinished());
  assert.ok(!session.hasPaid);
});

test("answers that did not come are no reason to wait for long once half of one has come", () => {
  const path = new Path(new Downlink(Infinity));
  path.stalls = 3;
  const { session, isFinished } = sessionOf(CURSOR, path);
  session.answered({ datagrams: 20, more: false });
  for (let number = 0; number < 9; number += 1) datagram(session, number);
  assert.equal(path.stalls, 3, "less than half may be lost by more than the line");
  assert.ok(session.isStalled, "less than half");
  datagram(session, 9);
  assert.equal(path.stalls, 0, "half of it: the peer answers");
  assert.ok(!session.isStalled && !isFinished(), "the rest is waited for");
});

test("a sketch was in vain when its whole difference came and nothing of it was stored", () => {
  const outcomes: [more: boolean, received: number, stored: boolean, vain: boolean, coming?: 1][] =
    [
      [false, 1, false, true],
      [false, 1, false, false, 1],
      [false, 1, true, false],
      [false, 0, false, false],
      [true, 1, false, false],
    ];
  for (const [more, received, stored, vain, coming] of outcomes) {
    const { session } = sessionOf(SKETCH);
    session.answered({ datagrams: 1, more, ...(coming && { coming }) });
    session.pending();
    if (received > 0) datagram(session, 0);
    session.settled(stored);
    assert.equal(session.yieldedNothing, vain);
  }
});
