// What check-threads.test.ts runs as a user who may start no further thread. Not a test.
import { execFileSync } from "node:child_process";
import { CheckThreads } from "../../node/host/verify/check-threads.ts";
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";

const secret = new Uint8Array(32).fill(1);
const message = new Uint8Array(100);
const publicKey = nativeCrypto.publicKey(secret);
const signature = nativeCrypto.sign(message, secret);

execFileSync("prlimit", ["--pid", `${process.pid}`, "--nproc=1"]);
const threads = new CheckThreads();
const checks = Array.from({ length: 100 }, (_, i) => {
  return { publicKey, message: i % 2 === 0 ? message : new Uint8Array(1), signature };
});
const valid = (await threads.check(checks)).filter(Boolean).length;
process.stdout.write(`${valid} of ${checks.length} are valid\n`);
