import type { Context } from "../../core/context.ts";
import { Alarm } from "../../core/timers.ts";
import type { Paths } from "../../net/paths.ts";
import type { Name } from "./names.ts";
import type { Contact, Notices } from "./notices.ts";

/**
 * What was asked for is late after so long, or so many times what is late on this path: it is read and sent at once.
 */
const LATE_MS = 100;
const LATE_TIMEOUTS = 1;
/** What came is on disk after so long: its signature is checked, and a slow disk has written. */
const STORED_MS = 1_000;
/** Questions for one bundle. */
const MOST_QUESTIONS = 4;
/** To one contact: only its first answer may have got lost. */
const MOST_QUESTIONS_EACH = 2;
/** Who shows what nobody sends is asked for so many at a time. */
const MAX_OF_CONTACT = 64;
/** What 16 contacts may show us at once; the rest is left to offers. */
const MAX_WANTED = 1_024;
/** Nobody has sent it until then: offers will bring it. */
const LIFETIME_MS = 10_000;

interface Holder {
  readonly contact: Contact;
  asked: number;
}

/** A bundle that we lack and contacts hold, as they say. */
interface Want {
  /** In the order in which they showed it, with how often each was asked. BOUNDED: by the contacts. */
  readonly holders: Map<string, Holder>;
  /** Who showed it first. */
  readonly first: string;
  readonly endMs: number;
  questions: number;
  dueMs: number;
}

/**
 * What contacts showed us and we lack: asked for at whoever showed it first; the next one is asked when that is late.
 * Whatever does not come so is left to offers.
 */
export class Wanting {
  readonly #ctx: Context;
  readonly #paths: Paths;
  readonly #notices: Notices;
  /** The oldest first. BOUNDED: by MAX_WANTED. */
  readonly #wants = new Map<Name, Want>();
  /** How many each contact showed first. BOUNDED: as above. */
  readonly #ofContact = new Map<string, number>();
  readonly #late: Alarm;

  constructor(parts: { ctx: Context; paths: Paths; notices: Notices }) {
    this.#ctx = parts.ctx;
    this.#paths = parts.paths;
    this.#notices = parts.notices;
    this.#late = new Alarm(parts.ctx.timers, "wanted", () => this.#askOthers());
  }

  /** A contact says that it holds it. */
  shown(name: Name, from: Contact): void {
    const want = this.#of(name, from);
    if (want?.dueMs === Infinity) this.#ask(name, want);
  }

  /** It came from there, and is on its way to the store. */
  came(name: Name, from: Contact): void {
    const want = this.#of(name, from);
    if (want !== undefined) this.#plan(want, this.#ctx.now + STORED_MS);
  }

  /** It came, and is not taken: nor is anybody else's copy. */
  refused(name: Name, from: Contact): void {
    const want = this.#of(name, from);
    if (want === undefined) return;
    want.questions = MOST_QUESTIONS;
    want.dueMs = Infinity;
  }

  /** It is here. Who showed it, and whether we asked there. */
  end(name: Name): Iterable<Readonly<Holder>> {
    return this.#drop(name)?.holders.values() ?? [];
  }

  clear(): void {
    this.#wants.clear();
    this.#ofContact.clear();
    this.#late.cancel();
  }

  /** The bundle, now that this contact has it as well; undefined: it has shown too many that nobody sends. */
  #of(name: Name, from: Contact): Want | undefined {
    const { key } = from.address;
    let want = this.#wants.get(name);
    if (want === undefined) {
      this.#expire();
      const open = this.#ofContact.get(key) ?? 0;
      if (open >= MAX_OF_CONTACT || this.#wants.size >= MAX_WANTED) return undefined;
      const endMs = this.#ctx.now + LIFETIME_MS;
      want = { holders: new Map(), first: key, endMs, questions: 0, dueMs: Infinity };
      this.#ofContact.set(key, open + 1);
      this.#wants.set(name, want);
    }
    if (!want.holders.has(key)) want.holders.set(key, { contact: from, asked: 0 });
    return want;
  }

  #drop(name: Name): Want | undefined {
    const want = this.#wants.get(name);
    if (want === undefined) return undefined;
    this.#wants.delete(name);
    const open = this.#ofContact.get(want.first)! - 1;
    if (open > 0) this.#ofContact.set(want.first, open);
    else this.#ofContact.delete(want.first);
    return want;
  }

  #expire(): void {
    for (const [name, { endMs }] of this.#wants) {
      if (this.#ctx.now < endMs) return;
      this.#drop(name);
    }
  }

  #ask(name: Name, want: Want): void {
    const next = nextOf(want);
    if (next === undefined) {
      want.dueMs = Infinity;
      return;
    }
    next.asked++;
    want.questions++;
    this.#notices.say("want", name, next.contact);
    const { roundTrip } = this.#paths.of(next.contact.address);
    this.#plan(want, this.#ctx.now + roundTrip.atLeast(LATE_MS, LATE_TIMEOUTS));
  }

  #plan(want: Want, dueMs: number): void {
    want.dueMs = dueMs;
    if (dueMs < this.#late.at) this.#late.set(dueMs);
  }

  #askOthers(): void {
    this.#expire();
    let nextMs = Infinity;
    for (const [name, want] of this.#wants) {
      if (want.dueMs <= this.#ctx.now) this.#ask(name, want);
      nextMs = Math.min(nextMs, want.dueMs);
    }
    this.#late.set(nextMs);
  }
}

/** Whom to ask next: who was asked least. */
function nextOf({ holders, questions }: Want): Holder | undefined {
  if (questions >= MOST_QUESTIONS) return undefined;
  const [first] = [...holders.values()].sort((a, b) => a.asked - b.asked);
  return first !== undefined && first.asked < MOST_QUESTIONS_EACH ? first : undefined;
}
