import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Status } from "../../node/host/status/node-status.ts";
import { MAX_PAYLOAD_BYTES } from "../../wire/limits.ts";
import { round } from "../analysis/statistics.ts";
import type { CommonOptions, Ports } from "../experiment.ts";
import { connected } from "../lab/line-nodes.ts";
import { MTU_HOSTS, type MtuHost, MtuLab, type MtuPath } from "../lab/mtu-lab.ts";
import { LabProcess } from "../lab/process.ts";
import { ownProgram } from "../lab/programs.ts";
import { run } from "../lab/system.ts";
import { dispersyCommand } from "../lab/trial.ts";
import { makeScratch, removeScratch } from "../lab/scratch.ts";

export interface MtuCell extends MtuPath {
  name: string;
}

/** What came one way. */
export interface Came {
  short: number;
  full: number;
  /** Until all short ones were here; null: they never were. */
  shortSeconds: number | null;
}

export interface MtuCellFigures extends MtuCell {
  /** Of the raw datagrams of each size, the share that came from a to b, 0 to 1. */
  arrived: { bytes: number; share: number }[];
  toB: Came;
  toA: Came;
  /** What status says of it in the end, at both. */
  problems: string[];
}

const WELL = { mtu: 1_500, hole: 0, direction: "both", loss: 0, family: 4 } as const;

export const MTU_CELLS: readonly MtuCell[] = [
  { name: "Ethernet", ...WELL },
  { name: "PPPoE", ...WELL, mtu: 1_492 },
  { name: "WireGuard", ...WELL, mtu: 1_420 },
  { name: "IPv6, least MTU", ...WELL, mtu: 1_280, family: 6 },
  { name: "MTU 576, fragments", ...WELL, mtu: 576 },
  { name: "MTU 576, fragments, 5 % lost", ...WELL, mtu: 576, loss: 0.05 },
  { name: "5 % lost", ...WELL, loss: 0.05 },
  { name: "hole 1220", ...WELL, hole: 1_220 },
  { name: "hole 1220 to b", ...WELL, hole: 1_220, direction: "to b" },
  { name: "hole 1220 from b", ...WELL, hole: 1_220, direction: "from b" },
  { name: "hole 1000", ...WELL, hole: 1_000 },
  { name: "hole 1000 to b", ...WELL, hole: 1_000, direction: "to b" },
  { name: "hole 576", ...WELL, hole: 576 },
  { name: "hole 576, 5 % lost", ...WELL, hole: 576, loss: 0.05 },
  { name: "hole 1220, IPv6", ...WELL, hole: 1_220, family: 6 },
];

/** UDP payloads of the raw datagrams. */
const SIZES = [
  100, 300, 500, 548, 700, 900, 972, 1_100, 1_192, 1_232, 1_372, 1_452, 1_472, 2_000, 4_000,
];
const TIMES = 100;
const PORT = "7000";
const NODE_PORT = 7_001;
/** A line of a chat; so many fill a datagram nearly. */
const SHORT_BYTES = 60;
const POLL_MS = 50;
const QUIET = ["--no-portmap", "--log-level", "silent", "--json"];

export interface MtuLoad {
  short: number;
  full: number;
  /** How long each way may take. */
  seconds: number;
}

export async function measureCell(
  cell: MtuCell,
  load: MtuLoad & CommonOptions,
  ports: Ports,
): Promise<MtuCellFigures> {
  const lab = MtuLab.up(cell);
  const folder = makeScratch("mtu");
  try {
    ports.progress(`${cell.name}: datagrams of many sizes`);
    const arrived = await rawArrivals(lab, cell);
    ports.progress(`${cell.name}: bundles`);
    const exchanged = await exchange(lab, cell, folder, load);
    const { toA, toB } = exchanged;
    ports.progress(`${cell.name}: ${toB.short} short ones came to b, ${toA.short} to a`);
    return { ...cell, arrived, ...exchanged };
  } finally {
    lab.down();
    removeScratch(folder);
  }
}

function ipOf(host: MtuHost, { family }: MtuCell): string {
  return MTU_HOSTS[host][family === 4 ? "ipv4" : "ipv6"];
}

async function rawArrivals(lab: MtuLab, cell: MtuCell): Promise<MtuCellFigures["arrived"]> {
  const ip = ipOf("b", cell);
  const counter = new LabProcess(lab, "b", ownProgram("datagrams", "count", ip, PORT));
  await counter.ready();
  const words = ["send", ip, PORT, `${TIMES}`, ...SIZES.map(String)];
  const sender = new LabProcess(lab, "a", ownProgram("datagrams", ...words));
  const told = await sender.hears(({ event }) => event === "came", 60_000);
  await counter.kill();
  const came = new Map((told?.["sizes"] ?? []) as [number, number][]);
  return SIZES.map((bytes) => ({ bytes, share: round((came.get(bytes) ?? 0) / TIMES, 2) }));
}

async function exchange(
  lab: MtuLab,
  cell: MtuCell,
  folder: string,
  load: MtuLoad & CommonOptions,
): Promise<Pick<MtuCellFigures, "toA" | "toB" | "problems">> {
  const [a, b] = ["a", "b"].map((name) => join(folder, name)) as [string, string];
  command("init", "--home", a);
  publish(a, folder, load);
  const start = async (host: MtuHost, home: string, ...words: string[]): Promise<LabProcess> => {
    const ip = ipOf(host, cell);
    const listen = `${cell.family === 6 ? `[${ip}]` : ip}:${NODE_PORT}`;
    const how = ["--home", home, "--listen", listen, "--profile", load.profile, ...QUIET];
    return new LabProcess(lab, host, dispersyCommand("run", ...words, ...how));
  };
  const founder = await start("a", a);
  const { overlays } = await founder.ready();
  const joiner = await start("b", b, (overlays as { ticket: string }[])[0]!.ticket);
  try {
    await joiner.ready();
    const toB = await arrivals(b, load, 0);
    publish(b, folder, load);
    const toA = await arrivals(a, load, load.short + load.full);
    const states = await Promise.all([statusOf(a), statusOf(b)]);
    return { toB, toA, problems: states.flatMap(({ problems }) => problems) };
  } finally {
    await Promise.all([founder.kill(), joiner.kill()]);
  }
}

/** Waits until all came, or for so long; `before`: bundles that were there. */
async function arrivals(home: string, load: MtuLoad, before: number): Promise<Came> {
  const startMs = performance.now();
  const client = await connected(home, 30_000);
  try {
    let shortSeconds: number | null = null;
    for (;;) {
      const { overlays } = (await client.call("status", {})) as Status;
      const came = (overlays[0]?.bundles ?? 0) - before;
      const seconds = (performance.now() - startMs) / 1_000;
      // Full ones among them are seen below: those that do not fit never come, and others are no later.
      if (came >= load.short) shortSeconds ??= round(seconds, 2);
      if (came >= load.short + load.full || seconds > load.seconds) break;
      await sleep(POLL_MS);
    }
    const rows = command("ls", "--home", home, "--json").trim().split("\n").filter(Boolean);
    const lengths = rows.map((row) => (JSON.parse(row) as { payload?: string }).payload?.length);
    const count = (bytes: number): number => lengths.filter((length) => length === bytes).length;
    const [short, full] = [count(SHORT_BYTES), count(MAX_PAYLOAD_BYTES)];
    const [hadShort, hadFull] = before === 0 ? [0, 0] : [load.short, load.full];
    const all = short - hadShort;
    return {
      short: all,
      full: full - hadFull,
      shortSeconds: all < load.short ? null : shortSeconds,
    };
  } finally {
    client.close();
  }
}

async function statusOf(home: string): Promise<Status> {
  const client = await connected(home, 30_000);
  try {
    return (await client.call("status", {})) as Status;
  } finally {
    client.close();
  }
}

function publish(home: string, folder: string, { short, full }: MtuLoad): void {
  const line = (bytes: number) => (_: unknown, i: number) =>
    `${home.slice(-1)} ${i} `.padEnd(bytes, ".");
  const lines = [
    ...Array.from({ length: short }, line(SHORT_BYTES)),
    ...Array.from({ length: full }, line(MAX_PAYLOAD_BYTES)),
  ];
  const file = join(folder, "lines");
  writeFileSync(file, `${lines.join("\n")}\n`);
  command("put", "--lines", file, "--home", home);
}

function command(...words: string[]): string {
  const [program, ...args] = dispersyCommand(...words);
  return run(program!, args);
}
