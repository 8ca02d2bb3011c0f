import { withDaemon } from "../../node/cli/daemon-session.ts";
import type { OutcomeText } from "../../node/host/status/rows.ts";
import { round, wilson } from "../analysis/statistics.ts";
import type { ReportSection } from "../experiment.ts";
import { table, text } from "../experiment.ts";
import { milliseconds, percent, right } from "./nat-words.ts";

/** How attempts of a running node ended, between NATs of two classes: its own, and the other side's. */
export interface ObservedRow {
  a: string;
  b: string;
  strategy: string;
  trials: number;
  successes: number;
  success: number;
  low: number;
  high: number;
  p50Ms: number | null;
  p95Ms: number | null;
}

/** Asks the node that runs in this home, the user's by default. Throws a UserError when there is none. */
export async function observedRows(home: string | undefined): Promise<ObservedRow[]> {
  const options = home === undefined ? {} : { home };
  const { paths } = await withDaemon(options, (daemon) => daemon.call("status", {}));
  return paths.map(observedRow).sort((one, other) => other.trials - one.trials);
}

function observedRow(outcome: OutcomeText): ObservedRow {
  const { own, peer, strategy, attempts, opened, p50Ms, p95Ms } = outcome;
  const [low, high] = wilson(opened, attempts);
  return {
    a: own,
    b: peer,
    strategy,
    trials: attempts,
    successes: opened,
    success: round(opened / attempts, 4),
    low: round(low, 4),
    high: round(high, 4),
    p50Ms,
    p95Ms,
  };
}

export function observedReport(rows: readonly ObservedRow[]): ReportSection[] {
  const method = text(
    "Every attempt of the running node since its start to open a path to a node that was named to it, or it to " +
      "that one. A peer that had left counts as a failure. Easy: one outside port for all destinations, or no NAT, " +
      "or none that was found out.",
  );
  const paths = table(
    [
      "our NAT",
      "theirs",
      "strategy",
      right("attempts"),
      right("successes"),
      right("share"),
      right("95 % interval"),
      right("median"),
      right("95 %"),
    ],
    rows.map((row) => [
      row.a,
      row.b,
      row.strategy,
      row.trials,
      row.successes,
      percent(row.success),
      `${percent(row.low)} to ${percent(row.high)}`,
      milliseconds(row.p50Ms),
      milliseconds(row.p95Ms),
    ]),
  );
  const none = text("It has met nobody yet.");
  return [{ title: "Met in use", parts: rows.length === 0 ? [none] : [method, paths] }];
}
