import { ascending, quantile, round } from "../analysis/statistics.ts";
import type { Profile } from "../../node/core/profile.ts";
import { DEFAULT_LINK } from "../../node/testing/link.ts";
import type { NatKind } from "../../node/testing/nat-kinds.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";
import { Weather } from "../sim/weather.ts";
import { Arrivals } from "./arrivals.ts";
import { type Made, Sessions } from "./latency-sessions.ts";
import { STEP_MS } from "./overlay.ts";

export interface LatencyOptions {
  seed: number;
  nodes: number;
  bundles: number;
  hours: number;
  profile: Profile;
  progress: (words: string) => void;
}

/** From publishing to delivery, over all pairs of a bundle and a node that is not its author's. */
export interface Latencies {
  p50Ms: number | null;
  p99Ms: number | null;
  maxMs: number | null;
  deliveries: number;
  /** What did not come. It counts as later than all that did: a quantile that falls there is null. */
  missing: number;
}

export interface RareLatencies extends Latencies {
  /** The same from the moment on when receiver and somebody who can have it were both there, for a step at least. */
  fromMeeting: Latencies;
}

export interface IdleBytes {
  sentPerHour: number;
  receivedPerHour: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Who is about is known, and the fast start is over. */
const WARM_UP_MS = 2 * MINUTE_MS;
/** Between two bundles, so that each is alone; and so long after the last one everything has come, or is missing. */
const PAUSE_MS = 2_000;
const DRAIN_MS = 2 * MINUTE_MS;
/** Two rounds of a tracker's resets. */
const IDLE_MS = 20 * MINUTE_MS;
/** Of a home and a small disk: checking and writing a few bundles. */
const WORK = { verifyDelayMs: 1, commitDelayMs: 2 };
/** One way; between two homes of one city, and around half the world. */
const LATENCY_MS = [5, 100] as const;
const JITTER_MS = 10;
const LOSS = 0.01;
/** What homes and mobile networks have; between the last two there is no path, but by way of others. */
const NATS: readonly NatKind[] = ["open", "eif", "adf", "apdf", "apdf", "apdf", "seq", "rnd"];
/** Between these there always is: who meets can exchange. */
const EASY_NATS: readonly NatKind[] = ["open", "eif", "adf", "apdf"];

/** Nodes behind one router, who know one of them; nothing outside. */
export function onLan(options: LatencyOptions): Latencies {
  const world = new World({ seed: `${options.seed}/lan`, ...WORK });
  const overlay = world.overlay();
  const lan = world.addLan("apdf");
  const { profile } = options;
  const first = world.addNode({ overlay, lan, profile, founder: true });
  const seeds = [first.endpoints[0]!.address];
  const nodes = [first];
  while (nodes.length < options.nodes) nodes.push(world.addNode({ overlay, lan, profile, seeds }));
  return delays(world, nodes, options, "on a LAN");
}

/** Nodes behind NATs of all kinds, who know two trackers; one datagram in a hundred is lost. */
export function onInternet(options: LatencyOptions): Latencies {
  const { world, nodes } = internet(options, "internet", NATS);
  return delays(world, nodes, options, "on the Internet");
}

/** The same, while nobody says anything. */
export function whenIdle(options: LatencyOptions): IdleBytes {
  const { world, nodes } = internet(options, "idle", NATS);
  run(world, WARM_UP_MS, () => options.progress("idle: nodes get acquainted"));
  const before = bytesOf(nodes);
  run(world, IDLE_MS, (share) => options.progress(`idle: ${Math.round(share * 100)} %`));
  const after = bytesOf(nodes);
  const each = (way: "sent" | "received"): number =>
    Math.round(((after[way] - before[way]) / nodes.length) * (HOUR_MS / IDLE_MS));
  return { sentPerHour: each("sent"), receivedPerHour: each("received") };
}

/** Each runs six minutes of each hour, at a moment of its own, and publishes once while it does. */
export function rarelyThere(options: LatencyOptions): RareLatencies {
  const { world, nodes } = internet(options, "rare", EASY_NATS);
  const sessions = new Sessions(world, nodes, options.hours);
  const arrivals = new Arrivals();
  for (const node of nodes) arrivals.watch(node);
  const made: Made[] = sessions.start(arrivals);
  run(world, sessions.endMs, (share) =>
    options.progress(`a tenth of the time: ${Math.round(share * 100)} %`),
  );
  const all: number[] = [];
  const fromMeeting: number[] = [];
  for (const { key, author, atMs } of made) {
    const arrived = arrivals.of(key);
    const meetings = sessions.meetings(author, atMs);
    for (const node of nodes) {
      const metMs = meetings.get(node);
      // Who met nobody who has it by the end could not get it.
      if (node === author || metMs === undefined) continue;
      const time = arrived.get(node) ?? Infinity;
      all.push(time - atMs);
      fromMeeting.push(Math.max(0, time - metMs));
    }
  }
  return { ...latenciesOf(all), fromMeeting: latenciesOf(fromMeeting) };
}

function internet(
  { seed, nodes: count, profile }: LatencyOptions,
  name: string,
  nats: readonly NatKind[],
): { world: World; nodes: SimNode[] } {
  const world = new World({ seed: `${seed}/${name}`, ...WORK });
  const link = { ...DEFAULT_LINK, jitterMs: JITTER_MS, loss: LOSS };
  const weather = { link, latencyMs: LATENCY_MS, spikes: 0, spikeMs: 0 };
  world.network.linkRule = new Weather(world.clock, world.random("weather"), weather).rule;
  const overlay = world.overlay();
  const isRare = nats === EASY_NATS;
  const seeds = [1, 2].map(() => world.addTracker({ sockets: 2 }));
  const nodes = Array.from({ length: count }, (_, i) =>
    world.addNode({
      overlay,
      seeds,
      profile,
      nat: nats[i % nats.length]!,
      surveys: !isRare,
      founder: i === 0,
      startMs: isRare && i > 0 ? Infinity : (i * STEP_MS) / count,
    }),
  );
  return { world, nodes };
}

/** Publishes one bundle after the other, each at a random node. */
function delays(
  world: World,
  nodes: readonly SimNode[],
  { bundles, progress }: LatencyOptions,
  where: string,
): Latencies {
  const arrivals = new Arrivals();
  for (const node of nodes) arrivals.watch(node);
  run(world, WARM_UP_MS, () => progress(`${where}: nodes get acquainted`));
  const random = world.random("publishing");
  const made: Made[] = [];
  for (let i = 0; i < bundles; i++) {
    const author = nodes[random.below(nodes.length)]!;
    const atMs = world.now;
    arrivals.whenPublished(author, (key) => made.push({ key, author, atMs }));
    world.publish(author);
    run(world, PAUSE_MS * (0.5 + random.float()), () => progress(`${where}: bundle ${i + 1}`));
  }
  run(world, DRAIN_MS, () => progress(`${where}: the last ones arrive`));
  return latenciesOf(
    made.flatMap(({ key, author, atMs }) => {
      const arrived = arrivals.of(key);
      const others = nodes.filter((node) => node !== author);
      return others.map((node) => (arrived.get(node) ?? Infinity) - atMs);
    }),
  );
}

function latenciesOf(delaysMs: readonly number[]): Latencies {
  const sorted = ascending(delaysMs);
  const missing = sorted.filter((delay) => delay === Infinity).length;
  const known = (share: number): number | null => {
    const value = quantile(sorted, share);
    return value === null || value === Infinity ? null : round(value, 1);
  };
  return {
    p50Ms: known(0.5),
    p99Ms: known(0.99),
    maxMs: known(1),
    deliveries: sorted.length - missing,
    missing,
  };
}

/** Lets so much virtual time pass, telling how far it is. */
function run(world: World, ms: number, tell: (share: number) => void): void {
  const start = world.now;
  for (let passed = 0; passed < ms;) {
    passed = Math.min(ms, passed + MINUTE_MS);
    world.run(start + passed);
    tell(passed / ms);
  }
}

function bytesOf(nodes: readonly SimNode[]): { sent: number; received: number } {
  const endpoints = nodes.flatMap((node) => node.endpoints);
  const sum = (way: "sent" | "received"): number =>
    endpoints.reduce((total, endpoint) => total + endpoint[way].bytes, 0);
  return { sent: sum("sent"), received: sum("received") };
}
