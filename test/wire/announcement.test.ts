import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SeededRandom } from "../../node/testing/random.ts";
import {
  ANNOUNCED_TAGS,
  ANNOUNCEMENT_BYTES,
  type Announcement,
  decodeAnnouncement,
  encodeAnnouncement,
  newSalt,
} from "../../wire/announcement.ts";
import { equalBytes, toHex } from "../../wire/bytes.ts";
import { decode, overlayIdAt } from "../../wire/decode.ts";
import { dispersy } from "../../wire/schema.js";

const random = new SeededRandom(1, "announcements");
const tags = (count: number): Uint8Array[] => Array.from({ length: count }, () => random.bytes(8));

function made(count: number): { bytes: Uint8Array; tags: Uint8Array[] } {
  const own = tags(count);
  return { bytes: encodeAnnouncement(random, { salt: newSalt(random), tags: own }), tags: own };
}

function read(bytes: Uint8Array): Announcement {
  const announcement = decodeAnnouncement(bytes);
  assert.ok(typeof announcement !== "string", `not read: ${String(announcement)}`);
  return announcement;
}

describe("an announcement", () => {
  test("has one length, and all its tags among sixteen", () => {
    for (let count = 0; count <= ANNOUNCED_TAGS; count++) {
      const { bytes, tags: own } = made(count);
      assert.equal(bytes.length, ANNOUNCEMENT_BYTES, `${count} tags show by the length`);
      const found = read(bytes).tags;
      assert.equal(found.length, ANNOUNCED_TAGS, "the places that are left over are filled");
      const isThere = (tag: Uint8Array): boolean => found.some((one) => equalBytes(one, tag));
      assert.ok(own.every(isThere), `one of ${count} tags is lost`);
    }
    assert.ok(ANNOUNCEMENT_BYTES <= 160, "larger than it may be");
    assert.throws(() => encodeAnnouncement(random, { salt: newSalt(random), tags: tags(17) }));
  });

  test("shows by no tag's place how many are real", () => {
    // The first of 16 places holds the one real tag as often as any other.
    const places = Array.from({ length: ANNOUNCED_TAGS }, () => 0);
    const rounds = 3_200;
    for (let i = 0; i < rounds; i++) {
      const { bytes, tags: own } = made(1);
      const at = read(bytes).tags.findIndex((tag) => equalBytes(tag, own[0]!));
      places[at]!++;
    }
    const expected = rounds / ANNOUNCED_TAGS;
    for (const [place, times] of places.entries()) {
      const isUsual = times > expected / 2 && times < expected * 2;
      assert.ok(isUsual, `place ${place}: ${times} of ${rounds}`);
    }
  });

  test("repeats nothing", () => {
    const hex = Array.from({ length: 100 }, () => toHex(made(0).bytes));
    assert.equal(new Set(hex).size, 100, "two are alike");
  });

  test("is no datagram of ours, whoever reads it", () => {
    const { bytes } = made(3);
    assert.equal(overlayIdAt(bytes), undefined, "it has an overlay id");
    assert.deepEqual(decode(bytes), { rejected: "overlay-missing" });
    assert.throws(() => dispersy.Datagram.decode(bytes), "a protobuf reader reads it");
  });
});

describe("what is no announcement is refused by name, and never throws", () => {
  test("cut, lengthened, of another version or of nothing", () => {
    const { bytes } = made(2);
    for (let length = 0; length < bytes.length; length++) {
      assert.equal(decodeAnnouncement(bytes.subarray(0, length)), "malformed", `${length} bytes`);
    }
    const longer = new Uint8Array(ANNOUNCEMENT_BYTES + 1);
    longer.set(bytes);
    assert.equal(decodeAnnouncement(longer), "malformed", "one byte more");
    const versions = [0, 2, 255].map((version) => bytes.with(4, version));
    assert.deepEqual(versions.map(decodeAnnouncement), [
      "malformed",
      "newer version",
      "newer version",
    ]);
    const newer = new Uint8Array(1_400);
    newer.set(bytes.with(4, 2));
    assert.equal(decodeAnnouncement(newer), "malformed", "a newer one is no larger than 160 bytes");
  });

  test("altered anywhere before the salt", () => {
    const { bytes } = made(2);
    for (let at = 0; at < 5; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const altered = decodeAnnouncement(bytes.with(at, bytes[at]! ^ (1 << bit)));
        assert.equal(typeof altered, "string", `bit ${bit} of byte ${at} says nothing`);
      }
    }
  });

  test("random", () => {
    for (let i = 0; i < 20_000; i++) {
      const bytes = random.bytes(random.below(200));
      assert.equal(decodeAnnouncement(bytes), "malformed", toHex(bytes));
    }
  });
});
