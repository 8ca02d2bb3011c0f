import type { Liveness } from "../../../candidates/liveness.ts";
import { Address } from "../../../wire/address.ts";
import type { Random } from "../../../wire/crypto.ts";
import type { HostPort } from "../../../wire/place.ts";
import { MAX_ADDRESSES_PER_NAME } from "./endpoint.ts";
import { codeOf } from "../errors.ts";
import type { Log } from "../log.ts";

/** After a first lookup in vain, which may have come a moment too early; doubled each time. */
const FIRST_PAUSE_MS = 1_000;
/** A record that is looked up once a minute is no burden to anybody, and dynamic ones live about as long. */
const MAX_PAUSE_MS = 60_000;
/**
 * While no resolver answers (EAI_AGAIN): nobody is burdened, and a name is to be found within 5 s of the moment when
 * its resolver is back, a power cut later.
 */
const MAX_PAUSE_WITHOUT_RESOLVER_MS = 4_000;
/** Pauses are shorter by up to a quarter, so that many nodes do not ask together. */
const JITTER = 0.25;

/** What follows a name needs of its node. */
export interface NameSurroundings {
  log: Log;
  random: Random;
  /** Monotonic ms. */
  now: () => number;
  /** Whether who is at an address of the name answers us. */
  liveness: (address: Address) => Liveness;
  /** The IPs of a host; rejects with the resolver's error. `era`: see `FollowedName.look`. */
  lookUp: (host: string, era: number) => Promise<string[]>;
}

/**
 * What a name stands for, looked up until somebody there answers, and again when nobody does any more: a home's address
 * changes. An address that the name no longer stands for stays while it answers.
 */
export class FollowedName {
  readonly #place: HostPort;
  readonly #around: NameSurroundings;
  /** BOUNDED: by MAX_ADDRESSES_PER_NAME. */
  #addresses: Address[] = [];
  /** Keys of what the last lookup found. BOUNDED: by MAX_ADDRESSES_PER_NAME. */
  #found = new Set<string>();
  #triesInVain = 0;
  #nextMs = -Infinity;
  #era = -1;
  #isLookedUp = false;
  #isUnderWay = false;
  #isClosed = false;
  #problem: string | undefined;

  constructor(place: HostPort, around: NameSurroundings) {
    this.#place = place;
    this.#around = around;
  }

  get place(): HostPort {
    return this.#place;
  }
  get addresses(): readonly Address[] {
    return this.#addresses;
  }
  /** The resolver's code for why the last lookup was in vain. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /**
   * To be called about twice a second. In a new `era`, another network or after a sleep, another resolver may say
   * something else: the name is looked up at once. Resolves when there is nothing more to do now.
   */
  async look(era: number): Promise<void> {
    if (era !== this.#era) this.#begin(era);
    this.#letGo();
    const { liveness, now } = this.#around;
    const states = this.#addresses.map((address) => liveness(address));
    if (states.includes("answers")) this.#rest();
    const isWanted = !this.#isLookedUp || states.every((state) => state === "silent");
    if (isWanted && !this.#isUnderWay && now() >= this.#nextMs) await this.#lookUp(era);
  }

  /** Nobody asks any more: what a lookup that is under way still finds, or does not, is of no use. */
  close(): void {
    this.#isClosed = true;
  }

  #begin(era: number): void {
    this.#era = era;
    this.#isLookedUp = false;
    // An earlier lookup may still wait for a resolver that is out of reach now.
    this.#isUnderWay = false;
    this.#rest();
  }

  /** The next lookup, once it is wanted, is the first of a row. */
  #rest(): void {
    this.#triesInVain = 0;
    this.#nextMs = -Infinity;
  }

  async #lookUp(era: number): Promise<void> {
    this.#isUnderWay = true;
    const [ips, problem] = await this.#around.lookUp(this.#place.host, era).then(
      (found) => [found, undefined] as const,
      (error: unknown) => [undefined, codeOf(error) ?? "unknown"] as const,
    );
    if (era !== this.#era || this.#isClosed) return;
    this.#isUnderWay = false;
    this.#isLookedUp = true;
    this.#nextMs = this.#around.now() + this.#pauseMs(problem);
    this.#triesInVain++;
    this.#report(problem);
    if (ips !== undefined) this.#take(ips);
  }

  #pauseMs(problem: string | undefined): number {
    const most = problem === "EAI_AGAIN" ? MAX_PAUSE_WITHOUT_RESOLVER_MS : MAX_PAUSE_MS;
    const pause = Math.min(most, FIRST_PAUSE_MS * 2 ** this.#triesInVain);
    return pause * (1 - JITTER * this.#around.random.float());
  }

  #take(ips: string[]): void {
    const found = ips.flatMap((ip) => Address.of(ip, this.#place.port) ?? []);
    this.#found = new Set(found.map(({ key }) => key));
    const others = this.#addresses.filter(({ key }) => !this.#found.has(key));
    this.#addresses = [...found, ...others].slice(0, MAX_ADDRESSES_PER_NAME);
    this.#letGo();
  }

  /** What the name no longer stands for, and is silent. */
  #letGo(): void {
    this.#addresses = this.#addresses.filter((address) => {
      return this.#found.has(address.key) || this.#around.liveness(address) !== "silent";
    });
  }

  /** Each problem once, not once a minute. */
  #report(problem: string | undefined): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    const { host } = this.#place;
    const { log } = this.#around;
    if (problem === undefined) log.info("a name can be resolved again", { host });
    else log.warn("a name could not be resolved; it is tried again", { host, code: problem });
  }
}
