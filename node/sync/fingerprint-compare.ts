import type { Candidate } from "../../candidates/candidate.ts";
import { equalBytes } from "../../wire/bytes.ts";
import type { Profile } from "../core/profile.ts";
import { minusBytes } from "../sets/fingerprint.ts";
import { type BundleStore, type Lane, setOf } from "../store/store.ts";
import type { Epochs } from "./epochs.ts";

/**
 * Of so many requests one carries its offer although it could wait for the response: whoever made two sets with one
 * fingerprint, or tells ours without holding it, delays a bundle by a minute and stops none.
 */
export const REQUESTS_PER_OFFER = 12;

/** What a peer holds compared with us, by what it told last. */
export type Relation =
  /** The same. */
  | "same"
  /** Something that we lack: it has at least as many bundles, and others. */
  | "peerHasMore"
  /** Something else, which may be a part of ours. */
  | "different"
  /** It does not tell. */
  | "unknown";

/** What a peer said that it holds of a lane. */
export function toldOf(
  peer: Candidate | undefined,
  lane: Lane,
): { count?: number | undefined; fingerprint?: Uint8Array | undefined } {
  return (lane === "control" ? peer?.control : peer) ?? {};
}

/** Fingerprints of what we and others hold, and whether an offer is worth its bytes. */
export class FingerprintCompare {
  readonly #epochs: Epochs;
  readonly #store: BundleStore;
  /** Whether we tell, and look at what others tell. */
  readonly isOn: boolean;
  #waited = 0;

  constructor(parts: { epochs: Epochs; store: BundleStore; profile: Profile }) {
    this.#epochs = parts.epochs;
    this.#store = parts.store;
    this.isOn = parts.profile.hints;
  }

  /** Names what we hold; undefined when we do not tell, or not yet under the key of a new day. */
  fingerprint(lane: Lane = "all"): Uint8Array | undefined {
    if (!this.isOn) return undefined;
    return setOf(this.#store, lane).fingerprint(this.#epochs.fingerprintKey())?.bytes;
  }

  relation(peer: Candidate | undefined, lane: Lane = "all"): Relation {
    const own = this.fingerprint(lane);
    const { count = 0, fingerprint } = toldOf(peer, lane);
    if (own === undefined || fingerprint === undefined) return "unknown";
    if (equalBytes(fingerprint, own)) return "same";
    return count >= setOf(this.#store, lane).size ? "peerHasMore" : "different";
  }

  /** Whether our sets are the same but for those that decide over others. */
  differsInControlOnly(peer: Candidate | undefined): boolean {
    const [all, control] = [this.fingerprint("all"), this.fingerprint("control")];
    if (peer?.fingerprint === undefined || peer.control === undefined) return false;
    if (all === undefined || control === undefined) return false;
    const rest = minusBytes(peer.fingerprint, peer.control.fingerprint);
    return equalBytes(minusBytes(all, control), rest);
  }

  /** Whether any of these peers holds just what we hold, by what it told last. */
  isEqualToAny(peers: readonly Candidate[]): boolean {
    const own = this.fingerprint();
    return (
      own !== undefined && peers.some(({ fingerprint: told }) => told && equalBytes(told, own))
    );
  }

  /**
   * Whether a request to `peer` goes without an offer, since the response will tell whether one is worth sending. Not
   * while we hold nothing: the offer of nothing is small, and nearly everybody has something to send.
   */
  waits(peer: Candidate | undefined): boolean {
    if (!this.isOn || this.#store.index.size === 0) return false;
    const neverTells = peer?.count !== undefined && peer.fingerprint === undefined;
    if (neverTells) return false;
    this.#waited = (this.#waited + 1) % REQUESTS_PER_OFFER;
    return this.#waited !== 0;
  }

  /**
   * All that `peer` holds and we lack came, and was refused; what it lacks is on its way, and changes what it tells
   * unless it refuses that.
   */
  changedNothing(peer: Candidate): void {
    const ours = this.fingerprint();
    if (ours !== undefined && peer.fingerprint !== undefined) {
      peer.vain = { ours, theirs: peer.fingerprint };
    }
  }

  /** Whether nothing changed on either side since: the same bundles would come and be refused again. */
  isFutile({ vain, fingerprint }: Candidate): boolean {
    const ours = this.fingerprint();
    if (vain === undefined || fingerprint === undefined || ours === undefined) return false;
    return equalBytes(vain.theirs, fingerprint) && equalBytes(vain.ours, ours);
  }
}
