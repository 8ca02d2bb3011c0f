import { readBundle, type Bundle } from "../wire/bundle.ts";
import type { WireBundle } from "../wire/message.ts";
import type { ClockBound } from "./clock.ts";
import type { Context } from "./context.ts";
import type { SignatureCheck } from "./effects.ts";
import type { Policy } from "./policy.ts";
import type { Retention } from "./retention.ts";
import type { Storage } from "./storage.ts";
import { heldOf } from "./store/held.ts";
import { holds, isControl, type BundleStore } from "./store/store.ts";
import type { Writer } from "./writer.ts";

/** Bundles whose signatures are being checked, at most: about 3 MiB of bodies. */
const MAX_CHECKING = 2_048;
/** Bundles that wait for a grant or the policy, at most; the oldest make room, and come again by later offers. */
const MAX_AWAITING = 512;

/** Told what became of the bundles that one exchange brought. */
export interface Arrivals {
  /** One more bundle is on its way to the store. */
  pending(): void;
  /** A pending bundle is in the store (`stored`) or was dropped. */
  settled(stored: boolean): void;
}

interface Arrival {
  bundle: Bundle;
  arrivals: Arrivals;
}

/**
 * The way of a received bundle into the store: known? readable? plausible time? author allowed? signature? commit. The
 * cheap questions come first; nothing unverified is ever stored.
 */
export class Admission {
  readonly #ctx: Context;
  readonly #overlayKey: Uint8Array;
  readonly #store: BundleStore;
  readonly #storage: Storage;
  readonly #policy: Policy;
  readonly #clock: ClockBound;
  readonly #retention: Retention;
  readonly #writer: Writer;
  readonly #nextJob: () => number;
  /** BOUNDED: by MAX_CHECKING bundles in all. */
  readonly #checking = new Map<number, Arrival[]>();
  /** Ids being checked, so that two peers' copies cost one check. BOUNDED: by MAX_CHECKING. */
  readonly #checkingIds = new Set<string>();
  /** BOUNDED: by MAX_AWAITING. */
  readonly #awaiting = new Map<string, Bundle>();

  constructor(parts: {
    ctx: Context;
    overlayKey: Uint8Array;
    store: BundleStore;
    storage: Storage;
    policy: Policy;
    clock: ClockBound;
    retention: Retention;
    writer: Writer;
    nextJob: () => number;
  }) {
    this.#ctx = parts.ctx;
    this.#overlayKey = parts.overlayKey;
    this.#store = parts.store;
    this.#storage = parts.storage;
    this.#policy = parts.policy;
    this.#clock = parts.clock;
    this.#retention = parts.retention;
    this.#writer = parts.writer;
    this.#nextJob = parts.nextJob;
  }

  receive(bundles: WireBundle[], arrivals: Arrivals): void {
    const acceptable = this.#clock.acceptable(this.#ctx.now);
    const accepted: Arrival[] = [];
    for (const wire of bundles) {
      const bundle = this.#consider(wire, acceptable);
      if (bundle === undefined) continue;
      // One datagram brings few.
      const isTwice = accepted.some(({ bundle: { key } }) => key === bundle.key);
      if (isTwice) this.#reject("duplicate");
      else accepted.push({ bundle, arrivals });
    }
    this.#check(accepted);
  }

  /** The verdicts of a verify effect; false when the job is not of this overlay. */
  verified(job: number, valid: boolean[]): boolean {
    const arrivals = this.#checking.get(job);
    if (arrivals === undefined) return false;
    this.#checking.delete(job);
    arrivals.forEach(({ bundle, arrivals: from }, i) => {
      this.#checkingIds.delete(bundle.key);
      // The disk may have become full meanwhile.
      const refusal = valid[i] === true ? this.#storageRefuses(bundle) : "signature";
      if (refusal === undefined) {
        return this.#writer.store(bundle, (failure) => from.settled(failure === undefined));
      }
      this.#reject(refusal);
      from.settled(false);
    });
    return true;
  }

  /** Judges once more what waited, after the policy learnt something. */
  policyChanged(): void {
    const waiting = [...this.#awaiting.values()];
    this.#awaiting.clear();
    const allowed = waiting.filter((bundle) => this.#judge(bundle));
    this.#check(allowed.map((bundle) => ({ bundle, arrivals: NOBODY })));
  }

  get awaiting(): number {
    return this.#awaiting.size;
  }

  #consider(wire: WireBundle, acceptable: number): Bundle | undefined {
    const bundle = readBundle(this.#ctx.crypto, this.#overlayKey, wire);
    if ("rejected" in bundle) return this.#reject(bundle.rejected);
    const { globalTime } = bundle.header;
    if (this.#isKnown(bundle)) return this.#reject("duplicate");
    if (globalTime > acceptable) return this.#reject("time-above-bound");
    const refusal = this.#storageRefuses(bundle) ?? this.#retention.refuses(bundle);
    if (refusal !== undefined) return this.#reject(refusal);
    return this.#judge(bundle) ? bundle : undefined;
  }

  #storageRefuses({ header }: Bundle): string | undefined {
    return this.#storage.refuses({ isControl: isControl(header) });
  }

  #isKnown(bundle: Bundle): boolean {
    return (
      this.#checkingIds.has(bundle.key) ||
      this.#writer.isUnderWay(bundle) ||
      holds(this.#store, heldOf(bundle.header.globalTime, bundle.id))
    );
  }

  #judge(bundle: Bundle): boolean {
    const verdict = this.#policy.judge(bundle);
    if (verdict === "admit") return true;
    if (verdict === "refuse") this.#reject("policy");
    else this.#await(bundle);
    return false;
  }

  #await(bundle: Bundle): void {
    this.#ctx.count("bundle awaits a grant");
    this.#awaiting.set(bundle.key, bundle);
    if (this.#awaiting.size <= MAX_AWAITING) return;
    this.#awaiting.delete(this.#awaiting.keys().next().value!);
  }

  #check(arrivals: Arrival[]): void {
    const room = MAX_CHECKING - this.#checkingIds.size;
    if (arrivals.length > room) this.#ctx.count("bundle rejected: backlog", arrivals.length - room);
    const accepted = arrivals.slice(0, room);
    if (accepted.length === 0) return;
    for (const { bundle, arrivals: from } of accepted) {
      this.#checkingIds.add(bundle.key);
      from.pending();
    }
    const job = this.#nextJob();
    this.#checking.set(job, accepted);
    const checks = accepted.map(({ bundle }) => signatureCheck(bundle));
    this.#ctx.emit({ kind: "verify", job, checks });
  }

  #reject(reason: string): undefined {
    this.#ctx.count(`bundle rejected: ${reason}`);
    return undefined;
  }
}

function signatureCheck({ author, signed, signature }: Bundle): SignatureCheck {
  return { publicKey: author, message: signed, signature };
}

/** For bundles that no exchange of ours asked for. */
export const NOBODY: Arrivals = { pending: () => undefined, settled: () => undefined };
