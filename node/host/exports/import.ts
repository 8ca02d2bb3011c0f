import { setTimeout as sleep } from "node:timers/promises";
import type { Crypto } from "../../../wire/crypto.ts";
import type { WireBundle } from "../../../wire/message.ts";
import type { BroughtFate } from "../../core/brought-fate.ts";
import { UserError } from "../errors.ts";
import { ExportReader, type FileOverlay, type Flaw } from "./export-file.ts";

/** What an import needs of its node. */
export interface ImportParts {
  crypto: Crypto;
  identify: (salt: Uint8Array, tag: Uint8Array) => FileOverlay;
  /** Resolves once each of them is on disk or refused. */
  bring(overlay: FileOverlay, bundles: WireBundle[]): Promise<BroughtFate[]>;
  /** Hears now and then how much came. */
  progress?: (bundles: number) => void;
}

export interface Imported {
  /** 20 bytes. */
  overlay: Uint8Array;
  /** Bundles that are held since. */
  fresh: number;
  /** Those that were held before. */
  held: number;
  /** Those that are not held, by why. */
  refused: Partial<Record<BroughtFate, number>>;
  /** Where the file is not whole. */
  flaw?: Flaw;
}

/**
 * Bundles brought together: so many are checked and written in two or three turns of the event loop, and others' wait
 * no longer for that than for a datagram of a fast line.
 */
const PORTION = 256;
/** Under way at a time, as much as a cursor has (node/sync/backlog.ts): a quarter of the room for what waits. */
const MOST_PORTIONS = 8;
/** What others send may take all room for a moment, or bring the same bundle just now: it is brought again. */
const RETRY_MS = 100;
const MOST_RETRIES = 100;

/** Takes in an export as it comes, a portion at a time. Rejects with a UserError where nothing more can be taken. */
export async function importBundles(
  parts: ImportParts,
  chunks: AsyncIterable<Uint8Array>,
  portion = PORTION,
): Promise<Imported> {
  let file: FileOverlay | undefined;
  const reader = new ExportReader(parts.crypto, (salt, tag) => {
    file = parts.identify(salt, tag);
    return file;
  });
  const tally = new Tally();
  const portions = new Portions(tally, (some) => parts.bring(file!, some));
  /** Not brought yet. BOUNDED: by a portion, and what one chunk brings. */
  let waiting: WireBundle[] = [];
  for await (const chunk of chunks) {
    for (const content of reader.read(chunk)) {
      if ("bundles" in content) waiting.push(...content.bundles);
    }
    while (waiting.length >= portion) await portions.add(waiting.splice(0, portion));
    parts.progress?.(tally.all);
    if (reader.isSpent) break;
  }
  const flaw = reader.end();
  await portions.add(waiting);
  await portions.end();
  const { fresh, held, refused } = tally;
  return { overlay: file!.id, fresh, held, refused, ...(flaw && { flaw }) };
}

/** Brings portions, a few at a time: while one is written to disk, the next is being checked. */
class Portions {
  readonly #tally: Tally;
  readonly #bring: (bundles: WireBundle[]) => Promise<BroughtFate[]>;
  /** Those under way, the oldest first. BOUNDED: by MOST_PORTIONS. */
  readonly #open: Promise<void>[] = [];

  constructor(tally: Tally, bring: (bundles: WireBundle[]) => Promise<BroughtFate[]>) {
    this.#tally = tally;
    this.#bring = bring;
  }

  /** Resolves when there is room for another one. */
  async add(bundles: WireBundle[]): Promise<void> {
    const earlier = Promise.allSettled(this.#open);
    const portion = this.#bringAll(bundles, earlier);
    // Whoever waits for it hears why it failed.
    portion.catch(() => {});
    this.#open.push(portion);
    if (this.#open.length >= MOST_PORTIONS) await this.#open.shift();
  }

  async end(): Promise<void> {
    await Promise.all(this.#open.splice(0));
  }

  /** Until each of them is held or refused for good. `earlier`: all before them are settled. */
  async #bringAll(bundles: WireBundle[], earlier: Promise<unknown>): Promise<void> {
    let left = bundles;
    for (let tries = 0; left.length > 0; tries++) {
      if (tries === 1) await earlier;
      else if (tries > 1) await sleep(RETRY_MS);
      const fates = await this.#bring(left);
      // What somebody else brings just now may be what the others need.
      const isOpen = tries < MOST_RETRIES && fates.some((fate) => PASSING.has(fate));
      const mayPass = (fate: BroughtFate): boolean =>
        (isOpen && PASSING.has(fate)) || ((isOpen || tries === 0) && OF_EARLIER.has(fate));
      const again = left.filter((_, i) => mayPass(fates[i]!));
      for (const fate of fates) if (!mayPass(fate)) this.#tally.add(fate);
      const refusal = fates.find((fate) => OF_STORAGE.has(fate));
      if (refusal !== undefined) throw noRoom(refusal, this.#tally);
      left = again;
    }
  }
}

const PASSING: ReadonlySet<BroughtFate> = new Set<BroughtFate>(["backlog", "duplicate"]);
/** What a bundle of an earlier portion, still under way, may mend: a grant, or a count that explains a time. */
const OF_EARLIER: ReadonlySet<BroughtFate> = new Set<BroughtFate>(["awaiting", "time-above-bound"]);
const OF_STORAGE: ReadonlySet<BroughtFate> = new Set<BroughtFate>([
  "disk full",
  "disk failing",
  "disk floor",
  "memory floor",
]);

/** What became of all so far. */
class Tally {
  fresh = 0;
  held = 0;
  readonly refused: Partial<Record<BroughtFate, number>> = {};
  all = 0;

  add(fate: BroughtFate): void {
    this.all++;
    if (fate === "new") this.fresh++;
    else if (fate === "held") this.held++;
    else this.refused[fate] = (this.refused[fate] ?? 0) + 1;
  }
}

function noRoom(refusal: BroughtFate, { fresh }: Tally): UserError {
  const what =
    refusal === "memory floor" ? "the node's memory takes no more" : "the disk takes no more";
  return new UserError(
    `${what} bundles (${refusal}); ${fresh} of the file came before`,
    "They are kept. Make room, then import the file again.",
  );
}
