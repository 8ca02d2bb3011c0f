import { spawnSync } from "node:child_process";
import { whyUnavailable } from "../../../bench/lab/system.ts";

/** Why the lab cannot be made here; false when it can. */
export const skipReason: string | false = whyUnavailable()?.message ?? false;

/** Whether to check everything, which takes a minute: DISPERSY_TEST_LAB=all. */
export const thoroughly = process.env["DISPERSY_TEST_LAB"] === "all";

/** Why there is no router that maps ports; false when there is. */
export const noPortMapper: string | false = spawnSync("miniupnpd", ["--version"]).error
  ? "the lab's port-mapping router is miniupnpd, which is not installed"
  : false;
