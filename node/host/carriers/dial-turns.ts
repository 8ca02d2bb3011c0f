import { type WebSocketPlace, webSocketUrl } from "../../../wire/websocket-place.ts";

export interface KnownPlace {
  readonly place: WebSocketPlace;
  /** Others told of it; else the user named it. */
  readonly isHeard: boolean;
}

interface Waiting {
  /** Whether it was never dialled. */
  readonly isNew: boolean;
  /** Why the last attempt was in vain. */
  problem?: string;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** More than the places that others told of at a time, and some that are known no more. */
const MAX_WAITING = 128;
/** Whoever lies to us of places sends no more connections of ours to a victim. */
const MAX_HEARD_DIALS = 6;
const HEARD_DIALS_MS = 60_000;

/**
 * Which place is dialled next, and when. What the user named and what others told of take turns, and of each kind
 * whatever has waited longest: so whoever tells us of ever new places keeps us from no other. Pauses double from one
 * attempt to the next until somebody of the overlay has answered: also where a connection opens at once, and closes as
 * fast.
 */
export class DialTurns {
  /**
   * By URL, in the order in which they were dialled last, or heard of first. BOUNDED: by what is known; beyond
   * MAX_WAITING all else makes room.
   */
  readonly #waiting = new Map<string, Waiting>();
  /** When places were dialled that we only heard of. BOUNDED: by MAX_HEARD_DIALS. */
  #heardMs: number[] = [];
  #wasHeard = false;
  #pauseMs = FIRST_PAUSE_MS;
  #nextMs = 0;

  /** One of those that are known. Undefined: nothing yet. */
  next(known: readonly KnownPlace[], now: number): KnownPlace | undefined {
    const byUrl = new Map(known.map((each) => [webSocketUrl(each.place), each]));
    this.#note(byUrl);
    if (now < this.#nextMs) return undefined;
    const longest = [...this.#waiting].flatMap(([url, { isNew }]) => {
      const each = byUrl.get(url);
      return each === undefined ? [] : [{ each, isNew }];
    });
    const named = longest.find(({ each }) => !each.isHeard);
    const heard = this.#mayDialHeard(now) ? longest.find(({ each }) => each.isHeard) : undefined;
    const isNamedDue = this.#wasHeard || named?.isNew === true;
    return (isNamedDue ? (named ?? heard) : (heard ?? named))?.each;
  }

  begins({ place, isHeard }: KnownPlace, now: number): void {
    const url = webSocketUrl(place);
    const problem = this.problemOf(url);
    this.#waiting.delete(url);
    this.#waiting.set(url, { isNew: false, ...(problem !== undefined && { problem }) });
    if (isHeard) this.#heardMs = [...this.#heardMs, now].slice(-MAX_HEARD_DIALS);
    this.#wasHeard = isHeard;
    this.#later(now);
  }

  opened(url: string): void {
    delete this.#waiting.get(url)?.problem;
  }

  failed(url: string, problem: string, now: number): void {
    this.#waiting.set(url, { isNew: false, problem });
    this.#nextMs = Math.max(this.#nextMs, now);
  }

  /** Somebody of the overlay answers there: the next attempt, when one is needed, need not wait. */
  served(url: string, now: number): void {
    this.opened(url);
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#nextMs = Math.min(this.#nextMs, now);
  }

  /** A connection is over. */
  ended(now: number): void {
    this.#later(now);
  }

  /** Why the last attempt there was in vain. */
  problemOf(url: string): string | undefined {
    return this.#waiting.get(url)?.problem;
  }

  #note(known: ReadonlyMap<string, KnownPlace>): void {
    for (const url of known.keys()) {
      if (!this.#waiting.has(url)) this.#waiting.set(url, { isNew: true });
    }
    if (this.#waiting.size <= MAX_WAITING) return;
    for (const url of this.#waiting.keys()) if (!known.has(url)) this.#waiting.delete(url);
  }

  #mayDialHeard(now: number): boolean {
    return this.#heardMs.filter((ms) => now - ms < HEARD_DIALS_MS).length < MAX_HEARD_DIALS;
  }

  #later(now: number): void {
    this.#nextMs = now + this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * this.#pauseMs);
  }
}
