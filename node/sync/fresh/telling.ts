import { BoundedMap } from "../../../candidates/bounded-map.ts";
import type { Address } from "../../../wire/address.ts";
import type { Context } from "../../core/context.ts";
import { Alarm } from "../../core/timers.ts";
import type { Paths } from "../../net/paths.ts";
import type { Held } from "../../sets/held.ts";
import type { Contacts } from "./contacts.ts";
import { type Load, MOST_INTERVAL_MS } from "./load.ts";
import type { Name } from "./names.ts";
import type { Contact, Notices } from "./notices.ts";

/** Who was told reacts within so long, or so many times what is late on its path: checked, written, and shown to us. */
const REACTS_MS = 100;
const REACTS_TIMEOUTS = 2;
/** Both what tells it and what it shows wait for their turn, where many are written. */
const NOTICES = 2;
/**
 * How often it is told again: one in 10,000 gets lost so where a tenth does. The first two after as long each, since
 * what is said again is a few bytes and a lost one must not take three times as long; then twice as long each time.
 */
const MOST_REPEATS = 3;
const EVEN_REPEATS = 2;
/** New bundles of a quarter of a minute, at the rate at which they are told: for as long they may be wanted. */
const MAX_RECENT = 512;
/** Of each, some 40 bytes: more are told, and never again. */
const MAX_HEARERS = 96;
/** Bundles sent to one contact that wants the same one again. */
const MOST_SENT = 3;

/*
 * What is known of one contact and one bundle that we hold: a small number, of which a node has ten thousand, so that
 * none takes memory of its own. It is told again at most thrice, and sent it as often.
 */

/** It knows that we hold it. */
const KNOWS = 1;
/** It showed that it holds it. */
const HOLDS = 2;
/** How often it was told again, and sent it, stand here, of two bits each. */
const REPEATS = 4;
const SENT = 16;
const COUNT_MASK = 3;

/** It is told again, unless it shows or wants it until then. */
interface Awaited {
  readonly contact: Contact;
  dueMs: number;
}

interface Recent {
  readonly held: Held;
  /** By address. BOUNDED: by MAX_HEARERS. */
  readonly hearers: Map<string, number>;
  /** Those of them that are to be told again, by address; undefined when nobody is. BOUNDED: as above. */
  awaited: Map<string, Awaited> | undefined;
  /** None of these is due before: of hundreds of bundles nearly all wait, and are not looked through. */
  soonestMs: number;
}

/**
 * Which contact is known to hold which of our newest bundles. Who was told and does not show it is told again: so the
 * last one of a row comes, too, where its datagram was lost.
 */
export class Telling {
  readonly #ctx: Context;
  readonly #paths: Paths;
  readonly #notices: Notices;
  readonly #contacts: Contacts;
  /** Whether a contact is known to hold all that we hold. */
  readonly #isEqual: (contact: Address) => boolean;
  readonly #load: Load;
  /** BOUNDED: by MAX_RECENT. */
  readonly #recent = new BoundedMap<Name, Recent>(MAX_RECENT);
  /** Of those that somebody is to be told of again. BOUNDED: as above. */
  readonly #open = new Set<Name>();
  readonly #again: Alarm;

  constructor(parts: {
    ctx: Context;
    paths: Paths;
    notices: Notices;
    contacts: Contacts;
    isEqual: (contact: Address) => boolean;
    load: Load;
  }) {
    this.#ctx = parts.ctx;
    this.#paths = parts.paths;
    this.#notices = parts.notices;
    this.#contacts = parts.contacts;
    this.#isEqual = parts.isEqual;
    this.#load = parts.load;
    this.#again = new Alarm(parts.ctx.timers, "told", () => this.#tellAgain());
  }

  /** One more that we hold. */
  add(name: Name, held: Held): void {
    if (this.#recent.get(name) === undefined) {
      this.#recent.set(name, {
        held,
        hearers: new Map(),
        awaited: undefined,
        soonestMs: Infinity,
      });
    }
  }

  /** Where it is in the order, if it is one of the newest that we hold. */
  heldOf(name: Name): Held | undefined {
    return this.#recent.get(name)?.held;
  }

  /** Those of `contacts` that are not known to hold it, or to know that we do. */
  unaware<T extends Contact>(name: Name, contacts: readonly T[]): T[] {
    const known = this.#recent.get(name)?.hearers;
    return contacts.filter(({ address }) => {
      return ((known?.get(address.key) ?? 0) & (KNOWS | HOLDS)) === 0;
    });
  }

  /** Tells a contact of it; `isSent`: by sending it. It is told again until it shows it. */
  tell(name: Name, to: Contact, isSent = false): void {
    if (!isSent) this.#notices.say("have", name, to);
    const recent = this.#recent.get(name);
    const state = stateOf(recent, to);
    if (recent === undefined || state === undefined) return;
    recent.hearers.set(to.address.key, state | KNOWS);
    this.#await(name, recent, to);
  }

  /** A contact showed that it holds it. `isAsking`: and wants to hear whether we do. */
  shown(name: Name, from: Contact, isAsking: boolean): void {
    const recent = this.#recent.get(name);
    const state = stateOf(recent, from);
    if (recent === undefined || state === undefined) return;
    // What we said of our own accord, at the same time, is no answer to what is said again.
    if (isAsking && (state & (KNOWS | HOLDS)) !== KNOWS) this.#notices.say("got", name, from);
    recent.hearers.set(from.address.key, state | HOLDS | (isAsking ? KNOWS : 0));
    reacted(recent, from.address.key);
  }

  /** A contact knows that we hold it: it is what we asked it for. */
  gave(name: Name, from: Contact): void {
    const recent = this.#recent.get(name);
    const state = stateOf(recent, from);
    if (state !== undefined) recent?.hearers.set(from.address.key, state | KNOWS | HOLDS);
  }

  /** Whether it may be sent to the contact, which wants it; if it gets lost, that asks again. */
  sends(name: Name, to: Contact): Held | undefined {
    const recent = this.#recent.get(name);
    const state = stateOf(recent, to);
    if (recent === undefined || state === undefined) return undefined;
    if (countIn(state, SENT) >= MOST_SENT) return undefined;
    recent.hearers.set(to.address.key, (state + SENT) | KNOWS);
    reacted(recent, to.address.key);
    return recent.held;
  }

  /** Forgets whom it told. */
  clear(): void {
    for (const recent of this.#recent.values()) {
      recent.hearers.clear();
      recent.awaited = undefined;
    }
    this.#open.clear();
    this.#again.cancel();
  }

  #await(name: Name, recent: Recent, contact: Contact): void {
    const { key } = contact.address;
    const { roundTrip } = this.#paths.of(contact.address);
    const repeats = countIn(recent.hearers.get(key) ?? 0, REPEATS);
    const doublings = Math.max(0, repeats + 1 - EVEN_REPEATS);
    const reactsMs = roundTrip.atLeast(REACTS_MS, REACTS_TIMEOUTS);
    // It may have more contacts than we, and speak less often: nobody is given up before it had its turn.
    const patienceMs = repeats < MOST_REPEATS ? 0 : MOST_INTERVAL_MS;
    const waitMs = patienceMs + NOTICES * this.#load.waitMs(this.#ctx.now);
    const dueMs = this.#ctx.now + waitMs + reactsMs * 2 ** doublings;
    if (recent.awaited === undefined) {
      recent.awaited = new Map();
      recent.soonestMs = Infinity;
    }
    const awaited = recent.awaited.get(key);
    if (awaited === undefined) recent.awaited.set(key, { contact, dueMs });
    else awaited.dueMs = dueMs;
    recent.soonestMs = Math.min(recent.soonestMs, dueMs);
    this.#open.add(name);
    if (dueMs < this.#again.at) this.#again.set(dueMs);
  }

  #tellAgain(): void {
    let nextMs = Infinity;
    for (const name of this.#open) {
      const recent = this.#recent.get(name);
      if (recent !== undefined && recent.soonestMs <= this.#ctx.now) this.#repeatDue(name, recent);
      if (recent?.awaited === undefined) this.#open.delete(name);
      else nextMs = Math.min(nextMs, recent.soonestMs);
    }
    this.#again.set(nextMs);
  }

  #repeatDue(name: Name, recent: Recent): void {
    for (const { dueMs, contact } of recent.awaited?.values() ?? []) {
      if (dueMs <= this.#ctx.now) this.#repeat(name, recent, contact);
    }
    recent.soonestMs = soonestOf(recent);
  }

  #repeat(name: Name, recent: Recent, contact: Contact): void {
    const { address } = contact;
    if (this.#isEqual(address)) return reacted(recent, address.key);
    const state = recent.hearers.get(address.key) ?? 0;
    if (countIn(state, REPEATS) >= MOST_REPEATS) {
      reacted(recent, address.key);
      return this.#contacts.quiet(address.key);
    }
    recent.hearers.set(address.key, state + REPEATS);
    this.#ctx.count("new bundle told again");
    this.#notices.say("have", name, contact);
    this.#await(name, recent, contact);
  }
}

/** Undefined where it is not remembered: the bundle is none of the newest, or too many hear of it. */
function stateOf(recent: Recent | undefined, { address }: Contact): number | undefined {
  if (recent === undefined) return undefined;
  const { hearers } = recent;
  return hearers.get(address.key) ?? (hearers.size < MAX_HEARERS ? 0 : undefined);
}

function countIn(state: number, place: number): number {
  return Math.floor(state / place) & COUNT_MASK;
}

/** It is not told again. */
function reacted(recent: Recent, key: string): void {
  if (recent.awaited?.delete(key) === true && recent.awaited.size === 0) recent.awaited = undefined;
}

function soonestOf({ awaited }: Recent): number {
  let soonestMs = Infinity;
  for (const { dueMs } of awaited?.values() ?? []) soonestMs = Math.min(soonestMs, dueMs);
  return soonestMs;
}
