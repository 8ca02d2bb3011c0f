import { ascending, mean, quantile, round } from "../analysis/statistics.ts";
import { ANCHORS } from "../../candidates/anchors.ts";
import { expectedShare } from "../analysis/eclipse-bound.ts";
import { type Attack, networksOf } from "./eclipse-addresses.ts";
import type { EclipseRun } from "./eclipse-world.ts";

/** One attack on all seeds, with the limits per address group or without. */
export interface AttackResult {
  attack: Attack;
  defences: boolean;
  seeds: number;
  /** Of the victim's steps, over all seeds and in the worst of them; 0 to 1. */
  attackerShare: number;
  attackerShareMax: number;
  /** What that is expected to be at most while no contact is kept, and with four that are; see `expectedShare`. */
  expectedShare: number;
  expectedShareKept: number;
  /** Of its contacts, at the moments at which it was looked at. */
  attackerContacts: number;
  /** Mean time until a new bundle reaches the victim, over that without an attack; over all seeds, and per seed. */
  delayFactor: number;
  delayFactorP50: number;
  delayFactorMax: number;
  meanDelayMs: number;
  meanDelayUndisturbedMs: number;
  /** Bundles that had not come by the end. */
  missing: number;
  /** Seeds in which the victim knew only attackers at the end, and received nothing. */
  eclipsed: number;
  /** Share of the steps per interval of 30 s; null where there were none. */
  timeline: (number | null)[];
}

/** What the design asks for. */
export const MAX_SHARE = 0.25;
export const MAX_DELAY_FACTOR = 10;

export function summarise(
  attack: Attack,
  defences: boolean,
  runs: EclipseRun[],
  undisturbed: EclipseRun[],
  nodes: number,
): AttackResult {
  const networks = networksOf(attack, nodes);
  const shares = ascending(runs.map(({ steps, attackerSteps }) => attackerSteps / steps));
  const factors = ascending(
    runs.map(({ delaysMs }, i) => mean(delaysMs)! / mean(undisturbed[i]!.delaysMs)!),
  );
  const delayMs = mean(runs.flatMap(({ delaysMs }) => delaysMs))!;
  const undisturbedMs = mean(undisturbed.flatMap(({ delaysMs }) => delaysMs))!;
  return {
    attack,
    defences,
    seeds: runs.length,
    attackerShare: round(
      sum(runs, ({ attackerSteps }) => attackerSteps) / sum(runs, ({ steps }) => steps),
      4,
    ),
    attackerShareMax: round(shares.at(-1)!, 4),
    expectedShare: round(expectedShare(networks, nodes), 4),
    expectedShareKept: round(expectedShare(networks, nodes, ANCHORS), 4),
    attackerContacts: round(
      sum(runs, ({ attackerContacts }) => attackerContacts) / sum(runs, ({ contacts }) => contacts),
      4,
    ),
    delayFactor: round(delayMs / undisturbedMs, 3),
    delayFactorP50: round(quantile(factors, 0.5)!, 3),
    delayFactorMax: round(factors.at(-1)!, 3),
    meanDelayMs: round(delayMs, 0),
    meanDelayUndisturbedMs: round(undisturbedMs, 0),
    missing: sum(runs, ({ missing }) => missing),
    eclipsed: sum(runs, ({ eclipsed }) => (eclipsed ? 1 : 0)),
    timeline: timelineOf(runs),
  };
}

function timelineOf(runs: EclipseRun[]): (number | null)[] {
  return runs[0]!.timeline.map((_, i) => {
    const steps = sum(runs, ({ timeline }) => timeline[i]?.steps ?? 0);
    if (steps === 0) return null;
    return round(sum(runs, ({ timeline }) => timeline[i]?.attackerSteps ?? 0) / steps, 4);
  });
}

/** The design's targets hold with the defences on: for two hosts with 60,000 ports, and for a whole /16. */
export function failureOf(result: AttackResult): string | undefined {
  const { attack, defences, eclipsed, attackerShare, delayFactor, expectedShare: bound } = result;
  if (!defences) return undefined;
  if (attackerShare > bound) return `${attack}: ${attackerShare} of the steps, ${bound} expected`;
  if (attack === "ports" && eclipsed > 0) return `ports: ${eclipsed} seeds eclipsed`;
  if (attack !== "slash16") return undefined;
  if (attackerShare > MAX_SHARE) return `slash16: ${attackerShare} of the steps to attackers`;
  if (delayFactor > MAX_DELAY_FACTOR) return `slash16: delayed ${delayFactor} times`;
  return undefined;
}

export function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}

export function onOff(defences: boolean): string {
  return defences ? "on" : "off";
}
