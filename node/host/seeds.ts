import type { Address } from "../../wire/address.ts";
import { type HostPort, formatHostPort } from "../../wire/place.ts";
import { isName, resolvePlaces } from "./endpoint.ts";
import type { Log } from "./log.ts";

/** Dynamic DNS entries live about as long. */
const RESOLVE_INTERVAL_MS = 5 * 60_000;

/** The places that an overlay begins from, with their names resolved again while nobody answers. */
export class Seeds {
  /** BOUNDED: by the tickets and trackers that the user gave. */
  readonly #places: readonly HostPort[];
  readonly #log: Log;
  readonly #found: (addresses: Address[]) => void;
  readonly #lonely: () => boolean;
  readonly #timer: NodeJS.Timeout;
  /** What the names stood for at last. */
  #addresses: Address[] = [];
  #closed = false;

  constructor(parts: {
    places: readonly HostPort[];
    log: Log;
    found: (addresses: Address[]) => void;
    /** Whether nobody is contacted. */
    lonely: () => boolean;
  }) {
    this.#places = unique(parts.places);
    this.#log = parts.log;
    this.#found = parts.found;
    this.#lonely = parts.lonely;
    this.#timer = setInterval(() => {
      if (this.#lonely()) void this.#resolve();
    }, RESOLVE_INTERVAL_MS).unref();
    void this.#resolve();
  }

  get places(): readonly HostPort[] {
    return this.#places;
  }
  get addresses(): readonly Address[] {
    return this.#addresses;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  async #resolve(): Promise<void> {
    const names = this.#places.filter(isName);
    if (names.length === 0) return;
    const addresses = await resolvePlaces(names, (host, code) => {
      this.#log.warn("a name could not be resolved", { host, code });
    });
    if (this.#closed || addresses.length === 0) return;
    this.#addresses = addresses;
    this.#found(addresses);
  }
}

/** Places without repetition, in order. */
export function unique(places: readonly HostPort[]): HostPort[] {
  return [...new Map(places.map((place) => [formatHostPort(place), place])).values()];
}
