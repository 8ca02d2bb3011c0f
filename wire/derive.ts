import { concatBytes, utf8 } from "./bytes.ts";

/**
 * What a secret may be used for. Each use has keys of its own, so that who is given one of them learns nothing of the
 * others:
 *
 * - `carry`: from a private overlay's root, or a public overlay's key; seals datagrams between nodes
 * - `datagram`: from a carry, for each sender; seals its datagrams
 * - `hint`: from a carry; tells which carry a datagram is sealed under
 * - `sets`: from a carry; keys filters, sketches and fingerprints
 * - `tag`: from a carry, for a salt; shows who has it that an overlay is meant, and nobody else which
 * - `payload`: from the root; seals what bundles say
 * - `name`: from a payload key; tells which one a bundle is sealed under
 * - `content`: from a payload key, for each bundle
 * - `topic`: from an author's secret key, for each topic; names it to those who cannot read it
 */
export const KEY_USES = [
  "carry",
  "datagram",
  "hint",
  "sets",
  "tag",
  "payload",
  "name",
  "content",
  "topic",
] as const;
export type KeyUse = (typeof KEY_USES)[number];

const INFOS = Object.fromEntries(
  KEY_USES.map((use) => [use, utf8(`dispersy ${use} 1\0`)]),
) as Record<KeyUse, Uint8Array>;
/** Without a salt, HKDF takes a hash's length of zeroes. */
const NO_SALT = new Uint8Array(32);
const FIRST_BLOCK = Uint8Array.of(1);
const NO_CONTEXT = new Uint8Array(0);

/**
 * 32 bytes by HKDF-SHA-256 (RFC 5869), of which one block is needed: without salt, the info being the use's domain
 * string and the context. `mac`: HMAC-SHA-256.
 */
export function derive(
  mac: (key: Uint8Array, data: Uint8Array) => Uint8Array,
  secret: Uint8Array,
  use: KeyUse,
  context: Uint8Array = NO_CONTEXT,
): Uint8Array {
  return mac(mac(NO_SALT, secret), concatBytes(INFOS[use], context, FIRST_BLOCK));
}
