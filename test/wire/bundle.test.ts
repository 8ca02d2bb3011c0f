import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { concatBytes, fromHex, toHex, utf8 } from "../../wire/bytes.ts";
import {
  type Bundle,
  bundleId,
  checkDraft,
  type Content,
  type Draft,
  draftBytes,
  makeBundle,
  readBundle,
  signedBytes,
} from "../../wire/bundle.ts";
import type { Crypto } from "../../wire/crypto.ts";
import { heldOf } from "../../node/sets/held.ts";
import { MAX_BODY_BYTES, MAX_GLOBAL_TIME, MAX_PAYLOAD_BYTES } from "../../wire/limits.ts";
import { referenceCrypto } from "../../wire/reference-crypto.ts";
import { dispersy } from "../../wire/schema.js";

const SCALE = Number(process.env["SCALE"] ?? 1);
const OVERLAY = referenceCrypto.publicKey(new Uint8Array(32).fill(1));
const SECRET = new Uint8Array(32).fill(2);
const AUTHOR = referenceCrypto.publicKey(SECRET);
const ID = new Uint8Array(32).fill(3);
const data = (payload: Uint8Array): Content => ({ kind: "data", payload });
const filled = (width: number): Uint8Array => new Uint8Array(width).fill(7);
const hex = (text: string): Uint8Array => fromHex(text, text.length / 2)!;

/** Signatures are tested elsewhere; here they only cost time. */
const quickCrypto: Crypto = {
  ...referenceCrypto,
  sign: () => new Uint8Array(64),
  publicKey: (secret) => secret,
};

const DRAFTS: [string, Draft][] = [
  ["data", { content: data(utf8("hello")) }],
  ["sealed", { content: { kind: "sealed", key: filled(8), sealed: filled(96) } }],
  ["empty data", { content: data(new Uint8Array()) }],
  ["open", { content: { kind: "policy", writers: "open" } }],
  ["members", { content: { kind: "policy", writers: "members" } }],
  ["private", { content: { kind: "policy", writers: "members", private: true } }],
  ["grant", { content: { kind: "grant", member: ID, write: true, grant: false } }],
  ["grant of nothing", { content: { kind: "grant", member: ID, write: false, grant: false } }],
  [
    "everything",
    {
      content: { kind: "data", payload: utf8("hello"), written: 1_900_000_000_123 },
      expires: 2_000_000_000,
      parents: [
        { globalTime: 4, w0: 1, w1: 2, w2: 3, w3: 0xffff_ffff },
        { globalTime: 6, w0: 5, w1: 6, w2: 7, w3: 8 },
      ],
      receipt: 9,
      topic: { name: utf8("t"), keep: 3 },
    },
  ],
];

function read(body: Uint8Array): Bundle | string {
  const signature = new Uint8Array(64);
  const result = readBundle(quickCrypto, OVERLAY, { author: AUTHOR, body, signature });
  return "rejected" in result ? result.rejected : result;
}

test("golden: a bundle's body, id and signature", () => {
  const bundle = makeBundle(referenceCrypto, OVERLAY, SECRET, 300, DRAFTS.at(-1)![1]);
  assert.equal(toHex(AUTHOR), "8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394");
  assert.equal(
    toHex(bundle.body),
    `08ac021880a8d6b9072228${"00000128000000010000000200000003ffffffff"}` +
      "00000126000000050000000600000007000000082a017430034009480150fbf0cc86a6377a0568656c6c6f",
  );
  assert.equal(
    toHex(bundle.id),
    "c95ef4b828edb2924a65ac6c5a35e91b59a2843c0367f53d7215f6a44f1056bf",
  );
  assert.equal(
    toHex(bundle.signature),
    "0a5452bfc0a5dc23d3224adec3dd574be859b6f97226f7b78aaefe61a356cfeea3b4f60c48ac20df4011e044a4864adfbff03c5ad20e7921b87d950013002306",
  );
});

test("what is signed: domain, overlay, author, body", () => {
  const body = utf8("body");
  const signed = signedBytes(OVERLAY, AUTHOR, body);
  assert.deepEqual(signed, concatBytes(utf8("dispersy bundle 1\0"), OVERLAY, AUTHOR, body));
  assert.deepEqual(bundleId(referenceCrypto, OVERLAY, AUTHOR, body), referenceCrypto.hash(signed));
});

test("every kind of draft becomes a bundle that verifies and reads back", () => {
  for (const [name, draft] of DRAFTS) {
    const bundle = makeBundle(referenceCrypto, OVERLAY, SECRET, 7, draft);
    assert.deepEqual(bundle.header, { globalTime: 7, ...draft }, name);
    const signed = signedBytes(OVERLAY, bundle.author, bundle.body);
    assert.ok(referenceCrypto.verify(bundle.signature, signed, AUTHOR), name);
    assert.deepEqual(readBundle(referenceCrypto, OVERLAY, bundle), bundle, name);
  }
});

test("a signature speaks for one overlay and one author only", () => {
  const { body, signature } = makeBundle(referenceCrypto, OVERLAY, SECRET, 1, DRAFTS[0]![1]);
  const forAnother = signedBytes(AUTHOR, OVERLAY, body);
  assert.ok(!referenceCrypto.verify(signature, forAnother, AUTHOR));
  assert.ok(!referenceCrypto.verify(signature, body, AUTHOR));
});

const bytes = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength });
/** Records like those that object literals make, so that they compare as equal. */
const PLAIN = { noNullPrototype: true };
const content: fc.Arbitrary<Content> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("data" as const),
      payload: bytes(0, 700),
      written: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    },
    { ...PLAIN, requiredKeys: ["kind", "payload"] },
  ),
  fc.record(
    {
      kind: fc.constant("policy" as const),
      writers: fc.constantFrom("open" as const, "members" as const),
      version: fc.integer({ min: 1, max: 0xffff_ffff }),
      requires: fc.integer({ min: 1, max: 0xffff_ffff }),
    },
    { ...PLAIN, requiredKeys: ["kind", "writers"] },
  ),
  fc.record(
    {
      kind: fc.constant("grant" as const),
      member: bytes(32, 32),
      write: fc.boolean(),
      grant: fc.boolean(),
    },
    PLAIN,
  ),
);
const drafts: fc.Arbitrary<Draft> = fc.record(
  {
    content,
    expires: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    receipt: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    topic: fc.record({ name: bytes(1, 32), keep: fc.integer({ min: 1, max: 0xffff_ffff }) }, PLAIN),
  },
  { ...PLAIN, requiredKeys: ["content"] },
);
const times = fc.integer({ min: 1, max: MAX_GLOBAL_TIME });
const word = fc.nat({ max: 0xffff_ffff });
/** Of any bundle: how much earlier they are, and their ids. */
const relatives = fc.array(fc.tuple(word, word, word, word, word), { maxLength: 3 });
/** With those parents that can be so much earlier. */
const timedDrafts: fc.Arbitrary<[Draft, number]> = fc
  .tuple(drafts, times, relatives)
  .map(([draft, time, all]) => {
    const parents = all
      .map(([distance, w0, w1, w2, w3]) => ({ globalTime: time - distance, w0, w1, w2, w3 }))
      .filter(({ globalTime }) => globalTime >= 1 && globalTime < time);
    return [parents.length > 0 ? { ...draft, parents } : draft, time];
  });

test("property: any draft within the limits survives the round trip", () => {
  const property = fc.property(timedDrafts, ([draft, globalTime]) => {
    assert.equal(checkDraft(draft), undefined);
    const bundle = makeBundle(quickCrypto, OVERLAY, AUTHOR, globalTime, draft);
    assert.ok(bundle.body.length <= draftBytes(draft));
    assert.deepEqual(bundle.header, { globalTime, ...draft });
    assert.deepEqual(read(bundle.body), bundle);
  });
  fc.assert(property, { seed: 1, numRuns: 300 * SCALE });
});

test("property: hostile bodies are read or rejected, never thrown at", () => {
  const edited = fc
    .tuple(timedDrafts, fc.nat(), fc.nat({ max: 255 }), fc.nat())
    .map(([[draft, time], at, value, cut]) => {
      const { body } = makeBundle(quickCrypto, OVERLAY, AUTHOR, time, draft);
      const copy = body.slice(0, cut % 4 === 0 ? cut % (body.length + 1) : body.length);
      if (copy.length > 0) copy[at % copy.length] = value;
      return copy;
    });
  const outcomes = new Map<string, number>();
  const property = fc.property(fc.oneof(edited, edited, bytes(0, 200)), (body) => {
    const result = read(body);
    const name = typeof result === "string" ? result : "read";
    outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
  });
  fc.assert(property, { seed: 2, numRuns: 3_000 * SCALE });
  for (const name of ["read", "body-malformed", "content-mismatch"]) {
    assert.ok(outcomes.get(name)! > 10, `${name}: ${outcomes.get(name)}`);
  }
});

test("each flaw of a body is rejected by its own name", () => {
  const parent = (distance: string): string => `${distance}${"05".repeat(16)}`;
  const content5 = "7a0568656c6c6f";
  const flaws: [string, string][] = [
    ["body-malformed", "ff"],
    ["body-malformed", `08017a06${"00".repeat(5)}`],
    ["body-malformed", `0801820104${"00".repeat(4)}`],
    ["time-out-of-range", ""],
    ["time-out-of-range", content5],
    ["time-out-of-range", `0800${content5}`],
    ["time-out-of-range", `0880808080808080 10${content5}`.replace(" ", "")],
    ["time-out-of-range", `08ffffffffffffffffff01${content5}`],
    ["expires-out-of-range", `0801188080808080808010${content5}`],
    ["too-many-parents", `08092250${parent("00000001").repeat(4)}${content5}`],
    ["parent-malformed", `08092213${"05".repeat(19)}${content5}`],
    ["parent-malformed", `08092214${parent("00000000")}${content5}`],
    ["parent-malformed", `08092214${parent("00000009")}${content5}`],
    ["topic-too-long", `08012a21${"61".repeat(33)}3001${content5}`],
    ["topic-incomplete", `08012a0161${content5}`],
    ["topic-incomplete", `08013001${content5}`],
    ["kind-not-stored", `08011041${content5}`],
    ["kind-not-stored", `080110ffffffffffffffffff01${content5}`],
    ["content-mismatch", "0801"],
    ["content-mismatch", "0801820102 0801".replace(" ", "")],
    ["content-mismatch", `08011001${content5}`],
    ["content-mismatch", "08011001"],
    ["content-mismatch", `08011002${content5}`],
    ["content-mismatch", "08011002"],
    ["writers-unknown", "08011001820100"],
    ["writers-unknown", "080110018201020803"],
    ["member-malformed", "080110028a0100"],
    ["member-malformed", `080110028a01210a1f${"05".repeat(31)}`],
    ["payload-too-large", `08017aa107${"00".repeat(MAX_PAYLOAD_BYTES + 1)}`],
    ["body-too-large", "00".repeat(MAX_BODY_BYTES + 1)],
  ];
  for (const [name, body] of flaws) assert.equal(read(hex(body)), name, body.slice(0, 80));
});

test("the edges of what is allowed are read", () => {
  const edges = [
    "08017a00",
    `08ffffffffffffff0f7a00`,
    `080118ffffffffffffff0f7a00`,
    `0809223c${`00000008${"05".repeat(16)}`.repeat(3)}7a00`,
    `08012a20${"61".repeat(32)}30017a00`,
    `08017aa007${"00".repeat(MAX_PAYLOAD_BYTES)}`,
  ];
  for (const body of edges) assert.equal(typeof read(hex(body)), "object", body.slice(0, 80));
});

test("kinds of a later version are carried on unread, whatever they hold", () => {
  const bodies: [string, number][] = [
    ["080110047a0161", 4],
    ["08011004", 4],
    ["080110059201020801", 5],
    [`0801103f920102${"ff".repeat(2)}`, 63],
  ];
  for (const [body, number] of bodies) {
    const bundle = read(hex(body));
    assert.ok(typeof bundle === "object", body);
    assert.deepEqual(bundle.header, { globalTime: 1, content: { kind: "opaque", number } });
    assert.deepEqual(bundle.body, hex(body));
  }
});

test("a bundle of kind KEYS is carried as it is, whole or not", () => {
  const wrap = { hint: filled(4), encapsulated: filled(32), ciphertext: filled(48) };
  const prev = { id: filled(16), secret: filled(48) };
  const keys = dispersy.Keys.encode({
    id: filled(16),
    prev,
    wraps: Array.from({ length: 9 }, () => wrap),
  }).finish();
  assert.equal(dispersy.Keys.decode(keys).wraps.length, 9);
  const field = (bytes: Uint8Array): Uint8Array => {
    return concatBytes(
      hex("9201"),
      Uint8Array.of((bytes.length & 127) | 128, bytes.length >>> 7),
      bytes,
    );
  };
  for (const content of [keys, keys.subarray(0, 200), new Uint8Array(300).fill(0xff)]) {
    const body = concatBytes(hex("08051004"), field(content));
    const bundle = read(body);
    assert.ok(typeof bundle === "object");
    assert.deepEqual(bundle.header, { globalTime: 5, content: { kind: "opaque", number: 4 } });
    assert.deepEqual(bundle.body, body);
  }
});

test("a key's id makes data sealed, whatever its width, and is ignored on other kinds", () => {
  for (const [width, id] of [
    [8, "3a08"],
    [1, "3a01"],
    [20, "3a14"],
  ] as const) {
    const key = "ab".repeat(width);
    const bundle = read(hex(`0801${id}${key}7a03010203`));
    assert.ok(typeof bundle === "object");
    const content = { kind: "sealed", key: hex(key), sealed: hex("010203") };
    assert.deepEqual(bundle.header, { globalTime: 1, content });
  }
  assert.equal(read(hex(`08013a08${"ab".repeat(8)}`)), "content-mismatch");
  const grant = `080110023a0801020304050607088a01220a20${"05".repeat(32)}`;
  const bundle = read(hex(grant));
  assert.ok(typeof bundle === "object" && bundle.header.content.kind === "grant");
});

test("keys and signatures of a wrong width are rejected", () => {
  const body = hex("08017a00");
  const signature = new Uint8Array(64);
  const short = { author: AUTHOR.subarray(1), body, signature };
  assert.deepEqual(readBundle(quickCrypto, OVERLAY, short), { rejected: "author-malformed" });
  const long = { author: AUTHOR, body, signature: new Uint8Array(65) };
  assert.deepEqual(readBundle(quickCrypto, OVERLAY, long), { rejected: "signature-malformed" });
});

test("a re-encoded body with the same meaning is another bundle", () => {
  const canonical = hex("08057a0568656c6c6f");
  const sameMeaning = [
    hex("0885007a0568656c6c6f"), // the time as a longer varint
    hex("7a0568656c6c6f0805"), // another order
    hex("080908057a0568656c6c6f"), // an overwritten time
    hex("080510007a0568656c6c6f"), // a default value written out
    hex("08057a0568656c6c6f980601"), // an optional field of a later version
  ];
  const first = read(canonical);
  assert.ok(typeof first === "object");
  const signature = referenceCrypto.sign(signedBytes(OVERLAY, AUTHOR, canonical), SECRET);
  const ids = new Set([toHex(first.id)]);
  for (const body of sameMeaning) {
    const other = read(body);
    assert.ok(typeof other === "object");
    assert.deepEqual(other.header, first.header);
    assert.deepEqual(other.body, body, "what travels on is what was received");
    ids.add(toHex(other.id));
    assert.ok(!referenceCrypto.verify(signature, signedBytes(OVERLAY, AUTHOR, body), AUTHOR));
  }
  assert.equal(ids.size, 1 + sameMeaning.length);
});

test("a read bundle shares no memory with the datagram", () => {
  const made = makeBundle(quickCrypto, OVERLAY, AUTHOR, 9, DRAFTS.at(-1)![1]);
  const datagram = concatBytes(made.author, made.signature, made.body);
  const bundle = readBundle(quickCrypto, OVERLAY, {
    author: datagram.subarray(0, 32),
    signature: datagram.subarray(32, 96),
    body: datagram.subarray(96),
  });
  datagram.fill(0xee);
  assert.deepEqual(bundle, made);
});

test("a draft that cannot be published gets a sentence that names the limit", () => {
  const payload = new Uint8Array();
  const mistakes: [Draft, RegExp][] = [
    [{ content: data(new Uint8Array(929)) }, /929 bytes; at most 928/],
    [{ content: { kind: "opaque", number: 9 } }, /kind 9/],
    [{ content: { kind: "policy", writers: "open", version: -1 } }, /32 bits/],
    [{ content: { kind: "grant", member: ID.subarray(1), write: true, grant: true } }, /32 .* 31/],
    [{ content: data(payload), expires: 0 }, /expiry/],
    [{ content: data(payload), expires: 1.5 }, /expiry/],
    [{ content: data(payload), parents: Array(4).fill(heldOf(0, ID)) }, /4 parents; at most 3/],
    [{ content: data(payload), receipt: 0 }, /numbered from 1 on/],
    [{ content: data(payload), topic: { name: payload, keep: 1 } }, /0 bytes; .* 1 to 32/],
    [{ content: data(payload), topic: { name: new Uint8Array(33), keep: 1 } }, /33 bytes/],
    [{ content: data(payload), topic: { name: ID, keep: 0 } }, /keeps 1 to 4294967295/],
    [{ content: data(payload), topic: { name: ID, keep: 2 ** 32 } }, /keeps 1 to 4294967295/],
    [
      { content: data(new Uint8Array(928)), parents: Array(3).fill(heldOf(0, ID)) },
      /together; at most 1040/,
    ],
  ];
  for (const [draft, sentence] of mistakes) {
    assert.match(checkDraft(draft) ?? "no mistake", sentence);
    assert.throws(() => makeBundle(quickCrypto, OVERLAY, AUTHOR, 1, draft), RangeError);
  }
  for (const globalTime of [0, -1, 1.5, NaN, 2 ** 53]) {
    const draft: Draft = { content: data(payload) };
    assert.throws(() => makeBundle(quickCrypto, OVERLAY, AUTHOR, globalTime, draft), RangeError);
  }
});

test("a parent is earlier than its child, by no more than the format can say", () => {
  const parent = { w0: 0, w1: 0, w2: 0, w3: 0 };
  for (const globalTime of [2 ** 40, 2 ** 40 + 1, 2 ** 40 - 2 ** 32]) {
    const draft: Draft = { content: data(utf8("")), parents: [{ globalTime, ...parent }] };
    assert.throws(() => makeBundle(quickCrypto, OVERLAY, AUTHOR, 2 ** 40, draft), RangeError);
  }
});

test("the largest payload fits with a parent and all else at the longest time", () => {
  const payload = new Uint8Array(MAX_PAYLOAD_BYTES);
  const draft: Draft = {
    content: { kind: "data", payload, written: 2 ** 41 },
    expires: 2 ** 40,
    parents: [heldOf(MAX_GLOBAL_TIME - 1, ID)],
    receipt: 2 ** 34,
  };
  assert.equal(checkDraft(draft), undefined);
  const bundle = makeBundle(quickCrypto, OVERLAY, AUTHOR, MAX_GLOBAL_TIME, draft);
  assert.equal(bundle.body.length, draftBytes(draft));
  assert.ok(bundle.body.length <= MAX_BODY_BYTES);
});
