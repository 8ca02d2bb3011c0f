import assert from "node:assert/strict";
import { test } from "node:test";
import { keyedHashCrypto } from "../../../node/testing/crypto.ts";
import { Context } from "../../../node/core/context.ts";
import {
  Outbox,
  PATH_QUEUE_BYTES,
  PATH_TURN_BYTES,
  QUEUE_BYTES,
  TURN_BYTES,
} from "../../../node/net/outbox.ts";
import { Instance } from "../../../node/net/instance.ts";
import { Scope } from "../../../node/net/scope.ts";
import { Paths } from "../../../node/net/paths.ts";
import { Transports } from "../../../node/net/transports.ts";
import { Address } from "../../../wire/address.ts";
import { DEFAULT_DATAGRAM_BYTES, OVERLAY_ID_BYTES } from "../../../wire/limits.ts";
import type { BundlesMessage } from "../../../wire/message.ts";
import { fakeBundle, seeded } from "../sync/fixtures.ts";

/** TAIL_SLACK_MS of node/sync/sync-session.ts, less a busy loop's share. */
const PATIENT_TURNS = 50;

interface Left {
  to: string;
  via: number;
  bytes: number;
  atMs: number;
}

class Desk {
  readonly ctx = new Context({
    crypto: keyedHashCrypto(),
    random: seeded(1),
    datagramBytes: DEFAULT_DATAGRAM_BYTES,
  });
  readonly outbox: Outbox;
  readonly transports = new Transports(DEFAULT_DATAGRAM_BYTES);
  readonly scope: Scope;
  readonly left: Left[] = [];

  constructor(maxUp?: number) {
    this.outbox = new Outbox(this.ctx, maxUp);
    this.scope = this.newScope(1);
  }

  newScope(name: number): Scope {
    const id = new Uint8Array(OVERLAY_ID_BYTES).fill(name);
    const { ctx, outbox, transports } = this;
    const instance = new Instance(ctx);
    const paths = new Paths(Infinity);
    return new Scope({ ctx, outbox, transports, paths, id, instance, isTracker: () => false });
  }

  /** Lets one more moment come, with what is due in it. */
  turn(): Left[] {
    this.ctx.advance({ now: this.ctx.now + 1, wall: 0 });
    this.ctx.timers.run(this.ctx.now);
    return this.drain();
  }

  drain(): Left[] {
    const left: Left[] = [];
    for (let effect = this.ctx.take(); effect !== undefined; effect = this.ctx.take()) {
      if (effect.kind !== "send") continue;
      const { to, via, bytes } = effect;
      left.push({ to: to.key, via, bytes: bytes.length, atMs: this.ctx.now });
    }
    this.left.push(...left);
    return left;
  }

  /** All that is left, turn by turn. */
  *turns(): Generator<Left[]> {
    for (let left = this.drain(); left.length > 0; left = this.turn()) yield left;
  }
}

const random = seeded(2);
/** Bundles of at least so many bytes, four in a datagram. */
function answer(bytes: number): BundlesMessage[] {
  const body = new Uint8Array(180);
  const bundles = Array.from({ length: 4 }, () => ({ ...fakeBundle(1, random), body }));
  const message: BundlesMessage = { kind: "bundles", identifier: new Uint8Array(8), bundles };
  return Array.from({ length: Math.ceil(bytes / 1_000) }, () => message);
}

/** By so much what is queued may pass the room for it. */
const DATAGRAM = 1_300;

/** In an address group of its own. */
function host(index: number): Address {
  return Address.of(`20.${index}.1.1`, 6_421)!;
}

function peer(index: number): Address {
  return Address.of(`192.0.2.${index}`, 6_421)!;
}

const total = (left: Left[]): number => left.reduce((sum, { bytes }) => sum + bytes, 0);

test("one address gets at most 32 KiB in a turn, and all that was queued in the end", () => {
  const desk = new Desk();
  const messages = answer(128 * 1024);
  desk.scope.queue(peer(1), 3, messages);
  const bursts = [...desk.turns()].map(total);
  assert.ok(bursts.length >= 4, `${bursts.length} turns`);
  assert.ok(Math.max(...bursts) <= PATH_TURN_BYTES, `${Math.max(...bursts)} bytes`);
  // Nothing is wasted: only the room that no whole datagram fits into.
  assert.ok(bursts[0]! > PATH_TURN_BYTES - 2 * DEFAULT_DATAGRAM_BYTES);
  assert.equal(desk.left.length, messages.length);
  assert.ok(desk.left.every(({ via }) => via === 3));
  assert.equal(desk.outbox.queuedBytes, 0);
  assert.equal(desk.ctx.timers.deadline(), Infinity, "nothing to do, so no alarm");
});

test("answers queued one after another in the same moment share its 32 KiB", () => {
  const desk = new Desk();
  for (let i = 0; i < 8; i += 1) desk.scope.queue(peer(1), 0, answer(10 * 1024));
  assert.ok(total(desk.drain()) <= PATH_TURN_BYTES);
  assert.ok(total(desk.turn()) <= PATH_TURN_BYTES);
});

test("a short answer does not wait behind a long one to somebody else", () => {
  const desk = new Desk();
  desk.scope.queue(peer(1), 0, answer(128 * 1024));
  desk.scope.queue(peer(2), 0, answer(4 * 1024));
  const first = desk.drain();
  assert.equal(first.filter(({ to }) => to === peer(2).key).length, 5);
  assert.ok(first.some(({ to }) => to === peer(1).key));
});

test("two addresses with as much to get are done at the same time", () => {
  const desk = new Desk();
  for (const index of [1, 2]) desk.scope.queue(peer(index), 0, answer(128 * 1024));
  for (const left of desk.turns()) {
    const shares = [1, 2].map((index) => total(left.filter(({ to }) => to === peer(index).key)));
    assert.ok(Math.abs(shares[0]! - shares[1]!) <= 2 * DEFAULT_DATAGRAM_BYTES, shares.join(" "));
  }
});

test("all addresses together get at most 128 KiB in a turn, in turn", () => {
  const desk = new Desk();
  for (let index = 1; index <= 16; index += 1) {
    desk.scope.queue(peer(index), 0, answer(64 * 1024));
  }
  const bursts = [...desk.turns()];
  assert.ok(Math.max(...bursts.map(total)) <= TURN_BYTES);
  // The first four got their first share before the others came.
  const round = bursts.slice(1, 5).flatMap((left) => left.map(({ to }) => to));
  assert.equal(new Set(round).size, 16, "everybody was served before anybody was served again");
});

test("what keeps paths open leaves at once, whatever waits", () => {
  const desk = new Desk();
  desk.scope.queue(peer(1), 0, answer(128 * 1024));
  desk.drain();
  desk.scope.send(peer(1), 0, {
    kind: "puncture",
    nonce: new Uint8Array(8),
    instance: new Uint8Array(8),
  });
  const [puncture] = desk.drain();
  assert.ok(puncture!.bytes < 100);
  assert.ok(desk.outbox.queuedBytes > 0);
});

/** Queues for an address until it has its share; returns the bytes. */
function fill(desk: Desk, to: Address): number {
  const before = desk.outbox.queuedBytes;
  while (desk.scope.roomFor(to) > 0) desk.scope.queue(to, 0, answer(1));
  return desk.outbox.queuedBytes - before;
}

test("what waits is bounded, by address and in all, and leaves before anybody takes it for lost", () => {
  const desk = new Desk();
  for (let index = 1; index <= 8; index += 1) {
    assert.ok(fill(desk, host(index)) <= PATH_QUEUE_BYTES + DATAGRAM, "by address");
    assert.ok(desk.scope.roomFor(host(255)) > 0, "others leave room for whoever is next");
  }
  assert.ok(desk.outbox.queuedBytes < QUEUE_BYTES, "in all");
  assert.ok(desk.outbox.queuedBytes > QUEUE_BYTES / 2, "it is used");
  assert.ok([...desk.turns()].length <= PATIENT_TURNS, "nobody takes for lost what waits");
});

test("whoever names a slow rate, from many addresses of one group, fills half at most", () => {
  const desk = new Desk();
  for (let port = 1; port <= 100; port += 1) {
    const to = Address.of("192.0.2.1", port)!;
    desk.outbox.pace(to, 1);
    fill(desk, to);
  }
  assert.ok(desk.outbox.queuedBytes <= QUEUE_BYTES / 2 + DATAGRAM, "half");
  assert.ok(desk.scope.roomFor(host(1)) >= PATH_QUEUE_BYTES, "others have room");
});

test("an overlay that is left sends no more; others go on", () => {
  const desk = new Desk();
  const other = desk.newScope(2);
  desk.scope.queue(peer(1), 0, answer(100 * 1024));
  desk.scope.queue(peer(2), 0, answer(100 * 1024));
  other.queue(peer(1), 7, answer(10 * 1024));
  desk.drain();
  desk.scope.dropQueued();
  const left = [...desk.turns()].flat();
  // The turn that was planned finds only the other overlay's.
  const later = [...left, ...desk.turn()];
  assert.equal(later.length, answer(10 * 1024).length);
  assert.ok(later.every(({ via }) => via === 7));
  assert.equal(desk.outbox.queuedBytes, 0);
});

test("the user's limit holds for all overlays and addresses together, whose turn comes round", () => {
  const limit = 500_000;
  const desk = new Desk(limit);
  const scopes = [desk.scope, desk.newScope(2)];
  const peers = [1, 2, 3].map(peer);
  const numbered = answer(2_048).map((message, number) => ({ ...message, number, sentMs: 0 }));
  const seconds = 4;
  for (let ms = 0; ms < seconds * 1_000; ms += 1) {
    for (const scope of scopes) {
      // Who asks just when there is room again is served.
      for (const to of [...peers.slice(ms % 3), ...peers.slice(0, ms % 3)]) {
        if (desk.outbox.roomFor(to) <= 0) continue;
        // What is new, and answers.
        scope.queue(to, 0, answer(1_024));
        scope.queue(to, 0, numbered);
      }
    }
    desk.turn();
  }
  const share = total(desk.left) / (seconds * limit);
  assert.ok(share > 0.9 && share < 1.1, `${share.toFixed(2)} of the limit`);
  for (const { key } of peers) {
    const own = total(desk.left.filter(({ to }) => to === key)) / total(desk.left);
    assert.ok(own > 0.25 && own < 0.42, `a third each: ${own.toFixed(2)}`);
  }
});

test("with a limit, an answer is no larger than what leaves before it is taken for lost", () => {
  const limit = 100_000;
  const desk = new Desk(limit);
  assert.ok(desk.outbox.roomFor(peer(1)) < limit * 0.75);
  desk.scope.queue(peer(1), 0, answer(desk.outbox.roomFor(peer(1))));
  assert.equal(desk.outbox.roomFor(peer(2)), 0, "no crumbs for others");
  desk.ctx.advance({ now: 300, wall: 0 });
  for (let ms = 0; ms < 300; ms += 1) desk.turn();
  assert.ok(desk.outbox.roomFor(peer(2)) > 0);
});
