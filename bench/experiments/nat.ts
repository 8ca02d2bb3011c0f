import { DEFAULT_MAX_FLOWS, MOST_FLOWS } from "../../nat/plan.ts";
import { EXIT, UserError } from "../../node/host/errors.ts";
import { DISTRIBUTIONS } from "../analysis/nat-shares.ts";
import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { labRows, SYSTEMS } from "./nat-lab.ts";
import { mixOf } from "./nat-mix.ts";
import { modelTrial } from "./nat-model.ts";
import { observedReport, observedRows } from "./nat-observed.ts";
import { natReport } from "./nat-report.ts";
import { type PairRow, rowOf } from "./nat-row.ts";
import { type Pair, PAIRS, parsePairs } from "./nat-sides.ts";
import { gridOf, weightedRows } from "./nat-weighted.ts";

export interface NatOptions {
  sim: boolean;
  lab: boolean;
  observed: boolean;
  trials: number;
  nodes: number;
  /** Seconds, virtual ones in the model. */
  timeout: number;
  /** All of them when empty. */
  pairs: string;
  loss: number;
  hops: number;
  /** Mappings that one search of a node may fill its NAT's table with. */
  flows: number;
  /** Name of another system; none when empty. */
  peer: string;
}

const NO_PEER = "";

export const nat = experiment<NatOptions>({
  name: "nat",
  summary:
    "which pairs of NATs get through, how fast and by what: in the model, in a lab of kernel NATs, or in use",
  signatures: "keyed hash",
  options: [
    { name: "sim", summary: "on simulated devices, in virtual time", default: true },
    {
      name: "lab",
      summary: "real processes behind kernel NATs in network namespaces; needs root",
      default: false,
    },
    { name: "observed", summary: "what the running node has met since its start", default: false },
    { name: "trials", summary: "trials per ordered pair", default: 30, min: 1 },
    {
      name: "nodes",
      summary: "nodes of each overlay with mixed kinds, in the model",
      default: 60,
      min: 2,
      max: 10_000,
    },
    { name: "timeout", summary: "seconds for a trial", default: 30, min: 5 },
    {
      name: "pairs",
      summary: "only these, such as apdf:rnd+limit=50,seq+drift=15:seq+poisonable",
      default: "",
    },
    {
      name: "loss",
      summary: "share of the datagrams that get lost",
      default: 0,
      max: 1,
      fraction: true,
    },
    { name: "hops", summary: "routers between the two NATs", default: 6, min: 1, max: 40 },
    {
      name: "flows",
      summary: "entries that a search may fill a node's own NAT with",
      default: DEFAULT_MAX_FLOWS,
      min: 1,
      max: MOST_FLOWS,
    },
    {
      name: "peer",
      summary: "beside it, another system in the same lab",
      default: NO_PEER,
      choices: [NO_PEER, ...Object.keys(SYSTEMS).filter((name) => name !== "dispersy")],
    },
  ],
  run(options, ports): Result | Promise<Result> {
    if (options.lab && options.observed) throw usage("--lab and --observed exclude each other.");
    if (options.peer !== NO_PEER && !options.lab) throw usage("--peer is for --lab.");
    if (options.observed) return observed(ports);
    const pairs = options.pairs === "" ? PAIRS : parsePairs(options.pairs);
    return options.lab ? inLab(pairs, options, ports) : inModel(pairs, options, ports);
  },
});

function inModel(
  pairs: readonly Pair[],
  options: NatOptions & CommonOptions,
  ports: Ports,
): Result {
  const { trials, profile } = options;
  const rows = pairs.map((pair) => {
    const [a, b] = pair;
    const outcomes = Array.from({ length: trials }, (_, i) => {
      ports.progress(`${a} to ${b}: ${i + 1} of ${trials}`);
      return modelTrial(pair, i, options);
    });
    return rowOf(pair, outcomes);
  });
  const mixes =
    options.pairs === ""
      ? Object.values(DISTRIBUTIONS).map((each) => mixOf(each, options, ports))
      : [];
  return {
    json: { pairs: rows, weighted: weightedRows(rows), grid: gridOf(rows), mixes, profile },
    report: natReport({ options, rows, mixes }),
  };
}

async function inLab(
  pairs: readonly Pair[],
  options: NatOptions & CommonOptions,
  ports: Ports,
): Promise<Result> {
  const { peer } = options;
  const rows = await labRows(SYSTEMS["dispersy"]!, pairs, options, ports);
  const others =
    peer === NO_PEER
      ? undefined
      : { name: peer, rows: await labRows(SYSTEMS[peer]!, pairs, options, ports) };
  const json = {
    pairs: rows,
    weighted: weightedRows(rows),
    grid: gridOf(rows),
    ...(others && {
      peer: { name: peer, pairs: others.rows, weighted: weightedRows(others.rows) },
    }),
  };
  const failure = uncrossed(rows);
  return {
    json,
    report: natReport({ options, rows, mixes: [], ...(others && { others }) }),
    signatures: "Ed25519",
    ...(failure !== undefined && { failure }),
  };
}

/** A path that no NAT saw was none. */
function uncrossed(rows: readonly PairRow[]): string | undefined {
  const wrong = rows.filter(({ crossed }) => crossed !== null && crossed < 1);
  if (wrong.length === 0) return undefined;
  const names = wrong.map(({ a, b }) => `${a}:${b}`).join(", ");
  return `paths were claimed that did not cross both NATs: ${names}`;
}

async function observed({ home }: Ports): Promise<Result> {
  const rows = await observedRows(home);
  return { json: { pairs: rows, weighted: {} }, report: observedReport(rows), signatures: "none" };
}

function usage(message: string): UserError {
  return new UserError(message, "See: dispersy bench nat --help", EXIT.usage);
}
