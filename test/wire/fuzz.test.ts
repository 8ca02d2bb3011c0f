import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decode } from "../../wire/decode.ts";
import { encode } from "../../wire/encode.ts";
import { REJECTION_REASONS } from "../../wire/rejection.ts";
import { dispersy } from "../../wire/schema.js";
import { SAMPLES, encoded, filled } from "./samples.ts";

const SCALE = Number(process.env.SCALE ?? 1);
const MUTANTS = 100_000 * SCALE;

/** Uniform integers in [0, bound) from a seed (xorshift32). */
function seeded(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

const ASCII = (text: string) => Uint8Array.from(Buffer.from(text));
/** Names that would matter if bytes ever became property names. */
const JUNK = ["__proto__", "constructor", "prototype", "toString", "$unknowns"].map(ASCII);
const TAGS = [8, 10, 16, 18, 24, 26, 34, 42, 50, 58, 66, 74, 82, 90, 98, 106, 114, 122];

/** Reasons that take more luck than a quick run has. */
const SELDOM = new Set(["empty", "sealed", "bundles-too-many", "authors-unused", "author-twice"]);

/** Byte strings that decoders stumble over. */
function bomb(below: (bound: number) => number): Uint8Array {
  const tag = TAGS[below(TAGS.length)]!;
  switch (below(8)) {
    case 0: // endless varint
      return filled(1 + below(30), 0xff);
    case 1: // varint of 10 bytes
      return Uint8Array.of(tag & ~7, ...filled(9, 0xff), below(128));
    case 2: // huge length
      return Uint8Array.of(tag | 2, 0xff, 0xff, 0xff, 0xff, below(16));
    case 3: // nested groups, some of them ended
      return Uint8Array.from([...filled(below(300), 0x0b), ...filled(below(300), 0x0c)]);
    case 4: // nested messages of plausible lengths
      return Uint8Array.from(Array(below(120)).fill(0), (_, i) => (i & 1 ? 250 - i : tag | 2));
    case 5: // any field with any wire type
      return Uint8Array.of((below(16) << 3) | below(8), below(256), below(256));
    case 6: // a 64-bit number
      return Uint8Array.of(tag & ~7, ...filled(8, 0x80 | below(128)), below(256));
    default: {
      const name = JUNK[below(JUNK.length)]!;
      return Uint8Array.of(tag | 2, name.length, ...name);
    }
  }
}

function splice(bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
}

function mutate(bytes: Uint8Array, below: (bound: number) => number): Uint8Array {
  // Mostly behind the overlay id, or little else would be reached.
  const first = below(20) === 0 ? 0 : Math.min(22, bytes.length);
  const at = first + below(Math.max(1, bytes.length - first));
  switch (below(8)) {
    case 0: {
      const flipped = bytes.slice();
      if (flipped.length > 0) flipped[Math.min(at, flipped.length - 1)]! ^= 1 << below(8);
      return flipped;
    }
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return splice(bytes, at, below(6), Uint8Array.of());
    case 3:
      return splice(bytes, at, 0, bomb(below));
    case 4:
      return splice(bytes, bytes.length, 0, bomb(below));
    case 5: // a piece once more: duplicate fields
      return splice(bytes, at, 0, bytes.subarray(first + below(40), at));
    case 6: // the length of the kind grows with what is appended to it
      return grown(bytes, bomb(below));
    default:
      return splice(bytes, at, 1, Uint8Array.of(below(256)));
  }
}

/** `bytes` with `more` inside the kind's message, whose length is corrected. */
function grown(bytes: Uint8Array, more: Uint8Array): Uint8Array {
  const wide = (bytes[23] ?? 0) > 127;
  const length = bytes.length - (wide ? 25 : 24) + more.length;
  if (length < 0) return bytes;
  const prefix = Uint8Array.of((length & 127) | 128, length >> 7);
  return splice(splice(bytes, bytes.length, 0, more), 23, wide ? 2 : 1, prefix);
}

/** The datagram with one field, somewhere in its tree, set to another value or width. */
function tamper(bytes: Uint8Array, below: (bound: number) => number): Uint8Array {
  const datagram = dispersy.Datagram.decode(bytes);
  let fields = datagram as unknown as Record<string, unknown>;
  for (let name = datagram.kind as string; ;) {
    const value = fields[name];
    if (value instanceof Uint8Array) {
      const widths = [0, value.length - 1, value.length + 1, 8, below(1_200)];
      fields[name] = filled(Math.max(0, widths[below(widths.length)]!), below(3));
    } else if (typeof value === "number") {
      fields[name] = [0, 1, value + 1, below(70_000), 2 ** 32 - 1][below(5)];
    } else if (
      typeof value === "object" &&
      value !== null &&
      !("low" in value && "unsigned" in value)
    ) {
      const names = Object.keys(value);
      if (names.length > 0) {
        fields = value as Record<string, unknown>;
        name = names[below(names.length)]!;
        continue;
      }
    } else {
      fields[name] = typeof value === "object" ? { low: below(2), high: below(2) << 21 } : true;
    }
    return dispersy.Datagram.encode(datagram).finish();
  }
}

describe("mutated datagrams", () => {
  it("are decoded or rejected by name, without exceptions or side effects", () => {
    const below = seeded(20_250_101);
    const known = new Set<string>(REJECTION_REASONS);
    const counts = new Map<string, number>();
    const prototypes = [Object.prototype, Array.prototype, Uint8Array.prototype];
    const before = prototypes.map((p) => Object.getOwnPropertyNames(p).join());
    const samples = SAMPLES.map(encoded);
    for (let i = 0; i < MUTANTS; i++) {
      let bytes = samples[i % samples.length]!;
      const tampered = below(3) > 0;
      if (tampered) bytes = tamper(bytes, below);
      for (let n = tampered ? below(12) - 10 : 1 + below(2); n > 0; n--)
        bytes = mutate(bytes, below);
      const copy = Buffer.from(bytes);
      const result = decode(bytes);
      assert.ok(copy.equals(bytes), "the datagram is not written to");
      if ("rejected" in result) {
        assert.ok(known.has(result.rejected), result.rejected);
        counts.set(result.rejected, (counts.get(result.rejected) ?? 0) + 1);
      } else {
        // Whatever is accepted is a message that we could have sent.
        const sent = encode(result.overlay, result.message);
        const again = decode(sent);
        assert.ok("message" in again);
        assert.ok(Buffer.from(sent).equals(encode(again.overlay, again.message)));
        counts.set("accepted", (counts.get("accepted") ?? 0) + 1);
      }
    }
    assert.deepEqual(
      prototypes.map((p) => Object.getOwnPropertyNames(p).join()),
      before,
    );
    assert.ok(({} as Record<string, unknown>).polluted === undefined);
    // The fuzzer is worth something only while it gets past the first checks.
    for (const name of REJECTION_REASONS) {
      if (SELDOM.has(name)) continue;
      assert.ok((counts.get(name) ?? 0) >= MUTANTS / 5_000, `${name}: ${counts.get(name)}`);
    }
    assert.ok(counts.get("accepted")! > MUTANTS / 10);
  });

  it("of random bytes behind an overlay id are rejected or decoded as well", () => {
    const below = seeded(7);
    const head = encoded(SAMPLES[0]!).subarray(0, 22);
    for (let i = 0; i < MUTANTS / 5; i++) {
      const rest = Uint8Array.from({ length: below(200) }, () => below(256));
      if (rest.length > 0) rest[0] = TAGS[below(TAGS.length)]!;
      decode(Buffer.concat([head, rest]));
    }
  });
});
