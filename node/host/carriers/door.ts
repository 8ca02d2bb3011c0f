import { TokenBuckets } from "../../../nat/token-buckets.ts";
import { OTHER_OPEN_FILES, openFilesLimit } from "../open-files.ts";
import type { WebSocketRefusal } from "./link-counters.ts";
import { MAX_LINKS } from "./links.ts";

/** Those that are links, and those that are about to be. */
const MAX_CONNECTIONS = 2 * MAX_LINKS;
/** Where a process may open hardly any files, a few all the same. */
const LEAST_CONNECTIONS = 16;
/** A home has a few nodes; many homes share an address by their provider's NAT. */
export const MAX_PER_SUBSCRIBER = 16;
/** Each of its nodes, and again after a restart; from then on one that dials anew every second, as ours do at most. */
const OF_SUBSCRIBER = { perSecond: 1, burst: 2 * MAX_PER_SUBSCRIBER, most: 8_192 };
/**
 * A TLS handshake takes some 2 ms of a processor at most, so this is a tenth of one. A server that starts anew has all
 * its nodes back at once.
 */
const OF_ALL = { perSecond: 50, burst: MAX_CONNECTIONS, most: 1 };

/** Half of the files that this process may open beside its own: searches for paths take of them too. */
export function mostConnections(limit = openFilesLimit()): number {
  const spare = Math.floor(((limit ?? Infinity) - OTHER_OPEN_FILES) / 2);
  return Math.min(MAX_CONNECTIONS, Math.max(LEAST_CONNECTIONS, spare));
}

/**
 * Who may connect, asked before a byte is read. Each connection counts for its subscriber until it leaves; nobody's
 * (an empty name: a reverse proxy on this machine brings it) only among all.
 */
export class Door {
  readonly #most: number;
  readonly #often = new TokenBuckets(OF_SUBSCRIBER);
  readonly #all = new TokenBuckets(OF_ALL);
  /** By subscriber. BOUNDED: by `most`. */
  readonly #inside = new Map<string, number>();
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Why it may not come in; undefined when it has. The subscriber's own limits first: they take nothing from others.
   */
  enter(from: string, now: number): WebSocketRefusal | undefined {
    const refusal = this.#refuses(from, now);
    if (refusal !== undefined) return refusal;
    if (this.#count >= this.#most) return "all places are taken";
    if (!this.#all.take("", now)) return "too many connect";
    this.#count++;
    this.#put(from, 1);
    return undefined;
  }

  /** One that came in as nobody's is a subscriber's, as the reverse proxy says. */
  belongs(to: string, now: number): WebSocketRefusal | undefined {
    const refusal = this.#refuses(to, now);
    if (refusal === undefined) this.#put(to, 1);
    return refusal;
  }

  /** It is gone, in each name that it had. */
  leave(...names: string[]): void {
    this.#count--;
    for (const name of names) this.#put(name, -1);
  }

  #refuses(from: string, now: number): WebSocketRefusal | undefined {
    if (from === "") return undefined;
    if ((this.#inside.get(from) ?? 0) >= MAX_PER_SUBSCRIBER) return "too many from its address";
    return this.#often.take(from, now) ? undefined : "its address connects too often";
  }

  #put(name: string, more: number): void {
    if (name === "") return;
    const inside = (this.#inside.get(name) ?? 0) + more;
    if (inside > 0) this.#inside.set(name, inside);
    else this.#inside.delete(name);
  }
}
