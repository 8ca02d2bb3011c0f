import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Told } from "./party.ts";

/** A sample is the time between two timers, so this much of it is no delay. */
const SAMPLE_MS = 5;

/** How late this process' event loop is. */
export class LoopDelay {
  readonly #delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });

  constructor() {
    this.#delay.enable();
  }

  begin(): void {
    this.#delay.reset();
  }

  get p99Ms(): number {
    return Math.max(0, this.#delay.percentile(99) / 1e6 - SAMPLE_MS);
  }
}

/** In a party: what this process uses, told when asked. See party.ts. */
export function meter(): { begin(): void } {
  const delay = new LoopDelay();
  let before = process.cpuUsage();
  const begin = (): void => {
    delay.begin();
    before = process.cpuUsage();
  };
  process.on("message", (question) => {
    if (question === "begin") begin();
    if (question !== "usage") return;
    const { user, system } = process.cpuUsage(before);
    tell({ event: "usage", cpuSeconds: (user + system) / 1e6, loopDelayP99Ms: delay.p99Ms });
  });
  return { begin };
}

export function tell(message: Told): void {
  // Whoever asked may have been ended: then nobody listens, and there is nothing to go on for.
  process.send!(message, undefined, undefined, (error) => {
    if (error !== null) process.exit();
  });
}
