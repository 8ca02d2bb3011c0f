import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, fromHex } from "../../wire/bytes.ts";
import { referenceCrypto } from "../../wire/reference-crypto.ts";

const { Point } = ed25519;
type Point = InstanceType<typeof Point>;
const L = Point.Fn.ORDER;
const P = Point.Fp.ORDER;
const KEYS = 16;

/** The eight points of small order: TORSION[i] is i times a point of order 8. */
export const TORSION: readonly Point[] = torsionSubgroup();

function torsionSubgroup(): Point[] {
  const hex = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
  const generator = Point.fromBytes(fromHex(hex, 32)!);
  const points = [Point.ZERO];
  for (let i = 1; i < 8; i++) points.push(points[i - 1]!.add(generator));
  return points;
}

/** Every encoding with y >= p, and the two with x = 0 and the sign bit set. */
export const NON_CANONICAL: readonly Uint8Array[] = nonCanonicalEncodings();
/** Those of NON_CANONICAL that a lenient decoder takes for a point of small order, with its multiple. */
const NON_CANONICAL_SMALL = nonCanonicalSmallOrder();

function nonCanonicalEncodings(): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let y = 0n; y < 19n; y++) {
    found.push(numberToBytesLE(P + y, 32), numberToBytesLE(P + y + (1n << 255n), 32));
  }
  for (const y of [1n, P - 1n]) found.push(numberToBytesLE(y + (1n << 255n), 32));
  return found;
}

function nonCanonicalSmallOrder(): { bytes: Uint8Array; multiple: number }[] {
  return NON_CANONICAL.flatMap((bytes) => {
    const number = bytesToNumberLE(bytes);
    const y = (number & ((1n << 255n) - 1n)) % P;
    const odd = number >> 255n === 1n;
    const sameY = TORSION.map((point, multiple) => ({ ...point.toAffine(), multiple })).filter(
      (point) => point.y === y,
    );
    const match = sameY.find(({ x }) => x === 0n || (x & 1n) === (odd ? 1n : 0n));
    return match === undefined ? [] : [{ bytes, multiple: match.multiple }];
  });
}

export interface Sample {
  kind: Kind;
  publicKey: Uint8Array;
  message: Uint8Array;
  signature: Uint8Array;
  /** What the rule says, known from how the sample was made. */
  valid: boolean;
}

export type Kind = keyof typeof MAKERS;

/** Endless, repeatable, one kind after the other. */
export class AdversarialSignatures {
  readonly #pick: Pick;

  constructor(seed: number) {
    this.#pick = new Pick(seed);
  }

  next(kind: Kind): Sample {
    return { kind, ...MAKERS[kind](this.#pick) };
  }

  *take(count: number): Generator<Sample> {
    for (let i = 0; i < count; i++) yield this.next(KINDS[i % KINDS.length]!);
  }
}

/** Seeded choices, and a supply of key pairs and nonces as scalars and points. */
class Pick {
  #state: number;
  #nonce: { r: bigint; point: Point };
  readonly #keys: { a: bigint; point: Point }[] = [];

  constructor(seed: number) {
    this.#state = seed;
    for (let i = 0; i < KEYS; i++) this.#keys.push(this.#pair());
    const { a: r, point } = this.#pair();
    this.#nonce = { r, point };
  }

  #pair(): { a: bigint; point: Point } {
    const a = this.scalar() || 1n;
    return { a, point: Point.BASE.multiply(a) };
  }

  /** mulberry32. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  scalar(): bigint {
    return bytesToNumberLE(this.bytes(40)) % L;
  }

  key(): { a: bigint; point: Point } {
    return this.#keys[this.below(KEYS)]!;
  }

  /** Successive nonces cost one addition; nothing here is secret. */
  nonce(): { r: bigint; point: Point } {
    const { r, point } = this.#nonce;
    this.#nonce = { r: (r + 1n) % L, point: point.add(Point.BASE) };
    return { r, point };
  }

  message(): Uint8Array {
    return this.bytes(this.below(150));
  }
}

function challenge(r: Uint8Array, publicKey: Uint8Array, message: Uint8Array): bigint {
  return bytesToNumberLE(sha512(concatBytes(r, publicKey, message))) % L;
}

function join(r: Uint8Array, s: bigint): Uint8Array {
  return concatBytes(r, numberToBytesLE(s, 32));
}

type Made = Omit<Sample, "kind">;

/** A key A + iT and a signature with R + jT: valid exactly when -k iT = jT. */
function withTorsion(pick: Pick, i: number, j: number): Made {
  const { a, point } = pick.key();
  const nonce = pick.nonce();
  const publicKey = point.add(TORSION[i]!).toBytes();
  const r = nonce.point.add(TORSION[j]!).toBytes();
  const message = pick.message();
  const k = challenge(r, publicKey, message);
  const signature = join(r, Point.Fn.create(nonce.r + k * a));
  return { publicKey, message, signature, valid: (k * BigInt(i) + BigInt(j)) % 8n === 0n };
}

/** For a key that is the `multiple` of small order, written as `publicKey`: the equation holds, yet invalid. */
function forSmallKey(pick: Pick, publicKey: Uint8Array, multiple: number): Made {
  for (;;) {
    const nonce = pick.nonce();
    const j = pick.below(8);
    const r = nonce.point.add(TORSION[j]!).toBytes();
    const message = pick.message();
    const k = challenge(r, publicKey, message);
    if ((k * BigInt(multiple) + BigInt(j)) % 8n !== 0n) continue;
    return { publicKey, message, signature: join(r, nonce.r), valid: false };
  }
}

/** R is a point of small order, written canonically, and the equation holds, yet invalid. */
function withSmallR(pick: Pick): Made {
  for (;;) {
    const { a, point } = pick.key();
    const i = pick.below(8);
    const j = pick.below(8);
    const publicKey = point.add(TORSION[i]!).toBytes();
    const r = TORSION[j]!.toBytes();
    const message = pick.message();
    const k = challenge(r, publicKey, message);
    if ((k * BigInt(i) + BigInt(j)) % 8n !== 0n) continue;
    return { publicKey, message, signature: join(r, Point.Fn.create(k * a)), valid: false };
  }
}

/** Where a lenient decoder sees the identity in R, the equation holds for it. */
function withNonCanonicalR(pick: Pick): Made {
  const { a, point } = pick.key();
  const r = NON_CANONICAL[pick.below(NON_CANONICAL.length)]!;
  const publicKey = point.toBytes();
  const message = pick.message();
  const k = challenge(r, publicKey, message);
  return { publicKey, message, signature: join(r, Point.Fn.create(k * a)), valid: false };
}

function withNonCanonicalKey(pick: Pick): Made {
  if (pick.below(2) === 0) {
    const small = NON_CANONICAL_SMALL[pick.below(NON_CANONICAL_SMALL.length)]!;
    return forSmallKey(pick, small.bytes, small.multiple);
  }
  const publicKey = NON_CANONICAL[pick.below(NON_CANONICAL.length)]!;
  const signature = join(pick.nonce().point.toBytes(), pick.scalar());
  return { publicKey, message: pick.message(), signature, valid: false };
}

function flipBit(pick: Pick): Made {
  const made = withTorsion(pick, 0, 0);
  const parts = [made.publicKey, made.signature, made.message].filter((part) => part.length > 0);
  const part = parts[pick.below(parts.length)]!;
  part[pick.below(part.length)]! ^= 1 << pick.below(8);
  return { ...made, valid: false };
}

function wrongLength(pick: Pick): Made {
  const made = withTorsion(pick, 0, 0);
  const cut = (bytes: Uint8Array): Uint8Array => bytes.slice(0, pick.below(bytes.length));
  const extend = (bytes: Uint8Array): Uint8Array =>
    concatBytes(bytes, pick.bytes(1 + pick.below(4)));
  const change = pick.below(2) === 0 ? cut : extend;
  return pick.below(2) === 0
    ? { ...made, publicKey: change(made.publicKey), valid: false }
    : { ...made, signature: change(made.signature), valid: false };
}

const MAKERS = {
  honest: (pick: Pick) => withTorsion(pick, 0, 0),
  signed(pick: Pick): Made {
    const secret = pick.bytes(32);
    const message = pick.message();
    const signature = referenceCrypto.sign(message, secret);
    return { publicKey: referenceCrypto.publicKey(secret), message, signature, valid: true };
  },
  torsion: (pick: Pick) => withTorsion(pick, pick.below(8), pick.below(8)),
  "small-order-key"(pick: Pick) {
    const multiple = pick.below(8);
    return forSmallKey(pick, TORSION[multiple]!.toBytes(), multiple);
  },
  "small-order-r": withSmallR,
  "non-canonical-key": withNonCanonicalKey,
  "non-canonical-r": withNonCanonicalR,
  "s-plus-l"(pick: Pick) {
    const made = withTorsion(pick, 0, 0);
    const s = bytesToNumberLE(made.signature.subarray(32)) + L * BigInt(1 + pick.below(14));
    return { ...made, signature: join(made.signature.subarray(0, 32), s), valid: false };
  },
  "bit-flip": flipBit,
  "swapped-message"(pick: Pick) {
    const made = withTorsion(pick, 0, 0);
    return { ...made, message: concatBytes(made.message, pick.bytes(1)), valid: false };
  },
  random: (pick: Pick) => ({
    publicKey: pick.bytes(32),
    message: pick.message(),
    signature: join(pick.bytes(32), pick.scalar()),
    valid: false,
  }),
  "wrong-length": wrongLength,
} satisfies Record<string, (pick: Pick) => Made>;

export const KINDS = Object.keys(MAKERS) as Kind[];
