import type { Random } from "../wire/crypto.ts";
import type { Bucket, Candidate } from "./candidate.ts";
import type { CandidateTable } from "./table.ts";

/** Whom a step asks: by the paper's shares of the buckets, or with others. */
export interface SelectionRule {
  /** How often trackers are drawn, 0 to 1. Of the rest half are contacted, a quarter each requested and introduced. */
  trustedShare: number;
  /** Who of a bucket is asked: of the contacted whoever answered longest ago, and so on. */
  age: "oldest" | "newest" | "random";
}

/** Chooses whom to ask next among the candidates that may be asked now; undefined when there is none. */
export type NodeSelector = (
  table: CandidateTable,
  random: Random,
  now: number,
) => Candidate | undefined;

/**
 * The Dispersy paper's. Half of all steps go to those whom we contacted ourselves, because an attacker can request and
 * be introduced as often as it likes; the oldest first, so that no NAT closes.
 */
export const PAPER_RULE: SelectionRule = { trustedShare: 0.01, age: "oldest" };

/**
 * Whom to ask next: a bucket by its weight, drawn again while nobody in it is eligible; in it, the oldest of the group
 * that was asked longest ago. Groups that were asked lately wait until no bucket has another, however many candidates
 * they have, see `GroupRest`.
 */
export function selectCandidate(
  table: CandidateTable,
  random: Random,
  now: number,
  rule = PAPER_RULE,
): Candidate | undefined {
  return drawn(table, random, now, rule, true) ?? drawn(table, random, now, rule, false);
}

/** Anybody who may be asked, all alike. What the rules of shares are held against. */
const selectAnybody: NodeSelector = (table, random, now) => {
  const buckets = ["tracker", "contacted", "requested", "introduced"] as const;
  const eligible = buckets.flatMap((bucket) => table.allEligible(bucket, now));
  return eligible[random.below(Math.max(1, eligible.length))];
};

export function selectorOf(rule: SelectionRule | "anybody"): NodeSelector {
  if (rule === "anybody") return selectAnybody;
  return (table, random, now) => selectCandidate(table, random, now, rule);
}

/** How often each bucket is drawn while all have somebody, 0 to 1. */
export function weightsOf(trustedShare: number): Record<Bucket, number> {
  const rest = 1 - trustedShare;
  return { tracker: trustedShare, contacted: rest / 2, requested: rest / 4, introduced: rest / 4 };
}

function drawn(
  table: CandidateTable,
  random: Random,
  now: number,
  { trustedShare, age }: SelectionRule,
  rested: boolean,
): Candidate | undefined {
  const left = Object.entries(weightsOf(trustedShare)) as [Bucket, number][];
  while (left.length > 0) {
    const [[bucket]] = left.splice(draw(left, random), 1) as [[Bucket, number]];
    // Trackers are no substitute for groups that rest: they would be visited, and reset the table, too often.
    if (rested && bucket === "tracker" && left.length === 0) return undefined;
    const candidates = table.eligible(bucket, now, rested);
    if (candidates.length > 0) return candidates[placeOf(age, candidates.length, random)];
  }
  return undefined;
}

function placeOf(age: SelectionRule["age"], count: number, random: Random): number {
  if (age === "random") return random.below(count);
  return age === "oldest" ? 0 : count - 1;
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
