import type { Experiment } from "./experiment.ts";
import { bandwidth } from "./experiments/bandwidth.ts";
import { chats } from "./experiments/chats.ts";
import { churn } from "./experiments/churn.ts";
import { cold } from "./experiments/cold.ts";
import { eclipse } from "./experiments/eclipse.ts";
import { faults } from "./experiments/faults.ts";
import { held } from "./experiments/held.ts";
import { lines } from "./experiments/lines.ts";
import { load } from "./experiments/load.ts";
import { nat } from "./experiments/nat.ts";
import { peers } from "./experiments/peers.ts";
import { reconcile } from "./experiments/reconcile.ts";
import { simulator } from "./experiments/simulator.ts";
import { spread } from "./experiments/spread.ts";
import { tracker } from "./experiments/tracker.ts";

/** Every experiment, in the order in which they are listed. */
export const EXPERIMENTS: readonly Experiment[] = [
  spread,
  churn,
  cold,
  reconcile,
  held,
  load,
  lines,
  bandwidth,
  nat,
  tracker,
  peers,
  chats,
  eclipse,
  faults,
  simulator,
];
