import { PROFILES } from "../../node/core/profile.ts";
import { ascending, quantile, round } from "../analysis/statistics.ts";
import {
  type CommonOptions,
  experiment,
  type Ports,
  type ReportSection,
  type Result,
  table,
  text,
} from "../experiment.ts";
import { type Attack, ATTACKS, profileWith } from "./eclipse-addresses.ts";
import { type RestartRun, runRestart } from "./eclipse-restart-world.ts";

interface Options {
  nodes: number;
  attack: Attack;
  seeds: number;
  controls: number;
}

/** What became of the victims. */
export interface RestartFigures {
  seeds: number;
  /** Victims that nothing new reached within three minutes. */
  eclipsed: number;
  /** Milliseconds from the start until what was published then was there; null where it never was. */
  firstP50Ms: number | null;
  firstMaxMs: number | null;
  /** Addresses asked until then, in the worst seed. */
  askedMax: number;
  /** Of the introductions until then, how many named an attacker. */
  hostileIntroductions: number;
}

export interface RestartJson {
  attack: Attack;
  on: RestartFigures;
  off: RestartFigures;
}

export const eclipseRestart = experiment<Options>({
  name: "eclipse-restart",
  summary:
    "a victim starts again with a list that an attacker filled, and no tracker: many small worlds",
  signatures: "keyed hash",
  options: [
    { name: "nodes", summary: "honest nodes", default: 6, min: 2, max: 6 },
    {
      name: "attack",
      summary: "contacted: 8 hosts; ports: 2 hosts; slash16: one /16; many: 10 per honest node",
      default: "ports",
      choices: [...ATTACKS],
    },
    { name: "seeds", summary: "worlds, from --seed upwards", default: 10, min: 1 },
    { name: "controls", summary: "of them also with the defences off", default: 10, min: 1 },
  ],
  run(options, ports): Result {
    const { attack, nodes, seeds, controls, seed, profile } = options;
    const on = summary(runs(options, true, seeds, ports));
    const off = summary(runs(options, false, controls, ports));
    const isFailed = attack !== "many" && on.eclipsed > 0;
    return {
      json: { attack, on, off, seed, nodes, profile },
      report: report(options, on, off),
      ...(isFailed && { failure: `${attack}: ${on.eclipsed} of ${on.seeds} eclipsed` }),
    };
  },
});

function runs(
  { seed, nodes, attack, profile: name }: Options & CommonOptions,
  defences: boolean,
  count: number,
  ports: Ports,
): RestartRun[] {
  const profile = profileWith(PROFILES[name], defences);
  return Array.from({ length: count }, (_, i) => {
    ports.progress(`defences ${defences ? "on" : "off"}: seed ${i + 1} of ${count}`);
    return runRestart({ seed: seed + i, nodes, attack, profile });
  });
}

function summary(all: RestartRun[]): RestartFigures {
  const firsts = ascending(all.flatMap(({ firstMs }) => (firstMs === null ? [] : [firstMs])));
  const total = (of: (run: RestartRun) => number): number =>
    all.reduce((sum, run) => sum + of(run), 0);
  const introductions = total((run) => run.introductions);
  const whole = (ms: number | null | undefined): number | null =>
    typeof ms === "number" ? round(ms, 0) : null;
  return {
    seeds: all.length,
    eclipsed: all.length - firsts.length,
    firstP50Ms: whole(quantile(firsts, 0.5)),
    firstMaxMs: whole(firsts.at(-1)),
    askedMax: Math.max(...all.map(({ asked }) => asked)),
    hostileIntroductions:
      introductions === 0 ? 0 : round(total((run) => run.hostileIntroductions) / introductions, 4),
  };
}

function report(
  { nodes, attack }: Options,
  on: RestartFigures,
  off: RestartFigures,
): ReportSection[] {
  const right = (title: string) => ({ title, align: "right" as const });
  const row = (name: string, figures: RestartFigures) => [
    name,
    figures.seeds,
    figures.eclipsed,
    figures.firstP50Ms ?? "–",
    figures.firstMaxMs ?? "–",
    figures.askedMax,
    figures.hostileIntroductions,
  ];
  return [
    {
      title: "The restart",
      parts: [
        text(
          `A victim that nobody honest remembers starts again. There is no tracker; of what it wrote down nine in ten ` +
            `are an attacker's (${attack}), the newest as many as a start asks, and ${nodes} are honest nodes, anywhere ` +
            "behind them. These know the attacker too, and introduce it. One bundle is published at the start: who has " +
            "not got it within three minutes, which are 36 steps, is eclipsed. A world ends when it has come.",
        ),
        table(
          [
            "defences",
            right("worlds"),
            right("eclipsed"),
            right("until it came, ms, median"),
            right("worst"),
            right("addresses asked by then, worst"),
            right("introductions that named the attacker"),
          ],
          [row("on", on), row("off", off)],
        ),
      ],
    },
  ];
}
