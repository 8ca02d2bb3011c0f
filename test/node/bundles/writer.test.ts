import assert from "node:assert/strict";
import { test } from "node:test";
import { Writer } from "../../../node/bundles/writer.ts";
import { Context } from "../../../node/core/context.ts";
import type { Bundle } from "../../../wire/bundle.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import { bundle, crypto, OVERLAY_HEX, storeOf } from "../../hostile/rig.ts";

const BULK_INTERVAL_MS = 10;

/** A writer whose commits end when the test says so. */
class Writing {
  readonly ctx = new Context({ crypto, random: new SeededRandom(1, "w"), datagramBytes: 1_232 });
  readonly writer = new Writer({
    ctx: this.ctx,
    overlay: OVERLAY_HEX,
    store: storeOf([]),
    storage: { isResting: false, worked: () => undefined },
  } as never);
  #time = 1;

  /** Bundles of others; those that are committed now. */
  receive(count: number): readonly Bundle[] {
    for (let i = 0; i < count; i++) this.writer.store(bundle(++this.#time), () => undefined);
    this.writer.flush();
    return this.committed();
  }

  at(now: number): readonly Bundle[] {
    this.ctx.now = now;
    this.ctx.timers.run(now);
    return this.committed();
  }

  committed(): readonly Bundle[] {
    const effect = this.ctx.take();
    if (effect?.kind !== "commit") return [];
    this.writer.commitEnded(effect.batch);
    return effect.add;
  }
}

test("in bulk a commit waits for enough, or a moment", () => {
  const writing = new Writing();
  assert.equal(writing.receive(20).length, 20, "the first waits for nothing");
  assert.equal(writing.receive(20).length, 0, "then bundles come in bulk");
  assert.equal(writing.at(BULK_INTERVAL_MS - 1).length, 0, "so it waits for more");
  assert.equal(writing.at(BULK_INTERVAL_MS).length, 20, "but not for long");
  assert.equal(writing.receive(200).length, 200, "enough are written at once");
});

test("where few come, none waits", () => {
  const writing = new Writing();
  for (let i = 0; i < 5; i++) assert.equal(writing.receive(3).length, 3, "each is written at once");
  assert.equal(writing.ctx.timers.deadline(), Infinity, "and nothing is planned");
});
