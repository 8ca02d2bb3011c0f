/*
 * Compares native and reference verification on many adversarial signatures:
 *
 *   node --import tsx test/slow/signature-agreement.ts [COUNT] [SEED]
 *
 * Prints one line to stdout, progress to stderr, and exits 1 when any verdict differs from the other
 * implementation's or from the rule.
 */
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { nativeCrypto, selfTest } from "../../node/host/verify/native-crypto.ts";
import { toHex } from "../../wire/bytes.ts";
import { referenceCrypto } from "../../wire/reference-crypto.ts";
import { AdversarialSignatures, KINDS, type Sample } from "../wire/adversarial-signatures.ts";

const DEFAULT_COUNT = 100_000;
const REPORT_EVERY = 1_000;
/** Third argument of the processes that share the work. */
const PART = "part";

interface Task {
  seed: number;
  count: number;
}

/** What one process reports: numbers per kind since its last report, and what went wrong. */
interface Report {
  checked: number;
  accepted: Record<string, number>;
  rejected: Record<string, number>;
  differences: string[];
}

function emptyReport(): Report {
  return { checked: 0, accepted: {}, rejected: {}, differences: [] };
}

function check(sample: Sample, report: Report): void {
  const { kind, signature, message, publicKey, valid } = sample;
  const native = nativeCrypto.verify(signature, message, publicKey);
  const reference = referenceCrypto.verify(signature, message, publicKey);
  const verdicts = native ? report.accepted : report.rejected;
  verdicts[kind] = (verdicts[kind] ?? 0) + 1;
  report.checked++;
  if (native === valid && reference === valid) return;
  const bytes = [publicKey, message, signature].map(toHex).join(" ");
  report.differences.push(
    `${kind}: native ${native} reference ${reference} rule ${valid} ${bytes}`,
  );
}

function work({ seed, count }: Task, send: (report: Report) => void): void {
  let report = emptyReport();
  for (const sample of new AdversarialSignatures(seed).take(count)) {
    check(sample, report);
    if (report.checked < REPORT_EVERY) continue;
    send(report);
    report = emptyReport();
  }
  send(report);
}

function add(total: Record<string, number>, more: Record<string, number>): void {
  for (const [kind, count] of Object.entries(more)) total[kind] = (total[kind] ?? 0) + count;
}

/** Works in a process of its own: threads would not get the loader of this file. */
function run({ seed, count }: Task, onReport: (report: Report) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [String(count), String(seed), PART]);
    child.on("message", (report) => onReport(report as Report));
    child.on("error", reject);
    child.on("close", () => resolve());
  });
}

async function main(count: number, seed: number): Promise<void> {
  selfTest();
  const total = emptyReport();
  const workers = availableParallelism();
  const share = (i: number): number =>
    Math.floor((count * (i + 1)) / workers) - Math.floor((count * i) / workers);
  const onReport = (report: Report): void => {
    total.checked += report.checked;
    add(total.accepted, report.accepted);
    add(total.rejected, report.rejected);
    total.differences.push(...report.differences);
    process.stderr.write(`\r${total.checked} of ${count}`);
  };
  const tasks = Array.from({ length: workers }, (_, i) => ({
    seed: seed * 1_000 + i,
    count: share(i),
  }));
  await Promise.all(tasks.map((task) => run(task, onReport)));
  process.stderr.write("\n");
  for (const difference of total.differences) process.stderr.write(`${difference}\n`);
  const kinds = KINDS.map(
    (kind) => `${kind} +${total.accepted[kind] ?? 0} -${total.rejected[kind] ?? 0}`,
  );
  process.stdout.write(
    `${process.version} seed ${seed}: ${total.checked} signatures, ${total.differences.length} differences ` +
      `(accepted + rejected -): ${kinds.join(", ")}\n`,
  );
  if (total.differences.length > 0 || total.checked !== count) process.exitCode = 1;
}

const [count = DEFAULT_COUNT, seed = 1] = process.argv.slice(2, 4).map(Number);
if (process.argv[4] === PART) {
  work({ seed, count }, (report) => process.send!(report));
  process.disconnect();
} else {
  await main(count, seed);
}
