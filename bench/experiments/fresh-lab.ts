import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ControlClient } from "../../node/host/control/client.ts";
import { ascending, quantile, round } from "../analysis/statistics.ts";
import type { CommonOptions, Ports } from "../experiment.ts";
import {
  HOMES,
  type Home,
  HomesLab,
  publicIpOf,
  type TrackerHost,
  TRACKERS,
} from "../lab/homes-lab.ts";
import { connected } from "../lab/line-nodes.ts";
import { LabProcess } from "../lab/process.ts";
import { ownProgram } from "../lab/programs.ts";
import { dispersyCommand } from "../lab/trial.ts";
import { makeScratch, removeScratch } from "../lab/scratch.ts";

/** What one home published while so much got lost, at both others. */
export interface FreshLabRow {
  /** The NAT of the home that published. */
  by: string;
  /** Share of the datagrams lost each way, 0 to 1. */
  loss: number;
  /** From `put` until another node says that it is on disk. */
  p50Ms: number | null;
  p99Ms: number | null;
  maxMs: number | null;
  /** The slower one of the deliveries of the last bundle. */
  lastMs: number | null;
  deliveries: number;
  /** Did not come in the time that the last one of them was given. */
  missing: number;
  targetMs: number;
}

export interface FreshLabFigures {
  rows: FreshLabRow[];
  /** Pairs of homes without a path of their own: their bundles go by the third. */
  pathless: string[];
}

export interface FreshLabOptions {
  bundles: number;
  loss: number;
  /** Whether the nodes tell of new bundles. */
  told: boolean;
}

/** From predictable to not: the last two cannot reach each other. */
const KINDS = { a: "apdf", b: "seq", c: "rnd" } as const;
const PAIRS: readonly (readonly [Home, Home])[] = [
  ["a", "b"],
  ["a", "c"],
  ["b", "c"],
];
/** One way between any two homes. */
const DELAY_MS = 25;
/**
 * Without loss: two hops of 25 ms by way of a third node, each of which may be a notice, a question and an answer, so
 * 150 ms, and a disk and a processor on either.
 */
const TARGET_MS = 200;
/** With loss: twice that something is told again. */
const LOSSY_TARGET_MS = 1_000;
/** The group is together by then. */
const MEET_LIMIT_MS = 90_000;
/** Searches for paths are over, those that find none too. */
const SETTLE_MS = 30_000;
const INTERVAL_MS = 1_000;
/** That the last bundles are waited for: offers bring them by then. */
const PATIENCE_MS = 20_000;
const QUIET = ["--no-portmap", "--log-level", "silent", "--json"];

export async function freshInLab(
  options: FreshLabOptions & CommonOptions,
  ports: Ports,
): Promise<FreshLabFigures> {
  ports.progress("three homes, two trackers");
  const lab = await HomesLab.up(KINDS, DELAY_MS);
  const group = new Group(lab, options);
  try {
    await group.start();
    ports.progress("the homes get acquainted");
    await group.meet();
    const rows: FreshLabRow[] = [];
    for (const loss of [0, options.loss]) {
      if (loss > 0) lab.lose(loss);
      for (const home of HOMES) {
        ports.progress(`${options.bundles} bundles by ${KINDS[home]}, ${loss * 100} % lost`);
        rows.push(await group.publish(home, loss));
      }
    }
    return { rows, pathless: group.pathless() };
  } finally {
    await group.close();
    lab.down();
  }
}

/** The three nodes: the built program, each with a home of its own. */
class Group {
  readonly #lab: HomesLab;
  readonly #options: FreshLabOptions & CommonOptions;
  readonly #folder = makeScratch("fresh");
  /** BOUNDED: by HOMES and TRACKERS. */
  readonly #processes: LabProcess[] = [];
  /** BOUNDED: by HOMES. */
  readonly #nodes = new Map<Home, LabProcess>();
  /** BOUNDED: by HOMES. */
  readonly #clients = new Map<Home, ControlClient>();

  constructor(lab: HomesLab, options: FreshLabOptions & CommonOptions) {
    this.#lab = lab;
    this.#options = options;
  }

  async start(): Promise<void> {
    const places = TRACKERS.map((host) => ["--tracker", `${publicIpOf(host)}:6421`]);
    for (const [i, host] of TRACKERS.entries()) {
      const how = ["--home", join(this.#folder, host), ...places[1 - i]!, "--json"];
      await this.#run(host, dispersyCommand("tracker", ...how)).ready();
    }
    const tickets: string[] = [];
    for (const home of HOMES) {
      const folder = join(this.#folder, home);
      const how = ["--home", folder, "--profile", this.#options.profile, ...QUIET];
      const words = ["run", ...tickets, ...how, ...places.flat()];
      const command = this.#options.told
        ? dispersyCommand(...words)
        : ownProgram("../lab/without", "fresh", ...words);
      const node = this.#run(home, command);
      this.#nodes.set(home, node);
      const { overlays } = await node.ready();
      if (tickets.length === 0) tickets.push((overlays as { ticket: string }[])[0]!.ticket);
      this.#clients.set(home, await connected(folder, MEET_LIMIT_MS));
    }
  }

  /** Until a bundle of each is at all others, and searches are over. */
  async meet(): Promise<void> {
    for (const home of HOMES) {
      const id = await this.#put(home, `${home} is here`);
      const came = this.#others(home).map((node) => node.hears(isBundle(id), MEET_LIMIT_MS));
      if ((await Promise.all(came)).includes(undefined)) throw new Error("the homes do not meet");
    }
    await sleep(SETTLE_MS);
  }

  async publish(home: Home, loss: number): Promise<FreshLabRow> {
    const others = this.#others(home);
    const { bundles } = this.#options;
    const times: (number | null)[] = [];
    const waits: Promise<void>[] = [];
    for (let i = 0; i < bundles; i++) {
      const startMs = performance.now();
      const id = await this.#put(home, `${home} ${loss} ${i}`);
      for (const [at, node] of others.entries()) {
        const index = i * others.length + at;
        const wait = node.hears(isBundle(id), PATIENCE_MS).then((told) => {
          times[index] = told === undefined ? null : told.atMs - startMs;
        });
        waits.push(wait);
      }
      await sleep(Math.max(0, startMs + INTERVAL_MS - performance.now()));
    }
    await Promise.all(waits);
    return rowOf(KINDS[home], loss, times, others.length);
  }

  /** Neither of both ever had an answer of the other. */
  pathless(): string[] {
    const hears = (home: Home, other: Home): boolean =>
      this.#nodes.get(home)!.told.some(({ event, address }) => {
        return event === "contacted" && String(address).startsWith(`${publicIpOf(other)}:`);
      });
    const without = PAIRS.filter(([one, other]) => !hears(one, other) && !hears(other, one));
    return without.map((pair) => pair.map((home) => KINDS[home]).join(" and "));
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) client.close();
    await Promise.all(this.#processes.map((process) => process.kill()));
    removeScratch(this.#folder);
  }

  #run(host: Home | TrackerHost, command: readonly string[]): LabProcess {
    const process = new LabProcess(this.#lab, host, command);
    this.#processes.push(process);
    return process;
  }

  #others(home: Home): LabProcess[] {
    return HOMES.filter((other) => other !== home).map((other) => this.#nodes.get(other)!);
  }

  async #put(home: Home, words: string): Promise<string> {
    const payloads = [Buffer.from(words).toString("base64")];
    const [made] = await this.#clients.get(home)!.call("put", { payloads });
    return made!.id;
  }
}

function isBundle(id: string) {
  return (told: { event: string; id?: unknown }): boolean =>
    told.event === "bundle" && told.id === id;
}

/** `times`: of each bundle at each other node, in the order of the bundles; null: it did not come. */
function rowOf(
  by: string,
  loss: number,
  times: readonly (number | null)[],
  others: number,
): FreshLabRow {
  const last = times.slice(-others);
  // What never came is later than all that did.
  const whole = ascending(times.map((ms) => ms ?? Infinity));
  const known = (ms: number | null): number | null =>
    ms === null || ms === Infinity ? null : round(ms, 0);
  return {
    by,
    loss,
    p50Ms: known(quantile(whole, 0.5)),
    p99Ms: known(quantile(whole, 0.99)),
    maxMs: known(whole.at(-1) ?? null),
    lastMs: known(Math.max(...last.map((ms) => ms ?? Infinity))),
    deliveries: times.length,
    missing: times.filter((ms) => ms === null).length,
    targetMs: loss === 0 ? TARGET_MS : LOSSY_TARGET_MS,
  };
}

/** Rows that are later than they should be, or where something is missing. */
export function lateRows(rows: readonly FreshLabRow[]): FreshLabRow[] {
  return rows.filter(({ p99Ms, targetMs, missing }) => {
    return missing > 0 || p99Ms === null || p99Ms > targetMs;
  });
}
