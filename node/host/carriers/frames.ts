/*
 * How messages follow each other on a stream of bytes:
 *
 *   magic line | frame ...         frame: length of what follows 2, kind 1, body
 *
 * Numbers are big-endian.
 */

const NAME = "dispersy stream ";
const VERSION = 1;
export const MAGIC = Buffer.from(`${NAME}${VERSION}\n`);
/** Of a line that begins like ours and has not ended. */
const MAX_MAGIC_BYTES = 32;
const LENGTH_BYTES = 2;
/** Of a frame, before its body. */
export const FRAME_HEAD_BYTES = LENGTH_BYTES + 1;

export const FRAME = {
  /** salt 16, then a tag of 8 for each overlay of the sender (node/core/carry.ts). */
  hello: 1,
  datagram: 2,
  /** Overlay id 20 and fingerprint 8, of each overlay that both have: what the sender holds by now. */
  state: 3,
  /** The sender has seen that both hold the same. */
  equal: 4,
} as const;

export interface Frame {
  kind: number;
  body: Uint8Array;
}

/** Why what comes is no stream of ours: `began` is what it began with, as far as it has come. */
export type StreamFlaw =
  | { flaw: "foreign"; began: Uint8Array }
  | { flaw: "another version"; version: number }
  | { flaw: "damaged" };

export function encodeFrame(kind: number, body: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + 1 + body.length);
  frame.writeUInt16BE(1 + body.length);
  frame[LENGTH_BYTES] = kind;
  frame.set(body, LENGTH_BYTES + 1);
  return frame;
}

/** Puts frames together again from chunks that end anywhere. */
export class FrameReader {
  /** BOUNDED: by one frame and one chunk. */
  #rest = Buffer.alloc(0);
  #hasBegun = false;
  #flaw: StreamFlaw | undefined;
  readonly #magic: Buffer;

  /** `magic`: how it begins; empty where that was read before. */
  constructor(magic: Buffer = MAGIC) {
    this.#magic = magic;
  }

  /** Why this is no such stream, or not any more: nothing more can be read. */
  get flaw(): StreamFlaw | undefined {
    return this.#flaw;
  }

  /** Bytes that are no whole frame yet. */
  get waiting(): number {
    return this.#rest.length;
  }

  /** The frames that are whole by now. */
  read(chunk: Uint8Array): Frame[] {
    if (this.#flaw !== undefined) return [];
    const bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    if (!this.#hasBegun) {
      const begun = this.#magic.length === 0 ? "ours" : begin(bytes);
      if (begun !== "ours") {
        this.#rest = bytes;
        if (begun !== "too short") this.#flaw = begun;
        return [];
      }
      this.#hasBegun = true;
      at = this.#magic.length;
    }
    const frames: Frame[] = [];
    while (bytes.length - at >= LENGTH_BYTES) {
      const length = bytes.readUInt16BE(at);
      if (length === 0) {
        this.#flaw = { flaw: "damaged" };
        break;
      }
      const end = at + LENGTH_BYTES + length;
      if (bytes.length < end) break;
      frames.push({ kind: bytes[at + LENGTH_BYTES]!, body: bytes.subarray(at + 3, end) });
      at = end;
    }
    this.#rest = bytes.subarray(at);
    return frames;
  }
}

/** What the first bytes of a stream say. */
function begin(bytes: Buffer): "ours" | "too short" | StreamFlaw {
  const foreign = { flaw: "foreign", began: bytes } as const;
  const line = bytes.subarray(0, MAX_MAGIC_BYTES).toString("latin1");
  if (!line.startsWith(NAME.slice(0, line.length))) return foreign;
  const [, digits, end] = /^([0-9]*)(.?)/s.exec(line.slice(NAME.length))!;
  if (end === "") return line.length === MAX_MAGIC_BYTES ? foreign : "too short";
  if (end !== "\n" || digits === "") return foreign;
  return Number(digits) === VERSION ? "ours" : { flaw: "another version", version: Number(digits) };
}
