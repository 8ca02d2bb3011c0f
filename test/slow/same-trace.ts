// Proves that a seed stands for one run: plays 1,000 worlds with faults (or as many as the first argument says, from
// the second on), each twice, and prints a hash over all of them, to be compared between versions of Node.
import { TraceDigest } from "../../node/record/digest.ts";
import { runFaults } from "../../bench/sim/faults.ts";
import { utf8 } from "../../wire/bytes.ts";

const seeds = Number(process.argv[2] ?? 1_000);
const first = Number(process.argv[3] ?? 1);
const REPORT_EVERY = 50;

const all = new TraceDigest();
const different: number[] = [];
for (let seed = first; seed < first + seeds; seed++) {
  const [once, again] = [runFaults(seed).digest, runFaults(seed).digest];
  if (once !== again) different.push(seed);
  all.bytes(utf8(once));
  const done = seed - first + 1;
  if (done % REPORT_EVERY === 0) console.error(`${done} of ${seeds}`);
}
const same = seeds - different.length;
console.log(`Node ${process.version}: ${same} of ${seeds} the same; hash of all: ${all.value}`);
if (different.length > 0) {
  console.error(`different: ${different.join(", ")}`);
  process.exitCode = 1;
}
