/*
 * A tracker and three nodes with the default settings, 10,000 lines of a real text, and a fourth node that joins when
 * tracker and first node are gone:
 *
 *   npm run build && node --import tsx test/slow/four-processes.ts [--lines 10000] [--limit 60]
 *
 * On Linux, where it may, it runs in a network namespace of its own whose loopback takes packets of 1,280 bytes, so
 * that the kernel counts any datagram that would have been cut into fragments. Prints one JSON line to stdout, progress
 * to stderr, and exits 1 when somebody lacks something, it takes longer than the limit (seconds), or there is a
 * fragment.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type FourProcesses, fourProcesses } from "../e2e/four-processes.ts";
import { Stage } from "../e2e/program.ts";

/** IPv6's minimum: what every path takes whole. */
const MTU_BYTES = 1_280;
const INSIDE = "SMALL_LOOPBACK";

const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "10000" },
    limit: { type: "string", default: "60" },
  },
});

const isInside = process.env[INSIDE] !== undefined;
process.exitCode = !isInside && canUnshare() ? runInside() : await main();

function canUnshare(): boolean {
  return spawnSync("unshare", ["-rn", "sh", "-c", "ip link set lo mtu 1280 up"]).status === 0;
}

/** The same program once more, where loopback has the small MTU. */
function runInside(): number {
  const script = `ip link set lo mtu ${MTU_BYTES} up && exec "$0" "$@"`;
  const self = [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const args = ["-rn", "sh", "-c", script, process.execPath, ...self];
  const env = { ...process.env, [INSIDE]: "1" };
  return spawnSync("unshare", args, { stdio: "inherit", env }).status ?? 1;
}

async function main(): Promise<number> {
  const stage = new Stage();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  try {
    const report = await fourProcesses(stage, Number(values.lines), say);
    // Outside, loopback takes 64 KiB whole, and the count would say nothing.
    const fragments = isInside ? fragmentsMade() : null;
    process.stdout.write(`${JSON.stringify({ ...report, fragments })}\n`);
    return isGood(report) && (fragments ?? 0) === 0 ? 0 : 1;
  } finally {
    await stage.clear();
  }
}

function isGood(report: FourProcesses): boolean {
  const { equal, readyMs, putSeconds, spreadSeconds, faults } = report;
  const inTime = putSeconds + spreadSeconds <= Number(values.limit);
  const inOrder = Object.keys(faults).length === 0;
  return equal === 4 && inTime && inOrder && readyMs.every((ms) => ms <= 3_000);
}

/** IPv4 fragments that this network namespace has made so far. */
function fragmentsMade(): number {
  const [names, counts] = readFileSync("/proc/net/snmp", "utf8")
    .split("\n")
    .filter((line) => line.startsWith("Ip:"))
    .map((line) => line.split(" "));
  return Number(counts![names!.indexOf("FragCreates")]);
}

function say(text: string): void {
  process.stderr.write(`${(performance.now() / 1_000).toFixed(1)} s: ${text}\n`);
}
