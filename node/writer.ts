import { makeBundle, type Bundle, type Draft } from "../wire/bundle.ts";
import type { ClockBound } from "./clock.ts";
import type { Context } from "./context.ts";
import type { KeyPair, Keyring } from "./keyring.ts";
import type { Policy } from "./policy.ts";
import type { BundleStore, Held } from "./store/store.ts";

/** Bundles waiting for their commit, at most; publishing more is refused until some are on disk. */
const MAX_WAITING = 100_000;

interface Waiting {
  bundle: Bundle;
  /** Whether we made it here and now. */
  isMade: boolean;
  done: (stored: boolean) => void;
}

/**
 * The only way into the store and out of it: collects verified and own bundles and has them committed, one batch at a
 * time, so that whatever arrives during a commit shares the next one. It also gives own bundles their global time.
 */
export class Writer {
  readonly #ctx: Context;
  readonly #overlay: string;
  readonly #keys: Keyring;
  readonly #store: BundleStore;
  readonly #policy: Policy;
  readonly #clock: ClockBound;
  readonly #isKept: (bundle: Bundle) => boolean;
  readonly #committed: (bundles: Bundle[], received: Bundle[]) => void;
  /** BOUNDED: received ones by Admission's MAX_CHECKING, own ones by MAX_WAITING. */
  #waiting: Waiting[] = [];
  /** To be removed. BOUNDED: by what is held. */
  #dropped: Held[] = [];
  #committing: { batch: number; items: Waiting[]; remove: Held[] } | undefined;
  /** Ids waiting or being committed. BOUNDED: like the two above. */
  readonly #underWay = new Set<string>();
  #batches = 0;
  /** Highest global time queued in this run: Lamport's rule counts what is not on disk yet. */
  #seen = 0;

  constructor(parts: {
    ctx: Context;
    overlay: string;
    keys: Keyring;
    store: BundleStore;
    policy: Policy;
    clock: ClockBound;
    /** False where a later one supersedes the bundle. */
    isKept: (bundle: Bundle) => boolean;
    /**
     * Called after each commit with what it stored, before anybody else hears of it. `received`: what of it we did
     * not make.
     */
    committed: (bundles: Bundle[], received: Bundle[]) => void;
  }) {
    this.#ctx = parts.ctx;
    this.#overlay = parts.overlay;
    this.#keys = parts.keys;
    this.#store = parts.store;
    this.#policy = parts.policy;
    this.#clock = parts.clock;
    this.#isKept = parts.isKept;
    this.#committed = parts.committed;
  }

  isUnderWay(bundle: Bundle): boolean {
    return this.#underWay.has(bundle.key);
  }

  /** Queues a verified bundle; `done` hears whether it was stored. */
  store(bundle: Bundle, done: (stored: boolean) => void): void {
    if (this.isUnderWay(bundle)) return done(false);
    this.#queue({ bundle, isMade: false, done });
  }

  /** Queues the removal of what is not kept any longer. */
  drop(held: Held[]): void {
    this.#dropped.push(...held);
  }

  /** Signs and queues drafts, all or none; `done` hears of each. Returns why not, in one sentence. */
  publish(drafts: Draft[], done: (bundles: Bundle[], stored: boolean) => void): string | undefined {
    if (this.#waiting.length + drafts.length > MAX_WAITING) {
      return "too many bundles wait for the disk; try again in a moment";
    }
    const { wall, wallClock } = this.#ctx;
    if (!wallClock.isPlausible && drafts.some(({ expires }) => expires !== undefined)) {
      return "this machine's clock is before the day this program was made: set it, or publish without an expiry";
    }
    const isPast = ({ expires }: Draft) => expires !== undefined && expires * 1_000 <= wall;
    if (drafts.some(isPast)) return "a bundle that has expired already would be kept by nobody";
    const signers = drafts.map((draft) => this.#signer(draft));
    const refusal = signers.find((signer) => typeof signer === "string");
    if (typeof refusal === "string") return refusal;
    if (drafts.length === 0) done([], true);
    const bundles: Bundle[] = [];
    let open = drafts.length;
    let allStored = true;
    drafts.forEach((draft, i) => {
      const bundle = this.#sign(draft, signers[i] as KeyPair);
      bundles.push(bundle);
      const settled = (stored: boolean): void => {
        allStored &&= stored;
        if (--open === 0) done(bundles, allStored);
      };
      this.#queue({ bundle, isMade: true, done: settled });
    });
    return undefined;
  }

  /** Starts the next commit when none is under way. Called once at the end of every input. */
  flush(): void {
    if (this.#committing !== undefined) return;
    if (this.#waiting.length === 0 && this.#dropped.length === 0) return;
    const items = this.#waiting;
    const remove = this.#dropped;
    this.#waiting = [];
    this.#dropped = [];
    const batch = ++this.#batches;
    this.#committing = { batch, items, remove };
    const add = items.map(({ bundle }) => bundle);
    const clock = add.reduce(
      (time, { header }) => Math.max(time, header.globalTime),
      this.#store.clock,
    );
    const admitted = this.#store.admitted + add.length;
    this.#ctx.emit({
      kind: "commit",
      overlay: this.#overlay,
      batch,
      add,
      remove,
      clock,
      admitted,
    });
  }

  /** The end of a commit effect. */
  commitEnded(batch: number, stored: boolean): void {
    if (this.#committing?.batch !== batch) return;
    const { items, remove } = this.#committing;
    this.#committing = undefined;
    if (!stored) this.#dropped.push(...remove);
    for (const { bundle } of items) this.#underWay.delete(bundle.key);
    const bundlesOf = (of: Waiting[]): Bundle[] => of.map(({ bundle }) => bundle);
    const received = items.filter(({ isMade }) => !isMade);
    if (stored) this.#committed(bundlesOf(items), bundlesOf(received));
    else this.#ctx.count("commit failed");
    for (const { done } of items) done(stored);
  }

  #queue(waiting: Waiting): void {
    const { header, key } = waiting.bundle;
    this.#seen = Math.max(this.#seen, header.globalTime);
    this.#underWay.add(key);
    this.#waiting.push(waiting);
  }

  #sign(draft: Draft, pair: KeyPair): Bundle {
    const made = (globalTime: number): Bundle => {
      return makeBundle(this.#ctx.crypto, this.#keys.key, pair.secretKey, globalTime, draft);
    };
    const bundle = made(this.#nextTime());
    // What we wrote above the ceiling is about to be written again, in this order (node/own-bundles.ts).
    return this.#isKept(bundle) ? bundle : made(Math.max(this.#seen, this.#store.clock) + 1);
  }

  /** Lamport's rule, but for what stands above the times that others take. */
  #nextTime(): number {
    const { now } = this.#ctx;
    const clock = this.#clock.time(now);
    if (this.#seen > (this.#clock.ceiling(now) ?? Infinity)) this.#seen = clock;
    return Math.max(this.#seen, clock) + 1;
  }

  /** The keys to sign with, or why there are none. */
  #signer({ content }: Draft): KeyPair | string {
    const { founder, member, invitation } = this.#keys;
    const policy = this.#policy;
    if (content.kind === "policy") {
      return founder ?? "only the overlay's founder can sign its policy";
    }
    if (content.kind === "grant") {
      if (founder !== undefined) return founder;
      if (policy.mayGrant(member.publicKey)) return member;
      const invited = invitation !== undefined && policy.mayGrant(invitation.publicKey);
      if (invited && !content.grant) return invitation;
      return "this node may not grant: ask the overlay's founder";
    }
    if (policy.writers === "unknown") {
      return "the overlay's policy is not known yet: run the node until it has met a peer";
    }
    if (policy.mayWrite(member.publicKey)) return member;
    return "this node is not a member: ask somebody who may grant to run `dispersy grant` for it";
  }
}
