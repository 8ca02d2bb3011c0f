import type { AttackResult } from "./experiments/eclipse-summary.ts";
import type { BandwidthRow } from "./experiments/bandwidth.ts";
import type { ChatRow } from "./experiments/chats.ts";
import type { ChurnRow } from "./experiments/churn-report.ts";
import type { Figures } from "./experiments/spread-report.ts";
import { few, scattered, spreadBacklog } from "./page/difference-sections.ts";
import { atLeast, atMost, type Finding } from "./page/finding.ts";
import { load, loadHundred, loadThousand } from "./page/load-sections.ts";
import { natBundles, natLab, natModel } from "./page/nat-sections.ts";
import { section, type Section, words } from "./page/section.ts";
import { backlog, many, simulator } from "./page/simulator-sections.ts";
import { coldBeside, held, million, trackerBeside } from "./page/speed-sections.ts";

const percent = (share: number | null): number | null =>
  share === null ? null : Math.round(share * 10_000) / 100;

const PAPER = "19 steps (SAC 2014)";

const spread = section<{ scenarios: Figures[] }>({
  name: "spread",
  title: "One new bundle, until all nodes have it",
  shows:
    "The paper's deployment: one message reached all of 1,000 peers within 19 steps of 5 s. Here with sound " +
    "contacts, and with the rate of failing contacts that this figure implies. Each figure is the slowest node of " +
    "the slowest bundle.",
  command: words("spread --nodes 1000 --trials 3 --profile dispersy --seed 1"),
  quick: words("spread --nodes 6 --trials 1 --profile dispersy --seed 1"),
  find: ({ scenarios }) =>
    scenarios.map(({ variant, failure, steps }) => ({
      what: `steps until all hold it: ${variant}, ${Math.round(failure * 100)} % of contacts fail`,
      unit: "steps",
      measured: steps.max,
      published: PAPER,
      target: atMost(19),
    })),
});

const churn = section<{ sessions: ChurnRow[] }>({
  name: "churn",
  title: "Nodes come and go: mean sessions of 30 s",
  shows:
    "Every bundle whose author stayed for one step reaches all who remain, with nodes that return with what they " +
    "held. Nodes that are replaced by empty ones are harder than what the paper ran, and stand beside it.",
  command: words("churn --nodes 200 --session 30 --profile dispersy --seed 1"),
  quick: words("churn --nodes 6 --session 60 --bundles 3 --profile dispersy --seed 1"),
  find: ({ sessions }) =>
    sessions.map(({ profile, successors, sessionSeconds, delivered }) => ({
      what: `delivered: ${profile}, ${successors} nodes, sessions of ${sessionSeconds} s`,
      unit: "%",
      measured: percent(delivered),
      published: '"survives" (SAC 2014)',
      ...(successors === "returning" && { target: atLeast(100) }),
    })),
});

interface ColdJson {
  megabytes: number;
  offers: number;
  predicted: { offers: number; megabytes: number } | null;
}

const cold = section<ColdJson>({
  name: "cold",
  title: "An empty node joins 100,000 bundles",
  shows:
    "Two engines in virtual time, bundles of 256 bytes per datagram, answers of 25 KiB as in the paper's " +
    "experiment; the analysis (bench/analysis) has no fitted constant.",
  command: words("cold --sim --bundles 100000 --reply 25600 --profile dispersy --seed 1"),
  quick: words("cold --sim --bundles 40 --reply 25600 --profile dispersy --seed 1"),
  find: ({ megabytes, offers, predicted }) => [
    {
      what: "bytes: distance from the analysis",
      unit: "%",
      measured: predicted === null ? null : distance(megabytes, predicted.megabytes),
      target: atMost(20),
    },
    {
      what: "offers: distance from the analysis",
      unit: "%",
      measured: predicted === null ? null : distance(offers, predicted.offers),
      target: atMost(20),
    },
    { what: "bytes", unit: "MB", measured: megabytes, published: "30 MB" },
    { what: "offers", unit: "", measured: offers, published: "about 1,000 contacts" },
  ],
});

/** In percent of what was predicted. */
function distance(measured: number, predicted: number): number {
  return Math.round(Math.abs(measured / predicted - 1) * 1_000) / 10;
}

const reconcile = section<{ cells: number; within20Percent: number }>({
  name: "reconcile",
  title: "Prediction and measurement",
  shows:
    "Predicted and measured offers and bytes agree within 20 % over a grid of missing bundles, total, " +
    "false-positive rate and reply limit.",
  command: words("reconcile --grid --seed 1"),
  quick: words("reconcile --bundles 60 --missing 6 --trials 2 --seed 1"),
  find: ({ cells, within20Percent }) => [
    {
      what: "combinations within 20 %",
      unit: "",
      measured: within20Percent ?? null,
      ...(cells !== undefined && { target: atLeast(cells) }),
    },
  ],
});

const eclipse = section<{ attacks: AttackResult[] }>({
  name: "eclipse",
  title: "Eclipse",
  shows:
    "Two addresses with 60,000 ports each must not eclipse a victim, a restart included: 0 of 1,000 seeds; one /16 " +
    "with every address gets at most 25 % of its steps and delays it at most 10 times. The same attacks with our " +
    "defences off show that it is these which help.",
  command: words("eclipse --attack all --restart --seeds 5 --defences both --seed 1"),
  quick: words("eclipse --attack ports --nodes 4 --attackers 8 --restart --seeds 1 --seed 1"),
  find: ({ attacks }) => attacks.flatMap(eclipseFindings),
});

function eclipseFindings(result: AttackResult): Finding[] {
  const { attack, defences, seeds, eclipsed, attackerShare, delayFactor } = result;
  const name = `${attack}, defences ${defences ? "on" : "off"}`;
  const isAsked = (asked: AttackResult["attack"]): boolean => defences && attack === asked;
  return [
    {
      what: `${name}: victims eclipsed, of ${seeds} seeds`,
      unit: "",
      measured: eclipsed,
      ...(isAsked("ports") && { target: atMost(0) }),
    },
    {
      what: `${name}: attackers' share of the steps`,
      unit: "%",
      measured: percent(attackerShare),
      ...(isAsked("slash16") && { target: atMost(25) }),
    },
    {
      what: `${name}: delay, undisturbed is 1`,
      unit: "",
      measured: delayFactor,
      ...(isAsked("slash16") && { target: atMost(10) }),
    },
  ];
}

const chats = section<{ runs: ChatRow[] }>({
  name: "chats",
  title: "Seven chats among nodes that run a tenth of the time",
  shows: "The seven runs of a draft whose own figures are not known: bytes over payload, latency.",
  command: words("chats --people 50 --messages 5 --seed 1"),
  quick: words("chats --people 3 --messages 1 --pair-messages 2 --cycle 60 --seed 1"),
  find: ({ runs }) =>
    runs.flatMap(({ id, name, perDelivery, p50Seconds }) => [
      { what: `${id}, ${name}: bytes per byte delivered`, unit: "", measured: perDelivery },
      { what: `${id}, ${name}: latency, median`, unit: "s", measured: p50Seconds },
    ]),
});

const bandwidth = section<{ profiles: BandwidthRow[] }>({
  name: "bandwidth",
  title: "Bytes per node",
  shows: "What a node sends when nothing happens, and with one new bundle per second.",
  command: words("bandwidth --nodes 100 --minutes 3 --seed 1"),
  quick: words("bandwidth --nodes 5 --minutes 1 --seed 1"),
  find: ({ profiles }) =>
    profiles.flatMap(({ profile, idle, busy }) => [
      bytesPerSecond(`${profile}, idle`, idle.sentWithHeaders),
      bytesPerSecond(`${profile}, busy`, busy.sentWithHeaders),
    ]),
});

function bytesPerSecond(what: string, hourly: number): Finding {
  return {
    what: `sent on the wire: ${what}`,
    unit: "B/s",
    measured: Math.round(hourly / 3_600),
    published: "about 1 KB/s (250 peers)",
  };
}

interface FaultsJson {
  seeds: number;
  violations: number;
  seedsPerCoreHour: number;
}

const faults = section<FaultsJson>({
  name: "faults",
  title: "Random worlds with random faults",
  shows: "What has to hold is checked in each; `npm run nightly` plays 10,000.",
  command: words("faults --seeds 300 --seed 1"),
  quick: words("faults --seeds 1 --seed 1"),
  find: ({ seeds, violations, seedsPerCoreHour }) => [
    {
      what: `violations in ${seeds} worlds`,
      unit: "",
      measured: violations,
      target: atMost(0),
    },
    {
      what: "worlds per hour on one core",
      unit: "",
      measured: seedsPerCoreHour,
      target: atLeast(5_000),
    },
  ],
});

/** In the order of the page, which is that of their weight. */
export const SECTIONS: readonly Section[] = [
  spread,
  spreadBacklog,
  few,
  scattered,
  held,
  million,
  coldBeside,
  trackerBeside,
  simulator,
  many,
  backlog,
  churn,
  cold,
  reconcile,
  eclipse,
  natModel,
  natLab,
  natBundles,
  chats,
  load,
  loadHundred,
  loadThousand,
  bandwidth,
  faults,
];
