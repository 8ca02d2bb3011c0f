import type { ChildProcess, SpawnOptions } from "node:child_process";
import { firstOutput, ownProgram } from "./programs.ts";
import { DELAY_DEVICE } from "./topology.ts";

/** Namespaces that programs run in. */
export interface Inside {
  /** Runs a program to its end; its stdout. */
  exec(where: string, command: readonly string[], input?: string): string;
  spawn(where: string, command: readonly string[], options?: SpawnOptions): ChildProcess;
}

const HOLD_PORT = "9001";
const SOCAT_PORT = "9002";
const MAX_START_TRIES = 100;

/**
 * Holds every packet that is routed into the middle's TUN device for so long. The kernel gives it to socat, socat to
 * the process that holds it, and back. Ends when `passes`, which sends a packet through, throws no more.
 */
export async function slowDown(
  lab: Inside,
  middle: string,
  delayMs: number,
  passes: () => void,
): Promise<void> {
  const command = ownProgram("delay", HOLD_PORT, SOCAT_PORT, String(delayMs));
  const delay = background(lab, middle, command, "pipe");
  await firstOutput(delay);
  delay.stdout?.destroy(); // an open pipe would keep this process from ending
  const tun = `TUN,tun-name=${DELAY_DEVICE},iff-no-pi`;
  // SOL_SOCKET 1, SO_RCVBUFFORCE 33: a burst may be waiting while socat has no processor.
  const udp = `UDP4:127.0.0.1:${HOLD_PORT},bind=127.0.0.1:${SOCAT_PORT},setsockopt-int=1:33:4194304`;
  background(lab, middle, ["socat", "-b", "2048", tun, udp], "ignore");
  for (let tries = 0; tries < MAX_START_TRIES; tries++) {
    try {
      return passes();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error("the lab's Internet carries no packet");
}

/** Loses this share (0 to 1) of what comes out of the middle's TUN device, of these protocols. */
export function lose(
  lab: Inside,
  middle: string,
  loss: number,
  protocols: readonly ("udp" | "tcp")[],
): void {
  if (loss === 0) return;
  const share = `numgen random mod 10000 < ${Math.round(loss * 10_000)}`;
  const rule = `iifname "${DELAY_DEVICE}" meta l4proto { ${protocols.join(", ")} } ${share} drop`;
  const chain = `chain loss { type filter hook forward priority 0; policy accept; ${rule}; }`;
  lab.exec(middle, ["nft", "-f", "-"], `table ip lab {\n${chain}\n}\n`);
}

function background(
  lab: Inside,
  middle: string,
  command: string[],
  stdout: "pipe" | "ignore",
): ChildProcess {
  // The Internet does not slow down because this machine is busy.
  const child = lab.spawn(middle, ["nice", "-n", "-15", ...command], {
    stdio: ["ignore", stdout, "ignore"],
    detached: true,
  });
  child.unref();
  return child;
}
