import { PAPER_RULE } from "../../candidates/selection.ts";
import { ascending, mean, quantile, round } from "../analysis/statistics.ts";
import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { ADAPTIVE, DISPERSY, type Profile, type SubsetRule } from "../../node/core/profile.ts";
import { Arrivals } from "./arrivals.ts";
import { choicesReport, type NodeChoice, type SubsetChoice } from "./choices-report.ts";
import { Overlay } from "./overlay.ts";
import { makeStock, type Place, type Stock } from "./pair.ts";
import { reconcileOnce } from "./reconcile.ts";
import { oneBundle } from "./spread.ts";

interface Options {
  nodes: number;
  bundles: number;
  trials: number;
}

const PAYLOAD_BYTES = 105;
const WARM_UP_MS = 60_000;
const LIMIT_STEPS = 200;
/** Each rule, for whoever lacks a few, or much of it, anywhere or the newest. */
const RULES: readonly SubsetRule[] = ["dispersy", "modulo", "pivot", "random"];
const NODE_RULES = { dispersy: PAPER_RULE, random: "anybody" } as const;
const SHARES = [0.002, 0.5];
const PLACES: readonly Place[] = ["random", "newest"];

export const choices = experiment<Options>({
  name: "choices",
  summary:
    "whom to ask and what to offer: the protocol's rules beside random ones, and each side of its choice",
  signatures: "keyed hash",
  options: [
    { name: "nodes", summary: "nodes that get a new bundle", default: 100, min: 3, max: 2_000 },
    {
      name: "bundles",
      summary: "bundles that one of two nodes holds",
      default: 4_000,
      min: 100,
      max: 100_000,
    },
    { name: "trials", summary: "runs of each, with other differences", default: 5, min: 1 },
  ],
  run(options, ports): Result {
    const stock = makeStock(options.seed, options.bundles, PAYLOAD_BYTES);
    const subsets = SHARES.flatMap((share) =>
      PLACES.map((where) => subsetChoice(stock, where, share, options, ports)),
    );
    const nodes = (["dispersy", "random"] as const).map((rule) => nodeChoice(rule, options, ports));
    const worst = round(Math.max(...subsets.map(({ ofTheWorse }) => ofTheWorse)), 2);
    return {
      json: { ...options, subsets, nodeRules: nodes, worst },
      report: choicesReport(options, subsets, nodes),
    };
  },
});

/** Offers by each rule on the same differences. */
function subsetChoice(
  stock: Stock,
  where: Place,
  share: number,
  { seed, bundles, trials }: Options & CommonOptions,
  ports: Ports,
): SubsetChoice {
  const missing = Math.max(1, Math.round(bundles * share));
  const offersBy = (name: string, profile: Profile): number => {
    const runs = Array.from({ length: trials }, (_, trial) => {
      ports.progress(`${name}, ${missing} missing (${where}): run ${trial + 1} of ${trials}`);
      return reconcileOnce(stock, { seed: `${seed}/${trial}`, missing, where, profile });
    });
    return round(mean(runs.map(({ counts }) => counts.offer.datagrams))!, 1);
  };
  const offers = Object.fromEntries(
    RULES.map((subsets) => [subsets, offersBy(subsets, { ...DISPERSY, subsets })]),
  ) as Record<SubsetRule, number>;
  const worse = Math.max(offers.modulo, offers.pivot);
  return {
    missing,
    where,
    offers,
    sketches: offersBy("with sketches", ADAPTIVE),
    ofTheWorse: round(offers.dispersy / worse, 3),
  };
}

/** Steps until all hold a new bundle, where steps go to whom a rule says; nothing is pushed. */
function nodeChoice(
  rule: keyof typeof NODE_RULES,
  { seed, nodes, trials }: Options & CommonOptions,
  ports: Ports,
): NodeChoice {
  const profile = { ...DISPERSY, pushTo: 0, selection: NODE_RULES[rule] };
  const overlay = new Overlay({ seed, nodes, profile });
  const arrivals = new Arrivals();
  for (const node of overlay.live) arrivals.watch(node);
  overlay.run(WARM_UP_MS);
  const runs = Array.from({ length: trials }, (_, trial) => {
    ports.progress(`nodes by ${rule}: bundle ${trial + 1} of ${trials}`);
    return oneBundle(overlay, arrivals, LIMIT_STEPS, () => {});
  });
  const steps = ascending(runs.flatMap((run) => run.steps));
  const asked = overlay.trackers.map((tracker) => tracker.endpoints[0]!.received.datagrams);
  return {
    rule,
    p50: round(quantile(steps, 0.5), 2),
    p99: round(quantile(steps, 0.99), 2),
    all: steps.length === nodes * trials ? round(steps.at(-1)!, 2) : null,
    trackerDatagrams: asked.reduce((sum, count) => sum + count, 0),
  };
}
