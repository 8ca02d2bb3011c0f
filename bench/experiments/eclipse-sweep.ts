import { PAPER_RULE, type SelectionRule } from "../../candidates/selection.ts";
import { PROFILES, type Profile } from "../../node/core/profile.ts";
import { mean, round } from "../analysis/statistics.ts";
import {
  chart,
  type Chart,
  type CommonOptions,
  type Ports,
  type Result,
  table,
  text,
} from "../experiment.ts";
import { type Attack, profileWith } from "./eclipse-addresses.ts";
import { sum } from "./eclipse-summary.ts";
import { runEclipse } from "./eclipse-world.ts";

export type SweepOf = "trusted" | "age";

interface SweepOptions extends CommonOptions {
  nodes: number;
  attack: Attack | "all";
  attackers: number;
  seeds: number;
}

/** One setting of the rule under attack, over all seeds. */
export interface SweepRow {
  trustedShare: number;
  age: SelectionRule["age"];
  /** Whether a tracker's reply resets the candidates. */
  resets: boolean;
  defences: boolean;
  /** Of the steps that do not go to the tracker; and of the contacts. 0 to 1. */
  attackerShare: number;
  attackerContacts: number;
  trackerShare: number;
  meanDelayMs: number;
  missing: number;
  eclipsed: number;
}

const TRUSTED_SHARES = [0, 0.01, 0.05, 0.1, 0.25, 0.5];
const AGES = ["oldest", "random", "newest"] as const;

type Setting = Pick<SweepRow, "trustedShare" | "age" | "resets" | "defences">;

/** The paper's two rules against eclipse, moved: how often a tracker is asked, and who of a bucket. */
export function sweepResult(sweep: SweepOf, options: SweepOptions, ports: Ports): Result {
  const rows = settingsOf(sweep).map((setting, i, { length }) => {
    ports.progress(`setting ${i + 1} of ${length}`);
    return rowOf(setting, options);
  });
  const { seed, seeds, nodes, attackers, profile } = options;
  return {
    json: {
      attackerShare: Math.max(...rows.map(({ attackerShare }) => attackerShare)),
      sweep,
      seed,
      seeds,
      nodes,
      attackers,
      attack: attackOf(options),
      profile,
      rows,
    },
    report: [{ title: "The rule, moved", parts: [...partsOf(sweep, options, rows)] }],
  };
}

function settingsOf(sweep: SweepOf): Setting[] {
  const both = [false, true];
  if (sweep === "age") {
    return AGES.flatMap((age) =>
      both.map((defences) => ({ ...PAPER_RULE, age, resets: true, defences })),
    );
  }
  return TRUSTED_SHARES.flatMap((trustedShare) =>
    both.flatMap((defences) =>
      both.map((resets) => ({ ...PAPER_RULE, trustedShare, resets, defences })),
    ),
  );
}

const attackOf = ({ attack }: SweepOptions): Attack => (attack === "all" ? "contacted" : attack);

function rowOf(setting: Setting, options: SweepOptions): SweepRow {
  const { trustedShare, age, resets, defences } = setting;
  const { seed, seeds, nodes, attackers } = options;
  const rule: Profile = {
    ...profileWith(PROFILES[options.profile], defences),
    selection: { trustedShare, age },
    resetIntervalMs: resets ? 0 : Infinity,
  };
  const runs = Array.from({ length: seeds }, (_, i) =>
    runEclipse({
      seed: seed + i,
      nodes,
      attack: attackOf(options),
      attackers,
      restart: false,
      trackerDies: false,
      profile: rule,
    }),
  );
  const [steps, hostile, tracker] = [
    sum(runs, (run) => run.steps),
    sum(runs, (run) => run.attackerSteps),
    sum(runs, (run) => run.trackerSteps),
  ];
  const contacts = sum(runs, (run) => run.contacts);
  return {
    ...setting,
    attackerShare: round(hostile / Math.max(1, steps - tracker), 4),
    attackerContacts: round(sum(runs, (run) => run.attackerContacts) / Math.max(1, contacts), 4),
    trackerShare: round(tracker / Math.max(1, steps), 4),
    meanDelayMs: round(mean(runs.flatMap(({ delaysMs }) => delaysMs))!, 0),
    missing: sum(runs, (run) => run.missing),
    eclipsed: sum(runs, (run) => (run.eclipsed ? 1 : 0)),
  };
}

function* partsOf(sweep: SweepOf, options: SweepOptions, rows: SweepRow[]) {
  const right = (title: string) => ({ title, align: "right" as const });
  yield text(
    `${options.nodes} honest nodes, a tracker, a victim that runs on, and the attack **${attackOf(options)}**. Shares ` +
      "of steps are of those that do not go to the tracker. The paper's rule is 1 % to trackers, whose reply resets the " +
      "candidates, and the oldest of a bucket.",
  );
  yield table(
    [
      sweep === "age" ? "who of a bucket" : right("drawn for trackers"),
      "a tracker's reply resets",
      "defences",
      right("attackers' share of steps"),
      right("of contacts"),
      right("steps to the tracker"),
      right("delay, s"),
      right("missing bundles"),
      right("eclipsed"),
    ],
    rows.map((row) => [
      sweep === "age" ? row.age : row.trustedShare,
      row.resets ? "yes" : "no",
      row.defences ? "on" : "off",
      row.attackerShare,
      row.attackerContacts,
      row.trackerShare,
      row.meanDelayMs / 1_000,
      row.missing,
      row.eclipsed,
    ]),
  );
  if (sweep === "trusted") yield chart(trustedChart(rows));
  else yield chart(ageChart(rows));
}

function trustedChart(rows: SweepRow[]): Chart {
  const series = [false, true].flatMap((defences) =>
    [false, true].map((resets) => ({
      name: `defences ${defences ? "on" : "off"}, ${resets ? "resets" : "no resets"}`,
      points: rows
        .filter((row) => row.defences === defences && row.resets === resets)
        .map(({ trustedShare, attackerContacts }) => [trustedShare, attackerContacts] as const),
    })),
  );
  return {
    kind: "line",
    file: "eclipse-trusted",
    title: "Contacts that are attackers, by the share of steps drawn for trackers",
    caption: "the paper draws a tracker in one step of 100, and its reply resets the candidates",
    x: { title: "share of steps drawn for trackers", min: 0 },
    y: { title: "share of the victim's contacts", min: 0, max: 1 },
    series,
  };
}

function ageChart(rows: SweepRow[]): Chart {
  const values = (defences: boolean): number[] =>
    rows.filter((row) => row.defences === defences).map(({ attackerShare }) => attackerShare);
  return {
    kind: "bars",
    file: "eclipse-age",
    title: "Steps that go to attackers, by who of a bucket is asked",
    caption: "the paper asks the oldest, before its NAT forgets us",
    x: { title: "of a bucket is asked the" },
    y: { title: "share of the victim's steps", min: 0, max: 1 },
    groups: [...AGES],
    series: [true, false].map((defences) => ({
      name: `defences ${defences ? "on" : "off"}`,
      values: values(defences),
    })),
  };
}
