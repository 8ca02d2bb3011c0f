import { ascending, quantile, round } from "../analysis/statistics.ts";
import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { DISPERSY, type Profile } from "../../node/core/profile.ts";
import { MAX_PAYLOAD_BYTES, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../../wire/limits.ts";
import { Arrivals } from "./arrivals.ts";
import { loadReport, type LoadRow } from "./load-report.ts";
import { Overlay, STEP_MS } from "./overlay.ts";
import { type Work, type WorkCost, withProcessors } from "../sim/processor.ts";
import { profileOf, WITHOUT } from "./without.ts";
import { measureWork } from "./work-cost.ts";

interface Options {
  nodes: number;
  rate: number;
  payload: number;
  seconds: number;
  alone: boolean;
  compute: "free" | "charged" | "both";
  datagramUs: number;
  bundleUs: number;
  commitUs: number;
  without: string;
}

const WARM_UP_MS = 60_000;
/** Nothing is made any more, and what is under way comes. */
const DRAIN_MS = 120_000;
/** Rates tried, in parts of the one asked for. */
const RATE_FACTORS = [0.25, 0.5, 1, 2];
const COSTS = [
  ["datagram-us", "a datagram in or out"],
  ["bundle-us", "a bundle that is signed or checked, and written"],
  ["commit-us", "a commit"],
] as const;
/** What a body says besides the payload, at most (wire/limits.ts). */
const BODY_OVERHEAD_BYTES = 12;

export const load = experiment<Options>({
  name: "load",
  summary:
    "bundles per second that an overlay sustains, and how late they are; published: 10 per second for 1,000",
  signatures: "keyed hash",
  options: [
    { name: "nodes", summary: "nodes of the overlay", default: 50, min: 2, max: 20_000 },
    {
      name: "rate",
      summary:
        "bundles per second over the whole overlay; unless `alone`, a quarter, half and twice as many are tried too",
      default: 5,
      min: 0.01,
      fraction: true,
    },
    {
      name: "payload",
      summary: "bytes of each payload",
      default: 100,
      min: 8,
      max: MAX_PAYLOAD_BYTES,
    },
    { name: "seconds", summary: "virtual seconds under load", default: 120, min: 10 },
    { name: "alone", summary: "this rate and profile, without others beside", default: false },
    WITHOUT,
    {
      name: "compute",
      summary: "whether work takes virtual time, of one processor in each node",
      default: "free",
      choices: ["free", "charged", "both"],
    },
    ...COSTS.map(([name, what]) => ({
      name,
      summary: `microseconds for ${what}, where work takes time; all 0: measured now on two real nodes`,
      default: 0,
      max: 1_000_000,
      fraction: true,
    })),
  ],
  async run(options, ports): Promise<Result> {
    const asked = profileOf(options);
    const profiles = options.alone ? [asked] : [...new Set([asked, DISPERSY])];
    const factors = options.alone ? [1] : RATE_FACTORS;
    const rates = factors.map((factor) => options.rate * factor);
    const cost = options.compute === "free" ? null : await costFor(options, ports);
    const costs = options.compute === "both" ? [null, cost] : [cost];
    const rows = profiles.flatMap((profile) =>
      costs.flatMap((one) => rates.map((rate) => atRate(profile, rate, one, options, ports))),
    );
    const { rate, sustained, lag, deliveriesPerSecond, bytesPerNodePerSecond } =
      rows[factors.indexOf(1)]!;
    const { nodes, profile } = options;
    return {
      json: {
        rate,
        sustained,
        lag,
        deliveriesPerSecond,
        bytesPerNodePerSecond,
        nodes,
        profile,
        cost,
        rates: rows,
      },
      report: loadReport(options, rows, cost),
    };
  },
});

async function costFor(
  { datagramUs, bundleUs, commitUs }: Options,
  ports: Ports,
): Promise<WorkCost> {
  if (datagramUs + bundleUs + commitUs > 0) {
    return {
      datagramMs: datagramUs / 1_000,
      bundleMs: bundleUs / 1_000,
      commitMs: commitUs / 1_000,
    };
  }
  ports.progress("two real nodes show what work costs");
  const { datagramMs, bundleMs, commitMs } = await measureWork();
  return {
    datagramMs: round(datagramMs, 4),
    bundleMs: round(bundleMs, 4),
    commitMs: round(commitMs, 4),
  };
}

function atRate(
  profile: Profile,
  rate: number,
  cost: WorkCost | null,
  options: Options & CommonOptions,
  ports: Ports,
): LoadRow {
  const { seed, nodes, seconds, payload } = options;
  const work: Work = { busyMs: 0, lost: 0 };
  const engine = cost === null ? {} : { engine: withProcessors(cost, work) };
  const overlay = new Overlay({ seed, nodes, profile, ...engine });
  const { world } = overlay;
  const name = cost === null ? profile.name : `${profile.name}, work charged`;
  const where = `${name}, ${rate} bundles/s`;
  const arrivals = new Arrivals();
  for (const node of overlay.live) arrivals.watch(node);
  overlay.run(WARM_UP_MS, () => ports.progress(`${where}: ${nodes} nodes get acquainted`));
  /** Key -> when it was made. BOUNDED: by rate and time. */
  const made = new Map<string, number>();
  for (const node of overlay.live)
    arrivals.whenPublished(node, (key) => made.set(key, node.instant.now));
  const random = world.random("load");
  const [startMs, startBytes, startBusyMs] = [world.now, overlay.sentBytes, work.busyMs];
  for (let i = 0; i < rate * seconds; i++) {
    const atMs = startMs + (i * 1_000) / rate;
    world.clock.at(atMs, {
      fire: () => void world.publish(overlay.draw(), [random.bytes(payload)]),
    });
  }
  overlay.run(seconds * 1_000, (share) => ports.progress(`${where}: ${Math.round(share * 100)} %`));
  const endMs = world.now;
  const sentBytes = overlay.sentBytes - startBytes;
  const busyMs = work.busyMs - startBusyMs;
  const underWay = new Set(made.keys());
  world.runUntil(() => {
    ports.progress(`${where}: what is under way comes`);
    for (const key of underWay) if (arrivals.of(key).size === nodes) underWay.delete(key);
    return underWay.size === 0 && made.size >= Math.floor(rate * seconds);
  }, endMs + DRAIN_MS);
  return {
    profile: name,
    rate,
    computing: cost !== null,
    busyShare: cost === null ? null : round(busyMs / nodes / seconds / 1_000, 3),
    lostInBuffers: work.lost,
    ...figuresOf(made, arrivals, { nodes, startMs, endMs }),
    bytesPerNodePerSecond: round(sentBytes / nodes / seconds, 0),
    oneReplyPerStep: round(oneReplyPerStep(profile, payload), 2),
  };
}

export function figuresOf(
  made: ReadonlyMap<string, number>,
  arrivals: { of(key: string): ReadonlyMap<unknown, number> },
  { nodes, startMs, endMs }: { nodes: number; startMs: number; endMs: number },
) {
  const middleMs = (startMs + endMs) / 2;
  const halfSeconds = (endMs - middleMs) / 1_000;
  const complete = [...made].flatMap(([key, madeMs]) => {
    const times = arrivals.of(key);
    return times.size === nodes ? [{ madeMs, doneMs: Math.max(...times.values()) }] : [];
  });
  const inTime = complete.filter(({ doneMs }) => doneMs <= endMs);
  const isLate = ({ madeMs }: { madeMs: number }): boolean => madeMs >= middleMs;
  const lags = lagsOf(complete.filter(isLate));
  const arrived = [...made.keys()].reduce((sum, key) => {
    const times = [...arrivals.of(key).values()];
    return sum + times.filter((time) => time >= middleMs && time <= endMs).length;
  }, 0);
  return {
    sustained: round(inTime.filter(({ doneMs }) => doneMs >= middleMs).length / halfSeconds, 3),
    deliveriesPerSecond: round(arrived / halfSeconds, 1),
    lag: {
      p50: round(quantile(lags, 0.5), 2),
      p99: round(quantile(lags, 0.99), 2),
      max: round(lags.at(-1) ?? null, 2),
    },
    earlierLag: round(quantile(lagsOf(complete.filter((one) => !isLate(one))), 0.5), 2),
    behind:
      [...made.values()].filter((madeMs) => madeMs >= middleMs).length -
      inTime.filter(isLate).length,
    undelivered: made.size - complete.length,
  };
}

/** In steps, ascending. */
function lagsOf(bundles: readonly { madeMs: number; doneMs: number }[]): number[] {
  return ascending(bundles.map(({ madeMs, doneMs }) => (doneMs - madeMs) / STEP_MS));
}

/** A reply ends with the bundle that passes its limit. */
function oneReplyPerStep({ replyBytes }: Profile, payload: number): number {
  const bundle = payload + BODY_OVERHEAD_BYTES + PUBLIC_KEY_BYTES + SIGNATURE_BYTES;
  return Math.ceil(replyBytes / bundle) / (STEP_MS / 1_000);
}
