import type { NatKind } from "../sim/nat-kinds.ts";

/** The kinds that the published distributions tell apart; `eif` includes nodes without a NAT. */
export const SHARED_KINDS = ["eif", "adf", "apdf", "seq", "blk", "rnd"] as const;
export type SharedKind = (typeof SHARED_KINDS)[number];

export interface Distribution {
  name: string;
  /** What plain puncturing should reach of all pairs, calculated from the same shares. */
  calculated: number;
  shares: Record<SharedKind, number>;
  /** Nodes that no UDP reaches. */
  blocked: number;
}

/**
 * Shares of nodes. A: Halkes and Pouwelse 2011, measured in Tribler. B and C: mixes of fixed lines and mobile networks, 85 to 15 and half
 * to half. How symmetric NATs divide (30 % sequential, then 30 % of the rest in blocks) is an assumption.
 */
export const DISTRIBUTIONS: Record<"halkes" | "fixed" | "mobile", Distribution> = {
  halkes: {
    name: "A: Halkes and Pouwelse",
    calculated: 0.781,
    shares: { eif: 0.209, adf: 0.073, apdf: 0.568, seq: 0.031, blk: 0.022, rnd: 0.051 },
    blocked: 0.046,
  },
  fixed: {
    name: "B: mostly fixed lines",
    calculated: 0.792,
    shares: { eif: 0.15, adf: 0.05, apdf: 0.669, seq: 0.027, blk: 0.019, rnd: 0.045 },
    blocked: 0.04,
  },
  mobile: {
    name: "C: half mobile",
    calculated: 0.622,
    shares: { eif: 0.12, adf: 0.05, apdf: 0.57, seq: 0.066, blk: 0.046, rnd: 0.108 },
    blocked: 0.04,
  },
};

const OPEN_FILTERS: ReadonlySet<NatKind> = new Set(["open", "eif", "adf"]);
const SYMMETRIC: ReadonlySet<NatKind> = new Set(["adm", "seq", "blk", "rnd"]);

/**
 * Whether one simultaneous puncture by way of an introducer opens a path: all but those with a mapping that depends on the
 * remote on one side and a port filter on the other, and those where UDP is blocked.
 */
export function punctureOpens(a: NatKind, b: NatKind): boolean {
  if (a === "blocked" || b === "blocked") return false;
  const meetsPortFilter = (one: NatKind, other: NatKind): boolean =>
    SYMMETRIC.has(one) && !OPEN_FILTERS.has(other);
  return !meetsPortFilter(a, b) && !meetsPortFilter(b, a);
}

/** Success per ordered pair that Halkes and Pouwelse measured among 841 peers, read off their figure to 2 points; from (row) to (column). */
export const HALKES_KINDS = ["eif", "adf", "apdf", "symmetric"] as const;
export const HALKES_SUCCESS: readonly (readonly number[])[] = [
  [0.86, 0.88, 0.84, 0.7],
  [0.83, 0.91, 0.92, 0.75],
  [0.83, 0.92, 0.83, 0.02],
  [0.84, 0.78, 0.05, 0.05],
];

/** The share of ordered pairs that succeed, with the nodes' shares as weights; blocked ones never do. */
export function weigh(
  { shares, blocked }: Distribution,
  success: (a: SharedKind, b: SharedKind) => number,
): { all: number; unblocked: number } {
  let all = 0;
  for (const a of SHARED_KINDS) {
    for (const b of SHARED_KINDS) all += shares[a] * shares[b] * success(a, b);
  }
  return { all, unblocked: all / (1 - blocked) ** 2 };
}
