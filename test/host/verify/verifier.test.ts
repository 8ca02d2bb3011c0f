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
  const verifier = new Verifier(async (checks) => {
    flying += checks.length;
    most = Math.max(most, flying);
    // Checks end in another order than they began in.
    for (let i = 0; i <= checks.length % 3; i++) await new Promise((done) => setImmediate(done));
    flying -= checks.length;
    return checks.map(({ message }) => message[1]! % 3 === 0);
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

test("checks that fail to run count as invalid and block nobody", async () => {
  const answers: boolean[][] = [];
  const verifier = new Verifier(async (checks) => {
    if (checks.some(({ message }) => message[1] === 1)) throw new Error("out of memory");
    return checks.map(() => true);
  });
  verifier.add([check(0), check(1)], (valid) => answers.push(valid));
  verifier.add([check(3)], (valid) => answers.push(valid));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(answers, [[false, false], [true]]);
});

test("jobs are answered in the order in which they came", async () => {
  const ends: (() => void)[] = [];
  const answers: number[] = [];
  const verifier = new Verifier((checks) => {
    return new Promise((done) => ends.push(() => done(checks.map(() => true))));
  });
  for (let job = 0; job < 3; job++) verifier.add([check(job)], () => answers.push(job));
  verifier.add([], () => answers.push(3));
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  for (const job of [2, 1]) ends[job]!();
  await turn();
  assert.deepEqual(answers, [], "the first one is still being checked");
  ends[0]!();
  await turn();
  assert.deepEqual(answers, [0, 1, 2, 3]);
});
