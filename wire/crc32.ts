/** The polynomial of RFC 1952 section 8, its bits reversed. */
const POLYNOMIAL = 0xedb88320;

/**
 * CRC-32 of a text of ASCII characters (RFC 1952 section 8): 0 to 2^32 - 1. It finds every accident of up to 32
 * neighbouring bits, and others but for one in 2^32. It stops no forger: who can change a ticket can make one.
 */
export function crc32(text: string): number {
  let crc = 0xffff_ffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i) & 0xff;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}
