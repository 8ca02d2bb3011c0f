import type { Address } from "../../wire/address.ts";
import type { Engine } from "../engine.ts";
import type { PeerStatus } from "../status.ts";
import { instant } from "./clock.ts";
import type { Driver } from "./driver.ts";

/** How soon a tracker that just answered is asked what it sees. */
const LOOK_INTERVAL_MS = 250;
/** NATs change with load and over night (RFC 5780 section 1). */
const AGAIN_MS = 60 * 60_000;
/** When something stayed unknown, perhaps for want of a second tracker; doubled each time. Longer than a survey takes. */
const FIRST_RETRY_MS = 5 * 60_000;

/** Has the engine find out what our NAT does, as soon as a tracker is known, and again now and then. */
export class Surveys {
  readonly #engine: Engine;
  readonly #driver: Driver;
  readonly #timer: NodeJS.Timeout;
  #nextMs = -Infinity;
  #retryMs = FIRST_RETRY_MS;

  constructor(engine: Engine, driver: Driver) {
    this.#engine = engine;
    this.#driver = driver;
    this.#timer = setInterval(() => this.#look(), LOOK_INTERVAL_MS).unref();
  }

  /** What was known no longer holds: the network changed, or we slept. */
  restart(): void {
    this.#nextMs = -Infinity;
    this.#retryMs = FIRST_RETRY_MS;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { now } = instant();
    if (now < this.#nextMs) return;
    const { overlay, observers } = this.#trackers();
    if (overlay === undefined) return;
    this.#driver.input({ kind: "survey", observers, overlay, lifetime: true });
    const { mapping, filtering } = this.#engine.nat().summary;
    const isKnown = mapping !== "unknown" && filtering !== "unknown";
    this.#nextMs = now + (isKnown ? AGAIN_MS : this.#retryMs);
    this.#retryMs = isKnown ? FIRST_RETRY_MS : Math.min(AGAIN_MS, 2 * this.#retryMs);
  }

  /** Whom the user named in one overlay, as soon as one of them says that it is a tracker; IPv4's first. */
  #trackers(): { overlay: string | undefined; observers: Address[] } {
    const at = instant();
    for (const { overlay } of this.#engine.overlays(at)) {
      const named = this.#engine.peers(overlay, at).filter(({ bucket }) => bucket === "tracker");
      if (!named.some(({ tracker }) => tracker)) continue;
      const order = (peer: PeerStatus): number => peer.address.family + (peer.tracker ? 0 : 1);
      named.sort((a, b) => order(a) - order(b));
      return { overlay, observers: named.map(({ address }) => address) };
    }
    return { overlay: undefined, observers: [] };
  }
}
