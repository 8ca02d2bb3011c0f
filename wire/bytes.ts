/** Small helpers over byte strings. Byte strings are `Uint8Array`, never copied without need. */

/** Beyond this many bytes native code is faster. */
const MAX_HEX_LOOP_BYTES = 8;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

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
  if (length > MAX_HEX_LOOP_BYTES) {
    return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("hex");
  }
  let text = "";
  for (let i = 0; i < length; i++) text += HEX[bytes[i]!]!;
  return text;
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
  return Buffer.compare(a, b);
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
