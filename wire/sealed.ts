import { allocate } from "./bytes.ts";
import { TAG_BYTES } from "./crypto.ts";
import { DEFAULT_DATAGRAM_BYTES, OVERLAY_ID_BYTES, OVERLAY_ID_OFFSET } from "./limits.ts";

/*
 * The layout of a sealed datagram. It is protobuf (`Sealed` in the schema) with every field at a fixed place, so that
 * nothing is parsed before it was opened, and the whole head is what the cipher binds the text to:
 *
 *     0a 14 overlay 20 | 3a length 2 | 0a 02 hint 2 | 11 sender 8 | 1d counter 4 | 22 length 2 | ciphertext, tag 16
 *
 * Both lengths are varints of 2 bytes, also where 1 would do. What is sealed is the datagram without its overlay id.
 */

export const SENDER_BYTES = 8;
export const HINT_BYTES = 2;
/** Datagrams of one sender: no nonce is used twice. */
export const MAX_COUNTER = 2 ** 32 - 1;
/** Where what is sealed begins in a datagram that is not. */
export const CLEAR_OFFSET = OVERLAY_ID_OFFSET + OVERLAY_ID_BYTES;

const SEALED_TAG = 0x3a;
const HINT_TAG = 0x0a;
const SENDER_TAG = 0x11;
const COUNTER_TAG = 0x1d;
const CIPHERTEXT_TAG = 0x22;

const LENGTH = CLEAR_OFFSET + 1;
const HINT = LENGTH + 4;
const SENDER = HINT + HINT_BYTES + 1;
const COUNTER = SENDER + SENDER_BYTES + 1;
const TEXT_LENGTH = COUNTER + 5;
/** Bytes before the ciphertext. */
const HEAD_BYTES = TEXT_LENGTH + 2;
/** Behind the first length: it counts what follows it. */
const COUNTED_FROM = LENGTH + 2;

/** By so much a datagram grows when it is sealed: 40. */
export const SEALING_BYTES = HEAD_BYTES - CLEAR_OFFSET + TAG_BYTES;
/** What a datagram of the default budget has room for, as if it were not sealed. */
export const DEFAULT_CLEAR_BYTES = DEFAULT_DATAGRAM_BYTES - SEALING_BYTES;

/** The longest length that a varint of 2 bytes tells. */
const MAX_LENGTH = 2 ** 14 - 1;

/** The parts of a sealed datagram, all views of it. */
export interface Sealed {
  /** A number of 16 bits. */
  hint: number;
  sender: Uint8Array;
  counter: number;
  /** Everything before the ciphertext. */
  head: Uint8Array;
  /** With its tag. */
  ciphertext: Uint8Array;
}

/** Whether it claims to be one: by the byte behind the overlay id. */
export function isSealed(datagram: Uint8Array): boolean {
  return datagram[CLEAR_OFFSET] === SEALED_TAG;
}

/** The parts; undefined unless the layout is right to the byte. */
export function readSealed(datagram: Uint8Array): Sealed | undefined {
  const textBytes = datagram.length - HEAD_BYTES;
  if (textBytes < TAG_BYTES) return undefined;
  const isLaidOut =
    isSealed(datagram) &&
    readLength(datagram, LENGTH) === datagram.length - COUNTED_FROM &&
    datagram[HINT - 2] === HINT_TAG &&
    datagram[HINT - 1] === HINT_BYTES &&
    datagram[SENDER - 1] === SENDER_TAG &&
    datagram[COUNTER - 1] === COUNTER_TAG &&
    datagram[TEXT_LENGTH - 1] === CIPHERTEXT_TAG &&
    readLength(datagram, TEXT_LENGTH) === textBytes;
  if (!isLaidOut) return undefined;
  return {
    hint: datagram[HINT]! | (datagram[HINT + 1]! << 8),
    sender: datagram.subarray(SENDER, SENDER + SENDER_BYTES),
    counter: readCounter(datagram),
    head: datagram.subarray(0, HEAD_BYTES),
    ciphertext: datagram.subarray(HEAD_BYTES),
  };
}

/** What is written into a datagram that is to be sealed. */
export interface Envelope {
  /** 20 bytes. */
  overlay: Uint8Array;
  hint: number;
  /** 8 bytes. */
  sender: Uint8Array;
  counter: number;
}

/**
 * A datagram for a plaintext of so many bytes, the ciphertext of which is still to be written. Throws a RangeError for
 * more than a datagram may have.
 */
export function layOut(envelope: Envelope, plainBytes: number): Sealed & { datagram: Uint8Array } {
  const { overlay, hint, sender, counter } = envelope;
  const bytes = HEAD_BYTES + plainBytes + TAG_BYTES;
  if (bytes - COUNTED_FROM > MAX_LENGTH) throw new RangeError(`${bytes} bytes are no datagram`);
  const datagram = allocate(bytes);
  datagram[0] = 0x0a;
  datagram[1] = OVERLAY_ID_BYTES;
  datagram.set(overlay, OVERLAY_ID_OFFSET);
  datagram[CLEAR_OFFSET] = SEALED_TAG;
  writeLength(datagram, LENGTH, bytes - COUNTED_FROM);
  datagram[HINT - 2] = HINT_TAG;
  datagram[HINT - 1] = HINT_BYTES;
  datagram[HINT] = hint;
  datagram[HINT + 1] = hint >>> 8;
  datagram[SENDER - 1] = SENDER_TAG;
  datagram.set(sender, SENDER);
  datagram[COUNTER - 1] = COUNTER_TAG;
  writeCounter(datagram, counter);
  datagram[TEXT_LENGTH - 1] = CIPHERTEXT_TAG;
  writeLength(datagram, TEXT_LENGTH, plainBytes + TAG_BYTES);
  const head = datagram.subarray(0, HEAD_BYTES);
  return { datagram, hint, sender, counter, head, ciphertext: datagram.subarray(HEAD_BYTES) };
}

/** Byte by byte: a DataView for each datagram costs more than all that is read by it. */
function readCounter(datagram: Uint8Array): number {
  const [low, high] = [
    datagram[COUNTER]! | (datagram[COUNTER + 1]! << 8),
    datagram[COUNTER + 2]! | (datagram[COUNTER + 3]! << 8),
  ];
  return low + high * 0x10000;
}

function writeCounter(datagram: Uint8Array, counter: number): void {
  for (let i = 0; i < 4; i++) datagram[COUNTER + i] = counter >>> (8 * i);
}

function readLength(datagram: Uint8Array, at: number): number | undefined {
  const [low, high] = [datagram[at]!, datagram[at + 1]!];
  return low >= 128 && high < 128 ? (low & 127) | (high << 7) : undefined;
}

function writeLength(datagram: Uint8Array, at: number, length: number): void {
  datagram[at] = (length & 127) | 128;
  datagram[at + 1] = length >>> 7;
}
