import type { Experiment } from "./experiment.ts";
import { bandwidth } from "./experiments/bandwidth.ts";
import { churn } from "./experiments/churn.ts";
import { load } from "./experiments/load.ts";
import { nat } from "./experiments/nat-mix.ts";
import { spread } from "./experiments/spread.ts";

/** Every experiment, in the order in which they are listed. */
export const EXPERIMENTS: readonly Experiment[] = [spread, churn, load, bandwidth, nat];
