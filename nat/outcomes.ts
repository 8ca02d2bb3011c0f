import type { NatSummary } from "../wire/message.ts";
import { classOf, type NatClass, type Strategy } from "./strategy.ts";

/** The newest times of each row: enough for its quantiles. */
const MAX_TIMES = 256;

export type PathKind = Strategy | "lan";

/** What was met in use, per pair of classes and strategy. */
export interface OutcomeRow {
  own: NatClass;
  peer: NatClass;
  strategy: PathKind;
  attempts: number;
  opened: number;
  /** Milliseconds from the introduction to the open path, the newest last. */
  ms: number[];
}

/** Counts how attempts to open a path ended. BOUNDED: by the classes and strategies, MAX_TIMES times each. */
export class Outcomes {
  readonly #rows = new Map<string, OutcomeRow>();

  add(outcome: {
    own: NatSummary;
    peer: NatSummary;
    how: PathKind;
    opened: boolean;
    ms: number;
  }): void {
    const [own, peer] = [classOf(outcome.own), classOf(outcome.peer)];
    const key = `${own} ${peer} ${outcome.how}`;
    const fresh = { own, peer, strategy: outcome.how, attempts: 0, opened: 0, ms: [] };
    const row: OutcomeRow = this.#rows.get(key) ?? fresh;
    this.#rows.set(key, row);
    row.attempts++;
    if (!outcome.opened) return;
    row.opened++;
    row.ms.push(Math.round(outcome.ms));
    if (row.ms.length > MAX_TIMES) row.ms.shift();
  }

  rows(): OutcomeRow[] {
    return [...this.#rows.values()].map((row) => ({ ...row, ms: [...row.ms] }));
  }
}
