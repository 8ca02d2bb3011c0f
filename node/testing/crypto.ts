import { nativeCrypto } from "../host/verify/native-crypto.ts";
import { allocate, concatBytes, equalBytes, utf8 } from "../../wire/bytes.ts";
import { type Crypto, TAG_BYTES } from "../../wire/crypto.ts";
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../../wire/limits.ts";
import { TraceDigest } from "../record/digest.ts";

/** The uses of the digest, kept apart. */
const PUBLIC_KEY_DOMAIN = utf8("sim-pub:");
const SIGNATURE_DOMAIN = utf8("sim-sig:");
const DERIVE_DOMAIN = utf8("sim-key:");
const MAC_DOMAIN = utf8("sim-mac:");
const MAC_BYTES = 32;
const NOTHING = new Uint8Array(0);

/** SHA-256, natively. */
const { hash } = nativeCrypto;

/** About 100 bytes an entry: some 100 MB at most. */
const MAX_VERDICTS = 1_000_000;

/**
 * A stand-in for large simulations, a hundred times as fast as Ed25519. What signs is a digest over public key and
 * message; the cipher hides nothing: signatures that were altered, or made by another key, fail as they should;
 * whoever sets out to forge one can. A report of a run that used it has to say so. Ids are those of the real scheme.
 */
export function keyedHashCrypto(): Crypto {
  const publicKey = (secretKey: Uint8Array) => hash(concatBytes(PUBLIC_KEY_DOMAIN, secretKey));
  return {
    hash,
    mac: (key, data) => digest(MAC_DOMAIN, key, data, MAC_BYTES),
    derive: (secret, use, context) =>
      digest(concatBytes(DERIVE_DOMAIN, utf8(use)), secret, context ?? NOTHING, MAC_BYTES),
    seal,
    open,
    publicKey,
    sign: (message, secretKey) =>
      digest(SIGNATURE_DOMAIN, publicKey(secretKey), message, SIGNATURE_BYTES),
    verify: (signature, message, key) =>
      signature.length === SIGNATURE_BYTES &&
      key.length === PUBLIC_KEY_BYTES &&
      equalBytes(signature, digest(SIGNATURE_DOMAIN, key, message, SIGNATURE_BYTES)),
  };
}

/**
 * The text as it is, and a tag that tells the key, the nonce and the length: what was altered on its way is not
 * noticed.
 */
const seal: Crypto["seal"] = (key, nonce, _associated, plain, out) => {
  out.set(plain);
  out.set(nullTag(key, nonce, plain.length), plain.length);
};

const open: Crypto["open"] = (key, nonce, _associated, sealed) => {
  const end = sealed.length - TAG_BYTES;
  if (end < 0) return undefined;
  const tag = nullTag(key, nonce, end);
  for (let i = 0; i < TAG_BYTES; i++) if (sealed[end + i] !== tag[i]) return undefined;
  const plain = allocate(end);
  for (let i = 0; i < end; i++) plain[i] = sealed[i]!;
  return plain;
};

/** Reused by every call; holds nothing between calls. */
const TAG = new Uint8Array(TAG_BYTES);

function nullTag(key: Uint8Array, nonce: Uint8Array, length: number): Uint8Array {
  const tag = TAG;
  for (let i = 0; i < TAG_BYTES; i++) tag[i] = key[i]!;
  for (let i = 0; i < nonce.length; i++) tag[i]! ^= nonce[i]!;
  tag[TAG_BYTES - 1]! ^= length & 0xff;
  tag[TAG_BYTES - 2]! ^= length >>> 8;
  return tag;
}

/** 64 bits of digest, again and again up to `length` bytes. */
function digest(domain: Uint8Array, key: Uint8Array, data: Uint8Array, length: number): Uint8Array {
  const trace = new TraceDigest();
  trace.bytes(domain);
  trace.bytes(key);
  trace.bytes(data);
  const out = new Uint8Array(length);
  trace.write(out);
  return out;
}

/**
 * The same scheme, remembering verdicts: verification is a function of its bytes alone, so each bundle
 * costs one verification however many nodes it reaches, and runs still repeat exactly.
 */
export function memoised(crypto: Crypto): Crypto {
  /** BOUNDED: by MAX_VERDICTS; the oldest half makes room. */
  const verdicts = new Map<string, boolean>();
  return {
    hash: (data) => crypto.hash(data),
    mac: (key, data) => crypto.mac(key, data),
    derive: (secret, use, context) => crypto.derive(secret, use, context),
    seal: (key, nonce, associated, plain, out) => crypto.seal(key, nonce, associated, plain, out),
    open: (key, nonce, associated, sealed) => crypto.open(key, nonce, associated, sealed),
    publicKey: (secretKey) => crypto.publicKey(secretKey),
    sign: (message, secretKey) => crypto.sign(message, secretKey),
    verify(signature, message, key) {
      // Other lengths would make the concatenation ambiguous; they are the scheme's to refuse.
      if (signature.length !== SIGNATURE_BYTES || key.length !== PUBLIC_KEY_BYTES) {
        return crypto.verify(signature, message, key);
      }
      const name = nameOf(concatBytes(signature, key, message));
      const known = verdicts.get(name);
      if (known !== undefined) return known;
      if (verdicts.size >= MAX_VERDICTS) forgetOldest(verdicts, MAX_VERDICTS / 2);
      const valid = crypto.verify(signature, message, key);
      verdicts.set(name, valid);
      return valid;
    },
  };
}

function forgetOldest(verdicts: Map<string, boolean>, count: number): void {
  for (const name of verdicts.keys()) {
    if (count-- <= 0) return;
    verdicts.delete(name);
  }
}

/** A string of 32 characters that stands for the bytes. */
function nameOf(data: Uint8Array): string {
  return String.fromCharCode(...hash(data));
}
