import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isPackable, packChecks, unpackChecks } from "../../../node/host/verify/check-batch.ts";
import { CheckThreads } from "../../../node/host/verify/check-threads.ts";
import { nativeCrypto } from "../../../node/host/verify/native-crypto.ts";
import type { SignatureCheck } from "../../../node/core/effects.ts";

const secret = new Uint8Array(32).fill(1);

/** Each third one is wrong. */
function checkOf(i: number): SignatureCheck {
  const message = new Uint8Array(i).fill(i);
  const signature = nativeCrypto.sign(message, secret);
  if (i % 3 === 0) signature[40]! ^= 1;
  return { publicKey: nativeCrypto.publicKey(secret), message, signature };
}

const CHECKS = Array.from({ length: 200 }, (_, i) => checkOf(i));
const VERDICTS = CHECKS.map((_, i) => i % 3 !== 0);

test("a batch comes out as it went in", () => {
  const { bytes, lengths } = packChecks(CHECKS);
  assert.deepEqual(unpackChecks({ bytes, lengths }), CHECKS);
  assert.deepEqual(unpackChecks(packChecks([])), []);
  assert.ok(!isPackable({ ...CHECKS[0]!, publicKey: new Uint8Array(31) }));
  assert.ok(!isPackable({ ...CHECKS[0]!, signature: new Uint8Array(65) }));
});

test("each check gets its own verdict, however many there are", async () => {
  const threads = new CheckThreads(2);
  for (const size of [1, 200]) {
    assert.deepEqual(await threads.check(CHECKS.slice(0, size)), VERDICTS.slice(0, size));
  }
  const apart = await Promise.all(CHECKS.map((one) => threads.check([one])));
  assert.deepEqual(apart.flat(), VERDICTS, "asked one by one, they share batches");
  const short = { ...CHECKS[1]!, publicKey: new Uint8Array(3) };
  assert.deepEqual(await threads.check([short]), [false]);
  assert.deepEqual(await threads.check([short, CHECKS[1]!]), [false, true]);
  assert.deepEqual(await threads.check([]), []);
});

test("what a thread that fails had to check is checked all the same", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dispersy-threads-"));
  try {
    const file = join(folder, "broken.mjs");
    const starts = join(folder, "starts");
    const note = `import { appendFileSync } from "node:fs"; appendFileSync(${JSON.stringify(starts)}, "x");`;
    writeFileSync(file, `${note} throw new Error('no memory');`);
    const threads = new CheckThreads(2, pathToFileURL(file));
    for (let round = 0; round < 4; round++) {
      const verdicts = await threads.check(CHECKS);
      assert.deepEqual(verdicts, VERDICTS, "all are checked");
    }
    assert.ok(
      readFileSync(starts).length <= 2,
      "and each thread was tried once, not for each check",
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the first checks wait for no thread", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dispersy-threads-"));
  const checks = CHECKS.slice(0, 9);
  const verdictsAfter = (first: number): Promise<boolean[] | "none"> => {
    const file = join(folder, "silent.mjs");
    writeFileSync(file, "setTimeout(() => {}, 500);");
    const threads = new CheckThreads(1, pathToFileURL(file), first);
    const verdicts = threads.check(checks);
    // What needs no thread is there before the loop turns.
    const turn = new Promise<"none">((done) => setImmediate(() => done("none")));
    return Promise.race([verdicts, turn]);
  };
  try {
    assert.deepEqual(await verdictsAfter(9), VERDICTS.slice(0, 9), "all nine are checked here");
    assert.equal(await verdictsAfter(8), "none", "the ninth waits for a thread that never answers");
    assert.equal(await verdictsAfter(0), "none", "and so do all where none is made here");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("threads keep no process alive", { timeout: 20_000 }, () => {
  const module = new URL("../../../node/host/verify/check-threads.ts", import.meta.url).href;
  const check = `{ publicKey: new Uint8Array(32), message: new Uint8Array(1), signature: new Uint8Array(64) }`;
  const program = `import { CheckThreads } from "${module}"; console.log(await new CheckThreads(1, undefined, 0).check([${check}]));`;
  const words = ["--import", "tsx", "--input-type=module", "--eval", program];
  const { stdout, status } = spawnSync(process.execPath, words, { encoding: "utf8" });
  assert.deepEqual([stdout, status], ["[ false ]\n", 0]);
});

const AS_NOBODY = ["--reuid=65534", "--clear-groups", process.execPath];
const WITHOUT_THREADS = fileURLToPath(new URL("../without-threads.ts", import.meta.url));

/** Limits do not hold for root, and nobody may not be allowed to read this folder. */
function whyNotAsNobody(): string | false {
  if (process.geteuid?.() !== 0) return "needs root";
  const read = `require("node:fs").readFileSync(${JSON.stringify(WITHOUT_THREADS)})`;
  const { status } = spawnSync("setpriv", [...AS_NOBODY, "-e", read]);
  return status === 0 ? false : "needs setpriv, and a folder that everybody can read";
}

test(
  "signatures are checked all the same where the system gives no thread",
  { skip: whyNotAsNobody() },
  () => {
    const args = [...AS_NOBODY, "--import", "tsx", WITHOUT_THREADS];
    const { stdout, stderr } = spawnSync("setpriv", args, { encoding: "utf8" });
    assert.equal(stdout, "50 of 100 are valid\n", stderr);
  },
);
