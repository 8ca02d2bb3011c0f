import { round } from "../analysis/statistics.ts";
import type { Ports } from "../experiment.ts";
import {
  LineHolder,
  LineHomes,
  LINE_PAYLOAD_BYTES,
  type LineJoin,
  joinOn,
} from "../lab/line-nodes.ts";
import { LINE_HOSTS, type LineHost, LineLab, type LineLabOptions } from "../lab/line-lab.ts";
import { LabProcess } from "../lab/process.ts";
import { ownProgram } from "../lab/programs.ts";
import { median } from "../peers/compare-servers.ts";
import { hypercoreCold } from "../peers/hypercore.ts";
import { isInstalled } from "../peers/installed.ts";
import { MEGABIT } from "./lines-figures.ts";

/** One line of the lab, and how much goes over it. */
export interface LabCell extends LineLabOptions {
  bundles: number;
}

/** Medians of the runs. */
export interface LabCellFigures {
  roundTripMs: number;
  lossPercent: number;
  /** 0: as fast as the machine is. */
  mbits: number;
  bundles: number;
  done: boolean;
  /** From the start of `dispersy run TICKET` to all bundles. */
  seconds: number;
  runs: number[];
  /** Of the line's rate, 0 to 1, from the first bundle on; null without a rate. */
  lineShare: number | null;
  wireOverBundles: number;
  /** What the kernel's TCP used. */
  congestionControl: string;
  /** TCP, the same bytes, from connect() to the last. */
  tcpSeconds: number;
  /** hypercore over TCP, from opening the log, once; null where it is not installed, or there is too much. */
  hypercoreSeconds: number | null;
}

/** A bundle's bytes as `put --lines` makes them: payload, keys and signature, header. */
export const LAB_BUNDLE_BYTES = LINE_PAYLOAD_BYTES + 110;
/** It takes a round trip for every few blocks: more would take longer than all the rest. */
const MOST_BLOCKS = 20_000;
export const LAB_LIMIT_MS = 300_000;
export const STREAM_PORT = "7000";

/** Makes labs one after the other, and measures in each. */
export class LinesInLab {
  readonly homes = new LineHomes();
  readonly runs: number;
  readonly #hasPeers: boolean;
  readonly #ports: Ports;

  constructor(runs: number, ports: Ports) {
    this.runs = runs;
    this.#hasPeers = isInstalled("hypercore");
    this.#ports = ports;
  }

  progress(words: string): void {
    this.#ports.progress(words);
  }

  close(): void {
    this.homes.close();
  }

  /** The bundles from a to b; TCP and hypercore the same way. */
  async cell(cell: LabCell): Promise<LabCellFigures> {
    const { roundTripMs, loss, bitsPerSecond, bundles } = cell;
    const words = `${roundTripMs} ms, ${round(loss * 100, 1)} %, ${bitsPerSecond / MEGABIT} Mbit/s, ${bundles} bundles`;
    const joins: LineJoin[] = [];
    const tcp: number[] = [];
    let hypercore: number | null = null;
    let congestionControl = "";
    const home = this.homes.holding(bundles);
    await this.inLab(cell, async (lab) => {
      congestionControl = lab.useCongestionControl("bbr", "cubic");
      const holder = await LineHolder.start(lab, "a", home);
      for (let run = 1; run <= this.runs; run++) {
        this.progress(`${words}: run ${run} of ${this.runs}`);
        joins.push(await this.join(lab, [holder], bundles));
        tcp.push(await stream(lab, bundles * LAB_BUNDLE_BYTES));
      }
      if (this.#hasPeers && bundles <= MOST_BLOCKS) {
        this.progress(`${words}: hypercore`);
        hypercore = round(await hypercoreOn(lab, bundles), 2);
      }
      await holder.process.kill();
    });
    const join = medianJoin(joins);
    return {
      roundTripMs,
      lossPercent: round(loss * 100, 2),
      mbits: bitsPerSecond / MEGABIT,
      bundles,
      ...joinFigures(join, bundles),
      runs: joins.map(({ seconds }) => round(seconds, 2)),
      lineShare: bitsPerSecond === 0 ? null : round(join.receivedBitsPerSecond / bitsPerSecond, 3),
      congestionControl,
      tcpSeconds: round(median(tcp), 2),
      hypercoreSeconds: hypercore,
    };
  }

  /** A new node on b joins these. */
  join(lab: LineLab, holders: readonly LineHolder[], bundles: number): Promise<LineJoin> {
    const tickets = holders.map(({ ticket }) => ticket);
    return joinOn(lab, tickets, { home: this.homes.fresh(), bundles, limitMs: LAB_LIMIT_MS });
  }

  /** Brings a lab up for what is to be measured in it. */
  async inLab<T>(options: LineLabOptions, use: (lab: LineLab) => Promise<T>): Promise<T> {
    const lab = await LineLab.up(options);
    try {
      return await use(lab);
    } finally {
      lab.down();
    }
  }
}

export function joinFigures(join: LineJoin, bundles: number) {
  return {
    done: join.done,
    seconds: round(join.seconds, 2),
    wireOverBundles: round(join.wireBytes / (bundles * LAB_BUNDLE_BYTES), 3),
  };
}

export function medianJoin(joins: readonly LineJoin[]): LineJoin {
  return medianBy(joins, ({ seconds }) => seconds);
}

export function medianBy<T>(values: readonly T[], by: (value: T) => number): T {
  return values.toSorted((a, b) => by(a) - by(b))[values.length >> 1]!;
}

/** So many bytes from a to b; seconds. */
async function stream(lab: LineLab, bytes: number): Promise<number> {
  const serving = new LabProcess(lab, "a", ownProgram("stream", "serve", STREAM_PORT, `${bytes}`));
  await serving.ready();
  const fetching = new LabProcess(
    lab,
    "b",
    ownProgram("stream", "fetch", LINE_HOSTS.a, STREAM_PORT),
  );
  const done = await fetching.hears(({ event }) => event === "done", LAB_LIMIT_MS);
  await Promise.all([fetching.kill(), serving.kill()]);
  return Number(done?.["seconds"] ?? LAB_LIMIT_MS / 1_000);
}

async function hypercoreOn(lab: LineLab, blocks: number): Promise<number> {
  const starts = (side: "writer" | "reader", program: string) => {
    const host: LineHost = side === "writer" ? "a" : "b";
    return (args: string[]) =>
      lab.spawn(host, [process.execPath, program, ...args], {
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      });
  };
  const { seconds } = await hypercoreCold(blocks, LINE_PAYLOAD_BYTES, { starts, ip: LINE_HOSTS.a });
  return seconds;
}
