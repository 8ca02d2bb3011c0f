import { OVERLAY_ID_BYTES } from "./limits.ts";

/*
 * Protobuf's arithmetic: a field is a tag (1 byte up to field number 15) and a varint, or a tag, a length and that many
 * bytes.
 */

/** Bytes of `value` as a varint: 7 bits in each. */
export function varint(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

/** A field that holds a number. */
export function number(value: number): number {
  return 1 + varint(value);
}

/** A field that holds `length` bytes: a byte string or a message. */
export function field(length: number): number {
  return 1 + varint(length) + length;
}

/** A UDP payload with a message of so many bytes. */
export function datagram(messageBytes: number): number {
  return field(OVERLAY_ID_BYTES) + field(messageBytes);
}
