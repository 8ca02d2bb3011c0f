import type { UserError } from "../node/host/errors.ts";

/** Prints what happens now, in a few words: `200 nodes, step 12, 63 %`. May be called often. */
export interface Ports {
  progress(text: string): void;
  /** Folder of the user's node, if it was named. */
  home?: string;
}

/** Options as the command line gives them, every one present: the default's type is the value's. */
export type OptionValue = number | string | boolean;

/** One option of an experiment: `--name VALUE`, or `--name` alone when the default is a boolean. */
export interface OptionSpec {
  /** As on the command line, without the dashes: `nodes`, `reply-bytes`. */
  name: string;
  /** What it means, with its unit, for `--help`. */
  summary: string;
  default: OptionValue;
  /** Numbers: the least and the greatest allowed; whole ones only unless `fraction` is set. */
  min?: number;
  max?: number;
  fraction?: boolean;
  /** Texts: the only ones allowed. */
  choices?: readonly string[];
}

/** What every experiment is told besides its own options. */
export interface CommonOptions {
  /** Runs with one seed give one result. */
  seed: number;
  profile: "dispersy" | "adaptive";
}

/** Where figures come from: a report has to say which signature scheme ran. */
export type SignatureScheme = "Ed25519" | "memoised Ed25519" | "keyed hash" | "none";

/** One kind of measurement: `dispersy bench NAME`. */
export interface Experiment<Own extends object = Record<string, OptionValue>> {
  name: string;
  /** One line. */
  summary: string;
  options: readonly OptionSpec[];
  /** What signed the bundles. */
  signatures: SignatureScheme;
  /**
   * Options are checked against `options` before; keys are the option names in camel case: `reply-bytes` is
   * `replyBytes`.
   */
  run(options: Own & CommonOptions, ports: Ports): Result | Promise<Result>;
}

export interface Result {
  /**
   * What `--json` prints: first the keys of the design's table; more may follow. Finite numbers only: what is unknown
   * is null.
   */
  json: object;
  /** The report, in order. */
  report: ReportSection[];
  /** A check that failed, in one line: the command ends with 5. */
  failure?: string;
  /** Of a file beside the result that could not be written: said after it. */
  unwritten?: UserError | undefined;
  /** What signed the bundles, when it is not what the experiment says. */
  signatures?: SignatureScheme;
}

export interface ReportSection {
  title: string;
  parts: ReportPart[];
}

export type ReportPart =
  | { kind: "text"; text: string }
  | { kind: "table"; table: Table }
  | { kind: "chart"; chart: Chart };

export interface Table {
  /** Numbers stand on the right. */
  columns: { title: string; align?: "left" | "right" }[];
  rows: (string | number)[][];
}

export interface Axis {
  title: string;
  /** Shown after the title, in brackets. */
  unit?: string;
  /** Linear from the data's least (or 0) to its greatest when left out. */
  min?: number;
  max?: number;
  scale?: "linear" | "log";
}

export interface Series {
  name: string;
  points: readonly (readonly [x: number, y: number])[];
  /** Calculated or published, as opposed to measured: dashed. */
  reference?: boolean;
}

/** A chart as data. `file` is the name of the SVG without its ending, unique in the report. */
export type Chart = { file: string; title: string; caption?: string } & (
  | { kind: "line"; x: Axis; y: Axis; series: Series[] }
  | {
      kind: "bars";
      /** Groups along the horizontal axis. */
      x: Axis;
      y: Axis;
      groups: string[];
      /** One value per group; null leaves a gap. */
      series: { name: string; values: (number | null)[] }[];
    }
  | {
      kind: "heat";
      x: Axis;
      y: Axis;
      columns: string[];
      rows: string[];
      /** Per row one value per column, 0 to 1; null leaves the cell empty. */
      values: (number | null)[][];
      /** What the cells say instead of the share, and what 0 and 1 mean. */
      words?: { cells: string[][]; least: string; most: string };
    }
);

/** Checks the type of an experiment's options where it is defined; the registry holds them all as one type. */
export function experiment<Own extends object>(definition: Experiment<Own>): Experiment {
  return definition as unknown as Experiment;
}

export function text(words: string): ReportPart {
  return { kind: "text", text: words };
}

export function table(
  columns: (string | Table["columns"][number])[],
  rows: Table["rows"],
): ReportPart {
  const full = columns.map((column) => (typeof column === "string" ? { title: column } : column));
  return { kind: "table", table: { columns: full, rows } };
}

export function chart(data: Chart): ReportPart {
  return { kind: "chart", chart: data };
}
