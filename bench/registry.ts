import type { Experiment } from "./experiment.ts";
import { bandwidth } from "./experiments/bandwidth.ts";
import { carriers } from "./experiments/carriers.ts";
import { chats } from "./experiments/chats.ts";
import { choices } from "./experiments/choices.ts";
import { churn } from "./experiments/churn.ts";
import { clocks } from "./experiments/clocks.ts";
import { cold } from "./experiments/cold.ts";
import { eclipse } from "./experiments/eclipse.ts";
import { eclipseRestart } from "./experiments/eclipse-restart.ts";
import { faults } from "./experiments/faults.ts";
import { filters } from "./experiments/filters.ts";
import { fresh } from "./experiments/fresh.ts";
import { held } from "./experiments/held.ts";
import { latency } from "./experiments/latency.ts";
import { lines } from "./experiments/lines.ts";
import { load } from "./experiments/load.ts";
import { mvds } from "./experiments/mvds.ts";
import { mtu } from "./experiments/mtu.ts";
import { nat } from "./experiments/nat.ts";
import { peers } from "./experiments/peers.ts";
import { privacy } from "./experiments/privacy.ts";
import { receipts } from "./experiments/receipts.ts";
import { reconcile } from "./experiments/reconcile.ts";
import { simulator } from "./experiments/simulator.ts";
import { spread } from "./experiments/spread.ts";
import { tracker } from "./experiments/tracker.ts";

/** Every experiment, in the order in which they are listed. */
export const EXPERIMENTS: readonly Experiment[] = [
  spread,
  fresh,
  churn,
  cold,
  carriers,
  reconcile,
  filters,
  privacy,
  choices,
  clocks,
  held,
  load,
  latency,
  lines,
  mtu,
  bandwidth,
  nat,
  tracker,
  peers,
  chats,
  mvds,
  eclipse,
  eclipseRestart,
  receipts,
  faults,
  simulator,
];
