/**
 * Golomb coding of an ascending row of numbers: the distances, each by its quotient in unary and its remainder in as
 * few bits as the divisor needs. For distances that are geometric with mean 1/p, ln 2 / p is the best divisor.
 */
export function golombEncode(ascending: readonly number[], divisor: number): Uint8Array {
  const bits = new BitWriter();
  let last = 0;
  for (const value of ascending) {
    const distance = value - last;
    last = value;
    for (let quotient = Math.floor(distance / divisor); quotient > 0; quotient -= 1)
      bits.write(1, 1);
    bits.write(0, 1);
    writeRemainder(bits, distance % divisor, divisor);
  }
  return bits.bytes;
}

export function golombDecode(bytes: Uint8Array, count: number, divisor: number): number[] {
  const bits = new BitReader(bytes);
  const values: number[] = [];
  let last = 0;
  while (values.length < count) {
    let quotient = 0;
    while (bits.read(1) === 1) quotient += 1;
    last += quotient * divisor + readRemainder(bits, divisor);
    values.push(last);
  }
  return values;
}

/** Truncated binary: the first few remainders, as many as powers of two leave over, take a bit less. */
function writeRemainder(bits: BitWriter, remainder: number, divisor: number): void {
  const { width, short } = truncated(divisor);
  if (remainder < short) bits.write(remainder, width - 1);
  else bits.write(remainder + short, width);
}

function readRemainder(bits: BitReader, divisor: number): number {
  const { width, short } = truncated(divisor);
  if (width === 0) return 0;
  const first = bits.read(width - 1);
  return first < short ? first : first * 2 + bits.read(1) - short;
}

function truncated(divisor: number): { width: number; short: number } {
  const width = Math.ceil(Math.log2(divisor));
  return { width, short: 2 ** width - divisor };
}

class BitWriter {
  readonly #bytes: number[] = [];
  #used = 0;

  write(value: number, width: number): void {
    for (let bit = width - 1; bit >= 0; bit -= 1) {
      if (this.#used % 8 === 0) this.#bytes.push(0);
      if (Math.floor(value / 2 ** bit) % 2 === 1) {
        this.#bytes[this.#bytes.length - 1]! |= 0x80 >> (this.#used % 8);
      }
      this.#used += 1;
    }
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(width: number): number {
    let value = 0;
    for (let i = 0; i < width; i += 1, this.#at += 1) {
      value = value * 2 + ((this.#bytes[this.#at >>> 3]! >>> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }
}
