import { type Held, hexOf } from "../../sets/held.ts";
import { type Cursor, MAX_WAITING } from "./cursor.ts";

/** `arrival`: as they came. `causal`: never one before what it follows, or with the names of what is missing. */
export type Order = "arrival" | "causal";

/** What a reader has come to, in the order of arrival. */
export interface Entry {
  number: number;
  held: Held;
  /** What it follows. */
  parents: readonly Held[];
  /** Monotonic milliseconds from which on it waits no longer. */
  deadline: number;
}

/** What is to be given next. */
export interface Due {
  number: number;
  held: Held;
  /** Of what it follows: what was not given before it, by `hexOf`. */
  missing: string[];
}

interface Waiting extends Entry {
  /** By hexOf: what it follows and was not given. BOUNDED: by a bundle's parents. */
  open: Map<string, Held>;
  /** Its deadline has passed. */
  isOverdue: boolean;
  /** Of whoever looks for what is missing: that nobody has it. */
  givenUp: readonly string[] | undefined;
  /** It is given as soon as those before it are. */
  isReady: boolean;
}

/**
 * In which order one reader is given what came. Everything is read in the order of arrival; what follows something
 * that was not given yet waits for it. As both have numbers, whether it was is known from numbers alone, over restarts
 * too.
 */
export class ReadingOrder {
  readonly #order: Order;
  readonly #arrivalOf: (held: Held) => number | undefined;
  #read: number;
  /** Read, but not given, in the order of coming. BOUNDED: by MAX_WAITING and what is ready. */
  readonly #waiting = new Map<number, Waiting | undefined>();
  /** Numbers of those that are given next, in this order. BOUNDED: like the above. */
  readonly #ready: Due[] = [];
  /** Who waits for it, by hexOf. BOUNDED: by what waits. */
  readonly #children = new Map<string, Set<number>>();

  /** Entries that wait at the start are to be read again. `arrivalOf`: the number of what is held. */
  constructor(order: Order, start: Cursor, arrivalOf: (held: Held) => number | undefined) {
    this.#order = order;
    this.#arrivalOf = arrivalOf;
    this.#read = start.read;
    for (const number of start.waiting) this.#waiting.set(number, undefined);
  }

  /** As of what was taken. */
  get cursor(): Cursor {
    return { read: this.#read, waiting: [...this.#waiting.keys()] };
  }

  get read(): number {
    return this.#read;
  }

  /** `givenUp`: what it follows and nobody has, if that is known. */
  add(entry: Entry, now: number, givenUp?: readonly string[]): void {
    this.#read = Math.max(this.#read, entry.number);
    const follows = this.#order === "causal" ? entry.parents : [];
    const open = new Map(follows.map((parent) => [hexOf(parent), parent] as const));
    for (const [id, parent] of open) if (this.#wasGiven(parent)) open.delete(id);
    const isOverdue = entry.deadline <= now;
    const waiting: Waiting = { ...entry, open, isOverdue, givenUp, isReady: false };
    this.#waiting.set(entry.number, waiting);
    for (const id of open.keys()) this.#childrenOf(id).add(entry.number);
    this.#look(waiting);
    // Those that wait for this one, and have waited long enough, wait no longer.
    if (!waiting.isReady) this.#waitingFor(hexOf(entry.held)).forEach((child) => this.#look(child));
    if (this.#waiting.size > MAX_WAITING) this.#letFirstGo();
  }

  /** What is not for this reader, or is there no more. */
  pass(number: number, held: Held | undefined): void {
    this.#read = Math.max(this.#read, number);
    this.#waiting.delete(number);
    if (held !== undefined) this.#given(hexOf(held));
  }

  /** Nobody has what this bundle follows: these are missing. */
  giveUp(held: Held, missing: readonly string[]): void {
    const number = this.#arrivalOf(held);
    const waiting = number === undefined ? undefined : this.#waiting.get(number);
    if (waiting === undefined) return;
    waiting.givenUp = missing;
    this.#look(waiting);
  }

  /** Those that have waited long enough are ready; all of them where nothing more will come. */
  pastDeadline(now: number): void {
    for (const waiting of this.#waiting.values()) {
      if (waiting === undefined || waiting.isOverdue || waiting.deadline > now) continue;
      waiting.isOverdue = true;
      this.#look(waiting);
    }
  }

  /** When the next one will have waited long enough. */
  get deadline(): number {
    let deadline = Infinity;
    for (const waiting of this.#waiting.values()) {
      if (waiting?.isOverdue === false) deadline = Math.min(deadline, waiting.deadline);
    }
    return deadline;
  }

  /** What is to be given now. It counts as given from here on. */
  take(): Due | undefined {
    const due = this.#ready.shift();
    if (due === undefined) return undefined;
    this.#waiting.delete(due.number);
    this.#given(hexOf(due.held));
    return due;
  }

  /** What is held and has a number up to which all was read was given, unless it waits. */
  #wasGiven(held: Held): boolean {
    const number = this.#arrivalOf(held);
    return number !== undefined && number <= this.#read && !this.#waiting.has(number);
  }

  #look(waiting: Waiting): void {
    const { open, isOverdue, givenUp, isReady } = waiting;
    if (isReady) return;
    const mayGo = isOverdue || givenUp !== undefined;
    if (open.size > 0 && !mayGo) return;
    if ([...open.values()].some((parent) => this.#holdsUp(waiting, parent))) return;
    this.#letGo(waiting);
  }

  /** Whether one that may go without it still waits for this parent. */
  #holdsUp({ isOverdue }: Waiting, parent: Held): boolean {
    const number = this.#arrivalOf(parent);
    if (number === undefined) return false;
    // What is here and not read yet, or about to be given, comes at once. What waits itself, until the deadline.
    return number > this.#read || this.#waiting.get(number)?.isReady === true || !isOverdue;
  }

  #letGo(waiting: Waiting): void {
    const { number, held, open, givenUp } = waiting;
    // Who looked for what is missing knows which of them were here, and are no more.
    const isMissing = ([id, parent]: [string, Held]): boolean =>
      givenUp === undefined || givenUp.includes(id) || this.#arrivalOf(parent) !== undefined;
    const missing = [...open].filter(isMissing).map(([id]) => id);
    this.#ready.push({ number, held, missing });
    waiting.isReady = true;
    this.#forget(waiting);
  }

  #given(id: string): void {
    for (const waiting of this.#waitingFor(id)) {
      waiting.open.delete(id);
      this.#look(waiting);
    }
    this.#children.delete(id);
  }

  #waitingFor(id: string): Waiting[] {
    return [...(this.#children.get(id) ?? [])].flatMap((number) => this.#waiting.get(number) ?? []);
  }

  #childrenOf(id: string): Set<number> {
    const children = this.#children.get(id) ?? new Set();
    this.#children.set(id, children);
    return children;
  }

  /** It waits for nobody any more. */
  #forget({ number, open }: Waiting): void {
    for (const id of open.keys()) {
      const children = this.#children.get(id);
      children?.delete(number);
      if (children?.size === 0) this.#children.delete(id);
    }
    open.clear();
  }

  /** The first one to have come waits no longer, whatever it waits for. */
  #letFirstGo(): void {
    for (const waiting of this.#waiting.values()) {
      if (waiting?.isReady === false) return this.#letGo(waiting);
    }
  }
}
