import type { CandidateTable } from "../../candidates/table.ts";
import type { Validation } from "../../candidates/validation.ts";
import type { Candidate } from "../../candidates/candidate.ts";
import { shuffled } from "../../nat/search/shuffled.ts";
import type { Bundle } from "../../wire/bundle.ts";
import { SEALING_BYTES } from "../../wire/sealed.ts";
import type { Context } from "../core/context.ts";
import type { Profile } from "../core/profile.ts";
import { isControl } from "../store/store.ts";
import { pack } from "./packing.ts";
import type { Scope } from "../net/scope.ts";

/** What pushing may cost each peer, on average and at once: beyond it, bundles spread by offers alone. */
const PUSH_BYTES_PER_SECOND = 8 * 1024;
const PUSH_BURST_BYTES = 16 * 1024;

/**
 * Sends bundles just made here to up to `pushTo` candidates, so that they need not wait for somebody's next step. Only
 * to those who gave us a token; they do not pass it on.
 */
export class Push {
  readonly #ctx: Context;
  readonly #scope: Scope;
  readonly #table: CandidateTable;
  readonly #validation: Validation;
  readonly #profile: Profile;
  #budget = PUSH_BURST_BYTES;
  #budgetAtMs = -Infinity;

  constructor(parts: {
    ctx: Context;
    scope: Scope;
    table: CandidateTable;
    validation: Validation;
    profile: Profile;
  }) {
    this.#ctx = parts.ctx;
    this.#scope = parts.scope;
    this.#table = parts.table;
    this.#validation = parts.validation;
    this.#profile = parts.profile;
  }

  push(bundles: Bundle[]): void {
    const { now, datagramBytes } = this.#ctx;
    const clearBytes = datagramBytes - SEALING_BYTES;
    const targets = this.#targets(bundles.every(({ header }) => isControl(header)));
    if (targets.length === 0) return;
    this.#earn();
    for (const part of pack(bundles, this.#profile.dense, clearBytes)) {
      if (this.#budget <= 0) return this.#ctx.count("push left to offers", part.length);
      this.#budget -= part.reduce((bytes, { body }) => bytes + body.length, 0);
      for (const { address, via } of targets) {
        const token = this.#validation.grantFrom(address, now)!;
        this.#scope.queue(address, via, [{ kind: "bundles", token, bundles: part }]);
      }
    }
  }

  /**
   * Of more than `pushTo`, half are those whose bundles we lacked last, the others drawn anew each time: whoever makes
   * itself a candidate first, or many times, must not be all that we push to.
   */
  #targets(areControl: boolean): Candidate[] {
    const { pushTo } = this.#profile;
    const takers = this.#takers(areControl);
    if (takers.length <= pushTo) return takers;
    const proven = takers
      .filter(({ paidMs }) => paidMs !== undefined)
      .sort((a, b) => b.paidMs! - a.paidMs!)
      .slice(0, pushTo >> 1);
    const others = takers.filter((taker) => !proven.includes(taker));
    const drawn = shuffled(0, others.length - 1, this.#ctx.random, pushTo - proven.length);
    return [...proven, ...[...drawn].map((at) => others[at]!)];
  }

  /** `areControl`: they decide over others, and are taken even where there is no room for the rest. */
  #takers(areControl: boolean): Candidate[] {
    const { now } = this.#ctx;
    const known = [...this.#table.list("contacted", now), ...this.#table.list("requested", now)];
    return known.filter(({ address, storesNothing, isFull }) => {
      if (storesNothing || (isFull && !areControl)) return false;
      const hasToken = this.#validation.grantFrom(address, now) !== undefined;
      return hasToken && this.#scope.roomFor(address) > 0;
    });
  }

  #earn(): void {
    const earned = ((this.#ctx.now - this.#budgetAtMs) * PUSH_BYTES_PER_SECOND) / 1_000;
    this.#budget = Math.min(PUSH_BURST_BYTES, this.#budget + earned);
    this.#budgetAtMs = this.#ctx.now;
  }
}
