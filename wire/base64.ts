/*
 * Base64 (RFC 4648 section 4), with padding. `btoa` and `atob` are ten times as slow, and what is fast differs from one
 * engine to another.
 */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const CODES = Uint8Array.from(ALPHABET, (digit) => digit.charCodeAt(0));
const PAD = "=".charCodeAt(0);
/** By character; -1 for those that are no digit. */
const VALUES = Int8Array.from({ length: 128 }, (_, character) =>
  ALPHABET.indexOf(String.fromCharCode(character)),
);
const decoder = new TextDecoder();

export function toBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(PAD);
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i]!, bytes[i + 1], bytes[i + 2]];
    const group = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    out[at] = CODES[group >> 18]!;
    out[at + 1] = CODES[(group >> 12) & 63]!;
    if (b !== undefined) out[at + 2] = CODES[(group >> 6) & 63]!;
    if (c !== undefined) out[at + 3] = CODES[group & 63]!;
    at += 4;
  }
  return decoder.decode(out);
}

/** Undefined for what `toBase64` did not write. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const digits = text.length - padding;
  let at = 0;
  let bits = 0;
  for (let i = 0; i < digits; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? -1;
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xff_ffff;
    const left = i % 4;
    if (left > 0) bytes[at++] = bits >> (6 - 2 * left);
  }
  // What the last digit has beyond the last byte.
  const spare = padding === 0 ? 0 : bits & (padding === 2 ? 15 : 3);
  return spare === 0 ? bytes : undefined;
}
