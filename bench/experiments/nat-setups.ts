import { DEFAULT_MAX_FLOWS } from "../../nat/plan.ts";
import { EXIT, UserError } from "../../node/host/errors.ts";
import { opens, type Pair } from "./nat-sides.ts";

/** One pair between such NATs, on such an Internet. */
export interface Cell {
  pair: Pair;
  /** Share of the datagrams that get lost. */
  loss: number;
  /** Routers between the two NATs. */
  hops: number;
  /** Entries that a search may fill a node's own NAT with. */
  flows: number;
  /** As a control: trackers introduce nobody. */
  isNobodyNamed?: true;
}

/** What is behind the paths of a set-up: without it, nothing, or less, opens. */
export type Need = "introductions" | "searches" | "port mapping" | "IPv6";

/** Pairs of which the same is asked. */
export interface SetUp {
  name: string;
  /** What it is, in words. */
  title: string;
  cells: Cell[];
  target: Target;
  /** What the set-up is there to show. */
  needs: Need;
}

/** What is asked of all trials of a set-up together. */
export interface Target {
  /** At least; 0 where there is no path. */
  success: number;
  /** At most, to the first two-way datagram. */
  p50Ms?: number;
  p95Ms?: number;
  /** At most, until it is said that there is no path. */
  noPathMs?: number;
}

export const DEFAULT_HOPS = 6;
const NEAR_HOPS = 2;
/** With the user's leave. */
const LEAVE_FLOWS = 1_100;
/** Enough to tell 95 % from 99 % over all pairs of a set-up. */
const TRIALS_OF_SETUP = 100;

const EASY = ["open", "eif", "adf", "apdf", "apdf-np"];
const LAX = ["open", "eif", "adf"];
const STRICT = ["apdf", "apdf-np"];
const HARD = ["adm", "seq", "blk", "rnd"];
const RANDOM = ["adm", "rnd"];

const PLAIN_TARGET: Target = { success: 0.99, p95Ms: 3_000 };

const EASY_PAIRS = EASY.flatMap((a) => EASY.map((b): Pair => [a, b]));
const LAX_PAIRS = bothWays(LAX, HARD);
const PLAIN_PAIRS = [...EASY_PAIRS, ...LAX_PAIRS];
const RANDOM_PAIRS = bothWays(STRICT, RANDOM);

/** Each kind with a change; a public address without a NAT cannot be changed. */
const changed = (kinds: readonly string[], change: string): string[] =>
  kinds.map((kind) => (kind === "open" ? kind : `${kind}+${change}`));

/** The targets of traversal without port mapping and IPv6, unless the name says so. */
export const SETUPS: readonly SetUp[] = [
  setUp("easy", "no NAT, or one port for all destinations, on both sides", EASY_PAIRS, {
    success: 1,
    p95Ms: 1_000,
  }),
  setUp("lax", "a port per destination against a filter by address at most", LAX_PAIRS, {
    success: 1,
    p50Ms: 500,
    p95Ms: 1_000,
  }),
  setUp("plain-loss", "easy and lax, 10 % lost", PLAIN_PAIRS, PLAIN_TARGET, { loss: 0.1 }),
  setUp("poisonable", "easy and lax, poisonable routers", poisonable(), PLAIN_TARGET),
  setUp("poisonable-near", "easy and lax, poisonable, 2 hops", poisonable(), PLAIN_TARGET, {
    hops: NEAR_HOPS,
  }),
  setUp("ordered", "apdf, apdf-np with seq, blk", bothWays(STRICT, ["seq", "blk"]), {
    success: 0.99,
    p50Ms: 1_000,
    p95Ms: 2_000,
  }),
  setUp(
    "random",
    "apdf, apdf-np with adm, rnd",
    RANDOM_PAIRS,
    { success: 0.99, p50Ms: 1_500, p95Ms: 6_000 },
    { needs: "searches" },
  ),
  setUp(
    "random-loss",
    "random, 5 % lost",
    RANDOM_PAIRS,
    { success: 0.98, p95Ms: 8_000 },
    { loss: 0.05, needs: "searches" },
  ),
  ...["limit=50", "quota=300"].flatMap((change) => {
    const [name, value] = change.split("=");
    const words = name === "limit" ? `${value} new flows per second` : `a quota of ${value}`;
    return [
      setUp(
        `hard-${name}`,
        `random, the hard side behind ${words}`,
        bothWays(STRICT, changed(RANDOM, change)),
        { success: 0.95, p95Ms: 20_000 },
        { needs: "searches" },
      ),
      setUp(
        `easy-${name}`,
        `random, the easy side behind ${words}`,
        bothWays(changed(STRICT, change), RANDOM),
        { success: name === "limit" ? 0.9 : 0.6, p95Ms: 25_000 },
        { needs: "searches" },
      ),
    ];
  }),
  setUp(
    "sequences",
    "seq with seq, 30 foreign entries per second on both sides",
    [["seq+foreign=30", "seq+foreign=30"]],
    {
      success: 0.95,
      p95Ms: 4_000,
    },
  ),
  setUp(
    "blocks",
    "blk with blk or seq, 256 flows a side",
    blocks(),
    { success: 0.2, p95Ms: 10_000 },
    { needs: "searches" },
  ),
  setUp(
    "blocks-leave",
    `the same with ${LEAVE_FLOWS} flows a side`,
    blocks(),
    { success: 0.6, p95Ms: 20_000 },
    { flows: LEAVE_FLOWS, needs: "searches" },
  ),
  setUp("closed", "no path", closed(), { success: 0, noPathMs: 5_000 }),
  setUp(
    "mapped",
    "rnd with rnd, one router maps ports",
    mapped(),
    { success: 1, p95Ms: 1_000 },
    { needs: "port mapping" },
  ),
  setUp("same-lan", "same LAN", [["same-lan", "same-lan"]], { success: 1, p95Ms: 1_000 }),
  setUp("hairpin", "one router that hairpins", [["hairpin", "hairpin"]], {
    success: 1,
    p95Ms: 1_000,
  }),
  setUp("double-nat", "two layers of NAT on one side or both", doubleNat(), {
    success: 1,
    p95Ms: 1_000,
  }),
  setUp(
    "ipv6",
    "rnd with rnd, IPv6 on both sides",
    [["rnd+ipv6", "rnd+ipv6"]],
    { success: 1, p95Ms: 1_000 },
    { needs: "IPv6" },
  ),
];

/** `easy,closed`, or `all`. Throws a UserError. */
export function parseSetUps(text: string): readonly SetUp[] {
  if (text === "") return [];
  if (text === "all") return SETUPS;
  return text.split(",").map((name) => {
    const found = SETUPS.find((each) => each.name === name.trim());
    if (found !== undefined) return found;
    const known = SETUPS.map((each) => each.name).join(", ");
    throw new UserError(`"${name}" is no set-up.`, `There are: all, ${known}.`, EXIT.usage);
  });
}

/** Trials for each pair of a set-up: many pairs share them. */
export function trialsPerPair({ cells }: SetUp, trials: number): number {
  return Math.min(trials, Math.max(1, Math.round(TRIALS_OF_SETUP / cells.length)));
}

function setUp(
  name: string,
  title: string,
  pairs: readonly Pair[],
  target: Target,
  given: Partial<Pick<Cell, "loss" | "hops" | "flows"> & Pick<SetUp, "needs">> = {},
): SetUp {
  const { loss = 0, hops = DEFAULT_HOPS, flows = DEFAULT_MAX_FLOWS } = given;
  const cells = pairs.map((pair) => ({ pair, loss, hops, flows }));
  return { name, title, target, cells, needs: given.needs ?? "introductions" };
}

/** The same cell without it. */
export function lacking(cell: Cell, need: Need): Cell {
  switch (need) {
    case "introductions":
      return { ...cell, isNobodyNamed: true };
    case "searches":
      return { ...cell, flows: 0 };
    case "port mapping":
      return { ...cell, pair: unchanged(cell.pair, "portmap") };
    case "IPv6":
      return { ...cell, pair: unchanged(cell.pair, "ipv6") };
  }
}

function unchanged([a, b]: Pair, change: string): Pair {
  return [a.replace(`+${change}`, ""), b.replace(`+${change}`, "")];
}

function bothWays(some: readonly string[], others: readonly string[]): Pair[] {
  return some.flatMap((a) =>
    others.flatMap((b): Pair[] => [
      [a, b],
      [b, a],
    ]),
  );
}

function poisonable(): Pair[] {
  return PLAIN_PAIRS.map(([a, b]): Pair => [
    changed([a], "poisonable")[0]!,
    changed([b], "poisonable")[0]!,
  ]);
}

function blocks(): Pair[] {
  return [
    ["blk", "blk"],
    ["blk", "seq"],
    ["seq", "blk"],
  ];
}

function mapped(): Pair[] {
  return [
    ["rnd+portmap", "rnd"],
    ["rnd", "rnd+portmap"],
  ];
}

function closed(): Pair[] {
  return HARD.flatMap((a) => HARD.map((b): Pair => [a, b])).filter((pair) => !opens(pair));
}

function doubleNat(): Pair[] {
  return [
    ["double-nat", "double-nat"],
    ["double-nat", "apdf"],
    ["apdf", "double-nat"],
  ];
}
