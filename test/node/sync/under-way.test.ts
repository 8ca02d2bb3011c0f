// What sessions say is under way on a path, whatever happens to them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Context } from "../../../node/core/context.ts";
import { Downlink } from "../../../node/net/downlink.ts";
import { Path } from "../../../node/net/paths.ts";
import { keyedHashCrypto } from "../../../node/testing/crypto.ts";
import { Backlog } from "../../../node/sync/backlog.ts";
import { EVERYWHERE, rangeOf } from "../../../node/sync/cursor/stretches.ts";
import { everything } from "../../../node/sync/subset.ts";
import { Session } from "../../../node/sync/sync-session.ts";
import { Address } from "../../../wire/address.ts";
import { DEFAULT_DATAGRAM_BYTES, MAX_SENT_MS } from "../../../wire/limits.ts";
import type { Offer } from "../../../wire/message.ts";
import { seeded } from "./fixtures.ts";

const RUNS = 100;
/** Nothing takes longer, and a busy moment. */
const ALL_OVER_MS = 31_000;

test("nothing is under way when all sessions are over, and no alarm is left", () => {
  for (let run = 0; run < RUNS; run += 1) {
    const random = seeded(run);
    const datagramBytes = DEFAULT_DATAGRAM_BYTES;
    const ctx = new Context({ crypto: keyedHashCrypto(), random, datagramBytes });
    const path = new Path(new Downlink(Infinity));
    const open = new Set<Session>();
    const all: Session[] = [];
    const begin = (): void => {
      const bytes = 1 + random.below(200_000);
      const ranges = EVERYWHERE.map(rangeOf);
      const cursor: Offer = { kind: "cursor", subset: everything(9), ranges, bytes };
      const symbols = new Uint8Array(240);
      const sketch: Offer = { kind: "sketch", subset: everything(9), epoch: 0, count: 0, symbols };
      const session = new Session({
        ctx,
        peer: Address.of("192.0.2.1", 1)!,
        identifier: random.bytes(8),
        offer: random.below(2) === 0 ? cursor : sketch,
        path,
        lane: "all",
        backlog: new Backlog(() => undefined),
        isOnlySource: false,
        finished: (over) => assert.ok(open.delete(over), "it is over once"),
        missed: () => undefined,
        isDoubted: () => false,
      });
      open.add(session);
      all.push(session);
    };
    for (let step = 0; step < 200; step += 1) {
      ctx.advance({ now: ctx.now + random.below(60), wall: 0 });
      ctx.timers.run(ctx.now);
      if (random.below(4) === 0) begin();
      // Some that are over are told of what comes late.
      const session = all[random.below(all.length)];
      if (session === undefined) continue;
      const number = random.below(60);
      const sentMs = random.below(MAX_SENT_MS);
      switch (random.below(7)) {
        case 0:
          session.answered({ datagrams: random.below(50), more: random.below(2) === 0 });
          break;
        case 1:
          session.overtaken();
          break;
        case 2:
          session.pending();
          session.settled(random.below(2) === 0);
          break;
        case 3:
          if (open.delete(session)) session.abandon();
          break;
        default:
          session.datagramArrived({ number, sentMs, bytes: 1_232 }, undefined);
      }
      assert.ok(path.underWay >= 0, `run ${run}: ${path.underWay} bytes under way`);
    }
    ctx.advance({ now: ctx.now + ALL_OVER_MS, wall: 0 });
    ctx.timers.run(ctx.now);
    ctx.advance({ now: ctx.now + ALL_OVER_MS, wall: 0 });
    ctx.timers.run(ctx.now);
    assert.equal(open.size, 0, `run ${run}: all are over`);
    assert.equal(path.underWay, 0, `run ${run}: nothing is under way`);
    assert.equal(ctx.timers.deadline(), Infinity, `run ${run}: no alarm is left`);
  }
});
