import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { fromBase64, toBase64 } from "../../wire/base64.ts";
import { allocate, compareBytes, fromHex, startToHex, toHex } from "../../wire/bytes.ts";

test("hexadecimal text, short and long, there and back", () => {
  for (const length of [0, 1, 7, 8, 9, 31, 32, 33, 200]) {
    const whole = Uint8Array.from({ length: length + 5 }, (_, i) => (i * 97 + 11) & 255);
    const bytes = whole.subarray(3, 3 + length);
    const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    assert.equal(toHex(bytes), text);
    assert.equal(startToHex(whole.subarray(3), length), text);
    assert.deepEqual(fromHex(text, length), Uint8Array.from(bytes));
    assert.deepEqual(fromHex(text.toUpperCase(), length), Uint8Array.from(bytes));
  }
});

test("what is not hexadecimal of just that length is refused", () => {
  assert.equal(fromHex("abc", 1), undefined);
  assert.equal(fromHex("abcd", 1), undefined);
  for (const text of ["g0", "0g", "0:", " 0", "-1", "0\u0130", "\u{1f600}"]) {
    assert.equal(fromHex(text, 1), undefined, text);
  }
});

/** Equal ones and beginnings of each other among them. */
const someBytes = fc.uint8Array({ maxLength: 40 });

test("byte strings are ordered as Node orders them", () => {
  const close = fc.uint8Array({ max: 1, maxLength: 5 });
  const pair = fc.oneof(fc.tuple(close, close), fc.tuple(someBytes, someBytes));
  fc.assert(
    fc.property(pair, ([a, b]) => {
      assert.equal(Math.sign(compareBytes(a, b)), Buffer.compare(a, b));
    }),
    { seed: 8, numRuns: 2_000 },
  );
});

test("what is allocated is zeroes that nobody else has", () => {
  const lengths = [0, 1, 20, 1_232, 1_472, 8_192, 8_193, 20_000];
  const parts = Array.from({ length: 100 }, (_, i) => allocate(lengths[i % lengths.length]!));
  parts.forEach((part, i) => {
    assert.equal(part.length, lengths[i % lengths.length]);
    assert.ok(
      part.every((byte) => byte === 0),
      `number ${i} is written by an earlier one`,
    );
    part.fill(i + 1);
  });
  parts.forEach((part, i) => {
    assert.ok(
      part.every((byte) => byte === i + 1),
      `number ${i} is written by a later one`,
    );
  });
});

test("Base64 is what Node writes, there and back", () => {
  fc.assert(
    fc.property(someBytes, (bytes) => {
      const text = toBase64(bytes);
      assert.equal(text, Buffer.from(bytes).toString("base64"));
      assert.deepEqual(fromBase64(text), bytes);
    }),
    { seed: 9, numRuns: 1_000 },
  );
});

test("what is not Base64 as it is written here is refused", () => {
  for (const text of ["A", "AA", "AAA", "A===", "====", "AA=A", "AAA-", "AA A", "AB==", "AAB="]) {
    assert.equal(fromBase64(text), undefined, text);
  }
});
