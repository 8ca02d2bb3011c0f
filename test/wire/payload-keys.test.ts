import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { type Bundle, type Draft, makeBundle, readBundle } from "../../wire/bundle.ts";
import { concatBytes, toHex, utf8 } from "../../wire/bytes.ts";
import type { Crypto } from "../../wire/crypto.ts";
import { overlayId } from "../../wire/identity.ts";
import { MAX_BODY_BYTES, MAX_GLOBAL_TIME, MAX_PAYLOAD_BYTES } from "../../wire/limits.ts";
import { PayloadKeys } from "../../wire/payload-keys.ts";
import { referenceCrypto } from "../../wire/reference-crypto.ts";
import { dispersy } from "../../wire/schema.js";
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";
import { keyedHashCrypto } from "../../node/testing/crypto.ts";

const filled = (width: number, value: number): Uint8Array => new Uint8Array(width).fill(value);
const OVERLAY = nativeCrypto.publicKey(filled(32, 1));
const SECRET = filled(32, 2);
const AUTHOR = { publicKey: nativeCrypto.publicKey(SECRET), secretKey: SECRET };
const ROOT = filled(32, 3);

/** 16 bytes that are other ones each time. */
let salts = 0;
const salted = { bytes: (length: number) => filled(length, ++salts) };
const fixed = { bytes: (length: number) => filled(length, 9) };

const keysOf = (root: Uint8Array | undefined, crypto: Crypto = nativeCrypto): PayloadKeys =>
  new PayloadKeys(crypto, OVERLAY, root);

function bundleOf(draft: Draft, globalTime = 7, secret = SECRET): Bundle {
  return makeBundle(nativeCrypto, OVERLAY, secret, globalTime, draft);
}

function sealedBundle(draft: Draft, globalTime = 7): Bundle {
  return bundleOf(keysOf(ROOT).seal(draft, AUTHOR, salted), globalTime);
}

const data = (payload: Uint8Array | string): Draft => ({
  content: { kind: "data", payload: typeof payload === "string" ? utf8(payload) : payload },
});

/** The same bundle with other fields in its body, signed by its author. */
function altered({ body }: Bundle, change: (fields: dispersy.Body) => void): Bundle {
  const fields = dispersy.Body.decode(body);
  change(fields);
  const other = dispersy.Body.encode(fields).finish();
  const wire = { author: AUTHOR.publicKey, body: other, signature: new Uint8Array(64) };
  const bundle = readBundle(nativeCrypto, OVERLAY, wire);
  assert.ok("id" in bundle);
  return bundle;
}

test("golden: a sealed body is the same for every implementation", () => {
  const draft: Draft = { ...data("hello"), topic: { name: utf8("greetings"), keep: 3 } };
  for (const crypto of [referenceCrypto, nativeCrypto]) {
    const { body } = bundleOf(keysOf(ROOT, crypto).seal(draft, AUTHOR, fixed));
    assert.equal(
      toHex(body),
      "08072a10b3f24f30f75c847424729e0ad587c2b030033a08af516adaa2b42f707a60" +
        "09".repeat(16) +
        "7458fa8ab6abcf3cd9fd321552c0cdb1c54240e4a88be1484bc938d8254eeb2a7dda9fd6422c5cd4" +
        "74df52b849a4d78821c851280f9fd64b3740ec73626d708d9bbc90322a6313fb15efe45c94b664a5",
    );
  }
});

test("keys, topic and what is authenticated are derived as the format says", () => {
  const { derive } = nativeCrypto;
  const draft: Draft = { ...data("hello"), topic: { name: utf8("t"), keep: 1 } };
  const { header } = bundleOf(keysOf(ROOT).seal(draft, AUTHOR, fixed));
  const { content, topic } = header;
  assert.ok(content.kind === "sealed");
  const key = derive(ROOT, "payload");
  assert.deepEqual(content.key, derive(key, "name").slice(0, 8));
  const id = overlayId(nativeCrypto, OVERLAY);
  assert.deepEqual(topic!.name, derive(SECRET, "topic", concatBytes(id, utf8("t"))).slice(0, 16));
  const salt = content.sealed.subarray(0, 16);
  assert.deepEqual(salt, filled(16, 9));
  const plain = nativeCrypto.open(
    derive(key, "content", concatBytes(AUTHOR.publicKey, salt)),
    new Uint8Array(12),
    concatBytes(id, AUTHOR.publicKey, content.key),
    content.sealed.subarray(16),
  );
  const inner = dispersy.Inner.decode(plain!);
  assert.equal(toHex(inner.data), toHex(utf8("hello")));
  assert.equal(toHex(inner.topic), toHex(utf8("t")));
  assert.equal(plain!.length, 64);
});

const drafts: fc.Arbitrary<Draft> = fc.record(
  {
    content: fc.record(
      {
        kind: fc.constant("data" as const),
        payload: fc.uint8Array({ maxLength: 600 }),
        written: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      },
      { noNullPrototype: true, requiredKeys: ["kind", "payload"] },
    ),
    expires: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    receipt: fc.integer({ min: 1, max: 99 }),
    topic: fc.record(
      {
        name: fc.uint8Array({ minLength: 1, maxLength: 32 }),
        keep: fc.integer({ min: 1, max: 99 }),
      },
      { noNullPrototype: true },
    ),
  },
  { noNullPrototype: true, requiredKeys: ["content"] },
);

/** What takes room beside the payload, but for a topic and more parents. */
const ALL_ELSE = {
  expires: 2 ** 40,
  parents: [{ globalTime: MAX_GLOBAL_TIME - 1, w0: 1, w1: 2, w2: 3, w3: 4 }],
  receipt: 2 ** 34,
} as const satisfies Partial<Draft>;

describe("what members seal", () => {
  test("property: they open, all of it, at any time, with every crypto", () => {
    for (const crypto of [nativeCrypto, keyedHashCrypto()]) {
      const keys = keysOf(ROOT, crypto);
      const property = fc.property(
        drafts,
        fc.integer({ min: 1, max: MAX_GLOBAL_TIME }),
        (draft, time) => {
          const bundle = bundleOf(keys.seal(draft, AUTHOR, salted), time);
          assert.equal(bundle.header.content.kind, "sealed");
          const { header, ...rest } = keys.reading(bundle);
          assert.deepEqual({ ...header }, { globalTime: time, ...draft });
          const { header: _, ...held } = bundle;
          assert.deepEqual(rest, held);
          assert.ok(bundle.body.length <= MAX_BODY_BYTES);
        },
      );
      fc.assert(property, { seed: 3, numRuns: 200 });
      assert.equal(keys.unopened, 0);
    }
  });

  test("is padded to multiples of 64, and to what fits where that is less", () => {
    const lengths = new Map<number, number[]>();
    for (let length = 0; length <= MAX_PAYLOAD_BYTES; length++) {
      const draft: Draft = { ...data(filled(length, 5)), ...ALL_ELSE };
      const { content } = sealedBundle(draft, MAX_GLOBAL_TIME).header;
      assert.ok(content.kind === "sealed");
      const inner = content.sealed.length - 32;
      lengths.set(inner, [...(lengths.get(inner) ?? []), length]);
    }
    const classes = [...lengths.keys()];
    const largest = MAX_BODY_BYTES - 9 - 7 - 22 - 10 - 6 - 2 - 3 - 32;
    assert.deepEqual(classes, [...Array.from({ length: 14 }, (_, i) => 64 * (i + 1)), largest]);
    for (const [inner, payloads] of lengths)
      assert.ok(payloads.length >= 4, `${inner}: ${payloads.length}`);
  });

  test("fits up to the largest payload with all else, at the longest time", () => {
    const draft: Draft = { ...data(new Uint8Array(MAX_PAYLOAD_BYTES)), ...ALL_ELSE };
    assert.ok(sealedBundle(draft, MAX_GLOBAL_TIME).body.length <= MAX_BODY_BYTES);
  });

  test("is another one each time, under a topic that stays the same and differs by author and overlay", () => {
    const draft: Draft = { ...data("same"), topic: { name: utf8("news"), keep: 1 } };
    const [one, two] = [sealedBundle(draft), sealedBundle(draft)];
    assert.notDeepEqual(one.header.content, two.header.content);
    assert.deepEqual(one.header.topic, two.header.topic);
    const topicOf = (keys: PayloadKeys, secretKey: Uint8Array): string => {
      const author = { secretKey, publicKey: nativeCrypto.publicKey(secretKey) };
      return toHex(keys.seal(draft, author, salted).topic!.name);
    };
    const other = new PayloadKeys(nativeCrypto, AUTHOR.publicKey, ROOT);
    const rotated = keysOf(filled(32, 8));
    const names = [
      topicOf(keysOf(ROOT), SECRET),
      topicOf(keysOf(ROOT), ROOT),
      topicOf(other, SECRET),
    ];
    assert.equal(new Set(names).size, 3);
    assert.equal(topicOf(rotated, SECRET), names[0]);
  });

  test("leaves no 8 bytes of payload or topic in the body", () => {
    const payload = utf8("a payload that nobody outside may read, whatever it says ".repeat(12));
    const name = utf8("a topic of thirty-two bytes, too");
    const { body } = sealedBundle({ ...data(payload), topic: { name, keep: 2 } });
    for (const secret of [payload, name]) {
      for (let at = 0; at + 8 <= secret.length; at++) {
        assert.equal(Buffer.from(body).indexOf(secret.subarray(at, at + 8)), -1);
      }
    }
  });
});

describe("what cannot be opened", () => {
  const draft: Draft = { ...data("hello"), topic: { name: utf8("t"), keep: 1 } };
  const unopened = (keys: PayloadKeys, bundle: Bundle): string | undefined => {
    const { content, topic } = keys.reading(bundle).header;
    if (content.kind !== "sealed") return undefined;
    assert.deepEqual(topic, bundle.header.topic);
    return content.unopened;
  };

  test("is said to be under an unknown key, where the root is another one or there is none", () => {
    const bundle = sealedBundle(draft);
    for (const root of [filled(32, 4), undefined]) {
      const keys = keysOf(root);
      assert.equal(unopened(keys, bundle), "key");
      assert.equal(keys.unopened, 1);
    }
    const other = new PayloadKeys(nativeCrypto, AUTHOR.publicKey, ROOT);
    assert.equal(unopened(other, bundle), "altered", "of another overlay with the same root");
  });

  test("property: is said to be altered, whatever was changed in it, and nothing is thrown", () => {
    const bundle = sealedBundle(draft);
    const keys = keysOf(ROOT);
    const property = fc.property(
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.nat(),
      (at, mask, cut) => {
        const broken = altered(bundle, (fields) => {
          const bytes = fields.data!.slice(
            0,
            cut % 3 === 0 ? cut % fields.data!.length : undefined,
          );
          if (cut % 3 > 0) bytes[at % bytes.length]! ^= mask;
          fields.data = bytes;
        });
        assert.equal(unopened(keys, broken), "altered");
      },
    );
    fc.assert(property, { seed: 4, numRuns: 500 });
  });

  test("is a content that somebody else signed as his, or put under another key's id", () => {
    const keys = keysOf(ROOT);
    const { content } = sealedBundle(draft).header;
    assert.ok(content.kind === "sealed");
    assert.equal(unopened(keys, bundleOf({ content }, 7, filled(32, 6))), "altered");
    for (const key of [filled(8, 1), filled(7, 1), filled(32, 1)]) {
      assert.equal(unopened(keys, bundleOf({ content: { ...content, key } })), "key");
    }
    assert.equal(keys.reading(bundleOf({ content })).header.content.kind, "data");
  });

  test("property: is whatever else a member seals", () => {
    const { derive, seal } = nativeCrypto;
    const key = derive(ROOT, "payload");
    const id = derive(key, "name").slice(0, 8);
    const salt = filled(16, 1);
    const associated = concatBytes(overlayId(nativeCrypto, OVERLAY), AUTHOR.publicKey, id);
    const oneTime = derive(key, "content", concatBytes(AUTHOR.publicKey, salt));
    const outcomes = new Set<string | undefined>();
    const property = fc.property(fc.uint8Array({ maxLength: 100 }), (plain) => {
      const out = new Uint8Array(plain.length + 16);
      seal(oneTime, new Uint8Array(12), associated, plain, out);
      const content = { kind: "sealed", key: id, sealed: concatBytes(salt, out) } as const;
      outcomes.add(unopened(keysOf(ROOT), bundleOf({ content })));
    });
    fc.assert(property, { seed: 5, numRuns: 500 });
    // An empty text, and one of unknown fields, is an empty payload.
    assert.deepEqual(outcomes, new Set(["malformed", undefined]));
  });
});

test("what is not sealed is read in both kinds of overlay, in a private one with a mark", () => {
  const plain = bundleOf(data("in clear"));
  assert.equal(keysOf(undefined).reading(plain), plain);
  const { content } = keysOf(ROOT).reading(plain).header;
  assert.deepEqual(content, { kind: "data", payload: utf8("in clear"), notSealed: true });
});

test("grants, policies and the data of a public overlay are never sealed", () => {
  const policy: Draft = { content: { kind: "policy", writers: "open", private: true } };
  assert.equal(keysOf(ROOT).seal(policy, AUTHOR, salted), policy);
  const plain = data("for all");
  assert.equal(keysOf(undefined).seal(plain, AUTHOR, salted), plain);
});

test("nothing is opened before somebody looks, and once only", () => {
  let opened = 0;
  const crypto: Crypto = {
    ...nativeCrypto,
    open: (...parts) => (opened++, nativeCrypto.open(...parts)),
  };
  const bundle = sealedBundle({ ...data("hello"), topic: { name: utf8("t"), keep: 1 } });
  const { header } = keysOf(ROOT, crypto).reading(bundle);
  assert.equal(header.globalTime, 7);
  assert.equal(opened, 0);
  assert.ok(header.content.kind === "data" && toHex(header.topic!.name) === "74");
  assert.equal(opened, 1);
});

test("receipts are sealed as data is, and one in the clear says nothing in a private overlay", () => {
  const said = utf8("what a receipt says");
  const name = utf8("dispersy:receipt");
  const draft: Draft = { content: { kind: "receipt", data: said }, topic: { name, keep: 1 } };
  const sealed = sealedBundle(draft);
  const { content, topic } = sealed.header;
  assert.ok(content.kind === "receipt", content.kind);
  assert.ok(!Buffer.from(sealed.body).includes(Buffer.from(said)), "readable in the body");
  assert.notDeepEqual(topic?.name, name);
  assert.deepEqual(keysOf(ROOT).receipt(AUTHOR.publicKey, content), said);
  assert.deepEqual(keysOf(ROOT).open(sealed), draft);
  const clear = bundleOf(draft).header.content;
  assert.ok(clear.kind === "receipt", clear.kind);
  assert.equal(keysOf(ROOT).receipt(AUTHOR.publicKey, clear), undefined);
  assert.deepEqual(keysOf(undefined).receipt(AUTHOR.publicKey, clear), said);
  for (const root of [undefined, filled(32, 4)]) {
    assert.equal(keysOf(root).receipt(AUTHOR.publicKey, content), undefined, "without the key");
    assert.equal(keysOf(root).open(sealed).content, content);
  }
});
