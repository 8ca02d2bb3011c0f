import { ELEMENT_BYTES } from "../../../wire/limits.ts";
import type { RoundTrip } from "../../net/round-trip.ts";
import type { Element } from "../../sets/element.ts";

/** ELEMENT_BYTES each, little-endian: x in 4, y in 3 bytes. */
export function writeElements(elements: readonly Element[]): Uint8Array {
  const bytes = new Uint8Array(elements.length * ELEMENT_BYTES);
  const view = new DataView(bytes.buffer);
  elements.forEach(({ x, y }, i) => {
    const at = i * ELEMENT_BYTES;
    view.setUint32(at, x, true);
    view.setUint16(at + 4, y & 0xffff, true);
    view.setUint8(at + 6, y >>> 16);
  });
  return bytes;
}

/** The elements that an answer asks for. */
export function readElements(wanted: Uint8Array): Element[] {
  const view = new DataView(wanted.buffer, wanted.byteOffset, wanted.byteLength);
  return Array.from({ length: wanted.length / ELEMENT_BYTES }, (_, i) => {
    const at = i * ELEMENT_BYTES;
    return {
      x: view.getUint32(at, true),
      y: view.getUint16(at + 4, true) | (view.getUint8(at + 6) << 16),
    };
  });
}

/**
 * What somebody was asked for comes within this time, or so many times what is late on its path; then others are asked.
 */
const COMING_MS = 1_000;
const COMING_TIMEOUTS = 2;
/** 64 answers' worth. */
const MAX_COMING = 4_096;

/**
 * What answers of ours asked for a moment ago. Where bundles are written all the time, several peers show a node what
 * it lacks before the first of them has sent it: without this, two thirds of what they sent came twice. Who was asked
 * and does not send delays a bundle until the first contact after that time.
 */
export class InFlightElements {
  /**
   * Of whom it was first asked and until when it may come, the oldest first. BOUNDED: by MAX_COMING and one answer; the
   * oldest make room.
   */
  readonly #asked = new Map<number, { peer: string; untilMs: number }>();

  /**
   * Of what we lack, up to `most` that nobody but `peer` is sending; from now on it is. It is asked again when it asks
   * again, since the answer may have got lost, but that gives it no more time.
   */
  reserve(
    lacking: readonly Element[],
    peer: { key: string; roundTrip: RoundTrip },
    most: number,
    now: number,
  ): { wanted: Element[]; coming: number } {
    this.#expire(now);
    const free = lacking.filter((element) => {
      return (this.#comingOf(element, now)?.peer ?? peer.key) === peer.key;
    });
    const wanted = free.slice(0, most);
    const untilMs = now + peer.roundTrip.atLeast(COMING_MS, COMING_TIMEOUTS);
    for (const element of wanted) {
      if (this.#comingOf(element, now) !== undefined) continue;
      // What was asked for again is not among the oldest.
      this.#asked.delete(keyOf(element));
      this.#asked.set(keyOf(element), { peer: peer.key, untilMs });
    }
    return { wanted, coming: lacking.length - free.length };
  }

  /** Of whom it was asked, while it may come. */
  #comingOf(element: Element, now: number): { peer: string } | undefined {
    const asked = this.#asked.get(keyOf(element));
    return asked !== undefined && now < asked.untilMs ? asked : undefined;
  }

  #expire(now: number): void {
    for (const [key, { untilMs }] of this.#asked) {
      if (now < untilMs && this.#asked.size <= MAX_COMING) return;
      this.#asked.delete(key);
    }
  }
}

/** 53 of its 56 bits: the few that share them wait for each other. */
function keyOf({ x, y }: Element): number {
  return x * 0x20_0000 + (y >>> 3);
}
