import assert from "node:assert/strict";
import { test } from "node:test";
import { Context } from "../../../node/core/context.ts";
import { Carry } from "../../../node/core/carry.ts";
import { nativeCrypto } from "../../../node/host/verify/native-crypto.ts";
import { Opener } from "../../../node/net/opener.ts";
import { Sealer } from "../../../node/net/sealer.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import { toHex } from "../../../wire/bytes.ts";
import { encode } from "../../../wire/encode.ts";
import { DEFAULT_DATAGRAM_BYTES } from "../../../wire/limits.ts";
import { isSealed, readSealed, SEALING_BYTES } from "../../../wire/sealed.ts";
import { dispersy } from "../../../wire/schema.js";
import { bareRequest, host, OVERLAY } from "../../hostile/rig.ts";

const FROM = host(0);
const SECRET = new Uint8Array(32).fill(9);
const CLEAR = encode(OVERLAY, bareRequest());
const PLAIN = CLEAR.subarray(22);

function contextOf(seed: number): Context {
  const random = new SeededRandom(seed, "sealing");
  return new Context({ crypto: nativeCrypto, random, datagramBytes: DEFAULT_DATAGRAM_BYTES });
}

function sealerOf(seed: number, secret = SECRET): { ctx: Context; sealer: Sealer } {
  const ctx = contextOf(seed);
  return { ctx, sealer: new Sealer(ctx, OVERLAY, new Carry(nativeCrypto, secret)) };
}

function openerOf(secret = SECRET): { ctx: Context; opener: Opener } {
  const ctx = contextOf(0);
  return { ctx, opener: new Opener(ctx, OVERLAY, new Carry(nativeCrypto, secret)) };
}

test("what is sealed is opened by who has the carry, and is 40 bytes longer", () => {
  const sealed = sealerOf(1).sealer.seal(CLEAR);
  assert.equal(SEALING_BYTES, 40);
  assert.equal(sealed.length, CLEAR.length + SEALING_BYTES);
  assert.ok(isSealed(sealed) && !isSealed(CLEAR));
  assert.deepEqual(openerOf().opener.open(sealed, FROM, true), PLAIN);
});

test("any protobuf tool reads the envelope", () => {
  const sealed = sealerOf(1).sealer.seal(CLEAR);
  const { overlay, sealed: envelope } = dispersy.Datagram.decode(sealed);
  const read = readSealed(sealed)!;
  assert.equal(toHex(overlay), toHex(OVERLAY));
  assert.equal(Buffer.from(envelope!.sender!.toBytesLE()).toString("hex"), toHex(read.sender));
  assert.equal(envelope!.counter, read.counter);
  assert.equal(envelope!.keyHint!.length, 2);
  assert.equal(toHex(envelope!.ciphertext!), toHex(read.ciphertext));
});

test("another carry, a byte altered, a datagram again: each has its name, and nothing is thrown", () => {
  const { sealer } = sealerOf(1);
  const sealed = sealer.seal(CLEAR);
  const { opener } = openerOf();
  const other = openerOf(new Uint8Array(32)).opener;
  assert.equal(other.open(sealed, FROM, true), "rejected: sealed under another key");
  const names = new Set<unknown>();
  for (let at = 22; at < sealed.length; at += 1) {
    const altered = sealed.slice();
    altered[at]! ^= 1;
    names.add(opener.open(altered, FROM, true));
  }
  assert.deepEqual(
    names,
    new Set([
      "rejected: sealed-malformed",
      "rejected: sealed under another key",
      "rejected: sealed and altered",
    ]),
  );
  for (let length = 0; length < sealed.length; length += 1) {
    assert.equal(opener.open(sealed.subarray(0, length), FROM, true), "rejected: sealed-malformed");
  }
  assert.deepEqual(opener.open(sealed, FROM, true), PLAIN);
  assert.equal(opener.open(sealed, FROM, true), "rejected: sealed datagram again");
  assert.deepEqual(opener.open(sealer.seal(CLEAR), FROM, true), PLAIN);
});

test("a head of another datagram does not fit a ciphertext", () => {
  const { sealer } = sealerOf(1);
  const [first, second] = [sealer.seal(CLEAR), sealer.seal(CLEAR)];
  const mixed = first.slice();
  mixed.set(readSealed(second)!.ciphertext, first.length - readSealed(second)!.ciphertext.length);
  assert.equal(openerOf().opener.open(mixed, FROM, true), "rejected: sealed and altered");
});

test("strangers' datagrams are opened up to a budget, others' beyond it; noise costs no cipher", () => {
  let opened = 0;
  const crypto = {
    ...nativeCrypto,
    open: (...parts: Parameters<typeof nativeCrypto.open>) => {
      opened += 1;
      return nativeCrypto.open(...parts);
    },
  };
  const ctx = new Context({ crypto, random: new SeededRandom(0, "x"), datagramBytes: 1_232 });
  const opener = new Opener(ctx, OVERLAY, new Carry(crypto, SECRET));
  const { sealer } = sealerOf(1);
  const random = new SeededRandom(7, "noise");
  for (let i = 0; i < 20_000; i += 1) {
    const noise = sealer.seal(CLEAR);
    noise.set(random.bytes(8), 30);
    opener.open(noise, FROM, false);
  }
  // The hint is right by chance once in 65,536.
  assert.ok(opened <= 5, `${opened} of 20,000`);
  let refused = 0;
  for (let i = 0; i < 10_000; i += 1) {
    if (opener.open(sealer.seal(CLEAR), FROM, false) === "gate: sealed") refused += 1;
  }
  assert.ok(refused >= 7_000, `${refused} refused`);
  assert.deepEqual(opener.open(sealer.seal(CLEAR), FROM, true), PLAIN);
});
