import type { Lab } from "../lab/lab.ts";
import { OBSERVERS, type Host } from "../lab/plan.ts";
import { LabProcess, type Told } from "../lab/process.ts";
import type { PathTold, System, TrialPair, TrialResult } from "../lab/trial.ts";
import { foreignProgram } from "./installed.ts";

/**
 * hyperdht (npm) over the same NATs: a server on one side, a client on the other, DHT nodes on the observers. There are
 * 12 of these, at an address each, for it asks several that it did not just use how its NAT maps.
 */
export const HYPERDHT: System = { name: "hyperdht", prepare, trial };

const BOOTSTRAP = OBSERVERS[0]!.ips[0]!;

async function prepare(lab: Lab): Promise<void> {
  for (const { host, ips } of OBSERVERS)
    await peer(lab, host, "nodes", ips.join(","), BOOTSTRAP).ready();
}

/**
 * Time counts from `connect()`. A fresh process each, so that nothing is known of the NATs but what a start finds out.
 */
async function trial(lab: Lab, pair: TrialPair, timeoutMs: number): Promise<TrialResult> {
  lab.setNat("a", pair.a);
  lab.setNat("b", pair.b);
  const [first, second] = pair.hosts ?? ["a", "b"];
  const server = peer(lab, first, "server", BOOTSTRAP);
  let client: LabProcess | undefined;
  try {
    const { key } = await server.ready();
    client = peer(lab, second, "client", String(key), BOOTSTRAP);
    await client.ready();
    const last = await client.hears(
      ({ event }) => event === "data" || event === "error",
      timeoutMs,
    );
    const success = last?.event === "data";
    return {
      success,
      contactedMs: success ? Number(last["ms"]) : null,
      // What its server writes as soon as there is a connection.
      bundleMs: success ? Number(last["ms"]) : null,
      path: pathOf(last),
      crossings: { a: lab.crossings("a"), b: lab.crossings("b") },
    };
  } finally {
    await Promise.all([server.kill(), client?.kill()]);
  }
}

function pathOf(last: Told | undefined): PathTold | null {
  if (last === undefined) return null;
  const open = last.event === "data";
  const ms = Number(last["ms"]);
  const reason = open ? null : String(last["code"]);
  return { open, strategy: strategyOf(last), probes: null, ms, reason };
}

/** Which of its punches ran, by the client's own count. */
function strategyOf({ punches }: Told): string {
  const counts = Object.entries((punches ?? {}) as Record<string, number>);
  return counts.find(([, count]) => count > 0)?.[0] ?? "none";
}

function peer(lab: Lab, host: Host, ...args: string[]): LabProcess {
  const program = foreignProgram("hyperdht.mjs", "hyperdht");
  return new LabProcess(lab, host, [process.execPath, program, ...args]);
}
