import { sameKey, type EpochKey } from "../sets/epoch.ts";
import { Fingerprint } from "../sets/fingerprint.ts";
import { KeptUp } from "./kept-up.ts";
import { SketchedSet } from "./sketched-set.ts";
import { compareHeld, type Held, heldAt } from "../sets/held.ts";
import { type HeldIndex, type Visit, type VisitStretch } from "./store.ts";

/** Entries per chunk: moving half a chunk at an insertion costs less than finding the place. */
const CHUNK_ENTRIES = 512;
/** Entries a chunk must have free to take some of a full neighbour's, instead of a split. */
const SPARE_ENTRIES = CHUNK_ENTRIES / 8;
/** Two neighbours that fill less than this together become one. */
const MERGE_ENTRIES = (CHUNK_ENTRIES * 3) / 4;
const WORDS = 4;
/** Sketches are of our epoch, and of the one before or after it where clocks differ. */
const MAX_SKETCHES = 2;
/** Sets of so many entries have their fingerprint, and their sketch, under a new key at once: 2 to 6 ms each. */
const AT_ONCE_ENTRIES = 8_192;
/** Those of larger ones take in so many at a time: 1 to 3 ms. */
const PORTION_ENTRIES = 4_096;

interface Keyed<T extends Fingerprint | SketchedSet> {
  key: EpochKey;
  made: KeptUp<T>;
}

/**
 * The index of one overlay's bundles: a sorted list of chunks, each a sorted run of entries in typed arrays. 24 bytes
 * per entry when filled in order, about 30 in any other order.
 *
 * BOUNDED: one entry per bundle in the store, which bounds itself. Nobody may add during a walk; a removal may make
 * it pass over other entries.
 */
export class ChunkedIndex implements HeldIndex {
  readonly #chunks: Chunk[] = [];
  #entries = 0;
  /** Of all entries; empty until somebody asks. BOUNDED: to one. */
  #fingerprints: Keyed<Fingerprint>[] = [];
  /** The one asked for last comes last. BOUNDED: by MAX_SKETCHES. */
  #sketches: Keyed<SketchedSet>[] = [];
  isBehind = false;
  readonly #secret: number;

  /** `secret`: 32 bits that nobody else knows, where others choose what is held; see ElementTable. */
  constructor(secret = 0) {
    this.#secret = secret;
  }

  /** The index of entries that are already in order, without repetition. */
  static fromSorted(sorted: Iterable<Held>, secret = 0): ChunkedIndex {
    const index = new ChunkedIndex(secret);
    let last: Chunk | undefined;
    for (const held of sorted) {
      if (last === undefined || last.count === CHUNK_ENTRIES) {
        last = new Chunk();
        index.#chunks.push(last);
      }
      last.insert(last.count, held);
      index.#entries += 1;
    }
    return index;
  }

  get size(): number {
    return this.#entries;
  }

  has(held: Held): boolean {
    const chunk = this.#chunks[this.#chunkOf(held)];
    return chunk !== undefined && chunk.compare(chunk.lowerBound(held), held) === 0;
  }

  /** False when it was present. */
  add(held: Held): boolean {
    let at = this.#chunkOf(held);
    let position = this.#chunks[at]?.lowerBound(held) ?? 0;
    if (this.#chunks[at]?.compare(position, held) === 0) return false;
    if (this.#makeRoom(at, position)) {
      at = this.#chunkOf(held);
      position = this.#chunks[at]!.lowerBound(held);
    }
    this.#chunks[at]!.insert(position, held);
    this.#entries += 1;
    for (const { made } of this.#fingerprints) made.add(held);
    for (const { made } of this.#sketches) made.add(held);
    return true;
  }

  /** False when it was absent. */
  remove(held: Held): boolean {
    const at = this.#chunkOf(held);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return false;
    const position = chunk.lowerBound(held);
    if (chunk.compare(position, held) !== 0) return false;
    chunk.delete(position);
    this.#entries -= 1;
    for (const { made } of this.#fingerprints) made.remove(held);
    for (const { made } of this.#sketches) made.remove(held);
    this.#tidy(at);
    return true;
  }

  ascend(from: number, visit: Visit): void {
    this.stretches(from, (times, words, start, end) => {
      for (let i = start; i < end; i += 1) {
        const w = i * WORDS;
        if (!visit(times[i]!, words[w]!, words[w + 1]!, words[w + 2]!, words[w + 3]!)) return false;
      }
      return true;
    });
  }

  descend(from: number, visit: Visit): void {
    // Times are whole numbers: everything up to `from` lies below this one.
    const above = from + 1;
    let at = this.#chunkAtTime(above);
    let end = this.#chunks[at]?.firstAtTime(above) ?? 0;
    for (; at >= 0 && at < this.#chunks.length; at -= 1, end = CHUNK_ENTRIES) {
      const { times, words, count } = this.#chunks[at]!;
      for (let i = Math.min(end, count) - 1; i >= 0; i -= 1) {
        const w = i * WORDS;
        if (!visit(times[i]!, words[w]!, words[w + 1]!, words[w + 2]!, words[w + 3]!)) return;
      }
    }
  }

  stretches(from: number, visit: VisitStretch): void {
    let at = this.#chunkAtTime(from);
    let start = this.#chunks[at]?.firstAtTime(from) ?? 0;
    for (; at < this.#chunks.length; at += 1, start = 0) {
      const { times, words, count } = this.#chunks[at]!;
      if (start < count && !visit(times, words, start, count)) return;
    }
  }

  rank(time: number): number {
    const at = this.#chunkAtTime(time);
    let entries = this.#chunks[at]?.firstAtTime(time) ?? 0;
    for (let before = 0; before < at; before += 1) entries += this.#chunks[before]!.count;
    return entries;
  }

  timeAt(rank: number): number {
    let at = 0;
    let left = rank;
    while (left >= this.#chunks[at]!.count) left -= this.#chunks[at++]!.count;
    return this.#chunks[at]!.times[left]!;
  }

  fingerprint(key: EpochKey): Fingerprint | undefined {
    const known = this.#fingerprints.find((entry) => sameKey(entry.key, key));
    if (known !== undefined) return known.made.whole;
    const made = this.#begin(new Fingerprint(key));
    this.#fingerprints = [{ key, made }];
    return made.whole;
  }

  sketch(key: EpochKey): SketchedSet | undefined {
    const known = this.#sketches.find((entry) => sameKey(entry.key, key));
    if (known !== undefined && this.#sketches.at(-1) === known) return known.made.whole;
    const sketch = known ?? { key, made: this.#begin(new SketchedSet(key, this, this.#secret)) };
    const others = this.#sketches.filter((other) => other !== sketch);
    this.#sketches = [...others.slice(1 - MAX_SKETCHES), sketch];
    return sketch.made.whole;
  }

  keepUp(entries = PORTION_ENTRIES): void {
    const behind = [...this.#fingerprints, ...this.#sketches].filter(({ made }) => !made.isWhole);
    const [first] = behind;
    first?.made.advance((after, visit) => this.following(after, visit), entries);
    this.isBehind = behind.length > 1 || first?.made.isWhole === false;
  }

  /** Visits the entries with this global time whose first word is this one. */
  lookUp(globalTime: number, w0: number, visit: Visit): void {
    const from = { globalTime, w0, w1: 0, w2: 0, w3: 0 };
    this.#stretchesFrom(from, (times, words, start, end) => {
      for (let i = start; i < end; i += 1) {
        const w = i * WORDS;
        if (times[i] !== globalTime || words[w] !== w0) return false;
        if (!visit(globalTime, w0, words[w + 1]!, words[w + 2]!, words[w + 3]!)) return false;
      }
      return true;
    });
  }

  #begin<T extends Fingerprint | SketchedSet>(value: T): KeptUp<T> {
    const made = new KeptUp<T>(value);
    if (this.#entries <= AT_ONCE_ENTRIES) {
      made.advance((after, visit) => this.following(after, visit), AT_ONCE_ENTRIES);
    }
    this.isBehind ||= !made.isWhole;
    return made;
  }

  /** Visits the entries after one, or all. */
  following(after: Held | undefined, visit: (held: Held) => boolean): void {
    const from = after ?? { globalTime: 0, w0: 0, w1: 0, w2: 0, w3: 0 };
    let isFirst = after !== undefined;
    this.#stretchesFrom(from, (times, words, start, end) => {
      for (let i = start; i < end; i += 1) {
        const held = heldAt(times, words, i);
        // It may have been removed meanwhile.
        const isPassed = isFirst && compareHeld(held, from) === 0;
        isFirst = false;
        if (!isPassed && !visit(held)) return false;
      }
      return true;
    });
  }

  #stretchesFrom(from: Held, visit: VisitStretch): void {
    let at = this.#chunkOf(from);
    let start = this.#chunks[at]?.lowerBound(from) ?? 0;
    for (; at < this.#chunks.length; at += 1, start = 0) {
      const { times, words, count } = this.#chunks[at]!;
      if (start < count && !visit(times, words, start, count)) return;
    }
  }

  /** The chunk where `held` is or belongs: the last one that does not begin after it. */
  #chunkOf(held: Held): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#chunks[middle]!.compare(0, held) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** The chunk with the first entry of `time` or later, or the one before, at whose end it would stand. */
  #chunkAtTime(time: number): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#chunks[middle]!.times[0]! < time) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** Makes sure that the chunk has room; true when entries have moved. */
  #makeRoom(at: number, position: number): boolean {
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push(new Chunk());
      return false;
    }
    if (chunk.count < CHUNK_ENTRIES) return false;
    const before = this.#chunks[at - 1];
    const after = this.#chunks[at + 1];
    if (after === undefined && position === CHUNK_ENTRIES) {
      // The usual case, the newest bundle: full chunks stay full, but for one entry, so that none is empty.
      const fresh = new Chunk();
      this.#chunks.push(fresh);
      moveRight(chunk, fresh, 1);
    } else if (before !== undefined && before.count <= CHUNK_ENTRIES - SPARE_ENTRIES) {
      balance(before, chunk);
    } else if (after !== undefined && after.count <= CHUNK_ENTRIES - SPARE_ENTRIES) {
      balance(chunk, after);
    } else {
      const fresh = new Chunk();
      this.#chunks.splice(at + 1, 0, fresh);
      balance(chunk, fresh);
    }
    return true;
  }

  /** After a removal: no empty chunk, and no two that could be one. */
  #tidy(at: number): void {
    const chunk = this.#chunks[at]!;
    if (chunk.count === 0) {
      this.#chunks.splice(at, 1);
      return;
    }
    const after = this.#chunks[at + 1];
    if (after !== undefined && chunk.count + after.count <= MERGE_ENTRIES) {
      moveRight(chunk, after, chunk.count);
      this.#chunks.splice(at, 1);
    }
  }
}

/** A sorted run of entries: globalTime in `times`, the four words of the id side by side in `words`. */
class Chunk {
  readonly times = new Float64Array(CHUNK_ENTRIES);
  readonly words = new Uint32Array(CHUNK_ENTRIES * WORDS);
  count = 0;

  /** Entry i against `held`: negative, zero or positive; positive beyond the end. */
  compare(i: number, held: Held): number {
    if (i >= this.count) return 1;
    const w = i * WORDS;
    return (
      this.times[i]! - held.globalTime ||
      this.words[w]! - held.w0 ||
      this.words[w + 1]! - held.w1 ||
      this.words[w + 2]! - held.w2 ||
      this.words[w + 3]! - held.w3
    );
  }

  /** Where `held` is or belongs. */
  lowerBound(held: Held): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(middle, held) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The first entry of `time` or later; `count` when there is none. */
  firstAtTime(time: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.times[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  insert(at: number, held: Held): void {
    this.shift(at, at + 1);
    this.times[at] = held.globalTime;
    const w = at * WORDS;
    this.words[w] = held.w0;
    this.words[w + 1] = held.w1;
    this.words[w + 2] = held.w2;
    this.words[w + 3] = held.w3;
  }

  delete(at: number): void {
    this.shift(at + 1, at);
  }

  /** Moves the entries from `at` on to `to`, and counts accordingly. */
  shift(at: number, to: number): void {
    this.times.copyWithin(to, at, this.count);
    this.words.copyWithin(to * WORDS, at * WORDS, this.count * WORDS);
    this.count += to - at;
  }

  /** Copies `length` entries of `source`, from `from` on, to `to`. */
  copy(source: Chunk, from: number, length: number, to: number): void {
    const end = from + length;
    this.times.set(source.times.subarray(from, end), to);
    this.words.set(source.words.subarray(from * WORDS, end * WORDS), to * WORDS);
  }
}

/** Gives two neighbours equally many entries. */
function balance(left: Chunk, right: Chunk): void {
  const half = (left.count - right.count) / 2;
  if (half > 0) moveRight(left, right, Math.floor(half));
  else moveLeft(left, right, Math.floor(-half));
}

/** Moves the last `length` entries of `left` to the front of `right`. */
function moveRight(left: Chunk, right: Chunk, length: number): void {
  right.shift(0, length);
  right.copy(left, left.count - length, length, 0);
  left.count -= length;
}

/** Moves the first `length` entries of `right` to the end of `left`. */
function moveLeft(left: Chunk, right: Chunk, length: number): void {
  left.copy(right, 0, length, left.count);
  left.count += length;
  right.shift(length, 0);
}
