import { PROFILES } from "../../node/core/profile.ts";
import { type CommonOptions, experiment, type Ports, type Result } from "../experiment.ts";
import { eclipseReport } from "./eclipse-report.ts";
import { failureOf, onOff, sum, summarise } from "./eclipse-summary.ts";
import { type Attack, ATTACKS, profileWith } from "./eclipse-addresses.ts";
import { type SweepOf, sweepResult } from "./eclipse-sweep.ts";
import { type EclipseRun, runEclipse } from "./eclipse-world.ts";

interface Options {
  nodes: number;
  attack: Attack | "all";
  attackers: number;
  seeds: number;
  defences: "on" | "off" | "both";
  restart: boolean;
  trackerDies: boolean;
  sweep: "none" | SweepOf;
}

export const eclipse = experiment<Options>({
  name: "eclipse",
  summary:
    "a victim whose peers an attacker wants to be: its steps, its delay, with the defences and without",
  signatures: "keyed hash",
  options: [
    { name: "nodes", summary: "honest nodes", default: 20, min: 2, max: 1_000 },
    {
      name: "attack",
      summary:
        "contacted: 8 hosts; ports: 2 hosts; slash16: one /16; many: 10 per honest node; all",
      default: "ports",
      choices: [...ATTACKS, "all"],
    },
    {
      name: "attackers",
      summary: "addresses used against the victim at a time",
      default: 128,
      min: 2,
      max: 60_000,
    },
    { name: "seeds", summary: "worlds, from --seed upwards", default: 10, min: 1 },
    {
      name: "defences",
      summary:
        "whether address groups have shares, contacts that paid are kept, all remembered asked",
      default: "both",
      choices: ["on", "off", "both"],
    },
    { name: "restart", summary: "stop the victim under attack and start it again", default: false },
    { name: "tracker-dies", summary: "with --restart: no tracker then", default: false },
    {
      name: "sweep",
      summary:
        "trusted: the share of steps to trackers, with their resets and without; age: who of a bucket is asked",
      default: "none",
      choices: ["none", "trusted", "age"],
    },
  ],
  run(options, ports): Result {
    const { sweep } = options;
    if (sweep !== "none") return sweepResult(sweep, options, ports);
    const undisturbed = runSeeds(options, undefined, true, ports);
    const attacks = options.attack === "all" ? ATTACKS : [options.attack];
    const switches = { on: [true], off: [false], both: [true, false] }[options.defences];
    const results = attacks.flatMap((attack) =>
      switches.map((defences) => {
        const runs = runSeeds(options, attack, defences, ports);
        return summarise(attack, defences, runs, undisturbed, options.nodes);
      }),
    );
    const shown = results.filter(({ defences }) => defences === switches[0]);
    const failure = results.map(failureOf).find((text) => text !== undefined);
    const { seed, seeds, nodes, attackers, restart, trackerDies, profile } = options;
    return {
      json: {
        attackerShare: Math.max(...shown.map(({ attackerShare }) => attackerShare)),
        delayFactor: Math.max(...shown.map(({ delayFactor }) => delayFactor)),
        eclipsed: sum(shown, ({ eclipsed }) => eclipsed),
        seed,
        seeds,
        nodes,
        attackers,
        restart,
        trackerDies,
        profile,
        attacks: results,
      },
      report: eclipseReport(options, results),
      ...(failure !== undefined && { failure }),
    };
  },
});

function runSeeds(
  options: Options & CommonOptions,
  attack: Attack | undefined,
  defended: boolean,
  ports: Ports,
): EclipseRun[] {
  const { seed: first, seeds, nodes, attackers, restart, trackerDies } = options;
  const profile = profileWith(PROFILES[options.profile], defended);
  const what = attack === undefined ? "undisturbed" : `${attack}, defences ${onOff(defended)}`;
  return Array.from({ length: seeds }, (_, i) => {
    ports.progress(`${what}: seed ${i + 1} of ${seeds}`);
    const seed = first + i;
    return runEclipse({ seed, nodes, attack, attackers, restart, trackerDies, profile });
  });
}
