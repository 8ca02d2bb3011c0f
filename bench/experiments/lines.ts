import { round } from "../analysis/statistics.ts";
import { EXIT, UserError } from "../../node/host/errors.ts";
import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { measureBeside } from "./lines-beside.ts";
import { cellOf, type LineCell, MEGABIT } from "./lines-figures.ts";
import { type LabCell, type LabCellFigures, LinesInLab } from "./lines-lab.ts";
import { labBeside } from "./lines-lab-beside.ts";
import { labReport } from "./lines-lab-report.ts";
import { linesReport } from "./lines-report.ts";
import { type ColdRun, type Line, LinesWorld } from "./lines-world.ts";
import { makeStock, storeWith } from "./pair.ts";

interface LinesOptions {
  lab: boolean;
  full: boolean;
  cells: string;
  only: string;
  bundles: number;
  runs: number;
  burst: number;
  reordering: number;
  buffer: number;
}

const DEFAULT_BUNDLES = 5_000;
const DEFAULT_LAB_BUNDLES = 20_000;
/** With 230 bytes of payload a bundle takes about 350 bytes on the wire, as a line of a log or a message does. */
const PAYLOAD_BYTES = 230;

/** Every combination is a cell: round trips in ms, loss each way in percent, rates in Mbit/s. */
interface Grid {
  roundTrips: readonly number[];
  losses: readonly number[];
  rates: readonly number[];
}

const SMALL_GRID: Grid = { roundTrips: [1, 40, 100], losses: [0, 2, 10], rates: [10, 100] };
const FULL_GRID: Grid = {
  roundTrips: [1, 10, 40, 100, 300],
  losses: [0, 1, 2, 5, 10],
  rates: [1, 10, 100, 1_000],
};

/** Of the lab: 0 Mbit/s are as many as the machine makes; the last figure is how many times the bundles. */
const LAB_CELLS: readonly (readonly [...Cell, times: number])[] = [
  [1, 0, 0, 5],
  [100, 0, 0, 5],
  [10, 0, 0, 1],
  [10, 2, 0, 1],
  [100, 0, 0, 1],
  [100, 2, 0, 1],
  [50, 0, 0, 1],
  [50, 10, 0, 1],
  [40, 0, 10, 1],
];

export const lines = experiment<LinesOptions>({
  name: "lines",
  summary:
    "how an empty node joins over long, narrow and lossy lines, and what it does to others on them",
  signatures: "keyed hash",
  options: [
    {
      name: "lab",
      summary:
        "the built program over kernel namespaces, with TCP and hypercore beside it; needs root",
      default: false,
    },
    { name: "full", summary: "the whole grid: 100 cells", default: false },
    {
      name: "cells",
      summary:
        "these cells: MS/PERCENT/MBITS of round trip, loss and rate, such as 100/2/10,40/0/1",
      default: "",
    },
    {
      name: "only",
      summary: "only the cells, or only what is beside others",
      default: "all",
      choices: ["all", "cells", "beside"],
    },
    {
      name: "bundles",
      summary:
        "that the other node holds, 0: 5,000, or 20,000 in the lab; more of them in some rows",
      default: 0,
      max: 100_000,
    },
    {
      name: "runs",
      summary: "of each cell, each with its own seed: the one of median time counts",
      default: 3,
      min: 1,
      max: 100,
    },
    {
      name: "burst",
      summary: "mean length of a run of lost datagrams; 1: each is lost by itself",
      default: 1,
      min: 1,
      max: 100,
      fraction: true,
    },
    {
      name: "reordering",
      summary: "share of the datagrams that are held back for 10 ms, 0 to 1",
      default: 0,
      max: 1,
      fraction: true,
    },
    {
      name: "buffer",
      summary: "milliseconds that a line's buffer holds, up to a megabyte",
      default: 500,
      min: 1,
      max: 10_000,
    },
  ],
  run: (options, ports) => (options.lab ? inLab(options, ports) : inVirtualTime(options, ports)),
});

function inVirtualTime(given: LinesOptions & CommonOptions, ports: Ports): Result {
  const options = { ...given, bundles: given.bundles || DEFAULT_BUNDLES };
  const { only } = options;
  const cells = only === "beside" ? [] : measureCells(options, ports);
  const beside =
    only === "cells" ? undefined : measureBeside({ ...options, payload: PAYLOAD_BYTES }, ports);
  const absent = cells.filter(({ done }) => !done).length;
  return {
    json: {
      bundles: options.bundles,
      runs: options.runs,
      cells,
      ...(beside !== undefined && { beside }),
    },
    report: linesReport(cells, beside),
    ...(absent > 0 && { failure: `${absent} of ${cells.length} joins did not end in time` }),
  };
}

async function inLab(options: LinesOptions, ports: Ports): Promise<Result> {
  const { only, runs } = options;
  const bundles = options.bundles || DEFAULT_LAB_BUNDLES;
  const lab = new LinesInLab(runs, ports);
  try {
    const cells: LabCellFigures[] = [];
    const wanted = only === "beside" ? [] : labCells(options, bundles);
    for (const cell of wanted) cells.push(await lab.cell(cell));
    const beside = only === "cells" ? undefined : await labBeside(lab, bundles);
    return {
      json: { bundles, runs, cells, ...(beside !== undefined && { beside }) },
      report: labReport(cells, beside),
      signatures: "Ed25519",
    };
  } finally {
    lab.close();
  }
}

function labCells(options: LinesOptions, bundles: number): LabCell[] {
  if (options.cells !== "") return linesOf(options).map((line) => ({ ...line, bundles }));
  const { buffer: bufferMs } = options;
  return LAB_CELLS.map(([roundTripMs, percent, mbits, times]) => ({
    roundTripMs,
    loss: percent / 100,
    bitsPerSecond: mbits * MEGABIT,
    bufferMs,
    bundles: bundles * times,
  }));
}

function measureCells(options: LinesOptions & CommonOptions, ports: Ports): LineCell[] {
  const { seed, profile, bundles, runs } = options;
  ports.progress(`${bundles} bundles are made`);
  const stock = makeStock(seed, bundles, PAYLOAD_BYTES);
  const full = storeWith(stock.bundles);
  const wanted = linesOf(options);
  return wanted.map((line, i) => {
    const all = Array.from({ length: runs }, (_, run) => {
      const words = `cell ${i + 1} of ${wanted.length}, ${wordsOf(line)}, run ${run + 1} of ${runs}`;
      ports.progress(words);
      return new LinesWorld({ seed: seed + run, stock, full, profile, lines: [line] }).join();
    });
    return cellOf(line, medianOf(all));
  });
}

/** The run of median time, of an even number the slower one. */
function medianOf(runs: readonly ColdRun[]): ColdRun {
  return runs.toSorted((a, b) => a.ms - b.ms)[runs.length >> 1]!;
}

function wordsOf({ roundTripMs, loss, bitsPerSecond }: Line): string {
  return `${roundTripMs} ms, ${round(loss * 100, 1)} %, ${bitsPerSecond / MEGABIT} Mbit/s`;
}

function linesOf(options: LinesOptions): Line[] {
  const { burst: meanBurst, reordering, buffer: bufferMs } = options;
  const cells =
    options.cells === ""
      ? gridOf(options.full ? FULL_GRID : SMALL_GRID)
      : named(options.cells, options.lab);
  return cells.map(([roundTripMs, percent, mbits]) => ({
    roundTripMs,
    loss: percent / 100,
    bitsPerSecond: mbits * MEGABIT,
    meanBurst,
    reordering,
    bufferMs,
  }));
}

type Cell = readonly [roundTripMs: number, percent: number, mbits: number];

function gridOf({ roundTrips, losses, rates }: Grid): Cell[] {
  return rates.flatMap((rate) =>
    roundTrips.flatMap((roundTrip) => losses.map((loss): Cell => [roundTrip, loss, rate])),
  );
}

/** Throws a UserError when the text does not name cells. */
function named(text: string, lab: boolean): Cell[] {
  return text.split(",").map((cell) => {
    const [roundTripMs = NaN, percent = NaN, mbits = NaN, ...more] = cell.split("/").map(Number);
    const isCell =
      roundTripMs >= 0 && percent >= 0 && percent < 100 && (mbits > 0 || (lab && mbits === 0));
    if (isCell && more.length === 0) return [roundTripMs, percent, mbits];
    throw new UserError(
      `"${cell}" is not a cell`,
      "Say round trip, loss and rate: 100/2/10 is 100 ms, 2 % each way, 10 Mbit/s.",
      EXIT.usage,
    );
  });
}
