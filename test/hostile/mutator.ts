import { Address } from "../../wire/address.ts";
import type { Random } from "../../wire/crypto.ts";
import { MAX_DATAGRAM_BYTES, OVERLAY_ID_BYTES, OVERLAY_ID_OFFSET } from "../../wire/limits.ts";
import type { Message } from "../../wire/message.ts";

const HEADER_BYTES = OVERLAY_ID_OFFSET + OVERLAY_ID_BYTES;
/** Lengths that lie: 2^7 - 1 to 2^64 - 1, and one in more bytes than it needs. */
const LENGTH_BOMBS: readonly (readonly number[])[] = [
  [0x7f],
  [0xff, 0x7f],
  [0xff, 0xff, 0x03],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
];

export const MUTATIONS = [
  "none",
  "bits",
  "truncation",
  "extension",
  "splice",
  "duplication",
  "length bomb",
  "overlay",
  "noise",
  "empty",
] as const;
export type Mutation = (typeof MUTATIONS)[number];

/** `bytes`, damaged; `other` is another datagram to take parts of. */
export function mutate(
  mutation: Mutation,
  bytes: Uint8Array,
  other: Uint8Array,
  random: Random,
): Uint8Array {
  switch (mutation) {
    case "none":
      return bytes;
    case "bits":
      return flipped(bytes, random);
    case "truncation":
      return bytes.subarray(0, random.below(bytes.length));
    case "extension":
      return joined(bytes, random.bytes(1 + random.below(40)));
    case "splice":
      return joined(bytes.subarray(0, place(bytes, random)), other.subarray(place(other, random)));
    case "duplication": {
      const [from, to] = [place(bytes, random), place(bytes, random)].sort((a, b) => a - b);
      return joined(bytes.subarray(0, to), bytes.subarray(from));
    }
    case "length bomb": {
      const at = place(bytes, random);
      const bomb = LENGTH_BOMBS[random.below(LENGTH_BOMBS.length)]!;
      return joined(bytes.subarray(0, at), Uint8Array.from(bomb), bytes.subarray(at + 1));
    }
    case "overlay":
      return joined(
        bytes.subarray(0, OVERLAY_ID_OFFSET),
        random.bytes(20),
        bytes.subarray(HEADER_BYTES),
      );
    case "noise":
      return joined(bytes.subarray(0, HEADER_BYTES), random.bytes(random.below(200)));
    case "empty":
      return new Uint8Array(0);
  }
}

/** Anywhere, but mostly behind the overlay id, without which nothing is read. */
function place(bytes: Uint8Array, random: Random): number {
  if (bytes.length <= HEADER_BYTES || random.below(16) === 0) return random.below(bytes.length + 1);
  return HEADER_BYTES + random.below(bytes.length - HEADER_BYTES);
}

function flipped(bytes: Uint8Array, random: Random): Uint8Array {
  const out = bytes.slice();
  for (let flips = 1 + random.below(8); flips > 0 && out.length > 0; flips--) {
    const at = Math.min(place(bytes, random), out.length - 1);
    out[at]! ^= 1 << random.below(8);
  }
  return out;
}

/** May be a little larger than any datagram that is read. */
function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts).subarray(0, MAX_DATAGRAM_BYTES + 10));
}

const NUMBERS = [0, 1, 2, 127, 1_000, 60_000, 65_535, 2 ** 31, 2 ** 32 - 1, 2 ** 53 - 1];
/** Kept: what the encoder itself has to understand. */
const STRUCTURAL = new Set(["kind", "leastBytes", "mapping", "filtering", "allocation", "author"]);

/** The message with some of its fields lying, in a form that any encoder could have produced. */
export function scrambled(message: Message, random: Random, anAddress: () => Address): Message {
  const scramble = (value: unknown, key: string): unknown => {
    if (STRUCTURAL.has(key) || random.below(3) > 0) return value;
    if (typeof value === "number") return NUMBERS[random.below(NUMBERS.length)];
    if (typeof value === "boolean") return !value;
    if (value instanceof Uint8Array) return random.bytes(value.length);
    if (value instanceof Address) return anAddress();
    return value;
  };
  const walk = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => walk(item, key));
    const isLeaf = value instanceof Uint8Array || value instanceof Address;
    if (isLeaf || typeof value !== "object" || value === null) return scramble(value, key);
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [name, walk(field, name)]),
    );
  };
  return walk(message, "") as Message;
}
