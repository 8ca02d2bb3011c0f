// The format of exports: what is cut or altered, and what a stranger learns.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Carry } from "../../../node/core/carry.ts";
import {
  type Content,
  EXPORT_MAGIC,
  ExportReader,
  ExportWriter,
  type Flaw,
  RECORD,
} from "../../../node/host/exports/export-file.ts";
import { encodeFrame } from "../../../node/host/carriers/frames.ts";
import { UserError } from "../../../node/host/errors.ts";
import { hostRandom } from "../../../node/host/random.ts";
import { nativeCrypto } from "../../../node/host/verify/native-crypto.ts";
import { heldOf } from "../../../node/sets/held.ts";
import type { Bundle } from "../../../wire/bundle.ts";
import { equalBytes } from "../../../wire/bytes.ts";
import { overlayId } from "../../../wire/identity.ts";
import { encodePlaces } from "../../../wire/places.ts";
import { bundleOf, OVERLAY_KEY } from "../support.ts";

const ID = overlayId(nativeCrypto, OVERLAY_KEY);
const OVERLAY = { id: ID, carry: new Carry(nativeCrypto, OVERLAY_KEY) };
const TOOLS = { crypto: nativeCrypto, random: hostRandom };

/** Bundles enough for some records: the largest take most of a kilobyte. */
const bundles = Array.from({ length: 6 }, (_, i) => bundleOf(2 + i, `text ${i}`));
const others = [bundleOf(20, "held"), bundleOf(21, "too")];

/** A file with one bundle in each record, and where each record ends. */
function made(): { bytes: Buffer; ends: number[] } {
  const writer = new ExportWriter(OVERLAY, TOOLS);
  const records = [
    writer.begin(),
    ...bundles.flatMap((bundle) => writer.bundles([bundle])),
    writer.held(encodePlaces(others.map(({ header, id }) => heldOf(header.globalTime, id)))),
    writer.end(),
  ];
  let end = 0;
  return { bytes: Buffer.concat(records), ends: records.map(({ length }) => (end += length)) };
}

interface Read {
  bodies: Uint8Array[];
  places: number;
  records: number;
  flaw: Flaw | undefined;
}

/** Throws what the reader throws. */
function read(bytes: Uint8Array, size = bytes.length): Read {
  const reader = new ExportReader(nativeCrypto, (salt, tag) => {
    if (equalBytes(OVERLAY.carry.tag(salt), tag)) return OVERLAY;
    throw new UserError("of another overlay", "");
  });
  const contents: Content[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    contents.push(...reader.read(bytes.subarray(at, at + size)));
  }
  const flaw = reader.end();
  const bodies = contents.flatMap((content) =>
    "bundles" in content ? content.bundles.map(({ body }) => body) : [],
  );
  const places = contents.flatMap((content) => ("places" in content ? content.places : [])).length;
  return { bodies, places, records: reader.records, flaw };
}

/** Whether they are the first ones, or some of them, in order. */
function areOf(bodies: Uint8Array[], all: readonly Bundle[]): boolean {
  const left = [...all];
  return bodies.every((body) => {
    const at = left.findIndex((bundle) => equalBytes(bundle.body, body));
    left.splice(0, at + 1);
    return at >= 0;
  });
}

describe("a file", () => {
  const { bytes, ends } = made();

  it("is read as it was written, in pieces of any size", () => {
    for (const size of [1, 7, 1_000, bytes.length]) {
      const { bodies, places, records, flaw } = read(bytes, size);
      assert.equal(flaw, undefined);
      assert.deepEqual([bodies.length, places, records], [bundles.length, others.length, 9]);
      assert.ok(areOf(bodies, bundles), "the same, in order");
    }
  });

  it("that is cut at any byte brings its whole records, and says where it ends", () => {
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      if (length < ends[0]!) {
        assert.throws(() => read(cut), UserError, `${length}`);
        continue;
      }
      const { bodies, flaw } = read(cut, 1 + (length % 97));
      const whole = ends.filter((end) => end <= length).length;
      assert.equal(bodies.length, Math.min(whole - 1, bundles.length), `${length}`);
      assert.deepEqual(flaw, { record: whole + 1, byte: ends[whole - 1], what: "cut" });
    }
  });

  it("that is altered at any byte brings what is whole, and nothing else", () => {
    for (let at = 0; at < bytes.length; at++) {
      const altered = Buffer.from(bytes);
      altered[at]! ^= 1 << (at % 8);
      if (at < ends[0]!) {
        // Its magic, what says whose it is, or how long that is.
        let outcome: unknown;
        try {
          outcome = read(altered).flaw;
        } catch (error) {
          outcome = error;
        }
        assert.ok(outcome !== undefined, `${at}: it shows`);
        const isLength = at >= EXPORT_MAGIC.length && at < EXPORT_MAGIC.length + 3;
        assert.ok(outcome instanceof UserError || isLength, `${at}: ${String(outcome)}`);
        continue;
      }
      const { bodies, flaw } = read(altered);
      const before = Math.max(1, ends.filter((end) => end <= at).length);
      // One that says to be of a later kind is missed when they are counted.
      const isKind = ends.includes(at - 2);
      assert.ok(flaw !== undefined, `${at}: it shows`);
      assert.ok(isKind || flaw.record <= before + 1, `${at}: ${JSON.stringify(flaw)}`);
      assert.ok(areOf(bodies, bundles), `${at}: nothing that was not written`);
      assert.ok(bodies.length >= Math.min(before - 1, bundles.length), `${at}: all before it`);
    }
  });

  it("brings what follows a record that is altered", () => {
    const altered = Buffer.from(bytes);
    altered[ends[1]! - 20]! ^= 1;
    const { bodies, flaw } = read(altered);
    assert.equal(bodies.length, bundles.length - 1, "all but one");
    assert.deepEqual(flaw, { record: 2, byte: ends[0], what: "damaged" });
  });

  it("shows that a record was taken out, moved, or put in twice", () => {
    const [begin, first, second, rest] = [
      bytes.subarray(0, ends[0]),
      bytes.subarray(ends[0], ends[1]),
      bytes.subarray(ends[1], ends[2]),
      bytes.subarray(ends[2]),
    ];
    const without = read(Buffer.concat([begin, second, rest]));
    assert.equal(without.bodies.length, bundles.length - 1);
    assert.equal(without.flaw?.what, "damaged", "the end counts them");
    const moved = read(Buffer.concat([begin, second, first, rest]));
    assert.equal(moved.flaw?.record, 3, "its counter is not the next");
    const twice = read(Buffer.concat([begin, first, first, second, rest]));
    assert.equal(twice.bodies.length, bundles.length, "once");
    assert.equal(twice.flaw?.record, 3);
    const foreign = made();
    const mixed = read(
      Buffer.concat([begin, foreign.bytes.subarray(foreign.ends[0], foreign.ends[1]), rest]),
    );
    assert.equal(mixed.flaw?.what, "damaged", "the record of another file");
  });

  it("says that something follows its end, whole or not", () => {
    for (const more of [bytes, Buffer.from("\n"), encodeFrame(9, new Uint8Array(3))]) {
      const { bodies, flaw } = read(Buffer.concat([bytes, more]));
      assert.equal(bodies.length, bundles.length);
      assert.ok(flaw?.what === "more" || flaw?.what === "damaged", JSON.stringify(flaw));
      assert.equal(flaw.byte, bytes.length);
    }
  });

  it("of a later version may have records of other kinds, and a longer header", () => {
    const writer = new ExportWriter(OVERLAY, TOOLS);
    const header = writer.begin().subarray(EXPORT_MAGIC.length + 3);
    const later = Buffer.concat([
      EXPORT_MAGIC,
      encodeFrame(RECORD.header, Buffer.concat([header, Buffer.from("more")])),
      encodeFrame(77, Buffer.from("of another kind")),
      ...writer.bundles(bundles),
    ]);
    const { bodies, flaw } = read(later);
    assert.equal(bodies.length, bundles.length);
    assert.equal(flaw?.what, "cut");
  });

  it("tells a stranger nothing of its overlay, and nothing twice", () => {
    const another = made().bytes;
    for (const secret of [ID, OVERLAY_KEY, bundles[0]!.body.subarray(0, 12), bundles[0]!.author]) {
      assert.ok(!bytes.includes(Buffer.from(secret)), "not in clear");
    }
    let same = 0;
    for (let at = EXPORT_MAGIC.length + 3; at < ends[0]!; at++) {
      same += bytes[at] === another[at] ? 1 : 0;
    }
    assert.ok(same < 8, "two of one overlay cannot be told from two of two");
    const stranger = { id: ID, carry: new Carry(nativeCrypto, new Uint8Array(32)) };
    const reader = new ExportReader(nativeCrypto, () => stranger);
    assert.deepEqual(
      reader.read(bytes).filter((content) => "bundles" in content),
      [],
    );
    assert.equal(reader.end()?.record, 2);
  });
});

describe("what is no export", () => {
  const refusal = (bytes: Uint8Array): string => {
    try {
      read(bytes, 3);
    } catch (error) {
      assert.ok(error instanceof UserError, String(error));
      return `${error.exitCode} ${error.message}`;
    }
    return "";
  };

  it("is refused with a sentence of its own", () => {
    assert.match(refusal(Buffer.alloc(0)), /^1 the file is empty/);
    assert.match(refusal(Buffer.from("hello\nworld\n")), /^1 the file is no export/);
    assert.match(refusal(Buffer.alloc(100_000)), /^1 the file is no export/);
    assert.match(refusal(Buffer.from("dispersy stream 1\n\0")), /^1 the file is no export/);
    assert.match(
      refusal(Buffer.from(`dispersy:1:${"ab".repeat(32)}\n`)),
      /^1 the file is a ticket/,
    );
    assert.match(refusal(Buffer.from("dispersy export 2\n...")), /^1 the file is of a newer/);
    assert.match(refusal(Buffer.from("dispersy export 10\n")), /^1 the file is of a newer/);
    assert.match(refusal(EXPORT_MAGIC), /^5 the file is cut off within its first bytes/);
    assert.match(refusal(EXPORT_MAGIC.subarray(0, 5)), /^5 the file is cut off within its first/);
    const noHeader = Buffer.concat([EXPORT_MAGIC, encodeFrame(RECORD.bundles, Buffer.alloc(60))]);
    assert.match(refusal(noHeader), /^1 the file is no export/);
  });
});
