/** What has to hold in every world, whatever goes wrong in it. */
export const RULES = {
  "acknowledged-lost": "what a node said it published is never lost",
  "time-reused": "a node never gives two of its bundles one global time, crashes included",
  "not-verified":
    "everything stored verifies, belongs to the overlay and was allowed by its policy",
  "passing-kept": "what is for the moment is in no store",
  "not-converged": "once faults stop, all honest nodes come to hold the same bundles",
  "not-quiet": "once all hold the same, no bundle crosses a link again, and few offers do",
  amplifier:
    "an address that showed no token gets no more bytes in answers than came from it, and no bundles",
  unsolicited: "strangers named by others get 3 small datagrams per IP in 5 s, without offers",
  "special-range": "nothing goes to special ranges but probes to neighbours inside the own subnet",
  votes:
    "an address that only strangers name is never taken for confirmed, nor in the place of one that is",
  clock: "no clock is further ahead than the bundles ever made allow",
  bounds: "tables and queues keep within their bounds",
  pace: "the walker takes its steps",
  exception: "nothing throws",
} as const;
export type Rule = keyof typeof RULES;

export interface Violation {
  rule: Rule;
  /** Virtual milliseconds. */
  atMs: number;
  /** The node's name, or "all". */
  node: string;
  detail: string;
}

/** More say nothing new. */
const MAX_VIOLATIONS = 50;

/** BOUNDED: by MAX_VIOLATIONS, one per rule and node. */
export class Violations {
  readonly all: Violation[] = [];
  readonly #seen = new Set<string>();

  add(rule: Rule, atMs: number, node: string, detail: string): void {
    const once = `${rule} ${node}`;
    if (this.#seen.has(once) || this.all.length >= MAX_VIOLATIONS) return;
    this.#seen.add(once);
    this.all.push({ rule, atMs: Math.round(atMs), node, detail });
  }
}
