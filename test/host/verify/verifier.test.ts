import assert from "node:assert/strict";
import { test } from "node:test";
import { Verifier } from "../../../node/host/verify/verifier.ts";
import { until } from "../support.ts";

const check = (name: number) => {
  const bytes = new Uint8Array([name >> 8, name]);
  return { publicKey: bytes, message: bytes, signature: bytes };
};

test("at most 256 checks are in flight, and each job is answered once, in the order of its checks", async () => {
  let flying = 0;
  let most = 0;
  const answers = new Map<number, boolean[]>();
  const verifier = new Verifier(async ({ message }) => {
    most = Math.max(most, ++flying);
    // Checks end in another order than they began in.
    for (let i = 0; i <= message[1]! % 3; i++) await new Promise((done) => setImmediate(done));
    flying--;
    return message[1]! % 3 === 0;
  });
  const sizes = [1, 200, 3, 400, 0];
  sizes.forEach((size, job) => {
    const checks = Array.from({ length: size }, (_, i) => check(i));
    verifier.add(checks, (valid) => {
      assert.equal(answers.has(job), false);
      answers.set(job, valid);
    });
  });
  await until("all answers", () => answers.size === sizes.length);
  assert.equal(most, 256);
  assert.equal(verifier.inFlight, 0);
  sizes.forEach((size, job) => {
    const expected = Array.from({ length: size }, (_, i) => (i & 255) % 3 === 0);
    assert.deepEqual(answers.get(job), expected);
  });
});

test("a check that fails to run counts as invalid and blocks nobody", async () => {
  const answers: boolean[][] = [];
  const verifier = new Verifier(async ({ message }) => {
    if (message[1] === 1) throw new Error("out of memory");
    return true;
  });
  verifier.add([check(0), check(1), check(2)], (valid) => answers.push(valid));
  verifier.add([check(3)], (valid) => answers.push(valid));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    answers.sort((a, b) => b.length - a.length),
    [[true, false, true], [true]],
  );
});
