import { readBundle } from "../../wire/bundle.ts";
import type { Context } from "../core/context.ts";
import type { BundleStore } from "../store/store.ts";
import type { Policy } from "./policy.ts";
import type { Retention } from "./retention.ts";

/** Bundles that are read and parsed at a time: 2 to 4 ms. */
const READ_AT_ONCE = 128;

/**
 * Reads what an earlier run left: who may write, and what is not kept for ever. Portion by portion where it is much.
 * The policy is in the first one, since everything else here comes after it in time.
 */
export function* readEarlierRun(parts: {
  ctx: Context;
  overlayKey: Uint8Array;
  store: BundleStore;
  policy: Policy;
  retention: Retention;
}): Generator<undefined, void> {
  const { ctx, overlayKey, store, policy, retention } = parts;
  let read = 0;
  for (const wire of store.watched()) {
    const bundle = readBundle(ctx.crypto, overlayKey, wire);
    if (!("rejected" in bundle)) {
      policy.apply(bundle);
      retention.remember(bundle);
    }
    if (++read % READ_AT_ONCE === 0) yield;
  }
  retention.added([]);
}
