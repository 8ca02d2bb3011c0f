import type { Candidate } from "../../candidates/candidate.ts";
import { equalBytes } from "../../wire/bytes.ts";
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

  constructor(parts: {
    ctx: Context;
    profile: Profile;
    hints: FingerprintCompare;
    store: Pick<BundleStore, "control">;
  }) {
    this.#ctx = parts.ctx;
    this.#store = parts.store;
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
    if (relation === "same" || relation === "unknown") return false;
    const { controlDone, control } = peer!;
    return controlDone === undefined || !equalBytes(controlDone, control!.fingerprint);
  }

  /** A peer told what it holds: where that is what we hold, nothing of before counts. */
  told(peer: Candidate | undefined): void {
    if (peer !== undefined && this.#isEqual(peer)) peer.controlInVain = 0;
  }

  /** A peer was asked in this lane, and `stored` came. `isDone`: the same again would bring nothing. */
  asked(peer: Candidate, stored: number, isDone: boolean): void {
    if (isDone) peer.controlDone = peer.control?.fingerprint;
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
