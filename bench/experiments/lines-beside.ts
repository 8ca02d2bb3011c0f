import { ascending, quantile, round } from "../analysis/statistics.ts";
import type { Ports } from "../experiment.ts";
import { PROFILES } from "../../node/core/profile.ts";
import { BulkFlow } from "../sim/bulk-flow.ts";
import { Call } from "../sim/call.ts";
import { Lines } from "../sim/lines.ts";
import { World } from "../../node/testing/world.ts";
import { figuresOf, MEGABIT } from "./lines-figures.ts";
import {
  type ColdOptions,
  type ColdRun,
  directionOf,
  type Line,
  LinesWorld,
} from "./lines-world.ts";
import { makeStock, storeWith } from "./pair.ts";

/** What runs beside another program takes long enough to be measured. */
const BESIDE_TIMES = 4;

/** The lines are this file's. */
export type BesideOptions = Omit<ColdOptions, "lines" | "warmUpMs">;

/** A narrow uplink with a large buffer, as homes have it. */
export const HOME_LINE: Line = {
  roundTripMs: 40,
  loss: 0,
  meanBurst: 1,
  reordering: 0,
  bitsPerSecond: 10_000_000,
  bufferMs: 500,
};
/** A bulk flow has found its pace by then, and the call's delay is known. */
const WARM_UP_MS = 20_000;
/** Of the virtual world: the other program's sockets. */
const OTHER_PORT = 5_004;

/** A call from the holder's host to the empty node's. */
export interface CallBeside {
  aloneP99Ms: number;
  besideP99Ms: number;
  addedP99Ms: number;
  run: ColdRun;
}

export function besideCall(options: BesideOptions): CallBeside {
  const scene = new LinesWorld({ ...options, lines: [HOME_LINE], warmUpMs: WARM_UP_MS });
  const { clock, network } = scene.world;
  const call = new Call(clock, network, ...scene.besides(OTHER_PORT));
  clock.advance(WARM_UP_MS);
  const aloneP99Ms = p99(call.delays(0));
  const run = scene.join();
  const besideP99Ms = p99(call.delays(WARM_UP_MS));
  return { aloneP99Ms, besideP99Ms, addedP99Ms: besideP99Ms - aloneP99Ms, run };
}

/** A bulk flow from the holder's host to the empty node's. */
export interface FlowBeside {
  run: ColdRun;
  /** Bits per second of the bulk flow while the empty node joins, and in the same time without it. */
  bitsPerSecond: number;
  aloneBitsPerSecond: number;
  /** 0 to 1. */
  keeps: number;
}

export function besideFlow(options: BesideOptions): FlowBeside {
  const scene = (): { scene: LinesWorld; flow: BulkFlow; before: number } => {
    const made = new LinesWorld({ ...options, lines: [HOME_LINE], warmUpMs: WARM_UP_MS });
    const { clock, network } = made.world;
    const flow = new BulkFlow(clock, network, ...made.besides(OTHER_PORT));
    flow.start();
    clock.advance(WARM_UP_MS);
    return { scene: made, flow, before: flow.deliveredBytes };
  };
  const together = scene();
  const run = together.scene.join();
  const { now } = together.scene.world;
  const alone = scene();
  alone.scene.world.run(now);
  const rate = ({ flow, before }: { flow: BulkFlow; before: number }): number =>
    ((flow.deliveredBytes - before) * 8_000) / (now - WARM_UP_MS);
  const [bitsPerSecond, aloneBitsPerSecond] = [rate(together), rate(alone)];
  return { run, bitsPerSecond, aloneBitsPerSecond, keeps: bitsPerSecond / aloneBitsPerSecond };
}

/** Two who hold everything. */
export interface SlowSource {
  fastAlone: ColdRun;
  both: ColdRun;
  /** Time with both over the time with the fast one alone. */
  ratio: number;
}

const FAST_LINE: Line = { ...HOME_LINE, bitsPerSecond: 20_000_000 };
const SLOW_LINE: Line = { ...FAST_LINE, bitsPerSecond: FAST_LINE.bitsPerSecond / 20 };

export function slowSource(options: BesideOptions): SlowSource {
  const fastAlone = new LinesWorld({ ...options, lines: [FAST_LINE] }).join();
  // The slow one first: whoever asks the first one only is not to look good.
  const both = new LinesWorld({ ...options, lines: [SLOW_LINE, FAST_LINE] }).join();
  return { fastAlone, both, ratio: both.ms / fastAlone.ms };
}

/** New bundles from one node to another. */
export interface Delivery {
  published: number;
  arrived: number;
  p50Ms: number | null;
  p99Ms: number | null;
  maxMs: number | null;
}

const DELIVERY_LINE: Line = { ...HOME_LINE, roundTripMs: 100, loss: 0.02 };
const PUBLISHED = 1_000;
const PUBLISH_INTERVAL_MS = 100;
/** They know each other by then. */
const ACQUAINTED_MS = 60_000;
/** For those that come late. */
const AFTERWARDS_MS = 120_000;

export function delivery({
  seed,
  profile: name,
}: Pick<BesideOptions, "seed" | "profile">): Delivery {
  const world = new World({ seed });
  const lines = new Lines();
  world.network.linkRule = lines.rule;
  const overlay = world.overlay({ public: true });
  const profile = PROFILES[name];
  const author = world.addNode({ overlay, profile, founder: true });
  const reader = world.addNode({ overlay, profile, seeds: [author], startMs: 1 });
  const [from, to] = [author.publicAddress.host, reader.publicAddress.host];
  lines.lay(from, to, directionOf(DELIVERY_LINE));
  lines.lay(to, from, directionOf(DELIVERY_LINE));
  world.run(ACQUAINTED_MS);
  const published = new Map<string, number>();
  const delays: number[] = [];
  author.onEvent((event) => {
    if (event.event !== "published") return;
    for (const { key } of event.bundles) published.set(key, world.now);
  });
  reader.onEvent((event) => {
    if (event.event !== "bundle") return;
    const publishedMs = published.get(event.bundle.key);
    if (publishedMs !== undefined) delays.push(world.now - publishedMs);
  });
  for (let i = 0; i < PUBLISHED; i++) {
    const atMs = ACQUAINTED_MS + i * PUBLISH_INTERVAL_MS;
    world.clock.at(atMs, { fire: () => void world.publish(author) });
  }
  world.runUntil(
    () => delays.length === PUBLISHED,
    ACQUAINTED_MS + PUBLISHED * PUBLISH_INTERVAL_MS + AFTERWARDS_MS,
  );
  const sorted = ascending(delays);
  // What never came counts as the slowest.
  const of = (share: number): number | null => sorted[Math.ceil(PUBLISHED * share) - 1] ?? null;
  return {
    published: published.size,
    arrived: delays.length,
    p50Ms: of(0.5),
    p99Ms: of(0.99),
    maxMs: of(1),
  };
}

function p99(delays: readonly number[]): number {
  return quantile(ascending(delays), 0.99) ?? 0;
}

/** All of it, as reports say it. `bundles` times four, since what runs beside another program has to take its time. */
export function measureBeside(
  options: Pick<BesideOptions, "seed" | "profile"> & { bundles: number; payload: number },
  ports: Ports,
) {
  const { seed, profile } = options;
  const bundles = options.bundles * BESIDE_TIMES;
  ports.progress(`${bundles} bundles are made`);
  const stock = makeStock(seed, bundles, options.payload);
  const setting = { seed, profile, stock, full: storeWith(stock.bundles) };
  ports.progress("alone on the line of a home");
  const alone = new LinesWorld({ ...setting, lines: [HOME_LINE] }).join();
  ports.progress("beside a call");
  const call = besideCall(setting);
  ports.progress("beside a bulk flow");
  const flow = besideFlow(setting);
  ports.progress("two sources, one of them 20 times slower");
  const slow = slowSource(setting);
  ports.progress("new bundles at 2 % loss");
  const delivered = delivery(setting);
  return {
    bundles,
    alone: figuresOf(alone),
    call: {
      aloneP99Ms: round(call.aloneP99Ms, 1),
      besideP99Ms: round(call.besideP99Ms, 1),
      addedP99Ms: round(call.addedP99Ms, 1),
      join: figuresOf(call.run),
    },
    flow: {
      aloneMbits: round(flow.aloneBitsPerSecond / MEGABIT, 2),
      besideMbits: round(flow.bitsPerSecond / MEGABIT, 2),
      keeps: round(flow.keeps, 3),
      join: figuresOf(flow.run),
    },
    slowSource: {
      fastAlone: figuresOf(slow.fastAlone),
      both: figuresOf(slow.both),
      ratio: round(slow.ratio, 2),
    },
    delivery: {
      published: delivered.published,
      arrived: delivered.arrived,
      p50Ms: round(delivered.p50Ms, 0),
      p99Ms: round(delivered.p99Ms, 0),
      maxMs: round(delivered.maxMs, 0),
    },
  };
}

export type BesideFigures = ReturnType<typeof measureBeside>;
