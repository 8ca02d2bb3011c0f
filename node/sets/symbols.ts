import { SYMBOL_BYTES } from "../../wire/limits.ts";
import { checkOf, type Element } from "./element.ts";

/**
 * The first coded symbols of a set: a rateless invertible Bloom lookup table (Yang, Gilad and Alizadeh, "Practical
 * Rateless Set Reconciliation", SIGCOMM 2024). Symbol i is the exclusive or of the elements mapped to it, each with
 * probability 1 / (1 + i / 2), and of their checks. The symbols of a difference of two sets are the exclusive or of
 * theirs; so many as 1.4 to 1.8 times its size give the difference back.
 *
 * Without the paper's count of elements: each side sees by a look-up which of the elements found are its own.
 */
export class Symbols {
  readonly x: Uint32Array;
  readonly y: Uint32Array;
  readonly check: Uint32Array;

  constructor(length: number) {
    this.x = new Uint32Array(length);
    this.y = new Uint32Array(length);
    this.check = new Uint32Array(length);
  }

  /** As they travel: SYMBOL_BYTES each, all three numbers little-endian, in 4, 3 and 3 bytes. */
  static ofBytes(bytes: Uint8Array): Symbols {
    const symbols = new Symbols(Math.floor(bytes.length / SYMBOL_BYTES));
    for (let i = 0, at = 0; i < symbols.length; i += 1, at += SYMBOL_BYTES) {
      symbols.x[i] = readUint24(bytes, at) | (bytes[at + 3]! << 24);
      symbols.y[i] = readUint24(bytes, at + 4);
      symbols.check[i] = readUint24(bytes, at + 7);
    }
    return symbols;
  }

  get length(): number {
    return this.x.length;
  }

  get bytes(): Uint8Array {
    const bytes = new Uint8Array(this.length * SYMBOL_BYTES);
    for (let i = 0, at = 0; i < this.length; i += 1, at += SYMBOL_BYTES) {
      writeUint24(bytes, at, this.x[i]!);
      bytes[at + 3] = this.x[i]! >>> 24;
      writeUint24(bytes, at + 4, this.y[i]!);
      writeUint24(bytes, at + 7, this.check[i]!);
    }
    return bytes;
  }

  /** Puts an element in, or takes it out. */
  toggle(x: number, y: number): void {
    const check = checkOf(x, y);
    const { length } = this;
    let state = x ^ y;
    for (let i = 0; i < length; i = following(i, state)) {
      this.x[i]! ^= x;
      this.y[i]! ^= y;
      this.check[i]! ^= check;
      state = (state + GOLDEN) | 0;
    }
  }

  /** Makes these symbols those of the difference to `other`, which has at least as many. */
  subtract(other: Symbols): void {
    for (let i = 0; i < this.length; i += 1) {
      this.x[i]! ^= other.x[i]!;
      this.y[i]! ^= other.y[i]!;
      this.check[i]! ^= other.check[i]!;
    }
  }

  /** A copy of the first ones. */
  first(length: number): Symbols {
    const symbols = new Symbols(Math.min(length, this.length));
    symbols.x.set(this.x.subarray(0, length));
    symbols.y.set(this.y.subarray(0, length));
    symbols.check.set(this.check.subarray(0, length));
    return symbols;
  }

  isZero(i: number): boolean {
    return this.x[i] === 0 && this.y[i] === 0 && this.check[i] === 0;
  }

  /** Symbols that are not zero. */
  get occupied(): number {
    let occupied = 0;
    for (let i = 0; i < this.length; i += 1) if (!this.isZero(i)) occupied += 1;
    return occupied;
  }
}

/**
 * Takes out of the symbols of a difference what can be found, and returns it. All symbols are zero afterwards when that
 * was everything. Whatever the symbols say, no more elements are found than there are symbols.
 */
export function peel(symbols: Symbols): Element[] {
  const found: Element[] = [];
  const open: number[] = [];
  for (let i = symbols.length - 1; i >= 0; i -= 1) if (isPure(symbols, i)) open.push(i);
  while (open.length > 0 && found.length < symbols.length) {
    const i = open.pop()!;
    // What another symbol gave in the meantime is no longer here.
    if (!isPure(symbols, i)) continue;
    const [x, y] = [symbols.x[i]!, symbols.y[i]!];
    const touched = mapping(x, y, symbols.length);
    if (!touched.includes(i)) continue;
    found.push({ x, y });
    symbols.toggle(x, y);
    for (const j of touched) if (isPure(symbols, j)) open.push(j);
  }
  return found;
}

/** Whether the symbol seems to be one element. */
function isPure(symbols: Symbols, i: number): boolean {
  return !symbols.isZero(i) && symbols.check[i] === checkOf(symbols.x[i]!, symbols.y[i]!);
}

/** The symbols, of so many, that an element is mapped to. */
function mapping(x: number, y: number, length: number): number[] {
  const indices: number[] = [];
  let state = x ^ y;
  for (let i = 0; i < length; i = following(i, state)) {
    indices.push(i);
    state = (state + GOLDEN) | 0;
  }
  return indices;
}

/** The increment of Weyl's sequence in 32 bits: 2^32 divided by the golden ratio. */
const GOLDEN = 0x9e3779b9;

/**
 * The symbol that an element is mapped to after symbol i: that it passes symbols up to j is as likely as
 * (i + 1)(i + 2) / ((j + 1)(j + 2)), nearly, which the paper inverts (section 4.2).
 */
function following(i: number, state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  const uniform = (mixed ^ (mixed >>> 15)) >>> 0;
  const skipped = Math.ceil((i + 1.5) * (65_536 / Math.sqrt(uniform + 1) - 1));
  return i + Math.max(1, skipped);
}

function readUint24(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
}

function writeUint24(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
}
