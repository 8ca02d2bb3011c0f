import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, startToHex, toHex } from "../../wire/bytes.ts";

test("hexadecimal text, short and long, there and back", () => {
  for (const length of [0, 1, 7, 8, 9, 32]) {
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
