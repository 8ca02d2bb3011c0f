import { DEFAULT_MAX_FLOWS, MOST_FLOWS } from "../../nat/plan.ts";
import { EXIT, UserError } from "../../node/host/errors.ts";
import { DISTRIBUTIONS } from "../analysis/nat-shares.ts";
import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { WITH_MEMBER } from "../lab/same-set.ts";
import type { System } from "../lab/trial.ts";
import { besideRows } from "./nat-beside.ts";
import { measureInLab, SYSTEMS, trialKey, type Wanted } from "./nat-lab.ts";
import { mixOf } from "./nat-mix.ts";
import { modelTrial } from "./nat-model.ts";
import { observedReport, observedRows } from "./nat-observed.ts";
import type { NatOptions } from "./nat-options.ts";
import { type Measured, peerRows } from "./nat-peer.ts";
import { natReport } from "./nat-report.ts";
import { TrialRecord, type TrialKey } from "./nat-record.ts";
import { type PairRow, rowOf, type Trial } from "./nat-row.ts";
import { sameRows, sameWeighted } from "./nat-same.ts";
import {
  type Cell,
  lacking,
  parseSetUps,
  type SetUp,
  SETUPS,
  trialsPerPair,
} from "./nat-setups.ts";
import { isBlocked, isKinds, PAIRS, parsePairs } from "./nat-sides.ts";
import { targetRow } from "./nat-targets.ts";
import { measureInShares } from "./nat-labs.ts";
import { gridOf, weightedRows } from "./nat-weighted.ts";

const NO_PEER = "";
/** Share of the first trials from which on the others are worth their time. */
const FINE_FROM = 0.9;
const LAB_DEFAULTS = {
  peer: NO_PEER,
  bundles: 1,
  sameTrials: 1,
  record: "",
  model: false,
  labs: 1,
} as const;
const LAB_ONLY = ["peer", "bundles", "sameTrials", "record", "model", "labs"] as const;
const NOTHING = "";
const NEEDS = "needs";

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
      name: "fine-trials",
      summary:
        "in the model, of a pair of which 9 in 10 of those got through: to tell 99 % from all",
      default: 1,
      min: 1,
    },
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
      summary:
        "only these, such as apdf:rnd+limit=50,seq+drift=15:seq+poisonable; all of them even if there are set-ups: all",
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
    { name: "peer-trials", summary: "its trials per ordered pair", default: 30, min: 1 },
    {
      name: "setups",
      summary:
        "what is asked of certain pairs, and whether it holds: all, or some of " +
        `${SETUPS.map(({ name }) => name).join(", ")}`,
      default: "",
    },
    {
      name: "bundles",
      summary: "that have to come over, in the lab",
      default: LAB_DEFAULTS.bundles,
      min: 1,
      max: 10_000,
    },
    {
      name: "same-trials",
      summary:
        "in the lab, trials per ordered pair, blocked ones included, of whether both end with the same set, with a " +
        "member on a public host that takes WebSockets",
      default: LAB_DEFAULTS.sameTrials,
      min: 0,
    },
    {
      name: "record",
      summary: "file of the lab's trials: those that are in it are not measured again",
      default: LAB_DEFAULTS.record,
    },
    {
      name: "model",
      summary: "the same pairs in the model, beside the lab",
      default: LAB_DEFAULTS.model,
    },
    {
      name: "labs",
      summary: "labs at a time, each with its share of the pairs: each needs most of a core",
      default: LAB_DEFAULTS.labs,
      min: 1,
      max: 16,
    },
    {
      name: "without",
      summary:
        "needs: in the model, each set-up lacks what it is there to show, such as searches; pairs lack introductions",
      default: NOTHING,
      choices: [NOTHING, NEEDS],
    },
  ],
  run(options, ports): Result | Promise<Result> {
    if (options.lab && options.observed) throw usage("--lab and --observed exclude each other.");
    const ofLab = LAB_ONLY.find((name) => options[name] !== LAB_DEFAULTS[name]);
    if (ofLab !== undefined && !options.lab) {
      throw usage(`--${ofLab === "sameTrials" ? "same-trials" : ofLab} is for --lab.`);
    }
    if (options.without !== NOTHING && (options.lab || options.observed)) {
      throw usage("--without is for the model.");
    }
    if (options.observed) return observed(ports);
    return options.lab ? inLab(options, ports) : inModel(options, ports);
  },
});

/** What is to be measured: the pairs, at these losses and hops, and the set-ups. */
interface Plan {
  cells: readonly Cell[];
  /** Of those that are to end with the same set: blocked ones, too. */
  sameCells: readonly Cell[];
  setUps: readonly SetUp[];
}

function planOf({ pairs, setups, loss, hops, flows, lab, without }: NatOptions): Plan {
  const isControl = without === NEEDS;
  const setUps = parseSetUps(setups).map((setUp): SetUp => {
    if (!isControl) return setUp;
    return { ...setUp, cells: setUp.cells.map((cell) => lacking(cell, setUp.needs)) };
  });
  // Who asks for set-ups only gets no matrix besides.
  const isMatrix = pairs !== "" || setUps.length === 0;
  const isAll = pairs === "" || pairs === "all";
  const named = isAll ? PAIRS.filter((pair) => !lab || isKinds(pair)) : parsePairs(pairs);
  const all = (isMatrix ? named : []).map((pair) => {
    const cell = { pair, loss, hops, flows };
    return isControl ? lacking(cell, "introductions") : cell;
  });
  // That no path opens where no UDP passes need not be waited for.
  const cells = lab ? all.filter(({ pair }) => !pair.some(isBlocked)) : all;
  return { cells, sameCells: all, setUps };
}

function inModel(options: NatOptions & CommonOptions, ports: Ports): Result {
  const { cells, setUps } = planOf(options);
  const record = new TrialRecord("");
  const measured = (cell: Cell, trials: number): readonly Trial[] => {
    const key = modelKey(cell);
    while (record.of(key).length < trials) {
      const done = record.of(key).length;
      ports.progress(`${cell.pair.join(" to ")}: ${done + 1} of ${trials}`);
      record.add(key, modelTrial(cell.pair, done, { ...options, ...cell }));
    }
    return record.of(key);
  };
  const rows = cells.map((cell) => {
    const first = rowOf(cell.pair, measured(cell, options.trials));
    if (first.success < FINE_FROM || options.fineTrials <= first.trials) return first;
    return rowOf(cell.pair, measured(cell, options.fineTrials));
  });
  const targets = setUps.map((setUp) =>
    targetRow(
      setUp,
      (cell) => measured(cell, trialsPerPair(setUp, options.trials)),
      () => [],
    ),
  );
  const isWhole = cells.length === PAIRS.length && options.without === NOTHING;
  const mixes = isWhole
    ? Object.values(DISTRIBUTIONS).map((each) => mixOf(each, options, ports))
    : [];
  const { profile } = options;
  return {
    json: {
      pairs: rows,
      weighted: weightedRows(rows),
      grid: gridOf(rows),
      mixes,
      targets,
      profile,
    },
    report: natReport({ options, rows, same: [], mixes, targets }),
  };
}

function modelKey({ pair: [a, b], ...where }: Cell): TrialKey {
  return { system: "model", a, b, ...where, bundles: 1 };
}

async function inLab(options: NatOptions & CommonOptions, ports: Ports): Promise<Result> {
  const { cells, sameCells, setUps } = planOf(options);
  const ours = SYSTEMS["dispersy"]!;
  const peer = options.peer === NO_PEER ? undefined : SYSTEMS[options.peer]!;
  const record = new TrialRecord(options.record);
  const wanted = cells.flatMap((cell): Wanted[] => [
    { system: ours, cell, trials: options.trials },
    ...(peer === undefined ? [] : [{ system: peer, cell, trials: options.peerTrials }]),
  ]);
  for (const setUp of setUps) {
    const trials = trialsPerPair(setUp, options.trials);
    for (const cell of setUp.cells) wanted.push({ system: ours, cell, trials });
  }
  if (options.sameTrials > 0) {
    const trials = options.sameTrials;
    for (const cell of sameCells) wanted.push({ system: WITH_MEMBER, cell, trials });
  }
  if (options.labs > 1) await measureInShares(wanted, record, options, ports);
  await measureInLab(wanted, record, options, ports);
  const trialsOf =
    (system: System) =>
    (cell: Cell): readonly Trial[] =>
      record.of(trialKey({ system, cell }, options));
  const rowsOf = (system: System): PairRow[] =>
    cells.map((cell) => rowOf(cell.pair, trialsOf(system)(cell)));
  const rows = rowsOf(ours);
  const withMember = (cell: Cell): PairRow => rowOf(cell.pair, trialsOf(WITH_MEMBER)(cell));
  const same = options.sameTrials === 0 ? [] : sameRows(sameCells.map(withMember), rows);
  const measuredOf = (system: System): Measured[] =>
    cells.map((cell) => {
      const trials = trialsOf(system)(cell);
      return { row: rowOf(cell.pair, trials), trials };
    });
  const others = peer && {
    name: peer.name,
    rows: rowsOf(peer),
    beside: peerRows(measuredOf(ours), measuredOf(peer), options.timeout * 1_000),
  };
  const targets = setUps.map((setUp) =>
    targetRow(setUp, trialsOf(ours), peer === undefined ? () => [] : trialsOf(peer)),
  );
  const model = options.model ? modelRows(cells, options, ports) : undefined;
  const failure = uncrossed(rows);
  return {
    json: {
      pairs: rows,
      weighted: weightedRows(rows),
      grid: gridOf(rows),
      targets,
      same,
      sameWeighted: sameWeighted(same),
      ...(others && {
        peer: {
          name: others.name,
          pairs: others.rows,
          weighted: weightedRows(others.rows),
          beside: others.beside,
        },
      }),
      ...(model && { model: { pairs: model, beside: besideRows(rows, model) } }),
    },
    report: natReport({
      options,
      rows,
      same,
      mixes: [],
      targets,
      ...(others && { others }),
      ...(model && { model }),
    }),
    signatures: "Ed25519",
    unwritten: record.unwritten,
    ...(failure !== undefined && { failure }),
  };
}

function modelRows(
  cells: readonly Cell[],
  options: NatOptions & CommonOptions,
  ports: Ports,
): PairRow[] {
  return cells.map((cell) => {
    const { pair } = cell;
    ports.progress(`model, ${pair.join(" to ")}`);
    const trials = Array.from({ length: options.trials }, (_, i) =>
      modelTrial(pair, i, { ...options, ...cell }),
    );
    return rowOf(pair, trials);
  });
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
