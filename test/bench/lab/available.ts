import { spawnSync } from "node:child_process";
import { whyUnavailable } from "../../../bench/lab/system.ts";

/**
 * DISPERSY_TEST_LAB=all: one pair of each strategy and every kind, which takes some minutes, and nothing is skipped:
 * what the lab lacks is a failure that says so.
 */
export const thoroughly = process.env["DISPERSY_TEST_LAB"] === "all";

/** Why the lab cannot be made here; false when it can. */
export const skipReason: string | false = !thoroughly && (whyUnavailable()?.message ?? false);

/** Why there is no router that maps ports; false when there is. */
export const noPortMapper: string | false =
  !thoroughly &&
  spawnSync("miniupnpd", ["--version"]).error !== undefined &&
  "the lab's port-mapping router is miniupnpd, which is not installed";
