import { join } from "node:path";
import { round } from "../analysis/statistics.ts";
import type { Ports } from "../experiment.ts";
import { LoopDelay } from "../peers/meter.ts";
import { Party, programBeside, type Told } from "../peers/party.ts";
import { makeScratch, removeScratch } from "../lab/scratch.ts";

export interface RealColdOptions {
  bundles: number;
  payload: number;
  profile: "dispersy" | "adaptive";
  /** Whether what bundles say is sealed as well. */
  private: boolean;
  /** Wall-clock time after which it is given up. */
  limitMs: number;
}

/**
 * How late the event loops were, at the 99th percentile; `idle` is a process that does nothing: what the machine adds.
 */
export interface LoopDelays {
  holder: number;
  joiner: number;
  idle: number;
}

export interface RealCold {
  done: boolean;
  /** From the ticket to the last commit. */
  seconds: number;
  /** The same with opening the empty home and closing it. */
  wholeSeconds: number;
  /** Of both processes; the joiner's from opening to closing. */
  cpuSeconds: number;
  loopDelayP99Ms: LoopDelays;
  /** UDP payload bytes that the joiner received and sent. */
  bytes: number;
  offers: number;
  found: number;
  curve: [seconds: number, found: number][];
}

/**
 * An empty node in one process joins a node in another one, over loopback sockets; both keep their bundles in LMDB, in
 * folders that are gone afterwards. Everything is verified and committed.
 */
export async function runRealCold(options: RealColdOptions, ports: Ports): Promise<RealCold> {
  const { bundles, payload, profile, limitMs } = options;
  const folder = makeScratch("cold");
  ports.progress(`a process writes ${bundles} bundles`);
  const holder = new Party(
    programBeside(import.meta.url, "cold-holder"),
    join(folder, "holder"),
    bundles,
    payload,
    profile,
    options.private ? "private" : "public",
  );
  try {
    const { ticket } = await holder.hears("ready");
    holder.begin();
    const home = join(folder, "joiner");
    const joiner = new Party(
      programBeside(import.meta.url, "cold-joiner"),
      home,
      String(ticket),
      bundles,
      profile,
      limitMs,
    );
    try {
      return await result(holder, joiner, options, ports);
    } finally {
      await joiner.stop();
    }
  } finally {
    await holder.stop();
    removeScratch(folder);
  }
}

async function result(
  holder: Party,
  joiner: Party,
  { bundles }: RealColdOptions,
  ports: Ports,
): Promise<RealCold> {
  const curve: RealCold["curve"] = [];
  const idle = new LoopDelay();
  const last = await joiner.hears("ended", ({ seconds, found }: Told) => {
    curve.push([Number(seconds), Number(found)]);
    ports.progress(`${String(found)} of ${bundles} bundles`);
  });
  const [held, joined] = [await holder.usage(), await joiner.usage()];
  const found = Number(last["found"]);
  return {
    done: found >= bundles,
    seconds: Number(last["seconds"]),
    wholeSeconds: Number(last["wholeSeconds"]),
    cpuSeconds: held.cpuSeconds + joined.cpuSeconds,
    loopDelayP99Ms: {
      holder: held.loopDelayP99Ms ?? 0,
      joiner: joined.loopDelayP99Ms ?? 0,
      idle: idle.p99Ms,
    },
    bytes: Number(last["bytes"]),
    offers: Number(last["offers"]),
    found,
    curve,
  };
}

export function roundDelays({ holder, joiner, idle }: LoopDelays): LoopDelays {
  return { holder: round(holder, 1), joiner: round(joiner, 1), idle: round(idle, 1) };
}
