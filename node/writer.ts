import { makeBundle, type Bundle, type Draft } from "../wire/bundle.ts";
import type { Context } from "./context.ts";
import type { KeyPair, Keyring } from "./keyring.ts";
import type { Policy } from "./policy.ts";
import type { BundleStore, Held } from "./store/store.ts";

/** Bundles waiting for their commit, at most; publishing more is refused until some are on disk. */
const MAX_WAITING = 100_000;

/**
 * Bundles added, and as many removed, by one commit at most: what follows a commit is done in one turn of the event loop, and takes 5 to
 * 10 us for each of them.
 */
const MOST_PER_COMMIT = 512;

interface Waiting {
  bundle: Bundle;
  done: (stored: boolean) => void;
}

/**
 * The only way into the store and out of it: collects verified and own bundles and has them committed, one batch at a time,
 * so that whatever arrives during a commit shares the next one. It also gives own bundles their global time.
 */
export class Writer {
  readonly #ctx: Context;
  readonly #overlay: string;
  readonly #keys: Keyring;
  readonly #store: BundleStore;
  readonly #policy: Policy;
  readonly #committed: (bundles: Bundle[]) => void;
  /** BOUNDED: received ones by Admission's MAX_CHECKING, own ones by MAX_WAITING. */
  readonly #waiting: Waiting[] = [];
  /** To be removed. BOUNDED: by what is held. */
  readonly #dropped: Held[] = [];
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
    /** Called after each commit with what it stored, before anybody else hears of it. */
    committed: (bundles: Bundle[]) => void;
  }) {
    this.#ctx = parts.ctx;
    this.#overlay = parts.overlay;
    this.#keys = parts.keys;
    this.#store = parts.store;
    this.#policy = parts.policy;
    this.#committed = parts.committed;
  }

  isUnderWay(bundle: Bundle): boolean {
    return this.#underWay.has(bundle.key);
  }

  /** Queues a verified bundle; `done` hears whether it was stored. */
  store(bundle: Bundle, done: (stored: boolean) => void): void {
    if (this.isUnderWay(bundle)) return done(false);
    this.#queue(bundle, done);
  }

  /** Queues the removal of what is not kept any longer. */
  drop(held: Held[]): void {
    for (const each of held) this.#dropped.push(each);
  }

  /** Signs and queues drafts, all or none; `done` hears of each. Returns why not, in one sentence. */
  publish(drafts: Draft[], done: (bundles: Bundle[], stored: boolean) => void): string | undefined {
    if (this.#waiting.length + drafts.length > MAX_WAITING) {
      return "too many bundles wait for the disk; try again in a moment";
    }
    const isPast = ({ expires }: Draft) =>
      expires !== undefined && expires * 1_000 <= this.#ctx.wall;
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
      this.#queue(bundle, (stored) => {
        allStored &&= stored;
        if (--open === 0) done(bundles, allStored);
      });
    });
    return undefined;
  }

  /** Starts the next commit when none is under way. Called once at the end of every input. */
  flush(): void {
    if (this.#committing !== undefined) return;
    if (this.#waiting.length === 0 && this.#dropped.length === 0) return;
    const items = this.#waiting.splice(0, MOST_PER_COMMIT);
    const remove = this.#dropped.splice(0, MOST_PER_COMMIT);
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
    if (!stored) this.drop(remove);
    for (const { bundle } of items) this.#underWay.delete(bundle.key);
    if (stored) this.#committed(items.map(({ bundle }) => bundle));
    else this.#ctx.count("commit failed");
    for (const { done } of items) done(stored);
  }

  #queue(bundle: Bundle, done: (stored: boolean) => void): void {
    this.#seen = Math.max(this.#seen, bundle.header.globalTime);
    this.#underWay.add(bundle.key);
    this.#waiting.push({ bundle, done });
  }

  #sign(draft: Draft, pair: KeyPair): Bundle {
    const globalTime = Math.max(this.#seen, this.#store.clock) + 1;
    return makeBundle(this.#ctx.crypto, this.#keys.key, pair.secretKey, globalTime, draft);
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
