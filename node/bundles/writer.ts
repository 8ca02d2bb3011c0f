import { checkDraft, kindOf, makeBundle, type Bundle, type Draft } from "../../wire/bundle.ts";
import type { PayloadKeys } from "../../wire/payload-keys.ts";
import type { ClockBound } from "./clock-bound.ts";
import type { Context } from "../core/context.ts";
import type { KeyPair, Keyring } from "../core/keyring.ts";
import type { Heads } from "./heads.ts";
import type { Policy } from "./policy.ts";
import type { OwnAsked } from "./receipts/own-asked.ts";
import type { Retention } from "./retention.ts";
import type { Storage } from "./storage.ts";
import { type Held, heldOf } from "../sets/held.ts";
import { type BundleStore, isControl } from "../store/store.ts";
import { Alarm } from "../core/timers.ts";

/** Bundles waiting for their commit, at most; publishing more is refused until some are on disk. */
const MAX_WAITING = 100_000;

/**
 * Bundles added, and as many removed, by one commit at most: what follows a commit is done in one turn of the event
 * loop, and takes 5 to 10 us for each of them.
 */
const MOST_PER_COMMIT = 512;

/**
 * A commit of so many that others made shows that bundles come in bulk. The next one then waits for enough of them, or
 * so long: a commit of 40 takes 13 us more of a processor for each bundle than one of 128. What we make waits for
 * nothing.
 */
const BULK_BUNDLES = 16;
const ENOUGH_BUNDLES = 128;
const BULK_INTERVAL_MS = 10;

/** A bundle on its way to the disk. */
export interface Written {
  bundle: Bundle;
  /** Hears why it was not stored; undefined when it was. */
  done: (failure: string | undefined) => void;
  /** Whether we made it here and now. */
  isMade: boolean;
  /** With what else it was published; undefined for what others made. */
  publication?: number;
}

/**
 * The only way into the store and out of it: collects verified and own bundles and has them committed, one batch at a
 * time, so that whatever arrives during a commit shares the next one. It also gives own bundles their global time.
 */
export class Writer {
  readonly #ctx: Context;
  readonly #overlay: string;
  readonly #keys: Keyring;
  readonly #payloads: PayloadKeys;
  readonly #store: BundleStore;
  readonly #storage: Storage;
  readonly #policy: Policy;
  readonly #clock: ClockBound;
  readonly #retention: Retention;
  readonly #asked: OwnAsked | undefined;
  readonly #heads: Heads | undefined;
  /** BOUNDED: received ones by Admission's MAX_CHECKING, own ones by MAX_WAITING. */
  readonly #waiting: Written[] = [];
  /** To be removed. BOUNDED: by what is held. */
  readonly #dropped: Held[] = [];
  #committing: { batch: number; items: Written[]; remove: Held[] } | undefined;
  /** Ids waiting or being committed. BOUNDED: like the two above. */
  readonly #underWay = new Set<string>();
  #publications = 0;
  /** In bulk: when the next commit begins at the latest. */
  #dueMs = 0;
  readonly #due: Alarm;
  /** Highest global time queued in this run: Lamport's rule counts what is not on disk yet. */
  #seen = 0;

  constructor(parts: {
    ctx: Context;
    overlay: string;
    keys: Keyring;
    payloads: PayloadKeys;
    store: BundleStore;
    storage: Storage;
    policy: Policy;
    clock: ClockBound;
    retention: Retention;
    /** Numbers those that ask for a receipt; undefined: none asks. */
    asked: OwnAsked | undefined;
    /** What new bundles follow, where they say so. */
    heads: Heads | undefined;
  }) {
    this.#ctx = parts.ctx;
    this.#due = new Alarm(parts.ctx.timers, "commit", () => this.flush());
    this.#overlay = parts.overlay;
    this.#keys = parts.keys;
    this.#payloads = parts.payloads;
    this.#store = parts.store;
    this.#storage = parts.storage;
    this.#policy = parts.policy;
    this.#clock = parts.clock;
    this.#retention = parts.retention;
    this.#asked = parts.asked;
    this.#heads = parts.heads;
  }

  /** How many wait, or are being committed. */
  get underWay(): number {
    return this.#underWay.size;
  }

  isUnderWay(bundle: Bundle): boolean {
    return this.#underWay.has(bundle.key);
  }

  /** Queues a verified bundle. */
  store(bundle: Bundle, done: Written["done"]): void {
    if (this.isUnderWay(bundle)) return done("it is being stored already");
    this.#queue({ bundle, isMade: false, done });
  }

  /** Queues the removal of what is not kept any longer. */
  drop(held: Held[]): void {
    for (const each of held) this.#dropped.push(each);
  }

  /**
   * Signs and queues drafts, all or none; `done` hears of their commit, and why it failed. Returns why not even that
   * was tried, in one sentence.
   */
  publish(
    drafts: Draft[],
    done: (bundles: Bundle[], failure: string | undefined) => void,
  ): string | undefined {
    const { refusesOwn } = this.#storage;
    if (refusesOwn !== undefined) return refusesOwn;
    if (this.#waiting.length + drafts.length > MAX_WAITING) {
      return "too many bundles wait for the disk; try again in a moment";
    }
    if (this.#asked === undefined && drafts.some(({ receipt }) => receipt !== undefined)) {
      return "this profile has no receipts: use the adaptive one, or ask for none";
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
    if (drafts.length === 0) done([], undefined);
    const bundles: Bundle[] = [];
    let open = drafts.length;
    let failure: string | undefined;
    const publication = ++this.#publications;
    drafts.forEach((draft, i) => {
      const bundle = this.#sign(draft, signers[i] as KeyPair);
      bundles.push(bundle);
      const settled = (why: string | undefined): void => {
        failure ??= why;
        if (--open === 0) done(bundles, failure);
      };
      this.#queue({ bundle, isMade: true, publication, done: settled });
    });
    return undefined;
  }

  /** Signs what is for the moment only, or says why not. It is stored nowhere, and takes no global time. */
  sign(drafts: readonly Draft[]): Bundle[] | string {
    const { crypto, random } = this.#ctx;
    const signers = drafts.map((draft) => this.#signer(draft));
    const refusal = signers.find((signer) => typeof signer === "string");
    if (typeof refusal === "string") return refusal;
    return drafts.map((draft, i) => {
      const pair = signers[i] as KeyPair;
      const sealed = this.#payloads.seal(draft, pair, random);
      return makeBundle(crypto, this.#keys.key, pair.secretKey, this.#nextTime(), sealed);
    });
  }

  /** Starts the next commit when none is under way. Called once at the end of every input. */
  flush(): void {
    if (this.#committing !== undefined) return;
    // Where a write just failed, removals have time.
    const hasRemovals = this.#dropped.length > 0 && !this.#storage.isResting;
    if (this.#waiting.length === 0 && !hasRemovals) return;
    if (this.#waitsForMore()) return;
    const items = this.#nextItems();
    const remove = this.#dropped.splice(0, MOST_PER_COMMIT);
    const batch = this.#ctx.nextJob();
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

  #waitsForMore(): boolean {
    const { length } = this.#waiting;
    const waits = length > 0 && length < ENOUGH_BUNDLES && this.#ctx.now < this.#dueMs;
    this.#due.set(waits ? this.#dueMs : Infinity);
    return waits;
  }

  /**
   * As many as one commit takes. What was published together is on disk together, or none of it: else whoever hears
   * that it failed, and publishes it again, has a part of it twice. More than a commit takes is divided all the same.
   */
  #nextItems(): Written[] {
    const waiting = this.#waiting;
    let count = Math.min(waiting.length, MOST_PER_COMMIT);
    const publication = waiting[count]?.publication;
    if (publication !== undefined) {
      while (count > 0 && waiting[count - 1]!.publication === publication) count--;
    }
    return waiting.splice(0, count === 0 ? MOST_PER_COMMIT : count);
  }

  /** The disk may have become full since they were admitted: what others sent waits no longer. */
  refuseWaiting(): void {
    if (this.#committing !== undefined || this.#storage.asks) return;
    for (const item of this.#waiting.splice(0)) {
      const { bundle, isMade, done } = item;
      const refusal = this.#storage.refuses({ isControl: isControl(bundle.header) });
      if (isMade || refusal === undefined) {
        this.#waiting.push(item);
        continue;
      }
      this.#underWay.delete(bundle.key);
      this.#ctx.count(`bundle rejected: ${refusal}`);
      done(refusal);
    }
  }

  /**
   * The end of a commit effect; `failure`: why nothing of it is on disk. Returns what was in it, whose `done` is to be
   * called when all parts have taken note.
   */
  commitEnded(batch: number, failure?: string): Written[] {
    if (this.#committing?.batch !== batch) return [];
    const { items, remove } = this.#committing;
    this.#committing = undefined;
    for (const { bundle } of items) this.#underWay.delete(bundle.key);
    const isBulk = items.length >= BULK_BUNDLES && !this.#waiting.some(({ isMade }) => isMade);
    this.#dueMs = isBulk ? this.#ctx.now + BULK_INTERVAL_MS : 0;
    if (failure === undefined) this.#storage.worked();
    else this.#failed(items, remove);
    return items;
  }

  /** What others sent will be asked for again; what is to be removed has to be remembered here. */
  #failed(items: Written[], remove: Held[]): void {
    this.#heads?.drop(items.map(({ bundle: { header, id } }) => heldOf(header.globalTime, id)));
    this.#ctx.count("commit failed");
    this.#storage.failed();
    this.#dropped.unshift(...remove);
  }

  #queue(waiting: Written): void {
    const { header, key } = waiting.bundle;
    this.#seen = Math.max(this.#seen, header.globalTime);
    this.#underWay.add(key);
    if (waiting.isMade) this.#dueMs = 0;
    this.#waiting.push(waiting);
  }

  #sign(draft: Draft, pair: KeyPair): Bundle {
    const { crypto, random } = this.#ctx;
    const firstTime = this.#nextTime();
    const following = this.#following(this.#numbered(draft), firstTime);
    const sealed = this.#payloads.seal(following, pair, random);
    const made = (globalTime: number): Bundle => {
      return makeBundle(crypto, this.#keys.key, pair.secretKey, globalTime, sealed);
    };
    const first = made(firstTime);
    // What we wrote above the ceiling is about to be written again, in this order (node/bundles/own-bundles.ts).
    const isSuperseded = this.#retention.refuses(first) === "superseded";
    const bundle = isSuperseded ? made(Math.max(this.#seen, this.#store.clock) + 1) : first;
    this.#heads?.write(bundle);
    return bundle;
  }

  /** The draft with what it follows: as many of the newest heads as fit. */
  #following(written: Draft, globalTime: number): Draft {
    const draft = { ...written };
    // Of what is written again: they may be later than it now.
    delete draft.parents;
    const heads = draft.content.kind === "data" ? (this.#heads?.before(globalTime) ?? []) : [];
    for (let count = heads.length; count > 0; count--) {
      const following = { ...draft, parents: heads.slice(0, count) };
      if (checkDraft(following) === undefined) return following;
    }
    return draft;
  }

  #numbered(draft: Draft): Draft {
    const { receipt } = draft;
    if (receipt === undefined || this.#asked === undefined) return draft;
    return { ...draft, receipt: this.#asked.next() };
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
    if (policy.unknownRequirements !== 0) {
      return "the overlay requires a newer version of this program";
    }
    const { signer } = kindOf(content);
    if (signer === "overlay") {
      return founder ?? "only the overlay's founder can sign its policy";
    }
    if (signer === "granter") {
      if (founder !== undefined) return founder;
      if (policy.mayGrant(member.publicKey)) return member;
      const invited = invitation !== undefined && policy.mayGrant(invitation.publicKey);
      if (invited && content.kind === "grant" && !content.grant) return invitation;
      return "this node may not grant: ask the overlay's founder";
    }
    if (policy.writers === "unknown") {
      return "the overlay's policy is not known yet: run the node until it has met a peer";
    }
    if (policy.isPrivate && !this.#payloads.isPrivate) {
      return "the overlay is private and this node has no secret to seal with: join with a whole ticket";
    }
    if (policy.mayWrite(member.publicKey)) return member;
    return "this node is not a member: ask somebody who may grant to run `dispersy grant` for it";
  }
}
