import type { ChildProcess } from "node:child_process";
import { cpSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ControlClient } from "../../node/host/control/client.ts";
import type { Status } from "../../node/host/status/node-status.ts";
import type { LineHost, LineLab } from "./line-lab.ts";
import { environment, LabProcess } from "./process.ts";
import { run } from "./system.ts";
import { dispersyCommand } from "./trial.ts";
import { makeScratch, removeScratch } from "./scratch.ts";

/** Payload of a bundle: with it, one takes about 350 bytes on the wire. */
export const LINE_PAYLOAD_BYTES = 230;
/** How often a joining node is asked how much it has: that is how exact its time is. */
const POLL_MS = 20;
/** Ethernet, IPv4 and UDP: what tbf counts besides the payload. */
const FRAME_BYTES = 14 + 20 + 8;
const QUIET = ["--no-portmap", "--log-level", "silent"];

/** Homes of nodes, all of them gone when it is closed. */
export class LineHomes {
  readonly folder = makeScratch("lines");
  #fresh = 0;

  /** A home that holds so many bundles, made once by the command line: `init` and `put --lines`. */
  holding(bundles: number): string {
    const home = join(this.folder, `holder-${bundles}`);
    if (existsSync(home)) return home;
    command("init", "--home", home);
    if (bundles === 0) return home;
    const file = join(this.folder, "lines");
    const lines = Array.from({ length: bundles }, (_, i) => `${i}`.padEnd(LINE_PAYLOAD_BYTES, "."));
    writeFileSync(file, `${lines.join("\n")}\n`);
    command("put", "--lines", file, "--home", home);
    return home;
  }

  fresh(): string {
    return join(this.folder, `fresh-${this.#fresh++}`);
  }

  /** A copy of a home whose node is not running, under the name of another. */
  copy(home: string): string {
    const copy = this.fresh();
    cpSync(home, copy, { recursive: true, filter: (path) => !path.endsWith(".sock") });
    return copy;
  }

  close(): void {
    removeScratch(this.folder);
  }
}

/** A node that serves a home, and its ticket. */
export class LineHolder {
  readonly home: string;
  readonly process: LabProcess;
  ticket = "";

  private constructor(lab: LineLab, host: LineHost, home: string, tickets: readonly string[]) {
    this.home = home;
    const words = ["run", ...tickets, "--home", home, ...QUIET, "--json"];
    this.process = new LabProcess(lab, host, dispersyCommand(...words));
  }

  static async start(
    lab: LineLab,
    host: LineHost,
    home: string,
    tickets: readonly string[] = [],
  ): Promise<LineHolder> {
    const holder = new LineHolder(lab, host, home, tickets);
    const { overlays } = await holder.process.ready();
    holder.ticket = (overlays as { ticket: string }[])[0]!.ticket;
    return holder;
  }
}

export interface LineJoin {
  done: boolean;
  /** From the start of the process until it said that it has all, or was given up. */
  seconds: number;
  bundles: number;
  /** From the first bundle on, of the wire's rate in bits per second: all that it received, in Ethernet frames. */
  receivedBitsPerSecond: number;
  /** All datagrams both ways, with IPv4 and UDP headers. */
  wireBytes: number;
}

/** `dispersy run TICKET` on b with a new home, until it has so many bundles. */
export async function joinOn(
  lab: LineLab,
  tickets: readonly string[],
  options: { home: string; bundles: number; limitMs: number },
): Promise<LineJoin> {
  const { home, bundles, limitMs } = options;
  const startMs = performance.now();
  const words = dispersyCommand("run", ...tickets, "--home", home, ...QUIET);
  const child = lab.spawn("b", words, { stdio: "ignore", env: environment() });
  const elapsedMs = (): number => performance.now() - startMs;
  const client = await connected(home, limitMs);
  try {
    let first: Sample | undefined;
    for (;;) {
      const sample = sampleOf(await client.call("status", {}), elapsedMs());
      if (sample.bundles > 0) first ??= sample;
      const done = sample.bundles >= bundles;
      if (done || elapsedMs() > limitMs) return joinOf(first ?? sample, sample, done);
      await sleep(POLL_MS);
    }
  } finally {
    client.close();
    await ended(child);
  }
}

interface Sample {
  ms: number;
  bundles: number;
  frameBytes: number;
  wireBytes: number;
}

function sampleOf({ overlays, traffic }: Status, ms: number): Sample {
  const { rxBytes, rxPackets, txBytes, txPackets } = traffic;
  return {
    ms,
    bundles: overlays[0]?.bundles ?? 0,
    frameBytes: rxBytes + rxPackets * FRAME_BYTES,
    wireBytes: rxBytes + txBytes + (rxPackets + txPackets) * 28,
  };
}

function joinOf(first: Sample, last: Sample, done: boolean): LineJoin {
  const ms = Math.max(POLL_MS, last.ms - first.ms);
  return {
    done,
    seconds: last.ms / 1_000,
    bundles: last.bundles,
    receivedBitsPerSecond: ((last.frameBytes - first.frameBytes) * 8_000) / ms,
    wireBytes: last.wireBytes,
  };
}

/** Waits for the node to serve its home. */
export async function connected(home: string, limitMs: number): Promise<ControlClient> {
  const end = performance.now() + limitMs;
  for (;;) {
    const client = existsSync(home) ? await ControlClient.connect(home) : undefined;
    if (client !== undefined) return client;
    if (performance.now() > end) throw new Error("the node of the lab did not start");
    await sleep(POLL_MS);
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const over = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGKILL");
  return over;
}

function command(...words: string[]): void {
  const [program, ...args] = dispersyCommand(...words);
  run(program!, args);
}
