import { exact } from "./decode-number.ts";
import { MAX_FUNCTIONS, MAX_ID_BITS, MAX_MODULO, SALT_BYTES } from "./limits.ts";
import type { BloomOffer, Subset } from "./message.ts";
import type { RejectionReason } from "./rejection.ts";
import type { dispersy } from "./schema.js";

export function bloomOf(raw: dispersy.BloomOffer): BloomOffer | RejectionReason {
  const { functions, salt, filter } = raw;
  const subset = raw.subset == null ? undefined : subsetOf(raw.subset as dispersy.Subset);
  if (subset === undefined) return "subset-invalid";
  if (salt.length !== SALT_BYTES) return "salt-width";
  if (functions < 1 || functions > MAX_FUNCTIONS || filter.length === 0) return "bloom-invalid";
  return { kind: "bloom", subset, functions, salt, filter };
}

function subsetOf(raw: dispersy.Subset): Subset | undefined {
  const { modulo, offset, idBits, idPrefix } = raw;
  const low = exact(raw.low);
  const high = exact(raw.high);
  if (low === undefined || high === undefined || low < 1) return undefined;
  if (high !== 0 && high < low) return undefined;
  if (modulo < 1 || modulo > MAX_MODULO || offset >= modulo) return undefined;
  if (idBits > MAX_ID_BITS || idPrefix >= 1 << idBits) return undefined;
  return { low, high: high === 0 ? Infinity : high, modulo, offset, idBits, idPrefix };
}
