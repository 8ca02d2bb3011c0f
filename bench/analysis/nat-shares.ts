import type { NatKind } from "../../node/testing/nat-kinds.ts";

/** The kinds that the published distributions tell apart; `eif` includes nodes without a NAT. */
export const SHARED_KINDS = ["eif", "adf", "apdf", "seq", "blk", "rnd"] as const;
export type SharedKind = (typeof SHARED_KINDS)[number];

export interface Distribution {
  name: string;
  /** Of unblocked pairs, calculated for others from what their programs do; what we want to reach. */
  others: { hyperdht: number; tailscaleAndIroh: number; target: number };
  shares: Record<SharedKind, number>;
  /** Nodes that no UDP reaches. */
  blocked: number;
}

/**
 * Shares of nodes. A: Halkes and Pouwelse 2011, measured in Tribler. B and C: mixes of fixed lines and mobile networks,
 * 85 to 15 and half to half. How symmetric NATs divide (30 % sequential, then 30 % of the rest in blocks) is an
 * assumption.
 */
export const DISTRIBUTIONS: Record<"halkes" | "fixed" | "mobile", Distribution> = {
  halkes: {
    name: "A: Halkes and Pouwelse",
    others: { hyperdht: 0.988, tailscaleAndIroh: 0.931, target: 0.993 },
    shares: { eif: 0.209, adf: 0.073, apdf: 0.568, seq: 0.031, blk: 0.022, rnd: 0.051 },
    blocked: 0.046,
  },
  fixed: {
    name: "B: mostly fixed lines",
    others: { hyperdht: 0.991, tailscaleAndIroh: 0.932, target: 0.995 },
    shares: { eif: 0.15, adf: 0.05, apdf: 0.669, seq: 0.027, blk: 0.019, rnd: 0.045 },
    blocked: 0.04,
  },
  mobile: {
    name: "C: half mobile",
    others: { hyperdht: 0.947, tailscaleAndIroh: 0.837, target: 0.971 },
    shares: { eif: 0.12, adf: 0.05, apdf: 0.57, seq: 0.066, blk: 0.046, rnd: 0.108 },
    blocked: 0.04,
  },
};

const OPEN_FILTERS: ReadonlySet<NatKind> = new Set(["open", "eif", "adf"]);
const SYMMETRIC: ReadonlySet<NatKind> = new Set(["adm", "seq", "blk", "rnd"]);

/**
 * Whether one simultaneous puncture by way of an introducer opens a path: all but those with a mapping that depends on
 * the remote on one side and a port filter on the other, and those where UDP is blocked.
 */
export function punctureOpens(a: NatKind, b: NatKind): boolean {
  if (a === "blocked" || b === "blocked") return false;
  const meetsPortFilter = (one: NatKind, other: NatKind): boolean =>
    SYMMETRIC.has(one) && !OPEN_FILTERS.has(other);
  return !meetsPortFilter(a, b) && !meetsPortFilter(b, a);
}

/**
 * Whether any strategy can open a path without a mapped port: what a puncture opens; one side's ports searched from a
 * side that has one port for all destinations; and two sides of which each other's next port, or block, can be known.
 */
export function searchOpens(a: NatKind, b: NatKind): boolean {
  if (a === "blocked" || b === "blocked") return false;
  if (!SYMMETRIC.has(a) || !SYMMETRIC.has(b)) return true;
  if (a === "seq" && b === "seq") return true;
  return KNOWN_RANGE.has(a) && KNOWN_RANGE.has(b);
}

const KNOWN_RANGE: ReadonlySet<NatKind> = new Set(["seq", "blk"]);

/**
 * Success per ordered pair that Halkes and Pouwelse measured among 841 peers, read off their figure to 2 points; from
 * (row) to (column).
 */
export const HALKES_KINDS = ["eif", "adf", "apdf", "symmetric"] as const;
export const HALKES_SUCCESS: readonly (readonly number[])[] = [
  [0.86, 0.88, 0.84, 0.7],
  [0.83, 0.91, 0.92, 0.75],
  [0.83, 0.92, 0.83, 0.02],
  [0.84, 0.78, 0.05, 0.05],
];

/** Measured of one ordered pair: the share of successes and the ends of its interval. */
export interface Measured {
  success: number;
  low: number;
  high: number;
}

export interface Weighted {
  /** Of all pairs: blocked ones never succeed. */
  all: number;
  /** Of pairs of which neither is blocked. */
  unblocked: number;
}

/** The share of ordered pairs that succeed, with the nodes' shares as weights. */
export function weigh(
  { shares, blocked }: Distribution,
  success: (a: SharedKind, b: SharedKind) => number,
): Weighted {
  let all = 0;
  for (const [a, b] of sharedPairs()) all += shares[a] * shares[b] * success(a, b);
  return { all, unblocked: all / (1 - blocked) ** 2 };
}

/**
 * Where the weighted share of unblocked pairs lies with 95 % confidence: the distances of the cells' own limits, added
 * as independent ones are (MOVER; Zou and Donner 2008).
 */
export function weighedInterval(
  { shares, blocked }: Distribution,
  measured: (a: SharedKind, b: SharedKind) => Measured,
): [low: number, high: number] {
  let [middle, below, above] = [0, 0, 0];
  for (const [a, b] of sharedPairs()) {
    const weight = (shares[a] * shares[b]) / (1 - blocked) ** 2;
    const { success, low, high } = measured(a, b);
    middle += weight * success;
    below += (weight * (success - low)) ** 2;
    above += (weight * (high - success)) ** 2;
  }
  return [Math.max(0, middle - Math.sqrt(below)), Math.min(1, middle + Math.sqrt(above))];
}

/**
 * Homes whose router maps a port for them, which makes them `eif`; so rare is it in front of a symmetric NAT, beside
 * others.
 */
const PORT_MAPPED = 0.35;
const PORT_MAPPED_SYMMETRIC = 0.15 * PORT_MAPPED;
/** Pairs of which both sides have IPv6, where no NAT but a port filter stands: they succeed as two `apdf` do. */
const IPV6_PAIRS = 0.25;

/** The same with mapped ports and IPv6 as common as the figures for Tailscale and iroh assume it. */
export function weighAided(
  distribution: Distribution,
  success: (a: SharedKind, b: SharedKind) => number,
): Weighted {
  const shares = { ...distribution.shares };
  for (const kind of SHARED_KINDS) {
    if (kind === "eif") continue;
    const mapped = shares[kind] * (SYMMETRIC.has(kind) ? PORT_MAPPED_SYMMETRIC : PORT_MAPPED);
    shares[kind] -= mapped;
    shares.eif += mapped;
  }
  const { unblocked } = weigh({ ...distribution, shares }, success);
  const withIpv6 = unblocked + IPV6_PAIRS * (success("apdf", "apdf") - unblocked);
  return { all: withIpv6 * (1 - distribution.blocked) ** 2, unblocked: withIpv6 };
}

function sharedPairs(): [SharedKind, SharedKind][] {
  return SHARED_KINDS.flatMap((a) => SHARED_KINDS.map((b): [SharedKind, SharedKind] => [a, b]));
}
