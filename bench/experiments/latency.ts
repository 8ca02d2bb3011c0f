import { walkBytesPerHour } from "../analysis/walk-bytes.ts";
import { experiment, type Result } from "../experiment.ts";
import { profileOf, WITHOUT } from "./without.ts";
import { latencyReport } from "./latency-report.ts";
import { onInternet, onLan, rarelyThere, whenIdle } from "./latency-worlds.ts";

interface Options {
  nodes: number;
  bundles: number;
  hours: number;
  without: string;
}

/** What a user may expect: how late a bundle is, and what a node costs that has nothing to say. */
export const latency = experiment<Options>({
  name: "latency",
  summary:
    "from publishing to delivery: on a LAN, on the Internet, and at 10 % uptime; an idle node's bytes",
  signatures: "keyed hash",
  options: [
    { name: "nodes", summary: "nodes of each overlay", default: 16, min: 2, max: 1_000 },
    {
      name: "bundles",
      summary: "bundles on the LAN, and again on the Internet",
      default: 200,
      min: 1,
    },
    { name: "hours", summary: "virtual hours in which rare nodes publish", default: 12, min: 1 },
    WITHOUT,
  ],
  run(options, ports): Result {
    const { seed, nodes, bundles, hours } = options;
    const profile = profileOf(options);
    const progress = (words: string): void => ports.progress(words);
    const worlds = { seed, nodes, bundles, hours, profile, progress };
    const figures = {
      lan: onLan(worlds),
      internet: onInternet(worlds),
      rare: rarelyThere(worlds),
      idle: whenIdle(worlds),
      // All hold the policy alone.
      idleByAnalysis: Math.round(walkBytesPerHour(profile, 1)),
    };
    return {
      json: { ...figures, nodes, profile: options.profile },
      report: latencyReport(options, figures),
    };
  },
});
