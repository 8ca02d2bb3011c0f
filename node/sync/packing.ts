import { equalBytes } from "../../wire/bytes.ts";
import type { WireBundle } from "../../wire/message.ts";
import { mostBundles } from "../../wire/limits.ts";
import { EMPTY_BUNDLES_BYTES, bundleBytes } from "../../wire/sizes.ts";

/** Whether a datagram of so many bytes has room for it. */
export function fits(bundle: WireBundle, datagramBytes: number): boolean {
  return EMPTY_BUNDLES_BYTES + bundleBytes(bundle, 0, true) <= datagramBytes;
}

/**
 * Divides bundles, in order, among datagrams of at most `datagramBytes`: one each, or as many as fit with their authors
 * named once. What is larger than a datagram is left out.
 */
export function pack<T extends WireBundle>(
  bundles: T[],
  dense: boolean,
  datagramBytes: number,
): T[][] {
  const fitting = bundles.filter((bundle) => fits(bundle, datagramBytes));
  if (!dense) return fitting.map((bundle) => [bundle]);
  const most = mostBundles(datagramBytes);
  const datagrams: T[][] = [];
  let current: T[] = [];
  let authors: Uint8Array[] = [];
  let room = 0;
  for (const bundle of fitting) {
    const { author } = bundle;
    let known = authors.findIndex((other) => equalBytes(other, author));
    let bytes =
      known === -1 ? bundleBytes(bundle, authors.length, true) : bundleBytes(bundle, known, false);
    if (bytes > room || current.length === most) {
      current = [];
      authors = [];
      datagrams.push(current);
      known = -1;
      bytes = bundleBytes(bundle, 0, true);
      room = datagramBytes - EMPTY_BUNDLES_BYTES;
    }
    current.push(bundle);
    if (known === -1) authors.push(author);
    room -= bytes;
  }
  return datagrams;
}
