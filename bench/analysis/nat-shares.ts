import { NAT_KINDS, type NatBehaviour } from "../sim/nat.ts";

/** The kinds of NAT that the published distributions tell apart and the simulated devices can be. */
export const KINDS = ["eif", "adf", "apdf", "seq", "rnd"] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_NAMES: Record<Kind, string> = {
  eif: "endpoint-independent filter, or open",
  adf: "address-dependent filter",
  apdf: "address and port-dependent filter",
  seq: "symmetric, sequential ports",
  rnd: "symmetric, random ports",
};

/** RFC 4787's terms for each. */
export const BEHAVIOURS: Record<Kind, NatBehaviour> = {
  eif: NAT_KINDS["full-cone"],
  adf: NAT_KINDS["address-restricted"],
  apdf: NAT_KINDS["port-restricted"],
  seq: { ...NAT_KINDS.symmetric, allocation: "sequential" },
  rnd: NAT_KINDS.symmetric,
};

export interface Distribution {
  name: string;
  /** What plain puncturing should reach of all pairs, calculated from the same shares. */
  calculated: number;
  shares: Record<Kind, number>;
  /** Nodes that no UDP reaches. */
  blocked: number;
}

/**
 * Shares of nodes. A: Halkes and Pouwelse 2011, measured in Tribler. B and C: mixes of fixed lines and mobile networks, 85 to 15 and half
 * to half. How symmetric NATs divide (30 % sequential) is an assumption; those that allocate in blocks are counted with the random ones.
 */
export const DISTRIBUTIONS: Record<"halkes" | "fixed" | "mobile", Distribution> = {
  halkes: {
    name: "A: Halkes and Pouwelse",
    calculated: 0.781,
    shares: { eif: 0.209, adf: 0.073, apdf: 0.568, seq: 0.031, rnd: 0.073 },
    blocked: 0.046,
  },
  fixed: {
    name: "B: mostly fixed lines",
    calculated: 0.792,
    shares: { eif: 0.15, adf: 0.05, apdf: 0.669, seq: 0.027, rnd: 0.064 },
    blocked: 0.04,
  },
  mobile: {
    name: "C: half mobile",
    calculated: 0.622,
    shares: { eif: 0.12, adf: 0.05, apdf: 0.57, seq: 0.066, rnd: 0.154 },
    blocked: 0.04,
  },
};

/** Whether one simultaneous puncture by way of an introducer opens a path: all but those with a symmetric NAT that meets a port filter. */
export function punctureOpens(a: Kind, b: Kind): boolean {
  const isSymmetric = (kind: Kind): boolean => kind === "seq" || kind === "rnd";
  const checksPorts = (kind: Kind): boolean => kind === "apdf" || isSymmetric(kind);
  return !(isSymmetric(a) && checksPorts(b)) && !(isSymmetric(b) && checksPorts(a));
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
  success: (a: Kind, b: Kind) => number,
): { all: number; unblocked: number } {
  let all = 0;
  for (const a of KINDS) for (const b of KINDS) all += shares[a] * shares[b] * success(a, b);
  return { all, unblocked: all / (1 - blocked) ** 2 };
}
