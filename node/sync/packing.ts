import { toHex } from "../../wire/bytes.ts";
import type { WireBundle } from "../../wire/message.ts";
import { mostBundles } from "../../wire/limits.ts";
import { EMPTY_BUNDLES_BYTES, bundleBytes } from "../../wire/sizes.ts";

/**
 * Divides bundles, in order, among datagrams of at most `datagramBytes`: one each, or as many as fit with their authors
 * named once.
 */
export function pack(bundles: WireBundle[], dense: boolean, datagramBytes: number): WireBundle[][] {
  if (!dense) return bundles.map((bundle) => [bundle]);
  const datagrams: WireBundle[][] = [];
  let current: WireBundle[] = [];
  let authors: string[] = [];
  const most = mostBundles(datagramBytes);
  let room = 0;
  for (const bundle of bundles) {
    const author = toHex(bundle.author);
    const known = authors.indexOf(author);
    let bytes =
      known === -1 ? bundleBytes(bundle, authors.length, true) : bundleBytes(bundle, known, false);
    if (bytes > room || current.length === most) {
      current = [];
      authors = [];
      datagrams.push(current);
      bytes = bundleBytes(bundle, 0, true);
      room = datagramBytes - EMPTY_BUNDLES_BYTES;
    }
    current.push(bundle);
    if (!authors.includes(author)) authors.push(author);
    room -= bytes;
  }
  return datagrams;
}
