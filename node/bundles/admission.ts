import type { Address } from "../../wire/address.ts";
import { type Bundle, isPassing, readBundle } from "../../wire/bundle.ts";
import { equalBytes } from "../../wire/bytes.ts";
import type { WireBundle } from "../../wire/message.ts";
import { Awaiting } from "./awaiting.ts";
import type { CausalOrder } from "./causal-order.ts";
import { CheckQueue, isSooner, type Lane } from "./check-queue.ts";
import type { ClockBound } from "./clock-bound.ts";
import type { BroughtFate } from "../core/brought-fate.ts";
import type { BundleRefusal, StorageRefusal } from "../core/counters.ts";
import type { Context } from "../core/context.ts";
import type { SignatureCheck } from "../core/effects.ts";
import type { Ephemeral } from "./ephemeral.ts";
import type { Policy } from "./policy.ts";
import type { Retention } from "./retention.ts";
import type { Storage } from "./storage.ts";
import { type Held, heldOf } from "../sets/held.ts";
import { holds, isControl, type BundleStore } from "../store/store.ts";
import { Alarm } from "../core/timers.ts";
import type { Writer } from "./writer.ts";

/**
 * Signatures being checked at a time: as many as keep the threads of a host busy. What else is to be checked waits in
 * the queue, where it is decided whose turn it is.
 */
const MAX_CHECKING = 256;
/** In one verify effect: its first verdicts must not wait long for its last. */
const MAX_CHECKS = 32;
/** Of senders who are doubted: 160 checks a second, a hundredth of a core, whatever they send. */
const MAX_DOUBTFUL_CHECKS = 16;
const DOUBTFUL_INTERVAL_MS = 100;

/** Told what became of the bundles that one exchange brought. */
export interface Arrivals {
  /** One more bundle is on its way to the store. */
  pending(): void;
  /** A pending bundle is in the store (`stored`) or was dropped. */
  settled(stored: boolean): void;
  /** A pending bundle was dropped that may exist: it made room for others, or somebody spoilt its signature. */
  missed(bundle: Held): void;
  /** A bundle waits for the policy: nobody can say yet whether it is wanted. */
  undecided(): void;
}

/** What becomes of a bundle that came: held already, on its way to the store, or neither. */
export type Fate = "held" | "taken" | "refused";

/** Where bundles come from: an address that showed that it receives what we send, and what for. */
export interface Source {
  readonly from: Address;
  /** Whether they answer an offer of ours. */
  readonly isAsked: boolean;
  readonly arrivals: Arrivals;
  /** Hears of each bundle that could be read. */
  readonly hears?: (bundle: Bundle, fate: Fate) => void;
  /**
   * Hears once of each bundle, by its number among those that came, what became of it in the end. Then they are what
   * the user brought: those that no grant allows yet are its, and wait nowhere else.
   */
  readonly tells?: (number: number, fate: BroughtFate) => void;
}

/** Says what became of one. */
type Tell = (fate: BroughtFate) => void;

/** A bundle that is to be checked. */
interface Arrival extends Omit<Source, "tells"> {
  readonly bundle: Bundle;
  readonly tell?: Tell | undefined;
  /** Where it waits; undefined while it is being checked. */
  lane: Lane | undefined;
}

/**
 * The way of a received bundle into the store: known? readable? plausible time? author allowed? signature? commit. The
 * cheap questions come first; nothing unverified is ever stored.
 */
export class Admission {
  readonly #ctx: Context;
  readonly #overlay: string;
  readonly #overlayKey: Uint8Array;
  readonly #store: BundleStore;
  readonly #storage: Storage;
  readonly #policy: Policy;
  readonly #clock: ClockBound;
  readonly #retention: Retention;
  readonly #causal: Pick<CausalOrder, "refused">;
  readonly #writer: Writer;
  readonly #ephemeral: Ephemeral;
  readonly #queue = new CheckQueue<Arrival>();
  /** By job. BOUNDED: by MAX_CHECKING and MAX_DOUBTFUL_CHECKS bundles in all. */
  readonly #checking = new Map<number, Arrival[]>();
  #checks = 0;
  /** What waits or is being checked, by id: several copies, if signatures differ. BOUNDED: by the two above. */
  readonly #copies = new Map<string, Arrival[]>();
  readonly #awaiting = new Awaiting();
  readonly #doubtfulTurn: Alarm;

  constructor(parts: {
    ctx: Context;
    /** In hexadecimal. */
    overlay: string;
    overlayKey: Uint8Array;
    store: BundleStore;
    storage: Storage;
    policy: Policy;
    clock: ClockBound;
    retention: Retention;
    /** Hears what will never be taken. */
    causal: Pick<CausalOrder, "refused">;
    writer: Writer;
    ephemeral: Ephemeral;
  }) {
    this.#ctx = parts.ctx;
    this.#doubtfulTurn = new Alarm(parts.ctx.timers, "doubtful checks", () => {
      this.#checkDoubtful();
    });
    this.#overlay = parts.overlay;
    this.#overlayKey = parts.overlayKey;
    this.#store = parts.store;
    this.#storage = parts.storage;
    this.#policy = parts.policy;
    this.#clock = parts.clock;
    this.#retention = parts.retention;
    this.#causal = parts.causal;
    this.#writer = parts.writer;
    this.#ephemeral = parts.ephemeral;
  }

  /**
   * What came in one datagram. Returns its first and last bundle that could be read; undefined when there is none, or
   * when there was no room for one.
   */
  receive(bundles: WireBundle[], source: Source): { first: Held; last: Held } | undefined {
    const acceptable = this.#clock.acceptable(this.#ctx.now);
    let span: { first: Held; last: Held } | undefined;
    let hasRoom = true;
    for (let number = 0; number < bundles.length; number++) {
      const wire = bundles[number]!;
      const tell = source.tells && tellOf(source.tells, number);
      // Before its hash is made: a flood shall cost as little as it may.
      hasRoom &&= this.#queue.hasRoomFor(source, this.#ctx.now);
      if (!hasRoom) {
        this.#reject("backlog", tell);
        continue;
      }
      const bundle = readBundle(this.#ctx.crypto, this.#overlayKey, wire);
      if ("rejected" in bundle) {
        this.#reject(bundle.rejected, tell);
        continue;
      }
      const last = placeOf(bundle);
      span = { first: span?.first ?? last, last };
      const fate = this.#take(bundle, acceptable, source, tell);
      if (!isPassing(bundle.header.content)) source.hears?.(bundle, fate);
    }
    this.#check();
    return hasRoom ? span : undefined;
  }

  /** Whether signatures from there were bad lately: what is on its way to the store may never get there. */
  doubts(from: Address): boolean {
    return this.#queue.doubts(from, this.#ctx.now);
  }

  /** How many are checked, or wait for it. */
  get unchecked(): number {
    return this.#copies.size;
  }

  /** The verdicts of a verify effect. */
  verified(job: number, valid: boolean[]): void {
    const checked = this.#checking.get(job);
    if (checked === undefined) return;
    this.#checking.delete(job);
    this.#checks -= checked.length;
    checked.forEach((arrival, i) => {
      this.#forget(arrival);
      if (valid[i] === true) this.#admit(arrival);
      else this.#refuse(arrival);
    });
    this.#check();
  }

  /** Judges once more what waited, after the policy learnt something. */
  policyChanged(): void {
    for (const { bundle, from } of this.#awaiting.takeAll()) {
      const source = { from, isAsked: false, arrivals: NOBODY };
      if (!this.#queue.hasRoomFor(source, this.#ctx.now)) this.#reject("backlog");
      else if (this.#judge(bundle, from)) this.#enqueue({ ...source, bundle, lane: undefined });
    }
    this.#check();
  }

  /** No more of what waits is checked. */
  stop(): void {
    this.#doubtfulTurn.cancel();
  }

  /** Puts it among what is to be checked, if it is welcome. */
  #take(bundle: Bundle, acceptable: number, source: Source, tell: Tell | undefined): Fate {
    const refusal = this.#refusalOf(bundle, acceptable, source);
    if (refusal !== undefined) {
      const isHeld = refusal === "duplicate" && holds(this.#store, placeOf(bundle));
      this.#reject(refusal);
      tell?.(isHeld ? "held" : refusal);
      // Its id names just this content, whoever signed it.
      if (refusal === "expired" || refusal === "superseded") this.#causal.refused(placeOf(bundle));
      if (refusal !== "duplicate") return "refused";
      return isHeld ? "held" : "taken";
    }
    const isWelcome = isPassing(bundle.header.content) || this.#judge(bundle, source.from, tell);
    if (!isWelcome && this.#policy.writers === "unknown") source.arrivals.undecided();
    if (isWelcome) {
      const { from, isAsked, arrivals } = source;
      this.#enqueue({ from, isAsked, arrivals, tell, bundle, lane: undefined });
    }
    return isWelcome ? "taken" : "refused";
  }

  #refusalOf(bundle: Bundle, acceptable: number, source: Source): BundleRefusal | undefined {
    if (isPassing(bundle.header.content)) {
      if (source.tells !== undefined) return "ephemeral-stale";
      const isWaiting = this.#isWaiting(bundle, source);
      return isWaiting ? "duplicate" : this.#ephemeral.refuses(bundle, source);
    }
    if (this.#isAdmitted(bundle) || this.#isWaiting(bundle, source)) return "duplicate";
    if (bundle.header.globalTime > acceptable) return "time-above-bound";
    return this.#storageRefuses(bundle) ?? this.#retention.refuses(bundle);
  }

  #storageRefuses({ header }: Bundle): StorageRefusal | undefined {
    return this.#storage.refuses({ isControl: isControl(header) });
  }

  #isAdmitted(bundle: Bundle): boolean {
    const { header, id } = bundle;
    return this.#writer.isUnderWay(bundle) || holds(this.#store, heldOf(header.globalTime, id));
  }

  /**
   * Whether the very same is being checked, or waits where it is checked as soon as this one would be. One with another
   * signature says nothing: an id leaves the signature out.
   */
  #isWaiting({ key, signature }: Bundle, source: Source): boolean {
    const copies = this.#copies.get(key);
    if (copies === undefined) return false;
    const lane = this.#queue.laneOf(source, this.#ctx.now);
    return copies.some((copy) => {
      if (!equalBytes(copy.bundle.signature, signature)) return false;
      return copy.lane === undefined || copy.lane === lane || isSooner(copy.lane, lane);
    });
  }

  #judge(bundle: Bundle, from: Address, tell?: Tell): boolean {
    const verdict = this.#policy.judge(bundle);
    if (verdict === "admit") return true;
    if (verdict === "refuse") {
      this.#reject("policy", tell);
      this.#causal.refused(placeOf(bundle));
    } else {
      this.#ctx.count("bundle awaits a grant");
      if (tell === undefined) this.#awaiting.add({ bundle, from });
      else tell("awaiting");
    }
    return false;
  }

  #enqueue(arrival: Arrival): void {
    const { now } = this.#ctx;
    const { key } = arrival.bundle;
    arrival.lane = this.#queue.laneOf(arrival, now);
    const gone = this.#queue.add(arrival, now);
    if (gone !== undefined) {
      this.#reject("backlog", gone.tell);
      this.#forget(gone);
      gone.arrivals.missed(placeOf(gone.bundle));
    }
    const copies = this.#copies.get(key);
    if (copies === undefined) this.#copies.set(key, [arrival]);
    else copies.push(arrival);
    arrival.arrivals.pending();
  }

  /** Has checked what is due, as far as checks are free. */
  #check(): void {
    while (this.#checks < MAX_CHECKING) {
      const room = Math.min(MAX_CHECKS, MAX_CHECKING - this.#checks);
      if (!this.#verify(room, () => this.#queue.next())) break;
    }
    if (this.#queue.hasDoubtful) this.#planDoubtful();
  }

  #planDoubtful(): void {
    if (!this.#doubtfulTurn.isSet) this.#doubtfulTurn.set(this.#ctx.now + DOUBTFUL_INTERVAL_MS);
  }

  #checkDoubtful(): void {
    const room = MAX_CHECKING + MAX_DOUBTFUL_CHECKS - this.#checks;
    this.#verify(Math.min(MAX_DOUBTFUL_CHECKS, room), () => this.#queue.nextDoubtful());
    if (this.#queue.hasDoubtful) this.#planDoubtful();
  }

  /** One verify effect of at most so many; false when nothing is left. */
  #verify(most: number, next: () => Arrival | undefined): boolean {
    const arrivals: Arrival[] = [];
    while (arrivals.length < most) {
      const arrival = next();
      if (arrival === undefined) break;
      arrival.lane = undefined;
      // Another copy was faster.
      if (this.#isAdmitted(arrival.bundle)) this.#drop(arrival);
      else arrivals.push(arrival);
    }
    if (arrivals.length === 0) return false;
    const job = this.#ctx.nextJob();
    this.#checking.set(job, arrivals);
    this.#checks += arrivals.length;
    const checks = arrivals.map(({ bundle }) => signatureCheck(bundle));
    this.#ctx.emit({ kind: "verify", overlay: this.#overlay, job, checks });
    return true;
  }

  #admit(arrival: Arrival): void {
    const { bundle, arrivals, from, tell } = arrival;
    if (isPassing(bundle.header.content)) {
      const refusal = this.#ephemeral.accept(bundle, from);
      if (refusal !== undefined) this.#reject(refusal);
      return arrivals.settled(false);
    }
    // The disk may have become full meanwhile.
    const refusal = this.#storageRefuses(bundle);
    if (refusal !== undefined) {
      this.#reject(refusal, tell);
      return arrivals.settled(false);
    }
    if (this.#isAdmitted(bundle)) {
      tell?.("duplicate");
      return arrivals.settled(false);
    }
    this.#writer.store(bundle, (failure) => {
      arrivals.settled(failure === undefined);
      tell?.(failure === undefined ? "new" : "disk failing");
    });
  }

  #refuse({ from, arrivals, bundle, tell }: Arrival): void {
    this.#ctx.countAbout("bundle rejected: signature", from);
    this.#queue.wasBad(from, this.#ctx.now);
    tell?.("signature");
    arrivals.missed(placeOf(bundle));
  }

  #drop(arrival: Arrival): void {
    this.#forget(arrival);
    arrival.tell?.("duplicate");
    arrival.arrivals.settled(false);
  }

  #forget(arrival: Arrival): void {
    const { key } = arrival.bundle;
    const copies = this.#copies.get(key)!;
    if (copies.length === 1) return void this.#copies.delete(key);
    const others = copies.filter((copy) => copy !== arrival);
    this.#copies.set(key, others);
  }

  #reject(reason: BundleRefusal, tell?: Tell): void {
    this.#ctx.count(`bundle rejected: ${reason}`);
    tell?.(reason);
  }
}

function placeOf({ header, id }: Bundle): Held {
  return heldOf(header.globalTime, id);
}

function signatureCheck({ author, signed, signature }: Bundle): SignatureCheck {
  return { publicKey: author, message: signed, signature };
}

/** Made where somebody wants to hear it: of most bundles nobody does. */
function tellOf(tells: NonNullable<Source["tells"]>, number: number): Tell {
  return (fate) => tells(number, fate);
}

/** For bundles that no exchange of ours asked for. */
export const NOBODY: Arrivals = {
  pending: () => undefined,
  settled: () => undefined,
  missed: () => undefined,
  undecided: () => undefined,
};
