// What is for the moment, where more comes than can be remembered.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ephemeral } from "../../../node/bundles/ephemeral.ts";
import type { Policy } from "../../../node/bundles/policy.ts";
import type { Writer } from "../../../node/bundles/writer.ts";
import { Context } from "../../../node/core/context.ts";
import type { Intents } from "../../../node/core/intents.ts";
import { keyedHashCrypto } from "../../../node/testing/crypto.ts";
import type { Bundle } from "../../../wire/bundle.ts";
import { DEFAULT_DATAGRAM_BYTES } from "../../../wire/limits.ts";
import { host } from "../../hostile/rig.ts";
import { seeded } from "../sync/fixtures.ts";

const WALL_MS = 1_800_000_000_000;
/** Of one author, at once. */
const BURST = 40;
/** In so many seconds: more than is remembered, and as many as are told apart from what may be forgotten. */
const FLOOD = 70_000;
const FLOOD_S = 78;
const FROM = host(1);

function started() {
  const crypto = keyedHashCrypto();
  const ctx = new Context({ crypto, random: seeded(1), datagramBytes: DEFAULT_DATAGRAM_BYTES });
  const policy = { judge: () => "admit" } as unknown as Policy;
  const intents: Intents = [];
  const ephemeral = new Ephemeral({ ctx, policy, writer: {} as Writer, intents, isOn: true });
  let now = 0;
  const pass = (ms: number): void => {
    now += ms;
    ctx.advance({ now, wall: WALL_MS + now });
  };
  pass(0);
  return { ephemeral, pass, ctx };
}

/** As much of a bundle as is looked at. */
function message(number: number, wallMs: number, inS = 60): Bundle {
  const author = Buffer.alloc(32);
  author.writeUInt32BE(Math.floor(number / BURST));
  const header = { content: { kind: "ephemeral" }, expires: Math.floor(wallMs / 1_000) + inS };
  return { key: `${number}`, author, body: new Uint8Array(1), header } as unknown as Bundle;
}

test("a message that made room for a flood by many is not taken again, and what is new still is", () => {
  const { ephemeral, pass, ctx } = started();
  const first = message(0, ctx.wall);
  assert.equal(ephemeral.accept(first, FROM), undefined);
  assert.equal(ephemeral.accept(first, FROM), "duplicate");
  for (let i = 1; i <= FLOOD; i++) {
    if (i % Math.floor(FLOOD / FLOOD_S) === 0) pass(1_000);
    const refusal = ephemeral.accept(message(i * BURST, ctx.wall), FROM);
    assert.equal(refusal, undefined, `message ${i} of a flood, each by another author`);
  }
  assert.equal(
    ephemeral.accept(first, FROM),
    "ephemeral-rate",
    "by clocks that are behind it still lives",
  );
  assert.equal(ephemeral.refuses(first, { from: FROM, isAsked: false }), "ephemeral-rate");
  assert.equal(ephemeral.accept(message(1, ctx.wall), FROM), undefined, "who speaks now is heard");
});

test("where little comes nothing is refused for what may have been forgotten", () => {
  const { ephemeral, pass, ctx } = started();
  for (let i = 0; i < 600; i++) {
    pass(1_000);
    const briefly = message(i * BURST, ctx.wall, (i % 115) - 28);
    assert.equal(ephemeral.accept(briefly, FROM), undefined, `after ${i} s`);
  }
});
