import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  hash,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { BoundedMap } from "../../../candidates/bounded-map.ts";
import { concatBytes, equalBytes, fromHex, toHex } from "../../../wire/bytes.ts";
import { type Crypto, TAG_BYTES } from "../../../wire/crypto.ts";
import { derive } from "../../../wire/derive.ts";
import { SECRET_KEY_BYTES } from "../../../wire/identity.ts";
import { isWellFormed } from "../../../wire/signature.ts";
import { CIPHER_VECTOR } from "./cipher-vector.ts";
import { SIGNATURE_VECTORS } from "./signature-vectors.ts";

/** What stands before the raw key in DER (RFC 8410): SubjectPublicKeyInfo and PKCS #8. */
const PUBLIC_KEY_PREFIX = fromHex("302a300506032b6570032100", 12)!;
const SECRET_KEY_PREFIX = fromHex("302e020100300506032b657004220420", 16)!;

const HASH_BYTES = 32;
const CIPHER = "chacha20-poly1305";
const CIPHER_OPTIONS = { authTagLength: TAG_BYTES };

/** Importing a key costs as much as a verification; most bundles come from few authors. */
const MAX_CACHED_PUBLIC_KEYS = 4_096;
/** A process writes with one key per overlay, and founders with two. */
const MAX_CACHED_SECRET_KEYS = 64;

/** Values made on demand by 32-byte key. BOUNDED: by `max`; the one used longest ago makes room. */
class KeyCache<Value> {
  readonly #values: BoundedMap<string, Value>;
  readonly #make: (key: Uint8Array) => Value;

  constructor(max: number, make: (key: Uint8Array) => Value) {
    this.#values = new BoundedMap(max);
    this.#make = make;
  }

  get(key: Uint8Array): Value {
    const name = toHex(key);
    const known = this.#values.use(name);
    if (known !== undefined) return known;
    const made = this.#make(key);
    this.#values.set(name, made);
    return made;
  }
}

const publicKeys = new KeyCache(MAX_CACHED_PUBLIC_KEYS, importPublicKey);
const secretKeys = new KeyCache(MAX_CACHED_SECRET_KEYS, importSecretKey);

function importPublicKey(key: Uint8Array): KeyObject {
  const der = Buffer.from(concatBytes(PUBLIC_KEY_PREFIX, key));
  return createPublicKey({ key: der, format: "der", type: "spki" });
}

function importSecretKey(key: Uint8Array): { secret: KeyObject; publicKey: Uint8Array } {
  if (key.length !== SECRET_KEY_BYTES) throw new RangeError("a secret key has 32 bytes");
  const der = Buffer.from(concatBytes(SECRET_KEY_PREFIX, key));
  const secret = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const spki = createPublicKey(secret).export({ format: "der", type: "spki" });
  return { secret, publicKey: Uint8Array.from(spki.subarray(PUBLIC_KEY_PREFIX.length)) };
}

/** SHA-256 over what comes in parts. */
export interface RunningHash {
  add(data: Uint8Array): void;
  end(): Uint8Array;
}

export function runningHash(): RunningHash {
  const running = createHash("sha256");
  return { add: (data) => void running.update(data), end: () => plain(running.digest()) };
}

/** The same bytes as a plain `Uint8Array`, so that both implementations return the same type. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** Of SHA-256, in HMAC (RFC 2104). */
const BLOCK_BYTES = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * HMAC as its two hashes, each in one call: an `Hmac` takes three times as long to make, and is one more thing with a
 * finaliser. A tracker makes two for each newcomer.
 */
function mac(key: Uint8Array, data: Uint8Array): Uint8Array {
  const short = key.length > BLOCK_BYTES ? sha256(key) : key;
  const inner = sha256(padded(short, INNER_PAD, data));
  return sha256(padded(short, OUTER_PAD, inner));
}

/** A block of `pad` with the key in it, and what follows. */
function padded(key: Uint8Array, pad: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(BLOCK_BYTES + data.length).fill(pad, 0, BLOCK_BYTES);
  for (let i = 0; i < key.length; i++) bytes[i]! ^= key[i]!;
  bytes.set(data, BLOCK_BYTES);
  return bytes;
}

/** By way of text: a buffer of its own for 32 bytes takes longer, to make and to collect. */
function sha256(data: Uint8Array): Uint8Array {
  return fromHex(hash("sha256", data, "hex"), HASH_BYTES)!;
}

const seal: Crypto["seal"] = (key, nonce, associated, text, out) => {
  const cipher = createCipheriv(CIPHER, key, nonce, CIPHER_OPTIONS);
  cipher.setAAD(associated, { plaintextLength: text.length });
  out.set(cipher.update(text));
  cipher.final();
  out.set(cipher.getAuthTag(), text.length);
};

const open: Crypto["open"] = (key, nonce, associated, sealed) => {
  const end = sealed.length - TAG_BYTES;
  if (end < 0) return undefined;
  const decipher = createDecipheriv(CIPHER, key, nonce, CIPHER_OPTIONS);
  decipher.setAAD(associated, { plaintextLength: end });
  decipher.setAuthTag(sealed.subarray(end));
  const text = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plain(text);
};

/** Native cryptography under the one signature rule (`wire/signature.ts`): about ten times as fast. */
export const nativeCrypto: Crypto = {
  hash: sha256,
  mac,
  derive: (secret, use, context) => derive(mac, secret, use, context),
  seal,
  open,
  publicKey: (secretKey) => secretKeys.get(secretKey).publicKey.slice(),
  sign: (message, secretKey) => plain(sign(null, message, secretKeys.get(secretKey).secret)),
  verify(signature, message, publicKey) {
    if (!isWellFormed(signature, publicKey)) return false;
    try {
      return verify(null, message, publicKeys.get(publicKey), signature);
    } catch {
      // A key that is no point of the curve may be refused at import.
      return false;
    }
  },
};

/**
 * Compares `crypto` with the rule and the cipher on chosen vectors (about 3 ms native). Throws an Error that names the
 * Node version when they differ: such a node would refuse bundles that all others keep, or the reverse.
 */
export function selfTest(crypto: Crypto = nativeCrypto): void {
  for (const { name, publicKey, message, signature, valid } of SIGNATURE_VECTORS) {
    if (crypto.verify(signature, message, publicKey) === valid) continue;
    throw new Error(
      `the cryptography of Node ${process.version} ${valid ? "refuses" : "accepts"} a signature that ` +
        `dispersy's rule ${valid ? "accepts" : "refuses"} (${name}); please use another Node version`,
    );
  }
  if (!isCipher(crypto)) {
    throw new Error(
      `the ChaCha20-Poly1305 of Node ${process.version} is not that of RFC 8439; please use another Node version`,
    );
  }
}

/** By one datagram's worth of text. */
function isCipher({ seal, open }: Crypto): boolean {
  const { key, nonce, associated, plain, tag } = CIPHER_VECTOR;
  const sealed = new Uint8Array(plain.length + TAG_BYTES);
  seal(key, nonce, associated, plain, sealed);
  const opened = open(key, nonce, associated, sealed);
  const isSame = opened !== undefined && equalBytes(opened, plain);
  return isSame && equalBytes(sealed.subarray(plain.length), tag);
}
