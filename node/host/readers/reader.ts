import { type Bundle, readBundle } from "../../../wire/bundle.ts";
import type { PayloadKeys } from "../../../wire/payload-keys.ts";
import { type Held, heldOf } from "../../sets/held.ts";
import { instant } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Arrival } from "../store/arrivals.ts";
import { hasExpired } from "../store/bundle-lookup.ts";
import type { OverlayStore } from "../store/overlay-store.ts";
import { nativeCrypto } from "../verify/native-crypto.ts";
import { type Cursor, type CursorTag, formatCursor } from "./cursor.ts";
import { type Due, type Order, ReadingOrder } from "./reading-order.ts";

/** What a reader reads of. */
export interface Source {
  overlay: string;
  key: Uint8Array;
  store: OverlayStore;
  payloads: PayloadKeys;
}

/** A bundle that a reader is given, once. */
export interface Delivery {
  overlay: string;
  bundle: Bundle;
  /** When it came, Unix milliseconds. */
  cameMs: number;
  /**
   * In causal order: hexadecimal beginnings (16 bytes) of the ids of what it follows and was not given before it, since
   * nobody has it any more, or it did not come within a minute.
   */
  missing: string[];
  /** Where the reader stands once it has this one. */
  cursor: string;
}

export type DeliveryListener = (delivery: Delivery) => unknown;

/** Keeps a reader's place. */
export interface Bookmark {
  /** Resolves once it is on disk. */
  write(cursor: string): Promise<void>;
}

interface Parts {
  source: () => Source | undefined;
  tag: CursorTag;
  order: Order;
  /** Which bundles are for this reader. */
  wanted: (bundle: Bundle) => boolean;
  follow: boolean;
  start: (source: Source) => Cursor | Promise<Cursor>;
  listener: DeliveryListener;
  bookmark: Bookmark | undefined;
  /** The listener has the bookmark written itself. */
  marksItself: boolean;
  givenUp: (held: Held) => readonly string[] | undefined;
  log: Log;
  /** It gives nothing more, and its place is written down. */
  closed: () => void;
}

/** In causal order nothing waits longer for what it follows. */
const PATIENCE_MS = 60_000;
/** Numbers read from the disk at a time. */
const PAGE_ENTRIES = 64;
/** Work in one turn of the event loop, the listener's own left out: others have theirs. */
const TURN_MS = 3;

/**
 * Gives a listener what an overlay holds and what comes, each bundle once, as fast as the listener takes it. It reads
 * from the disk, old and new alike, so a slow listener costs no memory, and there is no seam between the two.
 */
export class Reader {
  /** Where it began, before anything is given; undefined if it was closed before. */
  readonly begun: Promise<string | undefined>;
  /** Resolves when nothing more will be given; rejects with what the listener threw. */
  readonly ended: Promise<void>;
  readonly #parts: Parts;
  #order: ReadingOrder | undefined;
  #isOpen = true;
  #isNews = false;
  #wake: (() => void) | undefined;
  /** What was read last: most are given at once. */
  #atHand: { number: number; bundle: Bundle; cameMs: number } | undefined;
  /** The newest place that is to be written down. */
  #place: string | undefined;
  #writing: Promise<void> | undefined;
  #isBookmarkLate = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.begun = this.#begin();
    this.ended = this.#run().finally(() => this.close());
    this.ended.catch((error: unknown) => {
      parts.log.error("a reader failed, and is given nothing more", { error: messageOf(error) });
    });
  }

  /** Something was committed. */
  news(): void {
    this.#isNews = true;
    this.#wake?.();
  }

  /** Nobody has what this bundle follows: these are missing. */
  giveUp(bundle: Bundle, missing: readonly string[]): void {
    this.#order?.giveUp(heldOf(bundle.header.globalTime, bundle.id), missing);
    this.news();
  }

  /**
   * Nothing more is given; resolves once its place is written down. What the listener is still at counts as not given.
   */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#wake?.();
    await this.#writing;
    this.#parts.closed();
  }

  async #run(): Promise<void> {
    await this.begun;
    while (this.#isOpen) {
      this.#isNews = false;
      const isDone = await this.#turn();
      if (isDone && !this.#parts.follow) return this.#finish();
      if (isDone) await this.#forNews();
      else await nextTurn();
    }
  }

  async #begin(): Promise<string | undefined> {
    // Not before the caller has what it is to close.
    await undefined;
    const source = this.#parts.source();
    if (source === undefined || !this.#isOpen) return undefined;
    const start = await this.#parts.start(source);
    const arrivalOf = (held: Held) => this.#parts.source()?.store.get(held)?.arrival;
    this.#order = new ReadingOrder(this.#parts.order, start, arrivalOf);
    const place = formatCursor(this.#parts.tag, start);
    // From now on there is a place to come back to, also if nothing is given before the end.
    this.#mark(place);
    for (const number of start.waiting) {
      const [arrival] = source.store.arrivals(number - 1, 1);
      if (arrival?.number === number) this.#read(source, arrival);
      else this.#order.pass(number, undefined);
    }
    return place;
  }

  /** Nothing more will come: what waits is given as it is. */
  async #finish(): Promise<void> {
    this.#order?.pastDeadline(Infinity);
    while (this.#isOpen && !(await this.#turn())) await nextTurn();
  }

  /** Gives what is there, for as long as a turn may take; whether that was all. */
  async #turn(): Promise<boolean> {
    const order = this.#order;
    const source = this.#parts.source();
    if (order === undefined || source === undefined) return true;
    let left = TURN_MS;
    const page = source.store.arrivals(order.read, PAGE_ENTRIES);
    order.pastDeadline(instant().now);
    for (let next = 0; this.#isOpen && left > 0;) {
      const before = instant().now;
      const due = order.take();
      if (due === undefined) {
        const arrival = page[next++];
        if (arrival === undefined) return page.length < PAGE_ENTRIES;
        this.#read(source, arrival);
        left -= instant().now - before;
        continue;
      }
      const delivery = this.#deliveryOf(source, due);
      left -= instant().now - before;
      if (delivery !== undefined) await this.#give(delivery);
    }
    return false;
  }

  async #give(delivery: Delivery): Promise<void> {
    await this.#parts.listener(delivery);
    if (this.#isOpen && !this.#parts.marksItself) this.#mark(delivery.cursor);
  }

  #read({ key, store, payloads }: Source, { number, held }: Arrival): void {
    const order = this.#order!;
    const stored = store.get(held);
    // A record that was damaged and came again has a later number.
    if (stored?.arrival !== number) return order.pass(number, undefined);
    const read = readBundle(nativeCrypto, key, stored);
    if ("rejected" in read) return order.pass(number, held);
    const bundle = payloads.reading(read);
    if (!this.#parts.wanted(bundle)) return order.pass(number, held);
    const { now, wall } = instant();
    const waitMs = Math.min(PATIENCE_MS, Math.max(0, stored.cameMs + PATIENCE_MS - wall));
    const { parents = [] } = bundle.header;
    this.#atHand = { number, bundle, cameMs: stored.cameMs };
    order.add({ number, held, parents, deadline: now + waitMs }, now, this.#parts.givenUp(held));
  }

  /** Undefined when it is held no more, or has expired. */
  #deliveryOf(source: Source, { number, held, missing }: Due): Delivery | undefined {
    const known = this.#atHand?.number === number ? this.#atHand : this.#readAgain(source, held);
    if (known === undefined || hasExpired(known.bundle, instant().wall)) return undefined;
    const cursor = formatCursor(this.#parts.tag, this.#order!.cursor);
    return { overlay: source.overlay, bundle: known.bundle, cameMs: known.cameMs, missing, cursor };
  }

  #readAgain(
    { key, store, payloads }: Source,
    held: Held,
  ): { bundle: Bundle; cameMs: number } | undefined {
    const stored = store.get(held);
    const read = stored && readBundle(nativeCrypto, key, stored);
    if (stored === undefined || read === undefined || "rejected" in read) return undefined;
    return { bundle: payloads.reading(read), cameMs: stored.cameMs };
  }

  /** Until something was committed, or what waits has waited long enough. */
  async #forNews(): Promise<void> {
    if (this.#isNews || !this.#isOpen) return;
    const waitMs = (this.#order?.deadline ?? Infinity) - instant().now;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (Number.isFinite(waitMs)) timer = setTimeout(resolve, Math.max(1, Math.ceil(waitMs)));
    });
    clearTimeout(timer);
    this.#wake = undefined;
  }

  /** Has the newest place written down, one write at a time. */
  #mark(cursor: string): void {
    if (this.#parts.bookmark === undefined) return;
    this.#place = cursor;
    this.#writing ??= this.#write(this.#parts.bookmark).finally(() => (this.#writing = undefined));
  }

  /** What the disk refuses is tried again with the next place; the reader itself is held up by nothing. */
  async #write(bookmark: Bookmark): Promise<void> {
    while (this.#place !== undefined) {
      const place = this.#place;
      this.#place = undefined;
      try {
        await bookmark.write(place);
        this.#isBookmarkLate = false;
      } catch (error) {
        if (this.#isBookmarkLate) continue;
        this.#isBookmarkLate = true;
        const reason = messageOf(error);
        this.#parts.log.warn("where a reader stands cannot be written down", { reason });
      }
    }
  }
}

/** Of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
