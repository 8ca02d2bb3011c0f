import { REQUEST_TIMEOUT_MS } from "./constants.ts";

/** `unknown`: never asked, or the first answer can still come. */
export type Liveness = "answers" | "silent" | "unknown";

/** Whether somebody answers what we ask, remembered also while it is no candidate. Times are monotonic ms. */
export class LivenessRecord {
  /** When the first request since the last answer was sent. */
  #unansweredMs = Infinity;
  #hasAnswered = false;

  asked(now: number): void {
    this.#unansweredMs = Math.min(this.#unansweredMs, now);
  }

  answered(): void {
    this.#unansweredMs = Infinity;
    this.#hasAnswered = true;
  }

  at(now: number): Liveness {
    if (now - this.#unansweredMs >= REQUEST_TIMEOUT_MS) return "silent";
    return this.#hasAnswered ? "answers" : "unknown";
  }
}
