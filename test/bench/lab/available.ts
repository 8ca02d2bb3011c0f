import { whyUnavailable } from "../../../bench/lab/system.ts";

/** Why the lab cannot be made here; false when it can. */
export const skipReason: string | false = whyUnavailable()?.message ?? false;

/** Whether to check everything, which takes a minute: DISPERSY_TEST_LAB=all. */
export const thoroughly = process.env["DISPERSY_TEST_LAB"] === "all";
