import type { Address } from "../wire/address.ts";
import { shareGroup } from "../wire/address-scope.ts";

/** On whose word something is done for an address: budgets are shared out among these. */
export interface Namer {
  /** What its neighbours use up is used up for it as well. */
  readonly group: string;
  /** Whether the user named it, so that a part of each budget is kept for it. */
  readonly isTrusted: boolean;
}

/** Nobody named it: we do it of our own accord. */
export const OURSELVES: Namer = { group: "ourselves", isTrusted: true };

export function namerAt(address: Address, isTrusted: boolean): Namer {
  return { group: shareGroup(address), isTrusted };
}
