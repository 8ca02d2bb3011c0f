import { readBundle } from "../../wire/bundle.ts";
import type { Context } from "../core/context.ts";
import type { BundleStore } from "../store/store.ts";
import type { Held } from "../sets/held.ts";
import type { Heads } from "./heads.ts";
import type { Policy } from "./policy.ts";
import type { Receipts } from "./receipts/receipts.ts";
import type { Retention } from "./retention.ts";

/** Bundles that are read and parsed at a time: 2 to 4 ms. */
const READ_AT_ONCE = 128;

/** What the next bundle follows is among these, the newest. */
const NEWEST = 16;

/**
 * Reads what an earlier run left: who may write, what is not kept for ever, and what asks for a receipt or is one.
 * Portion by portion where it is much. The policy is in the first one, since everything else here comes after it in
 * time.
 */
export function* readEarlierRun(parts: {
  ctx: Context;
  overlayKey: Uint8Array;
  store: BundleStore;
  policy: Policy;
  retention: Retention;
  receipts: Receipts;
  heads: Heads | undefined;
}): Generator<undefined, void> {
  const { ctx, overlayKey, store, policy, retention, receipts, heads } = parts;
  let read = 0;
  for (const wire of store.watched()) {
    const bundle = readBundle(ctx.crypto, overlayKey, wire);
    if (!("rejected" in bundle)) {
      policy.apply(bundle);
      retention.remember(bundle);
      receipts.remember(bundle);
    }
    if (++read % READ_AT_ONCE === 0) yield;
  }
  retention.added([]);
  if (heads === undefined) return;
  for (const held of newest(store)) {
    const wire = store.get(held);
    const bundle = wire && readBundle(ctx.crypto, overlayKey, wire);
    if (bundle !== undefined && !("rejected" in bundle)) heads.add(bundle);
  }
}

function newest({ index }: BundleStore): Held[] {
  const found: Held[] = [];
  index.descend(Number.MAX_SAFE_INTEGER, (globalTime, w0, w1, w2, w3) => {
    return found.push({ globalTime, w0, w1, w2, w3 }) < NEWEST;
  });
  return found;
}
