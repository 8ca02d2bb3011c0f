import assert from "node:assert/strict";
import { test } from "node:test";
import { Context } from "../../../node/core/context.ts";
import { Carry } from "../../../node/core/carry.ts";
import { nativeCrypto } from "../../../node/host/verify/native-crypto.ts";
import { Sealer, SENDER_LIFETIME_MS } from "../../../node/net/sealer.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import { toHex } from "../../../wire/bytes.ts";
import { encode } from "../../../wire/encode.ts";
import { DEFAULT_DATAGRAM_BYTES } from "../../../wire/limits.ts";
import { readSealed } from "../../../wire/sealed.ts";
import { bareRequest, OVERLAY } from "../../hostile/rig.ts";

const SECRET = new Uint8Array(32).fill(9);
const CLEAR = encode(OVERLAY, bareRequest());

function sealerOf(seed: number): { ctx: Context; sealer: Sealer } {
  const random = new SeededRandom(seed, "sealing");
  const datagramBytes = DEFAULT_DATAGRAM_BYTES;
  const ctx = new Context({ crypto: nativeCrypto, random, datagramBytes });
  return { ctx, sealer: new Sealer(ctx, OVERLAY, new Carry(nativeCrypto, SECRET)) };
}

test("no nonce twice under one key: 10^6 datagrams with restarts, resumes, hours and clones", () => {
  // What goes into the cipher is the pair of sender and counter: the key is a function of the sender.
  const seen = new Set<string>();
  const note = (sealed: Uint8Array): void => {
    const { sender, counter } = readSealed(sealed)!;
    seen.add(`${toHex(sender)} ${counter}`);
  };
  const short = CLEAR.subarray(0, 30);
  let sent = 0;
  const send = ({ sealer }: { sealer: Sealer }, count: number): void => {
    for (let i = 0; i < count; i += 1) note(sealer.seal(short));
    sent += count;
  };
  for (let run = 0; run < 40; run += 1) {
    // The same home on two machines, each with randomness of its own.
    const [one, two] = [sealerOf(2 * run), sealerOf(2 * run + 1)];
    send(one, 5_000);
    send(two, 5_000);
    one.ctx.advance({ now: SENDER_LIFETIME_MS, wall: 0 });
    send(one, 5_000);
    // Both go on from a snapshot: the engine draws the sender anew.
    one.sealer.renew();
    two.sealer.renew();
    send(one, 5_000);
    send(two, 5_000);
  }
  assert.equal(sent, 1_000_000);
  assert.equal(seen.size, sent);
});
