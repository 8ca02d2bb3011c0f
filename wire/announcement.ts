import { compareBytes, concatBytes, equalBytes } from "./bytes.ts";
import type { Random } from "./crypto.ts";

/*
 * What a node says to all in its local network, so that others of its overlays find it there. Not protobuf, of one
 * length whatever it says:
 *
 *     "dlan" 4 | version 1 | salt 8 | 16 tags of 8
 *
 * A tag is made of the salt and the sender's address with the secret that an overlay's nodes share (`announced`). For
 * whoever has no ticket it is random, as are those that fill the places left over: so nobody learns which overlays the
 * node is in, how many, or that it is the one that announced itself elsewhere. As protobuf the first byte is the end of
 * a group that never began, so no reader takes it for a datagram of ours, nor one of those for it.
 */

const MAGIC = Uint8Array.of(0x64, 0x6c, 0x61, 0x6e);
const VERSION = 1;
/** So that no two announcements have a tag in common. */
const SALT_BYTES = 8;
/** As what `Carry.tag` gives: two overlays are taken for one another once in 2^64 tags. */
const TAG_BYTES = 8;
/** Room for four overlays on four addresses, or sixteen on one; those of a node that has more take turns. */
export const ANNOUNCED_TAGS = 16;

const VERSION_AT = MAGIC.length;
const SALT_AT = VERSION_AT + 1;
const TAGS_AT = SALT_AT + SALT_BYTES;
/** Of every announcement: 141. */
export const ANNOUNCEMENT_BYTES = TAGS_AT + ANNOUNCED_TAGS * TAG_BYTES;
/** Of those that later versions may make: nobody answers with more. */
const MAX_ANNOUNCEMENT_BYTES = 160;

export interface Announcement {
  /** Drawn anew each time. */
  salt: Uint8Array;
  /** In no order that says anything. */
  tags: readonly Uint8Array[];
}

/** Why something is no announcement for us. */
export type AnnouncementRejection = "malformed" | "newer version";

/**
 * What a tag is made of: the announcement's salt, and the address that it comes from, 6 or 18 bytes. So it has 14 or 26
 * bytes, and is no salt of a pipe, which has 16.
 */
export function announced(salt: Uint8Array, from: Uint8Array): Uint8Array {
  return concatBytes(salt, from);
}

export function newSalt(random: Random): Uint8Array {
  return random.bytes(SALT_BYTES);
}

/** `tags`: ANNOUNCED_TAGS at most. */
export function encodeAnnouncement(random: Random, { salt, tags }: Announcement): Uint8Array {
  if (tags.length > ANNOUNCED_TAGS) throw new RangeError("too many tags for one announcement");
  const padding = random.bytes((ANNOUNCED_TAGS - tags.length) * TAG_BYTES);
  // In order of their bytes, so that none shows by its place how many there are.
  const all = [...tags, ...tagsIn(padding, 0)].sort(compareBytes);
  return concatBytes(MAGIC, Uint8Array.of(VERSION), salt, ...all);
}

/** Never throws. What it returns are views of `bytes`. */
export function decodeAnnouncement(bytes: Uint8Array): Announcement | AnnouncementRejection {
  const hasMagic = equalBytes(bytes.subarray(0, MAGIC.length), MAGIC);
  if (!hasMagic || bytes.length > MAX_ANNOUNCEMENT_BYTES) return "malformed";
  const version = bytes[VERSION_AT];
  if (version !== undefined && version > VERSION) return "newer version";
  if (version !== VERSION || bytes.length !== ANNOUNCEMENT_BYTES) return "malformed";
  return { salt: bytes.subarray(SALT_AT, TAGS_AT), tags: tagsIn(bytes, TAGS_AT) };
}

function tagsIn(bytes: Uint8Array, begin: number): Uint8Array[] {
  const count = (bytes.length - begin) / TAG_BYTES;
  return Array.from({ length: count }, (_, nth) => {
    const at = begin + nth * TAG_BYTES;
    return bytes.subarray(at, at + TAG_BYTES);
  });
}
