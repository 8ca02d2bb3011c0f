import assert from "node:assert/strict";
import { test } from "node:test";
import { halfSipHash } from "../../../node/sets/siphash.ts";
import { toHex } from "../../../wire/bytes.ts";
import { seeded } from "../sync/fixtures.ts";

/** Outputs of the reference code for the inputs 00, 00 01, ..., under the key 00 01 .. 07, by input length. */
const VECTORS = new Map([
  [0, "218d1f59b9b83cc8"],
  [1, "be552412f8387315"],
  [2, "064f39ef7c50eb57"],
  [3, "ce0f1a45f7060679"],
  [4, "d5e78a175be52ea1"],
  [8, "edfee820bce4858c"],
  [15, "217d0bcb4e81c902"],
  [16, "7336aad25f7bf3b5"],
]);

/** HalfSipHash-2-4 as the paper writes it, in big integers, for any length. */
function slow(key: Uint8Array, data: Uint8Array): Uint8Array {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, by: bigint): bigint => ((x << by) | (x >> (32n - by))) & mask;
  const little = (bytes: Uint8Array): bigint =>
    bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const [k0, k1] = [little(key.subarray(0, 4)), little(key.subarray(4, 8))];
  const v = [k0, k1 ^ 0xeen, 0x6c796765n ^ k0, 0x74656462n ^ k1] as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const rounds = (count: number): void => {
    for (let i = 0; i < count; i += 1) {
      v[0] = (v[0] + v[1]) & mask;
      v[2] = (v[2] + v[3]) & mask;
      v[1] = rotate(v[1], 5n) ^ v[0];
      v[3] = rotate(v[3], 8n) ^ v[2];
      v[0] = rotate(v[0], 16n);
      v[0] = (v[0] + v[3]) & mask;
      v[2] = (v[2] + v[1]) & mask;
      v[3] = rotate(v[3], 7n) ^ v[0];
      v[1] = rotate(v[1], 13n) ^ v[2];
      v[2] = rotate(v[2], 16n);
    }
  };
  const whole = data.length - (data.length % 4);
  const words: bigint[] = [];
  for (let i = 0; i < whole; i += 4) words.push(little(data.subarray(i, i + 4)));
  words.push((BigInt(data.length % 256) << 24n) | little(data.subarray(whole)));
  for (const word of words) {
    v[3] ^= word;
    rounds(2);
    v[0] ^= word;
  }
  const halves: bigint[] = [];
  v[2] ^= 0xeen;
  rounds(4);
  halves.push(v[1] ^ v[3]);
  v[1] ^= 0xddn;
  rounds(4);
  halves.push(v[1] ^ v[3]);
  const out = new Uint8Array(8);
  halves.forEach((half, i) => new DataView(out.buffer).setUint32(i * 4, Number(half), true));
  return out;
}

function fast(key: Uint8Array, data: Uint8Array): Uint8Array {
  const word = (bytes: Uint8Array, i: number): number =>
    new DataView(bytes.buffer, bytes.byteOffset).getUint32(i * 4, true);
  const hash = new Uint32Array(2);
  const [w0, w1, w2, w3] = [0, 1, 2, 3].map((i) => word(data, i)) as [
    number,
    number,
    number,
    number,
  ];
  halfSipHash(word(key, 0), word(key, 1), w0, w1, w2, w3, hash);
  const out = new Uint8Array(8);
  hash.forEach((half, i) => new DataView(out.buffer).setUint32(i * 4, half, true));
  return out;
}

const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);

test("agrees with the reference vector for 16 bytes", () => {
  assert.equal(toHex(fast(counting(8), counting(16))), VECTORS.get(16));
});

test("agrees with a slow implementation that agrees with the reference vectors", () => {
  for (const [length, expected] of VECTORS) {
    assert.equal(toHex(slow(counting(8), counting(length))), expected, `length ${length}`);
  }
  const random = seeded(1);
  for (let i = 0; i < 1_000; i += 1) {
    const key = random.bytes(8);
    const data = random.bytes(16);
    assert.equal(toHex(fast(key, data)), toHex(slow(key, data)));
  }
});

test("negative and unsigned forms of a word are the same word", () => {
  const a = new Uint32Array(2);
  const b = new Uint32Array(2);
  halfSipHash(0xffffffff, 0x80000000, 0xdeadbeef, 0x80000001, 5, 0xffffffff, a);
  halfSipHash(-1, 0x80000000 | 0, 0xdeadbeef | 0, 0x80000001 | 0, 5, -1, b);
  assert.deepEqual(a, b);
});
