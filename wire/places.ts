import { MAX_NAMED, PLACE_BYTES } from "./limits.ts";
import type { Place } from "./parents.ts";

/** Of a global time, on the wire. */
const TIME_BYTES = 8;
const UPPER = 2 ** 32;

/** The field `ids` of an offer: ascending, none twice. */
export function encodePlaces(places: readonly Place[]): Uint8Array {
  const bytes = new Uint8Array(places.length * PLACE_BYTES);
  const view = new DataView(bytes.buffer);
  places.forEach(({ globalTime, w0, w1, w2, w3 }, i) => {
    const at = i * PLACE_BYTES;
    const words = [Math.floor(globalTime / UPPER), globalTime % UPPER, w0, w1, w2, w3];
    words.forEach((word, n) => view.setUint32(at + 4 * n, word));
  });
  return bytes;
}

/** Undefined unless they are 1 to `most`, ascend, and have times that there can be. */
export function readPlaces(bytes: Uint8Array, most = MAX_NAMED): Place[] | undefined {
  const { length } = bytes;
  if (length === 0 || length % PLACE_BYTES !== 0 || length > most * PLACE_BYTES) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const places: Place[] = [];
  for (let at = 0; at < length; at += PLACE_BYTES) {
    const globalTime = view.getUint32(at) * UPPER + view.getUint32(at + 4);
    if (globalTime < 1 || globalTime > Number.MAX_SAFE_INTEGER) return undefined;
    const [w0, w1, w2, w3] = [0, 4, 8, 12].map((n) => view.getUint32(at + TIME_BYTES + n));
    const place = { globalTime, w0: w0!, w1: w1!, w2: w2!, w3: w3! };
    const last = places.at(-1);
    if (last !== undefined && comparePlaces(last, place) >= 0) return undefined;
    places.push(place);
  }
  return places;
}

/** The order of bundles: negative, zero or positive. */
export function comparePlaces(a: Place, b: Place): number {
  return a.globalTime - b.globalTime || a.w0 - b.w0 || a.w1 - b.w1 || a.w2 - b.w2 || a.w3 - b.w3;
}
