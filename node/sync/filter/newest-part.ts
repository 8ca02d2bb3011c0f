import type { Subset } from "../../../wire/message.ts";
import { everything } from "../subset.ts";

/**
 * Bundles that the newest part of a set has at least, about. One reply brings them all, so that none of them waits for
 * older ones.
 */
const LEAST_BUNDLES = 64;
/** Of the bundles that come, such a share is of the newest part: where many are written, it is thousands. */
const SHARE = 0.99;
/** Before so many bundles came, it is not known where to look for what is missing. */
const LEARNT = 200;
/** How fast it follows: by so much for a bundle beyond it, and by as little back for one within as keeps the share. */
const STEP = 1.3;
const STEP_BACK = STEP ** ((SHARE - 1) / SHARE);

interface Occasion {
  newest: number;
  count: number;
  acceptable: number;
  breadth: number;
}

/** The newest part of the set: how far back in global time it reaches shows in what came lately. */
export class Tail {
  #reach = 1;
  #stored = 0;

  /** Whether nearly all that is missing is known to be of it. */
  get isLearnt(): boolean {
    return this.#stored >= LEARNT;
  }

  /** A bundle was stored; `clock`: our global time. */
  stored(globalTime: number, clock: number): void {
    this.#stored += 1;
    const step = clock - globalTime > this.#reach ? STEP : STEP_BACK;
    this.#reach = Math.min(clock, Math.max(1, this.#reach * step));
  }

  /**
   * The newest part where the highest of `count` global times is `newest`, or `breadth` times as much of it; with
   * everything newer, up to `acceptable`.
   */
  subset({ newest, count, acceptable, breadth }: Occasion): Subset {
    const timePerBundle = newest / Math.max(1, count);
    const reach = Math.max(this.#reach, LEAST_BUNDLES * timePerBundle) * breadth;
    const low = Math.max(1, Math.floor(newest - reach));
    return { ...everything(acceptable), low: Math.min(acceptable, low) };
  }
}
