import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Node } from "../../node/host/node.ts";
import type { Ports } from "../experiment.ts";

export interface RealColdOptions {
  bundles: number;
  payload: number;
  profile: "dispersy" | "adaptive";
  /** Wall-clock time after which it is given up. */
  limitMs: number;
}

export interface RealCold {
  done: boolean;
  /** From the ticket to the last commit. */
  seconds: number;
  /** UDP payload bytes that the joiner received and sent. */
  bytes: number;
  offers: number;
  found: number;
  curve: [seconds: number, found: number][];
}

const LOOK_INTERVAL_MS = 50;
const CURVE_POINTS = 100;

/**
 * An empty node of this process joins a node in another one, over loopback sockets; both keep their bundles in LMDB, in folders
 * that are gone afterwards. Everything is verified and committed.
 */
export async function runRealCold(options: RealColdOptions, ports: Ports): Promise<RealCold> {
  const folder = mkdtempSync(join(tmpdir(), "dispersy-cold-"));
  ports.progress(`another process writes ${options.bundles} bundles`);
  const holder = startHolder(join(folder, "holder"), options);
  try {
    const ticket = await ticketOf(holder);
    const { profile } = options;
    const home = join(folder, "joiner");
    const node = await Node.open({ home, listen: "127.0.0.1:0", logLevel: "silent", profile });
    try {
      return await joinAndWait(node, ticket, options, ports);
    } finally {
      await node.close();
    }
  } finally {
    await stopped(holder);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function joinAndWait(
  node: Node,
  ticket: string,
  { bundles, limitMs }: RealColdOptions,
  ports: Ports,
): Promise<RealCold> {
  const curve: RealCold["curve"] = [];
  const interval = Math.max(1, Math.floor(bundles / CURVE_POINTS));
  let found = 0;
  let lastMs = 0;
  node.subscribe(({ event, ...rest }) => {
    if (event !== "bundle" || !("bundle" in rest)) return;
    if (rest.bundle.header.content.kind !== "data") return;
    found++;
    lastMs = performance.now();
    if (found % interval === 0 || found === bundles) {
      curve.push([(lastMs - startMs) / 1_000, found]);
    }
  });
  const startMs = performance.now();
  await node.join(ticket);
  const isDone = (): boolean => found >= bundles;
  while (!isDone() && performance.now() < startMs + limitMs) {
    ports.progress(`${found} of ${bundles} bundles`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
  }
  const { traffic, counters } = node.status();
  const offers = (counters["offer paid"] ?? 0) + (counters["offer brought nothing"] ?? 0);
  return {
    done: isDone(),
    seconds: ((isDone() ? lastMs : performance.now()) - startMs) / 1_000,
    bytes: traffic.rxBytes + traffic.txBytes,
    offers,
    found,
    curve,
  };
}

function startHolder(home: string, { bundles, payload, profile }: RealColdOptions): ChildProcess {
  // Beside this file, and like it TypeScript or compiled.
  const ending = extname(fileURLToPath(import.meta.url));
  const program = fileURLToPath(new URL(`cold-holder${ending}`, import.meta.url));
  return fork(program, [home, `${bundles}`, `${payload}`, profile]);
}

function ticketOf(holder: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    holder.once("message", ({ ticket }: { ticket: string }) => resolve(ticket));
    holder.once("exit", (code) => reject(new Error(`the holder ended with ${code}`)));
  });
}

async function stopped(holder: ChildProcess): Promise<void> {
  if (holder.exitCode !== null) return;
  const ended = new Promise((resolve) => holder.once("exit", resolve));
  if (holder.connected) holder.disconnect();
  await ended;
}
