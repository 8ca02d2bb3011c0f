import { setTimeout as sleep } from "node:timers/promises";
import { ControlClient } from "../control/control.ts";
import { EXIT, UserError } from "../errors.ts";
import type { Status } from "../status/node-status.ts";
import type { PeerRow } from "../status/rows.ts";

/** What the control socket of the home says. */
export type Served =
  | { kind: "nobody" }
  /** There is one, and it does not answer: a process that is stopped, or busy. */
  | { kind: "silent" }
  | { kind: "refused"; error: UserError }
  | { kind: "running"; status: Status; peers: readonly PeerRow[] };

/** A node answers within milliseconds, a busy one within a second. */
const PATIENCE_MS = 2_000;
/** Who was heard within so long is reached: the walk visits each contact more often. */
const RECENT_MS = 60_000;

export async function askNode(home: string): Promise<Served> {
  let client: ControlClient | undefined;
  const late = sleep(PATIENCE_MS, "late" as const, { ref: false });
  try {
    const connected = await Promise.race([ControlClient.connect(home), late]);
    if (connected === "late") return { kind: "silent" };
    client = connected;
    if (client === undefined) return { kind: "nobody" };
    const answers = Promise.all([client.call("status", {}), client.call("peers", {})]);
    const answered = await Promise.race([answers, late]);
    if (answered === "late") {
      answers.catch(() => {});
      return { kind: "silent" };
    }
    const [status, peers] = answered;
    return { kind: "running", status, peers };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.exitCode === EXIT.noDaemon ? { kind: "nobody" } : { kind: "refused", error };
  } finally {
    client?.close();
  }
}

/** Whether the running node goes by WebSocket only. */
export function isWithoutUdp(served: Served): boolean {
  return served.kind === "running" && served.status.listen.length === 0;
}

/** Peers that the running node heard lately. */
export function heardLately(served: Served): readonly PeerRow[] {
  if (served.kind !== "running") return [];
  return served.peers.filter(({ heardMsAgo = Infinity }) => heardMsAgo < RECENT_MS);
}
