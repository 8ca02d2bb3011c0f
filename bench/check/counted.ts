import type { CommonOptions, OptionValue } from "../experiment.ts";
import { WITHOUT_SKETCHES } from "../experiments/reconcile.ts";

/** A figure that is counted and not timed: one seed gives the same one on every machine. */
export interface Figure {
  name: string;
  value: number;
  /** Which way is a regression. */
  better: "less" | "more";
}

/** One quick run of an experiment, and what is read from it. */
export interface Counted<Json extends object = object> {
  /** Unique: the figures are kept under it. */
  name: string;
  /** As in `dispersy bench EXPERIMENT`. */
  experiment: string;
  /** By their names in camel case; the seed is added. */
  options: Record<string, OptionValue> & Pick<CommonOptions, "profile">;
  figures(json: Json): Figure[];
}

/** Checks the type of what is read where a run is defined; the list holds them all as one type. */
function counted<Json extends object>(definition: Counted<Json>): Counted {
  return definition as unknown as Counted;
}

const less = (name: string, value: number): Figure => ({ name, value, better: "less" });
const more = (name: string, value: number): Figure => ({ name, value, better: "more" });

interface SpreadJson {
  scenarios: { failure: number; allMean: number; bytesPerNode: number }[];
}

const spread = (profile: CommonOptions["profile"]): Counted =>
  counted<SpreadJson>({
    name: `spread-${profile}`,
    experiment: "spread",
    options: { nodes: 60, trials: 6, alone: true, profile },
    figures: ({ scenarios }) =>
      scenarios.flatMap(({ failure, allMean, bytesPerNode }) => {
        const where = `${Math.round(failure * 100)} % of contacts fail`;
        return [
          less(`steps until all hold it, ${where}`, allMean),
          less(`bytes per node, ${where}`, bytesPerNode),
        ];
      }),
  });

interface ReconcileJson {
  variants: { variant: string; offers: number; bytes: number; missingFound: number }[];
}

/** Only the variants whose figures depend little on the draws: the faithful one has a long tail. */
const reconcile = (missing: number): Counted =>
  counted<ReconcileJson>({
    name: `reconcile-${missing}`,
    experiment: "reconcile",
    options: { bundles: 10_000, missing, trials: 5, profile: "adaptive" },
    figures: ({ variants }) =>
      variants
        .filter(({ variant }) => variant !== "dispersy" && variant !== WITHOUT_SKETCHES)
        .flatMap(({ variant, offers, bytes, missingFound }) => [
          less(`${variant}: offers`, offers),
          less(`${variant}: bytes of offers and responses`, bytes),
          more(`${variant}: missing bundles found`, missingFound),
        ]),
  });

interface ColdJson {
  offers: number;
  bytesPerBundle: number;
  found: number;
}

const cold = (profile: CommonOptions["profile"]): Counted =>
  counted<ColdJson>({
    name: `cold-${profile}`,
    experiment: "cold",
    options: { sim: true, bundles: 3_000, profile },
    figures: ({ offers, bytesPerBundle, found }) => [
      less("offers", offers),
      less("bytes per bundle", bytesPerBundle),
      more("bundles found", found),
    ],
  });

interface BandwidthJson {
  profiles: {
    profile: string;
    idle: { sentWithHeaders: number };
    busy: { sentWithHeaders: number };
  }[];
}

const bandwidth = counted<BandwidthJson>({
  name: "bandwidth",
  experiment: "bandwidth",
  options: { nodes: 20, minutes: 2, profile: "adaptive" },
  figures: ({ profiles }) =>
    profiles.flatMap(({ profile, idle, busy }) => [
      less(`${profile}: bytes per node and hour, idle`, idle.sentWithHeaders),
      less(`${profile}: bytes per node and hour, busy`, busy.sentWithHeaders),
    ]),
});

/** All together take some twenty seconds of a processor. */
export const COUNTED: readonly Counted[] = [
  spread("adaptive"),
  spread("dispersy"),
  reconcile(10),
  reconcile(300),
  cold("adaptive"),
  cold("dispersy"),
  bandwidth,
];
