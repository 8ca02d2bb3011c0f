import type { Candidate } from "../../../candidates/candidate.ts";
import type { CandidateTable } from "../../../candidates/table.ts";
import type { Validation } from "../../../candidates/validation.ts";
import { TokenBuckets } from "../../../nat/token-buckets.ts";
import type { Address } from "../../../wire/address.ts";
import { shareGroup } from "../../../wire/address-scope.ts";
import type { Bundle } from "../../../wire/bundle.ts";
import type { BundlesMessage, Notice, WireBundle } from "../../../wire/message.ts";
import { SEALING_BYTES } from "../../../wire/sealed.ts";
import type { Fate } from "../../bundles/admission.ts";
import type { Context } from "../../core/context.ts";
import type { Profile } from "../../core/profile.ts";
import type { Paths } from "../../net/paths.ts";
import type { Scope } from "../../net/scope.ts";
import { heldOf } from "../../sets/held.ts";
import { type BundleStore, isControl } from "../../store/store.ts";
import type { FingerprintCompare } from "../fingerprint-compare.ts";
import { pack } from "../packing.ts";
import { Contacts } from "./contacts.ts";
import { Load } from "./load.ts";
import { type Name, nameOf, nameOfHeld, readName } from "./names.ts";
import { type Contact, Notices } from "./notices.ts";
import { Telling } from "./telling.ts";
import { Wanting } from "./wanting.ts";

/** What pushing may cost each peer, on average and at once: beyond it, bundles spread by offers alone. */
const PUSH_BYTES_PER_SECOND = 8 * 1024;
const PUSH_BURST_BYTES = 16 * 1024;
/**
 * Contacts that get what we made at once; the others are told of it and ask. A bundle goes over our line about once so,
 * and who is told first sends it on while others still ask.
 */
const SENT_AT_ONCE = 3;
/** Contacts that are told of a bundle. All, but for who is known to hundreds. */
const MOST_TOLD = 64;
/** A bundle that an offer brought is told to those to whom its global time is among so many highest: others hold it. */
const NEWEST = 64;
/** What contacts of one address group may ask for by notices, on average and at once. */
const WANTED_BYTES = { perSecond: 64 * 1024, burst: 256 * 1024, most: 1_024 };
/**
 * Contacts that get an ephemeral message of ours, and one that came: where a tenth gets lost, 99.8 % of all get it so
 * at the first attempt, and there is no other.
 */
const PASSED_FIRST = 8;
const PASSED_ON = 7;
/** Of these, to one contact. */
const PASSED_BYTES = { perSecond: 8 * 1024, burst: 16 * 1024, most: 1_024 };
/** So much later than all that we hold: there is more that we lack than what is on its way by itself. */
const GAP = 8;

/**
 * New bundles travel at once. What is made here goes to a few contacts, and all others are told of it by a few bytes;
 * whoever lacks it asks for it, tells its own contacts in turn, and shows thereby that it holds it. Where many bundles
 * are written, and in the faithful profile, only what is made here is sent, and offers do the rest.
 */
export class Fresh {
  readonly #ctx: Context;
  readonly #scope: Scope;
  readonly #validation: Validation;
  readonly #store: BundleStore;
  readonly #mayAsk: () => boolean;
  readonly #profile: Profile;
  readonly #contacts: Contacts;
  readonly #notices: Notices;
  readonly #telling: Telling;
  readonly #wanting: Wanting;
  readonly #load = new Load();
  readonly #wanted = new TokenBuckets(WANTED_BYTES);
  readonly #passed = new TokenBuckets(PASSED_BYTES);
  #budget = PUSH_BURST_BYTES;
  #budgetAtMs = -Infinity;

  constructor(parts: {
    ctx: Context;
    scope: Scope;
    paths: Paths;
    table: CandidateTable;
    validation: Validation;
    store: BundleStore;
    /** Whether the disk takes what others would send. */
    mayAsk: () => boolean;
    hints: FingerprintCompare;
    profile: Profile;
  }) {
    const { ctx, paths, table, hints } = parts;
    this.#ctx = ctx;
    this.#scope = parts.scope;
    this.#validation = parts.validation;
    this.#store = parts.store;
    this.#mayAsk = parts.mayAsk;
    this.#profile = parts.profile;
    const contacts = (this.#contacts = new Contacts(parts));
    const notices = (this.#notices = new Notices({ ...parts, load: this.#load }));
    const isEqual = (contact: Address) => hints.relation(table.get(contact)) === "same";
    this.#telling = new Telling({ ctx, paths, notices, contacts, isEqual, load: this.#load });
    this.#wanting = new Wanting({ ctx, paths, notices });
  }

  /** What an earlier run left is not asked for. */
  start(): void {
    if (!this.#profile.fresh) return;
    let left = NEWEST;
    this.#store.index.descend(this.#store.clock, (globalTime, w0, w1, w2, w3) => {
      const held = { globalTime, w0, w1, w2, w3 };
      this.#telling.add(nameOfHeld(held), held);
      return --left > 0;
    });
  }

  /** Bundles just made here and committed. */
  push(bundles: Bundle[]): void {
    const areControl = bundles.every(({ header }) => isControl(header));
    const contacts = this.#contacts.list(areControl ? "control" : "data");
    if (contacts.length === 0) return;
    const isTold = this.#tells;
    const most = isTold ? SENT_AT_ONCE : this.#profile.pushTo;
    const among = isTold ? this.#contacts.oneWayToEach(contacts) : contacts;
    const targets = this.#contacts.choose(among, most);
    this.#sendOwn(bundles, targets, isTold);
    if (isTold) for (const bundle of bundles) this.#tell(nameOf(bundle), contacts);
  }

  /** What is on disk now. */
  committed(written: readonly { bundle: Bundle; isMade: boolean }[]): void {
    this.#load.count(written.length, this.#ctx.now);
    if (!this.#profile.fresh) return;
    const isTold = this.#tells;
    const contacts = isTold ? this.#contacts.list("data") : [];
    if (isTold) this.#load.hear(Math.min(contacts.length, MOST_TOLD));
    for (const { bundle, isMade } of written) {
      const { header, id } = bundle;
      const name = nameOf(bundle);
      this.#telling.add(name, heldOf(header.globalTime, id));
      const hasCome = this.#cameHere(name, isTold);
      if (!isTold || isMade) continue;
      this.#tell(name, hasCome ? contacts : this.#whoMayLack(header.globalTime, contacts));
    }
  }

  /** A contact says what it holds and what it wants; or who was one. */
  noticed({ have, got, want }: Notice, from: Contact): void {
    if (!this.#profile.fresh) return this.#ctx.count("notice left unread");
    this.#contacts.heard(from.address.key);
    for (const bytes of have) this.#shown(readName(bytes), from, true);
    for (const bytes of got) this.#shown(readName(bytes), from, false);
    if (want.length > 0) this.#sendWanted(want.map(readName), from);
  }

  /** A contact sent it of its own accord, or because we wanted it. */
  came(bundle: Bundle, from: Contact, fate: Fate): void {
    if (!this.#profile.fresh) return;
    const name = nameOf(bundle);
    if (fate === "refused") return this.#wanting.refused(name, from);
    if (fate === "taken") return this.#wanting.came(name, from);
    this.#telling.add(name, heldOf(bundle.header.globalTime, bundle.id));
    this.#telling.shown(name, from, true);
  }

  /** An ephemeral message, to some contacts: once, whatever becomes of it. */
  sendOn(bundle: Bundle, from: Address | undefined): void {
    const { now } = this.#ctx;
    const contacts = this.#contacts.list("nobody's disk");
    const others = contacts.filter(({ address }) => address.key !== from?.key);
    const most = from === undefined ? PASSED_FIRST : PASSED_ON;
    for (const { address, via } of this.#contacts.draw(others, most)) {
      if (this.#passed.available(address.key, now) <= 0) {
        this.#ctx.count("ephemeral message not sent on: too many");
        continue;
      }
      this.#passed.spend(address.key, bundle.body.length, now);
      this.#queue([bundle], address, via);
    }
  }

  /** Whether a bundle that somebody sent of its own accord is a reason to ask what else there is. */
  callsForOffer(globalTime: number): boolean {
    return !this.#tells || globalTime > this.#store.clock + GAP;
  }

  /** The end of an input: what was to be said is said. */
  settle(): void {
    this.#notices.flush();
  }

  /** The paths are others from now on. */
  reset(): void {
    this.#notices.clear();
    this.#telling.clear();
    this.#wanting.clear();
  }

  get #tells(): boolean {
    return this.#profile.fresh && !this.#load.isHigh(this.#ctx.now);
  }

  #sendOwn(bundles: Bundle[], targets: readonly Candidate[], isTold: boolean): void {
    this.#earn();
    const clearBytes = this.#ctx.datagramBytes - SEALING_BYTES;
    for (const part of pack(bundles, this.#profile.dense, clearBytes)) {
      if (this.#budget <= 0) return this.#ctx.count("push left to offers", part.length);
      this.#budget -= part.reduce((bytes, { body }) => bytes + body.length, 0);
      for (const { address, via } of targets) {
        this.#queue(part, address, via);
        if (!isTold) continue;
        for (const bundle of part) this.#telling.tell(nameOf(bundle), { address, via }, true);
      }
    }
  }

  #tell(name: Name, contacts: readonly Candidate[]): void {
    const unaware = this.#telling.unaware(name, contacts);
    for (const { address, via } of this.#contacts.draw(unaware, MOST_TOLD)) {
      this.#telling.tell(name, { address, via });
    }
  }

  /** Those to whom what an offer brought may be new. To us all is, while we catch up. */
  #whoMayLack(globalTime: number, contacts: readonly Candidate[]): readonly Candidate[] {
    const end = globalTime + NEWEST;
    if (end <= this.#store.clock) return [];
    return contacts.filter((contact) => end > (contact.globalTime ?? 0));
  }

  /** Who showed what is here now knows that we hold it, or hears it. Whether anybody did. */
  #cameHere(name: Name, isTold: boolean): boolean {
    let hasCome = false;
    for (const { contact, asked } of this.#wanting.end(name)) {
      hasCome = true;
      if (asked > 0) this.#telling.gave(name, contact);
      else this.#telling.shown(name, contact, isTold);
    }
    return hasCome;
  }

  #shown(name: Name, from: Contact, isAsking: boolean): void {
    if (this.#telling.heldOf(name) !== undefined) this.#telling.shown(name, from, isAsking);
    else if (this.#mayAsk()) this.#wanting.shown(name, from);
  }

  #sendWanted(names: Name[], to: Contact): void {
    const { now } = this.#ctx;
    const { address, via } = to;
    const group = shareGroup(address);
    const bundles: WireBundle[] = [];
    let room = Math.min(this.#scope.roomFor(address), this.#wanted.available(group, now));
    for (const name of names) {
      if (room <= 0) return this.#ctx.count("wanted bundles not sent: outbox");
      const held = this.#telling.sends(name, to);
      const bundle = held && this.#store.get(held);
      if (bundle === undefined) continue;
      bundles.push(bundle);
      room -= bundle.body.length;
      this.#wanted.spend(group, bundle.body.length, now);
    }
    this.#ctx.count("wanted bundles sent", bundles.length);
    this.#queue(bundles, address, via);
  }

  #queue(bundles: WireBundle[], to: Address, via: number): void {
    const token = this.#validation.grantFrom(to, this.#ctx.now);
    if (token === undefined) return;
    const packed = pack(bundles, this.#profile.dense, this.#scope.budgetTo(to, via));
    const messages = packed.map((part): BundlesMessage => {
      return { kind: "bundles", token, bundles: part };
    });
    this.#scope.queue(to, via, messages);
  }

  #earn(): void {
    const earned = ((this.#ctx.now - this.#budgetAtMs) * PUSH_BYTES_PER_SECOND) / 1_000;
    this.#budget = Math.min(PUSH_BURST_BYTES, this.#budget + earned);
    this.#budgetAtMs = this.#ctx.now;
  }
}
