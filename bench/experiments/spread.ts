import { DEFAULT_CLEAR_BYTES } from "../../wire/sealed.ts";
import { epidemicRounds, coverOfNewest } from "../analysis/epidemic.ts";
import { ascending, mean, quantile, round } from "../analysis/statistics.ts";
import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { filterBytes } from "../../wire/sizes.ts";
import { capacityOf } from "../../node/sync/filter/bloom.ts";
import { DISPERSY, type Profile } from "../../node/core/profile.ts";
import { profileOf, WITHOUT } from "./without.ts";
import { Arrivals } from "./arrivals.ts";
import { Overlay, PAPER_FAILURE, STEP_MS } from "./overlay.ts";
import { type Figures, type Scenario, spreadReport } from "./spread-report.ts";

interface Options {
  nodes: number;
  backlog: number;
  trials: number;
  limit: number;
  alone: boolean;
  without: string;
}

/** A profile, or one with something switched off. */
export interface Variant {
  name: string;
  profile: Profile;
}

/** The candidate tables are full by then: twice the lifetime of a contact. */
const WARM_UP_MS = 120_000;
/** Contacts that fail have had their effect on the tables by then. */
const SETTLE_MS = 60_000;
/** Between two bundles. */
const PAUSE_MS = 20_000;
const ANALYSIS_TRIALS = 40;

/** What the paper's experiment ran: no push. */
export const PAPER_SETUP: Variant = {
  name: "the paper's set-up",
  profile: { ...DISPERSY, pushTo: 0 },
};

export const spread = experiment<Options>({
  name: "spread",
  summary: "one new bundle until all nodes have it, in steps of 5 s; published: 19 steps for 1,000",
  signatures: "keyed hash",
  options: [
    { name: "nodes", summary: "nodes of the overlay", default: 200, min: 2, max: 20_000 },
    { name: "backlog", summary: "bundles that all hold already", default: 0, max: 1_000_000 },
    { name: "trials", summary: "new bundles per scenario, one after another", default: 3, min: 1 },
    { name: "limit", summary: "steps after which a bundle is given up", default: 200, min: 1 },
    { name: "alone", summary: "the profile as it is, without others beside it", default: false },
    WITHOUT,
  ],
  run(options, ports): Result {
    const shipped = profileOf(options);
    const plain: Variant = { name: options.profile, profile: shipped };
    const variants = options.alone ? [plain] : [plain, ...unpushed(shipped), PAPER_SETUP];
    const scenarios = variants.flatMap((variant) => measure(variant, options, ports));
    const { steps, bytesPerNode } = scenarios[0]!.figures;
    const { nodes, backlog, profile, trials } = options;
    const rows = scenarios.map(({ figures }) => figures);
    return {
      json: { steps, bytesPerNode, nodes, backlog, profile, trials, scenarios: rows },
      report: spreadReport(options, scenarios),
    };
  },
});

/** The profile without pushes, where that is not the paper's set-up already. */
function unpushed(profile: Profile): Variant[] {
  if (profile.name === "dispersy") return [];
  return [{ name: `${profile.name}, no push`, profile: { ...profile, pushTo: 0, fresh: false } }];
}

/** One overlay, first with sound contacts, then with those of the paper's deployment. */
function measure(variant: Variant, options: Options & CommonOptions, ports: Ports): Scenario[] {
  const { seed, nodes, backlog } = options;
  const { name, profile } = variant;
  ports.progress(`${name}: ${nodes} nodes start`);
  const overlay = new Overlay({ seed, nodes, profile, backlog });
  const arrivals = new Arrivals();
  for (const node of overlay.live) arrivals.watch(node);
  overlay.run(WARM_UP_MS, (share) =>
    ports.progress(`${name}: ${nodes} nodes get acquainted, ${Math.round(share * 100)} %`),
  );
  return [0, PAPER_FAILURE].map((failure) => {
    if (failure > 0) {
      overlay.failContacts(failure);
      overlay.run(SETTLE_MS);
    }
    return scenario(variant, failure, overlay, arrivals, options, ports);
  });
}

function scenario(
  { name, profile }: Variant,
  failure: number,
  overlay: Overlay,
  arrivals: Arrivals,
  options: Options & CommonOptions,
  ports: Ports,
): Scenario {
  const { nodes, trials, limit, seed, backlog } = options;
  const where = failure === 0 ? name : `${name}, ${failure * 100} % of contacts fail`;
  const runs = Array.from({ length: trials }, (_, i) => {
    const tell = (held: number): void =>
      ports.progress(`${where}: bundle ${i + 1} of ${trials} at ${held} of ${nodes} nodes`);
    const run = oneBundle(overlay, arrivals, limit, tell);
    overlay.run(PAUSE_MS);
    return run;
  });
  const steps = ascending(runs.flatMap((run) => run.steps));
  const total = nodes * trials;
  const at = (share: number): number | null =>
    steps.length < share * total ? null : round(quantile(steps, (share * total) / steps.length), 2);
  const reached = steps.length === total;
  const lasts = runs.map((run) => run.steps.at(-1)!);
  const expected = epidemicRounds(
    {
      nodes,
      success: (1 - failure) * cover(profile, backlog),
      pushTo: Math.min(profile.pushTo, nodes - 1),
      bothWays: profile.sketches,
    },
    ANALYSIS_TRIALS,
    seed,
  );
  const figures: Figures = {
    variant: name,
    push: profile.pushTo,
    failure,
    reached,
    steps: { p50: at(0.5), p99: at(0.99), max: reached ? round(steps.at(-1)!, 2) : null },
    allMean: reached ? round(mean(lasts), 2) : null,
    bytesPerNode: reached ? round(mean(runs.map(({ bytes }) => bytes / nodes)), 0) : null,
    analysis: {
      p50: round(expected.half, 2),
      p99: round(expected.p99, 2),
      all: round(expected.all, 2),
      allP95: expected.allP95,
    },
  };
  return {
    figures,
    curve: curveOf(steps, total),
    expected: expected.curve.map((share, step) => [step, share]),
  };
}

/** Probability that an offer speaks of a new bundle. */
function cover(profile: Profile, backlog: number): number {
  if (profile.sketches) return 1;
  const bits = filterBytes(DEFAULT_CLEAR_BYTES) * 8;
  return coverOfNewest(backlog + 2, capacityOf(bits, profile.falsePositiveRate));
}

/**
 * Publishes one bundle at a random node. Steps until each node had it, ascending; those that never had it are left out.
 */
export function oneBundle(
  overlay: Overlay,
  arrivals: Arrivals,
  limit: number,
  tell: (held: number) => void,
): { steps: number[]; bytes: number } {
  const { world, live } = overlay;
  const author = overlay.draw();
  let key = "";
  arrivals.whenPublished(author, (published) => (key = published));
  const [startMs, startBytes] = [world.now, overlay.sentBytes];
  world.publish(author);
  const held = (): number => arrivals.of(key).size;
  world.runUntil(
    () => {
      tell(held());
      return held() === live.length;
    },
    startMs + limit * STEP_MS,
  );
  const times = ascending(arrivals.of(key).values());
  return {
    steps: times.map((time) => (time - startMs) / STEP_MS),
    bytes: overlay.sentBytes - startBytes,
  };
}

/** Share of the nodes at each half step. */
function curveOf(steps: readonly number[], total: number): [number, number][] {
  const last = Math.ceil((steps.at(-1) ?? 0) * 2);
  let held = 0;
  return Array.from({ length: last + 1 }, (_, half) => {
    while (held < steps.length && steps[held]! <= half / 2) held++;
    return [half / 2, held / total];
  });
}
