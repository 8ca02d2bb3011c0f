import type { Random } from "../../../wire/crypto.ts";
import type { Answer, SketchOffer } from "../../../wire/message.ts";
import type { HeldIndex } from "../../store/store.ts";
import type { Epochs } from "../epochs.ts";
import { everything } from "../subset.ts";
import { ELEMENT_BYTES, MAX_MODULO } from "../../../wire/limits.ts";
import { elementsWithin, symbolsFor } from "./estimate.ts";
import { sketchOf } from "./sketch.ts";

/**
 * Sketches of everything, or whole divisions, that did not show all of the difference, at most, before another means is
 * tried.
 */
const MAX_FAILURES = 4;
/** What two sets differ by when nothing is known. */
const TYPICAL_DIFFERENCE = 8;
/** At most so many times what a sketch is good for. */
const MAX_TYPICAL = 2;
/** How fast that follows what is found. */
const TYPICAL_GAIN = 0.25;
/** A class with so many times the elements that a sketch is good for shows that the division is too coarse. */
const COARSE = 2;

/** A peer that says more does not read our sketches. */
const MOST_ELEMENTS = 1 << 24;

/** A class of a division, or of one that is twice as fine. */
interface Class {
  readonly modulo: number;
  readonly offset: number;
}

/** The classes of one division, asked for one after the other. */
interface Sweep {
  readonly modulo: number;
  /** Of one class. */
  readonly elements: number;
  offset: number;
  left: number;
  /** Halves of the last class, which was not decoded: they come before the next one. BOUNDED: by two. */
  halves: Class[];
  /** Elements that were not found in the classes so far. */
  missed: number;
}

/** Comparing our set with one peer's by sketches: how large the difference seems, and how far the search is. */
export class SketchSession {
  readonly #epochs: Epochs;
  /** Room in a request. */
  #symbols = 0;
  /** The largest difference that one sketch is good for. */
  perSketch = 0;
  #typical = TYPICAL_DIFFERENCE;
  #difference = 0;
  #failures = 0;
  #sweep: Sweep | undefined;
  /**
   * Whether sketches lead nowhere for now: one that was decoded changed nothing, several were not, or the peer reads
   * none.
   */
  isStuck = false;

  constructor(epochs: Epochs, symbols: number) {
    this.#epochs = epochs;
    this.fit(symbols);
  }

  /** The next sketch has so much room. */
  fit(symbols: number): void {
    if (symbols === this.#symbols) return;
    this.#symbols = symbols;
    this.perSketch = elementsWithin(symbols);
  }

  /** Whether a division is being swept, which is best done to its end. */
  get isSweeping(): boolean {
    return this.#sweep !== undefined;
  }

  /** By how many bundles the two sets are thought to differ, apart from what their counts say. */
  get difference(): number {
    return Math.max(this.#difference, Math.round(this.#typical));
  }

  /** Another peer: whatever was known of the last one's set is worth nothing. */
  meet(): void {
    this.#difference = 0;
    this.#failures = 0;
    this.#sweep = undefined;
    this.isStuck = false;
  }

  /**
   * The next sketch: of everything, good for so many elements, or of the next class of a division in so many; undefined
   * where that class is so large that neither side would do the work.
   */
  offer(
    index: HeldIndex,
    acceptable: number,
    random: Random,
    { modulo, elements }: { modulo: number; elements: number },
  ): SketchOffer | undefined {
    // Begun anywhere: of two sweeps that were interrupted the second shall not ask for the same again.
    if (modulo > 1) {
      this.#sweep ??= {
        modulo,
        elements,
        offset: random.below(modulo),
        left: modulo,
        halves: [],
        missed: 0,
      };
    }
    const part = this.#sweep ?? { modulo: 1, elements, offset: 0, halves: [] };
    const { modulo: classes, offset } = part.halves[0] ?? part;
    const subset = { ...everything(acceptable), modulo: classes, offset };
    const length = Math.min(this.#symbols, symbolsFor(part.elements));
    const epoch = this.#epochs.now;
    const key = this.#epochs.sketchKey(epoch);
    const sketch = sketchOf(index, key, subset, length);
    if (sketch === undefined) {
      this.#sweep = undefined;
      this.isStuck = true;
      return undefined;
    }
    const { symbols, count } = sketch;
    return { kind: "sketch", subset, epoch, count, symbols: symbols.bytes };
  }

  /** What an answer says; returns whether another offer to the same peer is worth sending at once. */
  outcome({ wanted, coming = 0, undecoded = 0, more }: Answer, stored: number): boolean {
    const found = stored + (wanted?.length ?? 0) / ELEMENT_BYTES + coming;
    // A limit of the answerer's cut it short: the same again brings the rest, unless nothing came at all.
    if (more) return stored > 0;
    if (this.#sweep !== undefined) return this.#swept(this.#sweep, undecoded);
    if (undecoded > 0) {
      this.#fail();
      this.#claimed(found + undecoded);
      // More than assumed, in any case: the next sketch has to differ from this one.
      this.#difference = Math.max(undecoded, this.#difference + this.perSketch);
      if (undecoded > MOST_ELEMENTS) this.isStuck = true;
      return true;
    }
    this.#difference = 0;
    this.#claimed(found);
    this.isStuck = found === 0;
    return this.isStuck;
  }

  /**
   * Two sets differed by so many bundles, as what came shows: so many that the next peer need not be sent a sketch in
   * vain.
   */
  differed(elements: number): void {
    const most = MAX_TYPICAL * this.perSketch;
    this.#typical += (Math.min(elements, most) - this.#typical) * TYPICAL_GAIN;
  }

  /** No answer shows more than a sketch is good for, whatever it claims. */
  #claimed(elements: number): void {
    this.differed(Math.min(elements, this.perSketch));
  }

  #swept(sweep: Sweep, undecoded: number): boolean {
    if (undecoded > COARSE * this.perSketch) {
      this.#difference = undecoded * sweep.modulo;
      this.#fail();
      this.#sweep = undefined;
      return true;
    }
    const isHalf = sweep.halves.shift() !== undefined;
    if (undecoded > 0 && !isHalf && sweep.modulo * 2 <= MAX_MODULO) {
      sweep.halves = halvesOf(sweep);
    } else {
      sweep.missed += undecoded;
    }
    if (sweep.halves.length > 0) return true;
    sweep.left -= 1;
    sweep.offset = (sweep.offset + 1) % sweep.modulo;
    if (sweep.left > 0) return true;
    this.#sweep = undefined;
    this.#difference = 0;
    if (sweep.missed === 0) return false;
    // Not by a sketch of everything, in which what hid itself here would hide itself again.
    this.#difference = Math.max(sweep.missed, this.perSketch + 1);
    // Many bundles of one global time are of one class, however many classes there are.
    this.#fail();
    return true;
  }

  #fail(): void {
    this.#failures += 1;
    this.isStuck = this.#failures >= MAX_FAILURES;
  }
}

/**
 * Both halves of the class whose turn it is. Elements that no symbol shows alone are shown alone by none of a sketch of
 * everything either, since their symbols are the same: only a part of them is.
 */
function halvesOf({ modulo, offset }: Class): Class[] {
  return [
    { modulo: 2 * modulo, offset },
    { modulo: 2 * modulo, offset: offset + modulo },
  ];
}
