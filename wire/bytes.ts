/** Small helpers over byte strings. Byte strings are `Uint8Array`, never copied without need. */

/** Longer text is put together faster as bytes than as strings. */
const MAX_HEX_LOOP_BYTES = 8;
/** Keys and hashes; what is longer, which is rare, gets memory of its own. */
const SCRATCH_BYTES = 32;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

const HEX_CODES = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));
/** Where text is made of so many bytes: hold nothing between calls. */
const SCRATCH = Array.from({ length: SCRATCH_BYTES + 1 }, (_, bytes) => new Uint8Array(2 * bytes));
const decoder = new TextDecoder();

/** By character; -1 for those that are no hexadecimal digit. */
const DIGITS = Int8Array.from({ length: 128 }, (_, character) => {
  return "0123456789abcdef".indexOf(String.fromCharCode(character).toLowerCase());
});

/** Lower-case hexadecimal text of `bytes`. */
export function toHex(bytes: Uint8Array): string {
  return startToHex(bytes, bytes.length);
}

/** Lower-case hexadecimal text of the first `length` of `bytes`. */
export function startToHex(bytes: Uint8Array, length: number): string {
  if (length > MAX_HEX_LOOP_BYTES) return longHex(bytes, length);
  let text = "";
  for (let i = 0; i < length; i++) text += HEX[bytes[i]!]!;
  return text;
}

function longHex(bytes: Uint8Array, length: number): string {
  const out = SCRATCH[length] ?? new Uint8Array(2 * length);
  for (let i = 0; i < length; i++) {
    const byte = bytes[i]!;
    out[2 * i] = HEX_CODES[byte >> 4]!;
    out[2 * i + 1] = HEX_CODES[byte & 15]!;
  }
  return decoder.decode(out);
}

/** The bytes written in `text`, or undefined unless it is hexadecimal of exactly `length` bytes. */
export function fromHex(text: string, length: number): Uint8Array | undefined {
  if (text.length !== length * 2) return undefined;
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const byte = (digit(text.charCodeAt(2 * i)) << 4) | digit(text.charCodeAt(2 * i + 1));
    if (byte < 0) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}

/** The value of a hexadecimal digit; -1 when it is none. */
function digit(character: number): number {
  return DIGITS[character] ?? -1;
}

/** A loop: what is compared here has 8 to 64 bytes, for which a call into native code takes longer. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Lexicographic order: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Room for a dozen full datagrams: that much stays while one of them does. */
const POOL_BYTES = 16 * 1_024;
let pool = new ArrayBuffer(POOL_BYTES);
let pooled = 0;

/**
 * Zeroes. Many share one piece of memory: to have its own costs a byte string more than all that is done with it. So
 * its `buffer` is nothing to hand to others.
 */
export function allocate(length: number): Uint8Array {
  if (length > POOL_BYTES / 2) return new Uint8Array(length);
  if (pooled + length > POOL_BYTES) {
    pool = new ArrayBuffer(POOL_BYTES);
    pooled = 0;
  }
  const bytes = new Uint8Array(pool, pooled, length);
  pooled += length;
  return bytes;
}

export function concatBytes(...parts: Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}
