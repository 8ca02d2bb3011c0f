import { NOTICE_ID_BYTES } from "../../../wire/limits.ts";
import type { Bundle } from "../../../wire/bundle.ts";
import type { Held } from "../../sets/held.ts";

/** A bundle in a notice, for maps: the beginning of its id, 16 bits in each character. */
export type Name = string;

const CHARACTERS = NOTICE_ID_BYTES / 2;

export function nameOf({ key }: Pick<Bundle, "key">): Name {
  return key.slice(0, CHARACTERS);
}

export function nameOfHeld({ w0, w1 }: Held): Name {
  return String.fromCharCode(w0 >>> 16, w0 & 0xffff, w1 >>> 16, w1 & 0xffff);
}

export function readName(bytes: Uint8Array): Name {
  let name = "";
  for (let i = 0; i < NOTICE_ID_BYTES; i += 2) {
    name += String.fromCharCode((bytes[i]! << 8) | bytes[i + 1]!);
  }
  return name;
}

export function writeName(name: Name): Uint8Array {
  const bytes = new Uint8Array(NOTICE_ID_BYTES);
  for (let i = 0; i < CHARACTERS; i++) {
    const character = name.charCodeAt(i);
    bytes[2 * i] = character >> 8;
    bytes[2 * i + 1] = character;
  }
  return bytes;
}
