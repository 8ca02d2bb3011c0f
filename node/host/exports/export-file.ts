import { concatBytes, equalBytes } from "../../../wire/bytes.ts";
import type { Crypto, Random } from "../../../wire/crypto.ts";
import { decodeOpened } from "../../../wire/decode.ts";
import { encode } from "../../../wire/encode.ts";
import { OVERLAY_ID_BYTES } from "../../../wire/limits.ts";
import type { WireBundle } from "../../../wire/message.ts";
import { readPlaces } from "../../../wire/places.ts";
import { CLEAR_OFFSET, readSealed, SEALING_BYTES } from "../../../wire/sealed.ts";
import { type Carry, TAG_BYTES } from "../../core/carry.ts";
import { keyOfSender, nonceOf, Sealer } from "../../net/sealer.ts";
import { MAX_LINK_DATAGRAM_BYTES } from "../../net/transports.ts";
import type { Held } from "../../sets/held.ts";
import { pack } from "../../sync/packing.ts";
import { EXIT, UserError } from "../errors.ts";
import { type RunningHash, runningHash } from "../verify/native-crypto.ts";
import { encodeFrame, FRAME_HEAD_BYTES, type Frame, FrameReader } from "../carriers/frames.ts";

/*
 * How an overlay's bundles lie in a file:
 *
 *   magic line | header | bundles ... | held ... | end        each a frame (frames.ts)
 *
 *   header    salt 16, tag 8 (node/core/carry.ts): whoever takes part knows the overlay by it, and nobody else does
 *   bundles   a sealed datagram of bundles, as it goes by any path, without the overlay id that it begins with
 *   held      places of bundles that its maker holds and that are not in it, sealed likewise
 *   end       how many bundles it has 8, SHA-256 over all bytes before this frame 32, sealed likewise
 *
 * All that is sealed has one sender, whose counter says which of them it is: nobody without the overlay's key can take
 * one out, or put one in, unnoticed. What is of another kind is left out.
 */
export const EXPORT_MAGIC = Buffer.from("dispersy export 1\n");
export const RECORD = { header: 1, bundles: 2, held: 3, end: 4 } as const;

const MAGIC_OF_ANY_VERSION = /^dispersy export \d{1,9}\n/;
/** What a later version's magic line has at most. */
const LONGEST_MAGIC_BYTES = 32;
const FILE_SALT_BYTES = 16;
const HEADER_BYTES = FILE_SALT_BYTES + TAG_BYTES;
const SHA256_BYTES = 32;
const COUNT_BYTES = 8;
/** Of a record: as many as fill it. */
const MOST_PLACES = 640;
const CLEAR_BYTES = MAX_LINK_DATAGRAM_BYTES - SEALING_BYTES;
/**
 * Bytes in a row that bring nothing of the overlay, until no more is hoped for: a thousand of the longest records are
 * destroyed then, or it is no file and never ends.
 */
const MOST_VAIN_BYTES = 64 * 1024 * 1024;

/** The overlay that a file is about. */
export interface FileOverlay {
  /** 20 bytes. */
  id: Uint8Array;
  carry: Carry;
}

/** Makes the records of a file, in order: `begin`, bundles, places, `end`. */
export class ExportWriter {
  readonly #overlay: FileOverlay;
  readonly #salt: Uint8Array;
  readonly #sealer: Sealer;
  readonly #hash: RunningHash = runningHash();
  #bundles = 0;

  constructor(overlay: FileOverlay, { crypto, random }: { crypto: Crypto; random: Random }) {
    this.#overlay = overlay;
    this.#salt = random.bytes(FILE_SALT_BYTES);
    // One sender for the whole file: for it time stands still.
    this.#sealer = new Sealer({ crypto, random, now: 0 }, overlay.id, overlay.carry);
  }

  begin(): Uint8Array {
    const { carry } = this.#overlay;
    const header = encodeFrame(RECORD.header, concatBytes(this.#salt, carry.tag(this.#salt)));
    return this.#counted(concatBytes(EXPORT_MAGIC, header));
  }

  /** As many records as they take. */
  bundles(bundles: WireBundle[]): Uint8Array[] {
    this.#bundles += bundles.length;
    return pack(bundles, true, CLEAR_BYTES).map((some) => {
      const clear = encode(this.#overlay.id, { kind: "bundles", bundles: some }, CLEAR_BYTES);
      return this.#record(RECORD.bundles, clear);
    });
  }

  /** Up to MOST_PLACES, as `encodePlaces` writes them: 24 bytes for each are all that waits for it. */
  held(places: Uint8Array): Uint8Array {
    return this.#record(RECORD.held, this.#asDatagram(places));
  }

  end(): Uint8Array {
    const end = Buffer.alloc(COUNT_BYTES + SHA256_BYTES);
    end.writeBigUInt64BE(BigInt(this.#bundles));
    end.set(this.#hash.end(), COUNT_BYTES);
    return encodeFrame(RECORD.end, this.#sealed(this.#asDatagram(end)));
  }

  #record(kind: number, clear: Uint8Array): Uint8Array {
    return this.#counted(encodeFrame(kind, this.#sealed(clear)));
  }

  #counted(bytes: Uint8Array): Uint8Array {
    this.#hash.add(bytes);
    return bytes;
  }

  #sealed(clear: Uint8Array): Uint8Array {
    return this.#sealer.seal(clear).subarray(CLEAR_OFFSET);
  }

  /** What the sealer takes: it leaves out the overlay id, whatever that is. */
  #asDatagram(content: Uint8Array): Uint8Array {
    return concatBytes(new Uint8Array(CLEAR_OFFSET), content);
  }
}

/** What a whole record brings. */
export type Content = { bundles: WireBundle[] } | { places: Held[] };

/** Where a file is not as it was written. */
export interface Flaw {
  /** Which record, from 1 on. */
  record: number;
  /** Where it begins. */
  byte: number;
  /** `more`: something follows the end. */
  what: "cut" | "damaged" | "more";
}

/**
 * Reads a file as it comes, in chunks that end anywhere. What is whole is given, also behind what is not. `identify`
 * finds the overlay by salt and tag, or throws a UserError. BOUNDED: holds one record and one chunk.
 */
export class ExportReader {
  readonly #crypto: Crypto;
  readonly #identify: (salt: Uint8Array, tag: Uint8Array) => FileOverlay;
  readonly #frames = new FrameReader(Buffer.alloc(0));
  readonly #hash: RunningHash = runningHash();
  /** Until the magic line is whole. */
  #begun = Buffer.alloc(0);
  #hasMagic = false;
  #overlay: FileOverlay | undefined;
  #sender: { id: Uint8Array; key: Uint8Array } | undefined;
  #lastCounter = -1;
  #bundles = 0;
  #records = 0;
  /** Since the last record that was opened. */
  #vainBytes = 0;
  #byte = EXPORT_MAGIC.length;
  #hasEnded = false;
  #flaw: Flaw | undefined;

  constructor(crypto: Crypto, identify: (salt: Uint8Array, tag: Uint8Array) => FileOverlay) {
    this.#crypto = crypto;
    this.#identify = identify;
  }

  /** Records that were whole, the header and the end among them. */
  get records(): number {
    return this.#records;
  }

  /** Whether what follows brings nothing, however long it is. */
  get isSpent(): boolean {
    const isFollowed = this.#hasEnded && this.#flaw !== undefined;
    return isFollowed || this.#frames.flaw !== undefined || this.#vainBytes > MOST_VAIN_BYTES;
  }

  /** What came whole. Throws a UserError for what is no export, or none for us. */
  read(chunk: Uint8Array): Content[] {
    const rest = this.#hasMagic ? chunk : this.#readMagic(chunk);
    if (rest === undefined) return [];
    const contents = this.#frames.read(rest).flatMap((frame) => this.#readFrame(frame) ?? []);
    if (this.#frames.flaw !== undefined) this.#isFlawed(this.#hasEnded ? "more" : "damaged");
    return contents;
  }

  /** The file has ended. Returns the first flaw of it. Throws a UserError where it says nothing at all. */
  end(): Flaw | undefined {
    if (!this.#hasMagic) throw this.#begun.length === 0 ? EMPTY : this.#noExport();
    if (this.#overlay === undefined) {
      throw this.#frames.flaw === undefined ? CUT_AT_ONCE : NO_EXPORT;
    }
    if (!this.#hasEnded) this.#isFlawed("cut");
    else if (this.#frames.waiting > 0) this.#isFlawed("more");
    return this.#flaw;
  }

  /** What follows the magic line, if that is whole. */
  #readMagic(chunk: Uint8Array): Uint8Array | undefined {
    this.#begun = Buffer.concat([this.#begun, chunk]);
    const { length } = EXPORT_MAGIC;
    const begun = this.#begun.subarray(0, length);
    if (begun.equals(EXPORT_MAGIC)) {
      this.#hasMagic = true;
      this.#hash.add(begun);
      return this.#begun.subarray(length);
    }
    const isPart = begun.equals(EXPORT_MAGIC.subarray(0, begun.length));
    const mayBeNewer = this.#begun.length < LONGEST_MAGIC_BYTES && !this.#begun.includes("\n");
    if (!isPart && !mayBeNewer) throw this.#noExport();
    return undefined;
  }

  #noExport(): UserError {
    const text = this.#begun.subarray(0, LONGEST_MAGIC_BYTES).toString("latin1");
    if (MAGIC_OF_ANY_VERSION.test(text)) return NEWER;
    if (BEGINS_TICKET.test(text)) return TICKET;
    const isPart = EXPORT_MAGIC.subarray(0, this.#begun.length).equals(this.#begun);
    return isPart ? CUT_AT_ONCE : NO_EXPORT;
  }

  #readFrame(frame: Frame): Content | undefined {
    if (this.#hasEnded) {
      this.#isFlawed("more");
      return undefined;
    }
    const content = this.#contentOf(frame);
    if (content === undefined) this.#isFlawed("damaged");
    else this.#records++;
    this.#byte += FRAME_HEAD_BYTES + frame.body.length;
    this.#vainBytes += FRAME_HEAD_BYTES + frame.body.length;
    if (this.#vainBytes > MOST_VAIN_BYTES) this.#isFlawed("damaged");
    if (frame.kind !== RECORD.end) this.#hash.add(encodeFrame(frame.kind, frame.body));
    return content;
  }

  /** Undefined where it is not as it was written. */
  #contentOf({ kind, body }: Frame): Content | undefined {
    if (this.#overlay === undefined) {
      if (kind !== RECORD.header || body.length < HEADER_BYTES) throw NO_EXPORT;
      const tag = body.subarray(FILE_SALT_BYTES, HEADER_BYTES);
      this.#overlay = this.#identify(body.subarray(0, FILE_SALT_BYTES), tag);
      return NOTHING;
    }
    switch (kind) {
      case RECORD.bundles:
        return this.#bundlesOf(this.#open(body));
      case RECORD.held: {
        const places = readPlaces(this.#open(body) ?? EMPTY_BYTES, MOST_PLACES);
        return places && { places };
      }
      case RECORD.end:
        return this.#endOf(this.#open(body));
      case RECORD.header:
        return undefined;
      default:
        return NOTHING;
    }
  }

  #bundlesOf(opened: Uint8Array | undefined): Content | undefined {
    if (opened === undefined) return undefined;
    const decoded = decodeOpened(this.#overlay!.id, opened, MAX_LINK_DATAGRAM_BYTES);
    if ("rejected" in decoded || decoded.message.kind !== "bundles") return undefined;
    const { bundles } = decoded.message;
    this.#bundles += bundles.length;
    return { bundles };
  }

  #endOf(opened: Uint8Array | undefined): Content | undefined {
    if (opened === undefined || opened.length < COUNT_BYTES + SHA256_BYTES) return undefined;
    this.#hasEnded = true;
    const bundles = Number(Buffer.from(opened).readBigUInt64BE());
    const hash = opened.subarray(COUNT_BYTES, COUNT_BYTES + SHA256_BYTES);
    return bundles === this.#bundles && equalBytes(hash, this.#hash.end()) ? NOTHING : undefined;
  }

  #open(body: Uint8Array): Uint8Array | undefined {
    const { id, carry } = this.#overlay!;
    const sealed = readSealed(concatBytes(DATAGRAM_TAG, id, body));
    if (sealed === undefined || sealed.counter <= this.#lastCounter) return undefined;
    const { sender, counter, head, ciphertext } = sealed;
    if (this.#sender !== undefined && !equalBytes(this.#sender.id, sender)) return undefined;
    const key = this.#sender?.key ?? keyOfSender(carry, id, sender);
    const opened = this.#crypto.open(key, nonceOf(counter), head, ciphertext);
    if (opened === undefined) return undefined;
    this.#sender ??= { id: sender, key };
    this.#lastCounter = counter;
    this.#vainBytes = 0;
    return opened;
  }

  #isFlawed(what: Flaw["what"]): void {
    this.#flaw ??= { record: this.#records + 1, byte: this.#byte, what };
  }
}

/** Before the overlay id of every datagram. */
const DATAGRAM_TAG = Uint8Array.of(0x0a, OVERLAY_ID_BYTES);
const EMPTY_BYTES = new Uint8Array(0);
const NOTHING: Content = { places: [] };

const HOW_TO = "Make one with `dispersy export --output stick.dispersy`.";
const NO_EXPORT = new UserError(
  "the file is no export: `dispersy export` did not write it",
  HOW_TO,
);
/** A ticket in a file is what the other one gives, too. */
const TICKET = new UserError(
  "the file is a ticket, and no export",
  `Join with it: dispersy join --ticket-file FILE. An export is another file. ${HOW_TO}`,
);
const BEGINS_TICKET = /^\s*["'<]?dispersy:\d/;
const EMPTY = new UserError(
  "the file is empty",
  "Did the export end well, and was it copied whole? Make it once more.",
);
const CUT_AT_ONCE = new UserError(
  "the file is cut off within its first bytes: nothing can be read",
  "Copy it once more, or make it once more.",
  EXIT.checkFailed,
);
const NEWER = new UserError(
  "the file is of a newer version of this program",
  "Install that version here, or have the file made by this one.",
);
