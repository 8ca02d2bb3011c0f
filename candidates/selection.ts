import type { Random } from "../wire/crypto.ts";
import type { Bucket, Candidate } from "./candidate.ts";
import type { CandidateTable } from "./table.ts";

/**
 * How often each bucket is drawn (the Dispersy paper). Half of all steps go to those whom we contacted ourselves,
 * because an attacker can request and be introduced as often as it likes.
 */
const WEIGHTS: readonly (readonly [Bucket, number])[] = [
  ["tracker", 0.01],
  ["contacted", 0.495],
  ["requested", 0.2475],
  ["introduced", 0.2475],
];

/**
 * Whom to ask next: a bucket by its weight, drawn again while nobody in it is eligible; in it, the oldest. Groups that
 * were asked lately wait until no bucket has another, however many candidates they have, see `GroupRest`.
 */
export function selectCandidate(
  table: CandidateTable,
  random: Random,
  now: number,
): Candidate | undefined {
  return drawn(table, random, now, true) ?? drawn(table, random, now, false);
}

function drawn(
  table: CandidateTable,
  random: Random,
  now: number,
  rested: boolean,
): Candidate | undefined {
  const left = [...WEIGHTS];
  while (left.length > 0) {
    const [[bucket]] = left.splice(draw(left, random), 1) as [(typeof WEIGHTS)[number]];
    // Trackers are no substitute for groups that rest: they would be visited, and reset the table, too often.
    if (rested && bucket === "tracker" && left.length === 0) return undefined;
    const candidate = table.oldestEligible(bucket, now, rested);
    if (candidate !== undefined) return candidate;
  }
  return undefined;
}

function draw(weights: readonly (readonly [Bucket, number])[], random: Random): number {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  let rest = random.float() * total;
  for (let i = 0; i < weights.length - 1; i++) {
    rest -= weights[i]![1];
    if (rest < 0) return i;
  }
  return weights.length - 1;
}
