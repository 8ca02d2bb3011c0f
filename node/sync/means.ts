import type { SubsetOffer } from "../../wire/message.ts";
import type { OfferMeans } from "../core/counters.ts";

/** By which means an offer asks: the choice between them, as it is counted. */
export function meansOf({ kind, subset }: SubsetOffer, acceptable: number): OfferMeans {
  const { low, high, modulo } = subset;
  if (kind === "cursor") return kind;
  if (kind === "sketch") return modulo > 1 ? "sketch of a class" : "sketch";
  if (modulo > 1) return "filter of a class";
  return low > 1 || high < acceptable ? "filter of a window" : "filter of everything";
}
