import { chart, type Chart, type ReportSection, table, text } from "../experiment.ts";
import { type AttackResult, onOff } from "./eclipse-summary.ts";
import type { Attack } from "./eclipse-addresses.ts";
import { INTERVAL_MS } from "./eclipse-world.ts";

const WORDS: Record<Attack, string> = {
  contacted:
    "8 hosts, each in a /16 of its own, with many ports: they request and are introduced until the contacted " +
    "bucket is theirs (the paper's attack)",
  ports: "two hosts in different /16 with 60,000 ports each",
  slash16: "one host with every address of a /16",
  many: "10 attackers per honest node, each in a /16 of its own",
};

export function eclipseReport(
  options: { nodes: number; attackers: number; seeds: number; restart: boolean },
  results: AttackResult[],
): ReportSection[] {
  const { nodes, attackers, seeds, restart } = options;
  const attacks = [...new Set(results.map(({ attack }) => attack))];
  return [
    {
      title: "The attack",
      parts: [
        text(
          `${nodes} honest nodes in a /16 each, a tracker and a victim. The attacker keeps to the protocol: it ` +
            `validates all its addresses, makes itself known to the victim from ${attackers} of them at a time (with ` +
            "the defences on more would change little: the places it can have are taken at once) and to the tracker " +
            "and the honest nodes as well, answers every request, names only itself, and holds no bundle. " +
            (restart
              ? "Under attack the victim is stopped for a minute and started again; it is measured from then on."
              : "The victim is measured while the attack goes on."),
        ),
        ...attacks.map((attack) => text(`**${attack}**: ${WORDS[attack]}.`)),
      ],
    },
    {
      title: "The victim",
      parts: [
        table(
          [
            "attack",
            "defences",
            { title: "attackers' share of steps", align: "right" },
            { title: "worst seed", align: "right" },
            { title: "at most expected", align: "right" },
            { title: "with 4 kept", align: "right" },
            { title: "attackers' share of contacts", align: "right" },
            { title: "delay factor", align: "right" },
            { title: "worst seed", align: "right" },
            { title: "delay, s", align: "right" },
            { title: "undisturbed, s", align: "right" },
            { title: "missing bundles", align: "right" },
            { title: `eclipsed of ${seeds}`, align: "right" },
          ],
          results.map((result) => [
            result.attack,
            onOff(result.defences),
            result.attackerShare,
            result.attackerShareMax,
            result.expectedShare,
            result.expectedShareKept,
            result.attackerContacts,
            result.delayFactor,
            result.delayFactorMax,
            result.meanDelayMs / 1_000,
            result.meanDelayUndisturbedMs / 1_000,
            result.missing,
            result.eclipsed,
          ]),
        ),
        text(
          "Steps of the start are not counted. Expected, for an attacker in k networks (/16) beside n honest ones, " +
            "however many addresses it has: each network is asked once in 27.5 s while another one waits, so k x 5 / " +
            "27.5; and of the draws the requested and the introduced (49.5 %) may all be its own, while of the " +
            "contacted each network has its turn, so 0.495 + 0.505 x k / (k + n); the lesser of both. Contacts that " +
            "brought bundles, up to four, are asked every nine steps, which leaves five ninths of that (with 4 kept). " +
            "Without the defences none of it holds. A bundle that never came counts until the end of the run, so that " +
            "the delay without defences is understated.",
        ),
        ...attacks.map((attack) => chart(shareChart(attack, results))),
      ],
    },
  ];
}

function shareChart(attack: Attack, results: AttackResult[]): Chart {
  const own = results.filter((result) => result.attack === attack);
  return {
    kind: "line",
    file: `eclipse-${attack}`,
    title: `Steps that go to attackers: ${attack}`,
    caption: WORDS[attack],
    x: { title: "time since the victim first started", unit: "s", min: 0 },
    y: { title: "share of the victim's steps", min: 0, max: 1 },
    series: own.map(({ defences, timeline }) => ({
      name: `defences ${onOff(defences)}`,
      points: timeline.flatMap((share, i) =>
        share === null ? [] : [[((i + 0.5) * INTERVAL_MS) / 1_000, share] as const],
      ),
    })),
  };
}
