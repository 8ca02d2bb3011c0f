import { BoundedMap } from "../../../candidates/bounded-map.ts";
import type { Candidate } from "../../../candidates/candidate.ts";
import type { CandidateTable } from "../../../candidates/table.ts";
import type { Validation } from "../../../candidates/validation.ts";
import { shuffled } from "../../../nat/search/shuffled.ts";
import type { Context } from "../../core/context.ts";
import type { Profile } from "../../core/profile.ts";
import type { Paths } from "../../net/paths.ts";
import type { Scope } from "../../net/scope.ts";

/** As many as a table of candidates holds. */
const MAX_QUIET = 1_024;

/** Those to whom something new may be sent: they are in touch with us, gave us a token, and keep bundles. */
export class Contacts {
  readonly #ctx: Context;
  readonly #scope: Scope;
  readonly #paths: Paths;
  readonly #table: CandidateTable;
  readonly #validation: Validation;
  readonly #profile: Profile;
  /** Who did not react to what it was told, and since when. BOUNDED: by MAX_QUIET. */
  readonly #quiet = new BoundedMap<string, number>(MAX_QUIET);

  constructor(parts: {
    ctx: Context;
    scope: Scope;
    paths: Paths;
    table: CandidateTable;
    validation: Validation;
    profile: Profile;
  }) {
    this.#ctx = parts.ctx;
    this.#scope = parts.scope;
    this.#paths = parts.paths;
    this.#table = parts.table;
    this.#validation = parts.validation;
    this.#profile = parts.profile;
  }

  /** `isFor`: what is sent to them. What decides over others is taken even where there is no room for the rest. */
  list(isFor: "data" | "control" | "nobody's disk"): Candidate[] {
    const { now } = this.#ctx;
    return this.#inTouch(now).filter((candidate) => {
      const { address, storesNothing, isFull } = candidate;
      if (storesNothing || (isFull && isFor === "data") || this.#isQuiet(candidate)) return false;
      const hasToken = this.#validation.grantFrom(address, now) !== undefined;
      return hasToken && this.#scope.roomFor(address) > 0;
    });
  }

  /**
   * One way to each, the fastest: a node may be in touch by UDP, a WebSocket and a pipe at once. Who it is is a claim,
   * so whoever is left out has to be told all the same.
   */
  oneWayToEach(among: readonly Candidate[]): Candidate[] {
    const ways = new Map<string, Candidate>();
    for (const candidate of among) {
      const who = candidate.instance ?? candidate.address.key;
      const known = ways.get(who);
      if (known === undefined || this.#rttMs(candidate) < this.#rttMs(known))
        ways.set(who, candidate);
    }
    return [...ways.values()];
  }

  /**
   * Of more than `most`, half are those whose bundles we lacked last, the others drawn anew each time: whoever makes
   * itself a candidate first, or many times, must not be all that we send to.
   */
  choose(among: readonly Candidate[], most: number): Candidate[] {
    if (among.length <= most) return [...among];
    const proven = among
      .filter(({ paidMs }) => paidMs !== undefined)
      .sort((a, b) => b.paidMs! - a.paidMs!)
      .slice(0, most >> 1);
    const others = among.filter((candidate) => !proven.includes(candidate));
    return [...proven, ...this.draw(others, most - proven.length)];
  }

  /** At random. */
  draw(among: readonly Candidate[], most: number): Candidate[] {
    if (among.length <= most) return [...among];
    const drawn = shuffled(0, among.length - 1, this.#ctx.random, most);
    return [...drawn].map((at) => among[at]!);
  }

  /** It does not react: nothing is told to it until it is heard from again. */
  quiet(key: string): void {
    this.#quiet.set(key, this.#ctx.now);
  }

  /** The paper's nodes send to their candidates alone. */
  #inTouch(now: number): Candidate[] {
    if (this.#profile.fresh) return this.#table.inTouch(now);
    return [...this.#table.list("contacted", now), ...this.#table.list("requested", now)];
  }

  /** It speaks, whatever it reacted to. */
  heard(key: string): void {
    this.#quiet.delete(key);
  }

  #rttMs({ address }: Candidate): number {
    return this.#paths.known(address)?.roundTrip.smoothedMs ?? Infinity;
  }

  #isQuiet({ address, lastAnsweredMs, lastRequestedMs }: Candidate): boolean {
    const sinceMs = this.#quiet.get(address.key);
    return sinceMs !== undefined && Math.max(lastAnsweredMs, lastRequestedMs) <= sinceMs;
  }
}
