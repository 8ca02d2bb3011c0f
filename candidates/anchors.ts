import { addressGroup } from "../wire/address-scope.ts";
import type { Candidate } from "./candidate.ts";
import { CONTACTED_LIFETIME_MS, STEP_MS } from "./constants.ts";
import type { CandidateTable } from "./table.ts";

/** Few enough that half of the steps at least are left for everybody else. */
export const ANCHORS = 4;
/** Three steps before a contact lapses. */
export const DUE_MS = CONTACTED_LIFETIME_MS - 3 * STEP_MS;

/**
 * Contacts worth keeping: the last that brought bundles we lacked, one of each wide address group. However many
 * addresses an attacker has, what brought news stays a contact. Returns the one that has to be asked now, or else it
 * lapses.
 */
export function dueAnchor(table: CandidateTable, now: number): Candidate | undefined {
  const paying = table
    .list("contacted", now)
    .filter(({ paidMs }) => paidMs !== undefined)
    .sort((a, b) => b.paidMs! - a.paidMs!);
  const anchors = new Map<string, Candidate>();
  for (const candidate of paying) {
    const group = addressGroup(candidate.address.ip, "wide");
    if (!anchors.has(group)) anchors.set(group, candidate);
    if (anchors.size === ANCHORS) break;
  }
  return [...anchors.values()].find(({ lastAskedMs }) => now - lastAskedMs >= DUE_MS);
}
