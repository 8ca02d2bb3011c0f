import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Told } from "./party.ts";

/** A sample is the time between two timers, so this much of it is no delay. */
const SAMPLE_MS = 5;

/** In a party: what this process uses, told when asked. See party.ts. */
export function meter(): { begin(): void } {
  const delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  delay.enable();
  let before = process.cpuUsage();
  const begin = (): void => {
    delay.reset();
    before = process.cpuUsage();
  };
  process.on("message", (question) => {
    if (question === "begin") begin();
    if (question !== "usage") return;
    const { user, system } = process.cpuUsage(before);
    const loopDelayP99Ms = Math.max(0, delay.percentile(99) / 1e6 - SAMPLE_MS);
    tell({ event: "usage", cpuSeconds: (user + system) / 1e6, loopDelayP99Ms });
  });
  return { begin };
}

export function tell(message: Told): void {
  process.send!(message);
}
