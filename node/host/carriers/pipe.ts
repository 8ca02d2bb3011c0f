import { Carry, TAG_BYTES } from "../../core/carry.ts";
import type { Crypto } from "../../../wire/crypto.ts";
import { concatBytes, equalBytes, fromHex, toHex } from "../../../wire/bytes.ts";
import { FINGERPRINT_BYTES, OVERLAY_ID_BYTES } from "../../../wire/limits.ts";
import type { UserError } from "../errors.ts";
import { encodeFrame, FRAME, type Frame, FrameReader, MAGIC } from "./frames.ts";
import { flawOf, PIPE_FAILURES as WHY } from "./pipe-failures.ts";
import type { Links, OpenLink } from "./links.ts";

/** What a pipe needs of its node. */
export interface PipePorts {
  links: Links;
  crypto: Crypto;
  salt: Uint8Array;
  /** The overlays to sync, with what their carries are made from: a root, or a public overlay's key. */
  overlays: { overlay: string; from: Uint8Array }[];
  /** What is held of an overlay now: a fingerprint, hexadecimal, how many bundles, and how many more have come. */
  held(overlay: string): { fingerprint?: string; bundles: number; arriving: number };
  /** Says to people what is waited for. */
  note(text: string): void;
}

/** A stream of bytes both ways: standard input and output, a socket, a serial line. */
export interface ByteStream {
  write(bytes: Uint8Array): void;
  /** Bytes written that have not left. */
  readonly waiting: number;
}

export interface PipeOutcome {
  /** Whether both ends held the same at the end. */
  equal: boolean;
  overlays: { overlay: string; before: number; after: number }[];
  bytesIn: number;
  bytesOut: number;
}

export const SALT_BYTES = 16;
/** More overlays than that have no room in one frame's length. */
const MAX_TAGS = 1_024;
const STATE_BYTES = OVERLAY_ID_BYTES + FINGERPRINT_BYTES;
/** How often what is held is compared with what the other end told: a moment for a person. */
const LOOK_MS = 50;
/** A person who waits for longer wants to know what for, and again from time to time. */
const FIRST_NOTE_MS = 3_000;
const NOTE_INTERVAL_MS = 10_000;
/** What came last is checked and on the disk within that, on slow machines too; others may send more all the while. */
const SETTLING_MS = 30_000;

/** How long a pipe waits until it gives up, in ms. */
export interface PipePatience {
  /** For the first words: an `ssh` asks for a password, a serial line is slow. */
  hello: number;
  /** Nothing at all came for so long, though both are not equal yet. */
  silence: number;
  /** So long neither end came to hold anything else: the slowest lines take some 20 s for a datagram. */
  standstill: number;
}

const PATIENCE: PipePatience = { hello: 60_000, silence: 60_000, standstill: 90_000 };

/**
 * One end of a stream that carries datagrams, until both ends hold the same; with `follow` until the stream ends.
 * `done` resolves with what came of it, or rejects with a UserError.
 */
export class Pipe {
  readonly done: Promise<PipeOutcome>;
  readonly #ports: PipePorts;
  readonly #stream: ByteStream;
  readonly #follow: boolean;
  readonly #frames = new FrameReader();
  readonly #before = new Map<string, number>();
  /** What the other end told of each overlay. BOUNDED: by the overlays that both have. */
  readonly #told = new Map<string, string>();
  #shared: string[] = [];
  #link: OpenLink | undefined;
  #said = "";
  #seen = "";
  #isOver = false;
  #hasEnded = false;
  /** What is wrong with what came. */
  #flaw: UserError | undefined;
  #isEqual = false;
  #isOtherEqual = false;
  #bytesIn = 0;
  #bytesOut = 0;
  readonly #patience: PipePatience;
  #heardMs = performance.now();
  /** When one of the ends came to hold something else. */
  #movedMs = performance.now();
  #noteMs = performance.now() + FIRST_NOTE_MS;
  readonly #look: NodeJS.Timeout;
  #outcome!: { resolve: (outcome: PipeOutcome) => void; reject: (error: UserError) => void };

  constructor(ports: PipePorts, stream: ByteStream, follow: boolean, patience = PATIENCE) {
    this.#ports = ports;
    this.#patience = patience;
    this.#stream = stream;
    this.#follow = follow;
    this.done = new Promise((resolve, reject) => (this.#outcome = { resolve, reject }));
    const { crypto, salt, overlays } = ports;
    const tags = overlays.slice(0, MAX_TAGS).map(({ from }) => new Carry(crypto, from).tag(salt));
    this.#out(MAGIC);
    this.#out(encodeFrame(FRAME.hello, concatBytes(salt, ...tags)));
    this.#look = setInterval(() => this.#compare(), LOOK_MS);
  }

  /** Bytes came from the other end. */
  read(chunk: Uint8Array): void {
    if (this.#isOver || this.#hasEnded) return;
    this.#bytesIn += chunk.length;
    this.#heardMs = performance.now();
    for (const frame of this.#frames.read(chunk)) this.#heard(frame);
    const { flaw } = this.#frames;
    if (flaw === undefined) return;
    this.#flaw = flawOf(flaw);
    this.ended();
  }

  /** The stream has ended. */
  ended(): void {
    this.#hasEnded = true;
    this.#compare();
  }

  /** What came last is on its way to the disk still: it shall not be lost with whoever ends after this. */
  #end(now: number): void {
    const isArriving = this.#shared.some((overlay) => this.#ports.held(overlay).arriving > 0);
    if (isArriving && now - this.#heardMs < SETTLING_MS) return;
    if (this.#flaw !== undefined) return this.#fail(this.#flaw);
    if (this.#follow || this.#isEqual || this.#isOtherEqual) return this.#finish();
    this.#fail(this.#shared.length === 0 ? WHY.noAnswer : WHY.cut);
  }

  #heard({ kind, body }: Frame): void {
    switch (kind) {
      case FRAME.hello:
        return this.#met(body);
      case FRAME.datagram:
        return this.#link?.received(body);
      case FRAME.state:
        this.#hear(body);
        return this.#compare();
      case FRAME.equal:
        this.#isOtherEqual = true;
        return this.#compare();
    }
  }

  #met(body: Uint8Array): void {
    if (this.#link !== undefined) return;
    const { links, crypto, overlays, held } = this.#ports;
    const salt = body.subarray(0, SALT_BYTES);
    if (equalBytes(salt, this.#ports.salt)) return this.#fail(WHY.echo);
    const tags = Array.from({ length: (body.length - SALT_BYTES) / TAG_BYTES }, (_, i) => {
      return body.subarray(SALT_BYTES + i * TAG_BYTES, SALT_BYTES + (i + 1) * TAG_BYTES);
    });
    const isShared = (tag: Uint8Array): boolean => tags.some((other) => equalBytes(other, tag));
    this.#shared = overlays
      .filter(({ from }) => isShared(new Carry(crypto, from).tag(salt)))
      .map(({ overlay }) => overlay);
    if (this.#shared.length === 0) return this.#fail(WHY.nothingShared);
    for (const overlay of this.#shared) this.#before.set(overlay, held(overlay).bundles);
    const stream = this.#stream;
    const carrier = {
      kind: "pipe" as const,
      name: "a pipe",
      get waiting() {
        return stream.waiting;
      },
      send: (datagram: Uint8Array) => this.#out(encodeFrame(FRAME.datagram, datagram)),
    };
    this.#link = links.open(carrier, { isNamed: true, overlays: this.#shared });
    if (this.#link === undefined) this.#fail(WHY.tooMany);
  }

  #hear(body: Uint8Array): void {
    for (let at = 0; at + STATE_BYTES <= body.length; at += STATE_BYTES) {
      const overlay = toHex(body.subarray(at, at + OVERLAY_ID_BYTES));
      const fingerprint = toHex(body.subarray(at + OVERLAY_ID_BYTES, at + STATE_BYTES));
      if (!this.#shared.includes(overlay) || this.#told.get(overlay) === fingerprint) continue;
      this.#told.set(overlay, fingerprint);
      this.#movedMs = performance.now();
    }
  }

  /** Tells what is held once that has not changed for a moment, and ends when both ends hold the same. */
  #compare(): void {
    if (this.#isOver) return;
    const now = performance.now();
    if (this.#hasEnded) return this.#end(now);
    const silentMs = now - this.#heardMs;
    if (this.#shared.length === 0) {
      if (silentMs > this.#patience.hello) return this.#fail(WHY.noAnswer);
      return this.#note(now, () => {
        const leftS = Math.ceil((this.#patience.hello - silentMs) / 1_000);
        return `Nothing has come from the other end yet: it has ${leftS} s more.`;
      });
    }
    const fingerprints = this.#shared.map((overlay) => this.#ports.held(overlay).fingerprint);
    const holds = fingerprints.join();
    const isSettled = holds === this.#seen && !fingerprints.includes(undefined);
    if (holds !== this.#seen) this.#movedMs = now;
    this.#seen = holds;
    if (isSettled && holds !== this.#said) {
      this.#said = holds;
      this.#out(encodeFrame(FRAME.state, stateOf(this.#shared, fingerprints as string[])));
    }
    const isEqual =
      holds === this.#said &&
      this.#shared.every((overlay, i) => this.#told.get(overlay) === fingerprints[i]);
    if (isEqual && !this.#isEqual) {
      this.#isEqual = true;
      if (!this.#follow) this.#out(encodeFrame(FRAME.equal, new Uint8Array(0)));
    }
    if (this.#follow) return;
    if (this.#isEqual && this.#isOtherEqual) this.#finish();
    else if (silentMs > this.#patience.silence) this.#fail(WHY.silent);
    else if (now - this.#movedMs > this.#patience.standstill) this.#fail(WHY.standstill);
    else this.#note(now, () => this.#progress(silentMs));
  }

  #note(now: number, text: () => string): void {
    if (now < this.#noteMs) return;
    this.#noteMs = now + NOTE_INTERVAL_MS;
    this.#ports.note(text());
  }

  #progress(silentMs: number): string {
    const { held } = this.#ports;
    const [bundles, before] = this.#shared.reduce(
      ([all, old], overlay) => [all + held(overlay).bundles, old + this.#before.get(overlay)!],
      [0, 0],
    );
    const silent =
      silentMs < NOTE_INTERVAL_MS ? "" : `; nothing came for ${Math.floor(silentMs / 1_000)} s`;
    return `The ends do not hold the same yet: ${bundles} bundles here, ${bundles - before} of them new${silent}.`;
  }

  #out(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#bytesOut += bytes.length;
    this.#stream.write(bytes);
  }

  #finish(): void {
    this.#stop();
    const overlays = this.#shared.map((overlay) => ({
      overlay,
      before: this.#before.get(overlay)!,
      after: this.#ports.held(overlay).bundles,
    }));
    const equal = this.#shared.every((overlay) => {
      return this.#told.get(overlay) === this.#ports.held(overlay).fingerprint;
    });
    const [bytesIn, bytesOut] = [this.#bytesIn, this.#bytesOut];
    this.#outcome.resolve({ equal, overlays, bytesIn, bytesOut });
  }

  #fail(error: UserError): void {
    this.#stop();
    this.#outcome.reject(error);
  }

  #stop(): void {
    this.#isOver = true;
    clearInterval(this.#look);
    this.#link?.closed();
  }
}

function stateOf(overlays: string[], fingerprints: string[]): Uint8Array {
  return concatBytes(
    ...overlays.flatMap((overlay, i) => [
      fromHex(overlay, OVERLAY_ID_BYTES)!,
      fromHex(fingerprints[i]!, FINGERPRINT_BYTES)!,
    ]),
  );
}
