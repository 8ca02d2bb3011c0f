// When a question is asked again: not before its answer can have come.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Context } from "../../../node/core/context.ts";
import { NetState } from "../../../node/net/net-state.ts";
import { Questions } from "../../../node/net/questions.ts";
import { keyedHashCrypto } from "../../../node/testing/crypto.ts";
import { Address } from "../../../wire/address.ts";
import { DEFAULT_DATAGRAM_BYTES } from "../../../wire/limits.ts";
import { seeded } from "../sync/fixtures.ts";

const PEER = Address.of("192.0.2.1", 6_421)!;
const MAX_FLOWS = 256;
const LONG_MS = 20_000;

/** Pauses between the sendings of one question to a peer whose answers took so long, and until it is given up. */
function pauses(rttMs?: number): number[] {
  const datagramBytes = DEFAULT_DATAGRAM_BYTES;
  const ctx = new Context({ crypto: keyedHashCrypto(), random: seeded(1), datagramBytes });
  const netState = new NetState(ctx, { maxFlows: MAX_FLOWS, maxRate: {} });
  netState.setNetworks([], [{ via: 0, family: 4, port: 6_421 }]);
  // So often that the variance is gone.
  const times = rttMs === undefined ? 0 : 100;
  for (let i = 0; i < times; i += 1) netState.paths.of(PEER).roundTrip.answered(rttMs!, false, i);
  const questions = new Questions(ctx, netState.noOverlay, netState);
  const moments: number[] = [];
  const unanswered = (): number => moments.push(ctx.now);
  questions.ask({ to: PEER, via: 0, answered: () => assert.fail(), unanswered });
  for (let now = 0; now < LONG_MS; now += 1) {
    ctx.advance({ now, wall: 0 });
    ctx.timers.run(now);
    for (let effect = ctx.take(); effect !== undefined; effect = ctx.take()) moments.push(now);
  }
  return moments.slice(1).map((moment, i) => moment - moments[i]!);
}

test("a question is asked again after the planned pauses on a path that is short or not known", () => {
  const planned = [250, 500, 1_000, 1_000];
  assert.deepEqual(pauses(), planned);
  assert.deepEqual(pauses(1), planned);
});

test("on a long path it is not asked again before its answer can have come", () => {
  const [first, ...others] = pauses(300);
  assert.ok(first! >= 300 && first! < 310, `${first} ms`);
  assert.deepEqual(others, [500, 1_000, 1_000]);
  for (const pauseMs of pauses(1_200)) assert.ok(pauseMs >= 1_200, `${pauseMs} ms`);
});
