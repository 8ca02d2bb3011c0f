import { BoundedMap } from "../../../candidates/bounded-map.ts";
import { type Bundle, readBundle } from "../../../wire/bundle.ts";
import type { EngineEvent } from "../../core/effects.ts";
import { heldOf, placeKey } from "../../sets/held.ts";
import { instant } from "../clock.ts";
import { EXIT, UserError, messageOf } from "../errors.ts";
import { DiskError } from "../files/disk-error.ts";
import type { Log } from "../log.ts";
import { isWanted } from "../store/bundle-filter.ts";
import { nativeCrypto } from "../verify/native-crypto.ts";
import { type Cursor, type CursorTag, START, checkAhead, parseCursor } from "./cursor.ts";
import { type Delivery, Reader, type Source, nextTurn } from "./reader.ts";
import type { Order } from "./reading-order.ts";

export interface ReadOptions {
  /** Default: as they came. */
  order?: Order;
  /** Begin after what was given with this cursor. */
  since?: string;
  /**
   * A name of 1 to 64 letters, digits, dots, dashes and underscores, under which the home keeps the place of this
   * reader: after what was given last it goes on, another time. Only one reader at a time has it.
   */
  name?: string;
  /**
   * Without a place to go on from: begin with so many of those held, the newest. By default a reader with a name begins
   * with all of them, and another one with what comes from now on.
   */
  last?: number;
  /** `false`: end when everything that is held was given. */
  follow?: boolean;
  /** Policies and grants too. */
  all?: boolean;
  /** Only those for which it returns true. */
  filter?: (bundle: Bundle) => boolean;
  /**
   * With a name: the caller says by `markReader` what it has got; by default it has what its listener returned from.
   */
  marksItself?: boolean;
}

/** One that goes on until it is closed. */
export type Reading = Pick<Reader, "begun" | "ended" | "close">;

/** Another reader of this name is there. */
export class ReaderInUse extends UserError {}

const NAME = /^[\w.-]{1,64}$/;
/** Names of one overlay: enough for programs, few enough that one which draws a new name each time is noticed. */
const MAX_NAMES = 256;
/** Bundles whose parents are not waited for any more: those of readers that lag further behind have waited a minute. */
const MAX_GIVEN_UP = 4_096;
/** Numbers looked at in one turn of the event loop. */
const PAGE_ENTRIES = 64;

/** Which overlay a reader reads. */
export interface Place {
  source: () => Source | undefined;
  tag: CursorTag;
}

/** All who read what comes. */
export class Readers {
  readonly #log: Log;
  /** BOUNDED: by the callers' own. */
  readonly #open = new Map<Reader, { overlay: string; name: string | undefined }>();
  /** By the bundle's place: which of its parents are missing. BOUNDED: by MAX_GIVEN_UP. */
  readonly #givenUp = new BoundedMap<string, readonly string[]>(MAX_GIVEN_UP);

  constructor(log: Log) {
    this.#log = log;
  }

  heard(event: EngineEvent): void {
    if (event.event === "bundle") {
      for (const reader of this.#of(event.overlay)) reader.news();
    } else if (event.event === "delivered") {
      const { bundle, missing } = event;
      if (bundle.header.parents === undefined) return;
      this.#givenUp.set(placeKey(heldOf(bundle.header.globalTime, bundle.id)), missing);
      for (const reader of this.#of(event.overlay)) reader.giveUp(bundle, missing);
    }
  }

  /** Throws a UserError where it cannot begin so. */
  open(place: Place, listener: (delivery: Delivery) => unknown, options: ReadOptions): Reading {
    const source = sourceOf(place);
    const { overlay, store } = source;
    const { name, order = "arrival", follow = true, marksItself = false } = options;
    if (name !== undefined) this.#checkName(name, source);
    const reader = new Reader({
      ...place,
      order,
      wanted: wantedBy(options),
      follow,
      start: startOf(place.tag, source, options),
      listener,
      bookmark: name === undefined ? undefined : { write: (text) => store.markReader(name, text) },
      marksItself,
      givenUp: (held) => this.#givenUp.get(placeKey(held)),
      log: this.#log,
      closed: () => this.#open.delete(reader),
    });
    this.#open.set(reader, { overlay, name });
    return reader;
  }

  /** Writes down that a reader was given everything up to a cursor. Resolves once that is on disk. */
  async mark(place: Place, name: string, cursor: string): Promise<void> {
    const { store } = sourceOf(place);
    checkSpelling(name);
    parseCursor(place.tag, cursor);
    await written(name, store.markReader(name, cursor));
  }

  /** Forgets its place. */
  async forget(place: Place, name: string): Promise<void> {
    const source = sourceOf(place);
    checkSpelling(name);
    this.#checkFree(name, source);
    if (source.store.readerAt(name) === undefined) {
      throw new UserError(
        `there is no reader ${name}`,
        "Names are as they were given to `tail --name`.",
      );
    }
    await written(name, source.store.markReader(name, undefined));
  }

  /** Resolves once all places are written down. */
  async close(overlay?: string): Promise<void> {
    await Promise.all(this.#of(overlay).map((reader) => reader.close()));
  }

  #of(overlay?: string): Reader[] {
    // Nearly always: for each bundle that comes this is asked twice.
    if (this.#open.size === 0) return [];
    const mine = [...this.#open].filter(
      ([, of]) => overlay === undefined || of.overlay === overlay,
    );
    return mine.map(([reader]) => reader);
  }

  #checkName(name: string, source: Source): void {
    checkSpelling(name);
    this.#checkFree(name, source);
    const { store } = source;
    if (store.readerAt(name) !== undefined || store.readerCount() < MAX_NAMES) return;
    throw new UserError(
      `this home keeps the places of ${MAX_NAMES} readers already`,
      "Give up one of them: dispersy tail --name NAME --forget",
    );
  }

  #checkFree(name: string, { overlay }: Source): void {
    const isTaken = [...this.#open.values()].some(
      (of) => of.name === name && of.overlay === overlay,
    );
    if (!isTaken) return;
    throw new ReaderInUse(
      `a reader ${name} is reading already`,
      "Stop that one first, or take another name: two of one name would each get a part.",
      EXIT.refused,
    );
  }
}

function sourceOf({ source }: Place): Source {
  const found = source();
  if (found === undefined) throw new UserError("the overlay was left", "Join it again.");
  return found;
}

function checkSpelling(name: string): void {
  if (NAME.test(name)) return;
  throw new UserError(
    "a reader's name has 1 to 64 letters, digits, dots, dashes and underscores",
    "Take another one, such as reader1.",
    EXIT.usage,
  );
}

async function written(name: string, writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new UserError(
      `where reader ${name} stands cannot be written down: ${messageOf(error)}`,
      "Make room on that disk: until then a restart would give it again what it was given since.",
    );
  }
}

/** Where it begins. What the caller says goes before what the home has kept. */
function startOf(
  tag: CursorTag,
  { store }: Source,
  options: ReadOptions,
): (source: Source) => Cursor | Promise<Cursor> {
  const { since, name, last } = options;
  const known = since ?? (name === undefined ? undefined : store.readerAt(name));
  if (known !== undefined) {
    const cursor = parseCursor(tag, known);
    checkAhead(cursor, store.lastArrival, instant().wall);
    return () => cursor;
  }
  if (last === undefined && name !== undefined) return () => START;
  const now = { read: store.lastArrival, waiting: [] };
  return last === undefined || last === 0
    ? () => now
    : (source) => beforeLast(source, last, wantedBy(options));
}

function wantedBy({ all = false, filter = () => true }: ReadOptions): (bundle: Bundle) => boolean {
  return (bundle) => isWanted({ dataOnly: !all }, bundle) && filter(bundle);
}

/** The place before the newest so many. */
async function beforeLast(
  { key, store, payloads }: Source,
  last: number,
  wanted: (bundle: Bundle) => boolean,
): Promise<Cursor> {
  let found = 0;
  for (let before: number | undefined; ;) {
    const page = store.latest(PAGE_ENTRIES, before);
    for (const { number, held } of page) {
      const stored = store.get(held);
      const bundle = stored && readBundle(nativeCrypto, key, stored);
      if (stored?.arrival !== number || bundle === undefined || "rejected" in bundle) continue;
      if (!wanted(payloads.reading(bundle)) || ++found < last) continue;
      return { read: number - 1, waiting: [] };
    }
    if (page.length < PAGE_ENTRIES) return START;
    before = page.at(-1)!.number;
    await nextTurn();
  }
}
