import { performance } from "node:perf_hooks";
import type { Liveness } from "../../../candidates/liveness.ts";
import { Address } from "../../../wire/address.ts";
import { type HostPort, formatHostPort } from "../../../wire/place.ts";
import { isName } from "./endpoint.ts";
import { FollowedName } from "./followed-name.ts";
import type { Log } from "../log.ts";
import { sharedLookUp } from "./lookups.ts";
import { hostRandom } from "../random.ts";

/** How often it is considered whether a name has to be looked up: half the shortest pause between two lookups. */
const LOOK_INTERVAL_MS = 500;

/** A name among the places, and what it stands for. */
export type NamedPlace = Pick<FollowedName, "place" | "addresses" | "problem">;

/** The places that an overlay, or a tracker's partnership, begins from: what their names stand for is followed. */
export class Seeds {
  /** BOUNDED: by the tickets and trackers that the user gave. */
  readonly #places: readonly HostPort[];
  readonly #names: readonly FollowedName[];
  readonly #literals: ReadonlySet<string>;
  readonly #changed: (added: Address[], gone: Address[]) => void;
  readonly #era: () => number;
  readonly #timer: NodeJS.Timeout | undefined;
  /** What the names stand for, by key. BOUNDED: by the names, and the addresses of each. */
  #known = new Map<string, Address>();
  #closed = false;

  constructor(parts: {
    places: readonly HostPort[];
    log: Log;
    /** Whether who is at an address answers us. */
    liveness: (address: Address) => Liveness;
    /** Names stand for further addresses; `gone` are silent, and no place stands for them any more. */
    changed: (added: Address[], gone: Address[]) => void;
    /** Another number after each change of network and each sleep. */
    era: () => number;
    /** The IPs of a host; by default as the system says. */
    lookUp?: (host: string, era: number) => Promise<string[]>;
  }) {
    const { log, liveness, lookUp = sharedLookUp } = parts;
    this.#places = unique(parts.places);
    this.#changed = parts.changed;
    this.#era = parts.era;
    const now = () => performance.now();
    const around = { log, liveness, random: hostRandom, now, lookUp };
    this.#literals = new Set(literals(this.#places).map(({ key }) => key));
    this.#names = this.#places.filter(isName).map((place) => new FollowedName(place, around));
    if (this.#names.length === 0) return;
    this.#timer = setInterval(() => this.#look(), LOOK_INTERVAL_MS).unref();
    this.#look();
  }

  get places(): readonly HostPort[] {
    return this.#places;
  }
  get names(): readonly NamedPlace[] {
    return this.#names;
  }
  /** What the names among the places stand for. */
  get addresses(): readonly Address[] {
    return [...this.#known.values()];
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const name of this.#names) name.close();
  }

  #look(): void {
    const era = this.#era();
    for (const name of this.#names) void name.look(era).then(() => this.#tell());
  }

  #tell(): void {
    if (this.#closed) return;
    const before = this.#known;
    const addresses = this.#names.flatMap((name) => name.addresses);
    this.#known = new Map(addresses.map((address) => [address.key, address]));
    const added = [...this.#known.values()].filter(({ key }) => !before.has(key));
    const gone = [...before.values()].filter(({ key }) => {
      return !this.#known.has(key) && !this.#literals.has(key);
    });
    if (added.length + gone.length > 0) this.#changed(added, gone);
  }
}

/** The addresses of places that need no resolver. */
export function literals(places: readonly HostPort[]): Address[] {
  return places.flatMap(({ host, port }) => Address.of(host, port) ?? []);
}

/** Places without repetition, in order. */
export function unique(places: readonly HostPort[]): HostPort[] {
  return [...new Map(places.map((place) => [formatHostPort(place), place])).values()];
}
