import type { Experiment } from "./experiment.ts";
import { churn } from "./experiments/churn.ts";
import { spread } from "./experiments/spread.ts";

/** Every experiment, in the order in which they are listed. */
export const EXPERIMENTS: readonly Experiment[] = [spread, churn];
