import type { Candidate } from "../../candidates/candidate.ts";
import { equalBytes } from "../../wire/bytes.ts";
import { CLOCK_SLACK, type ClockBound } from "../bundles/clock-bound.ts";
import type { Context } from "../core/context.ts";
import type { Profile } from "../core/profile.ts";
import type { BundleStore } from "../store/store.ts";
import type { FingerprintCompare } from "./fingerprint-compare.ts";

/**
 * Offers that brought next to nothing, until a peer is asked for all bundles as if it had told nothing of those that
 * decide over others: nobody keeps us from the rest by what it tells. All bundles are those, too, so that nothing is
 * lost by it. An honest exchange needs two: a sketch that was too small, and the next.
 */
const MAX_IN_VAIN = 3;
/** The bound on global times moves with each bundle of a newcomer: it asks again after so many. */
const STEP = CLOCK_SLACK / 4;
/** Whoever sends so many new ones with one answer helps. */
const LEAST_BROUGHT = 8;

/**
 * Whom to ask for what decides over others before anything else: whoever holds other such bundles than we do. Who has
 * them first knows whose bundles to take when these come, and may write at once.
 */
export class ControlLane {
  readonly #ctx: Context;
  readonly #isOn: boolean;
  readonly #hints: FingerprintCompare;
  readonly #store: Pick<BundleStore, "control">;
  readonly #clock: ClockBound;

  constructor(parts: {
    ctx: Context;
    profile: Profile;
    hints: FingerprintCompare;
    store: Pick<BundleStore, "control">;
    clock: ClockBound;
  }) {
    this.#ctx = parts.ctx;
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#isOn = parts.profile.controlFirst;
    this.#hints = parts.hints;
  }

  /** Whether the peer may be asked in this lane at all. */
  isOpenTo(peer: Candidate | undefined): boolean {
    return this.#isOn && peer?.control !== undefined && !isLeft(peer);
  }

  /**
   * Whether the peer holds others than we do, which were not compared yet. While we hold none, also who has told
   * nothing yet is asked for them.
   */
  isDue(peer: Candidate | undefined): boolean {
    const hasTold = peer?.count !== undefined;
    if (this.#isOn && !hasTold && this.#store.control.size === 0) return !isLeft(peer);
    if (!this.isOpenTo(peer)) return false;
    const relation = this.#hints.relation(peer, "control");
    return relation !== "same" && relation !== "unknown" && !this.#isDone(peer!);
  }

  /** Whether all was compared that we would admit now: what lies far beyond what we did then may come now. */
  #isDone({ control, controlDone, globalTime = 0 }: Candidate): boolean {
    if (controlDone === undefined) return false;
    const beyond = Math.min(globalTime, controlDone.upTo + STEP);
    const isFarther = controlDone.upTo < beyond && beyond <= this.#acceptable;
    return !isFarther && equalBytes(controlDone.fingerprint, control!.fingerprint);
  }

  get #acceptable(): number {
    return this.#clock.acceptable(this.#ctx.now);
  }

  /** A peer told what it holds: where that is what we hold, nothing of before counts. */
  told(peer: Candidate | undefined): void {
    if (peer !== undefined && this.#isEqual(peer)) peer.controlInVain = 0;
  }

  /** A peer was asked in this lane, and `stored` came. `isDone`: the same again would bring nothing. */
  asked(peer: Candidate, stored: number, isDone: boolean): void {
    const { control } = peer;
    if (isDone && control !== undefined) {
      peer.controlDone = { fingerprint: control.fingerprint, upTo: this.#acceptable };
    }
    const hasHelped = stored >= LEAST_BROUGHT || this.#isEqual(peer);
    peer.controlInVain = hasHelped ? 0 : peer.controlInVain + 1;
    if (peer.controlInVain === MAX_IN_VAIN) this.#ctx.count("control lane left: in vain");
  }

  #isEqual(peer: Candidate): boolean {
    return this.#hints.relation(peer, "control") === "same";
  }
}

function isLeft(peer: Candidate | undefined): boolean {
  return (peer?.controlInVain ?? 0) >= MAX_IN_VAIN;
}
