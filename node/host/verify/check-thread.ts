import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { type CheckBatch, unpackChecks } from "./check-batch.ts";
import { fastestCrypto } from "./sodium.ts";

/*
 * A thread of `check-threads.ts`: takes batches of signature checks, answers each with one byte per check, 1 when it is
 * valid.
 */

/** The event loop comes first: what it does not read in time is lost. */
const NICE = 5;

try {
  // On Linux this is the thread's own priority, elsewhere the whole process's.
  if (process.platform === "linux") setPriority(NICE);
} catch {
  // A hardened service may not: then the thread goes without.
}

const { verify } = fastestCrypto();

parentPort!.on("message", (batch: CheckBatch) => {
  const checks = unpackChecks(batch);
  const valid = checks.map(({ signature, message, publicKey }) => {
    return Number(verify(signature, message, publicKey));
  });
  parentPort!.postMessage(Uint8Array.from(valid));
});
