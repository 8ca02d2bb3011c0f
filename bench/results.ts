import type { BandwidthRow } from "./experiments/bandwidth.ts";
import type { ChurnRow } from "./experiments/churn-report.ts";
import type { Figures } from "./experiments/spread-report.ts";
import { chats, mvds, mvdsSizes, overhead } from "./page/chat-sections.ts";
import { bothLack, few, scattered, spreadBacklog } from "./page/difference-sections.ts";
import {
  eclipse,
  eclipseAge,
  eclipseIntroductions,
  eclipseMany,
  eclipseRestart,
  eclipseTrusted,
} from "./page/eclipse-sections.ts";
import { atLeast, atMost, type Finding } from "./page/finding.ts";
import { fresh, lines, mtu, receipts } from "./page/user-sections.ts";
import { latency } from "./page/latency-section.ts";
import { load, loadHundred, loadThousand } from "./page/load-sections.ts";
import { natBundles, natLab, natModel, natSame } from "./page/nat-sections.ts";
import { choices, clocks, filters, privacy } from "./page/question-sections.ts";
import { section, type Section, SPEED, words } from "./page/section.ts";
import { backlog, many, simulator } from "./page/simulator-sections.ts";
import { carriers, coldBeside, held, million, trackerBeside } from "./page/speed-sections.ts";

const percent = (share: number | null): number | null =>
  share === null ? null : Math.round(share * 10_000) / 100;

const PAPER = "19 steps (SAC 2014)";

const spread = section<{ scenarios: Figures[] }>({
  name: "spread",
  title: "One new bundle, until all nodes have it",
  shows:
    "The paper's deployment: one message reached all of 1,000 peers within 19 steps of 5 s. Here with sound " +
    "contacts, and with the rate of failing contacts that this figure implies. Each figure is the slowest node of " +
    "the slowest bundle. Here that is of one bundle per row, so nothing says how far another one would be from it; " +
    "the analysis below has a mean and a 95th percentile.",
  command: words("spread --nodes 1000 --trials 1 --profile dispersy --seed 1"),
  quick: words("spread --nodes 6 --trials 1 --profile dispersy --seed 1"),
  find: ({ scenarios }) =>
    scenarios.map(({ variant, failure, steps }) => {
      const unpushed = scenarios.find((one) => one.failure === failure && one.push === 0);
      return {
        what: `steps until all hold it: ${variant}, ${Math.round(failure * 100)} % of contacts fail`,
        unit: "steps",
        measured: steps.max,
        published: PAPER,
        target: atMost(19),
        ...(unpushed === undefined || unpushed.variant === variant
          ? { noControl: "it is the control of the other rows" }
          : { control: { off: "pushing", measured: unpushed.steps.max } }),
      };
    }),
});

/** What share of the bundles comes to be held by all, and how late, while everybody comes and goes. */
const churnThousand = section<{ sessions: ChurnRow[] }>({
  name: "churn-thousand",
  title: "1,000 nodes come and go: mean sessions from 30 min to 30 s",
  shows:
    "20 bundles made within two steps; nodes return with what they held, as in the paper's experiment, as many being " +
    "away as are there. Held after 19 steps: of those who run at that moment.",
  command: words(
    "churn --nodes 1000 --alone --bundles 20 --per-step 10 --profile dispersy --seed 1",
  ),
  quick: words("churn --nodes 6 --alone --bundles 3 --per-step 2 --profile dispersy --seed 1"),
  find: ({ sessions }) =>
    sessions.flatMap(({ sessionSeconds, delivered, heldAfter19Steps, steps }) => {
      const name = `sessions of ${sessionSeconds} s`;
      return [
        {
          what: `${name}: delivered`,
          unit: "%",
          measured: percent(delivered),
          published: '"survives" (SAC 2014)',
          target: atLeast(100),
          noControl: RETURNING,
        },
        { what: `${name}: held after 19 steps`, unit: "%", measured: percent(heldAfter19Steps) },
        { what: `${name}: steps, median`, unit: "steps", measured: steps.p50 },
        { what: `${name}: steps, 99 %`, unit: "steps", measured: steps.p99 },
      ];
    }),
});

/** Why nothing shows that delivery to returning nodes could fail. */
const RETURNING = "who returns is given what it lacks by whatever offers there are";

const churn = section<{ sessions: ChurnRow[] }>({
  name: "churn",
  title: "Nodes come and go: mean sessions of 30 s",
  shows:
    "Whether every bundle whose author stayed for one step reaches all who remain, with nodes that return with what " +
    "they held. Nodes that are replaced by empty ones are harder than what the paper ran, and stand beside it.",
  command: words("churn --nodes 100 --session 30 --bundles 12 --profile dispersy --seed 1"),
  quick: words("churn --nodes 6 --session 60 --bundles 3 --profile dispersy --seed 1"),
  find: ({ sessions }) =>
    sessions.map(({ profile, successors, sessionSeconds, delivered }) => ({
      what: `delivered: ${profile}, ${successors} nodes, sessions of ${sessionSeconds} s`,
      unit: "%",
      measured: percent(delivered),
      published: '"survives" (SAC 2014)',
      ...(successors === "returning" && { target: atLeast(100), noControl: RETURNING }),
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
      noControl: ANALYSIS,
    },
    {
      what: "offers: distance from the analysis",
      unit: "%",
      measured: predicted === null ? null : distance(offers, predicted.offers),
      target: atMost(20),
      noControl: ANALYSIS,
    },
    { what: "bytes", unit: "MB", measured: megabytes, published: "30 MB" },
    { what: "offers", unit: "", measured: offers, published: "about 1,000 contacts" },
  ],
});

const ANALYSIS = "it compares a prediction with a measurement, and no mechanism is behind that";

/** In percent of what was predicted. */
function distance(measured: number, predicted: number): number {
  return Math.round(Math.abs(measured / predicted - 1) * 1_000) / 10;
}

const reconcile = section<{ cells: number; within20Percent: number }>({
  name: "reconcile",
  title: "Prediction and measurement",
  shows:
    "Whether predicted and measured offers and bytes agree within 20 %, over missing bundles, total, false-positive " +
    "rate and reply limit: the corners of the grid and its middle; `--grid` measures all 81 of its combinations.",
  command: words("reconcile --corners --seed 1"),
  quick: words("reconcile --bundles 60 --missing 6 --trials 2 --seed 1"),
  find: ({ cells, within20Percent }) => [
    {
      what: "combinations within 20 %",
      unit: "",
      measured: within20Percent ?? null,
      ...(cells !== undefined && { target: atLeast(cells), noControl: ANALYSIS }),
    },
  ],
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
  command: words("faults --seeds 100 --seed 1"),
  quick: words("faults --seeds 1 --seed 1"),
  find: ({ seeds, violations, seedsPerCoreHour }) => [
    {
      what: `violations in ${seeds} worlds`,
      unit: "",
      measured: violations,
      target: atMost(0),
      noControl:
        "test/bench/sim/broken breaks the engine in many ways, each of which the invariants find",
    },
    {
      what: "worlds per hour on one core",
      unit: "",
      measured: seedsPerCoreHour,
      target: atLeast(10_000),
      noControl: SPEED,
    },
  ],
});

/** In the order of the page, which is that of their weight. */
export const SECTIONS: readonly Section[] = [
  spread,
  spreadBacklog,
  few,
  scattered,
  bothLack,
  filters,
  privacy,
  choices,
  clocks,
  held,
  million,
  coldBeside,
  carriers,
  trackerBeside,
  simulator,
  many,
  backlog,
  churn,
  churnThousand,
  cold,
  reconcile,
  eclipse,
  eclipseRestart,
  eclipseIntroductions,
  eclipseMany,
  eclipseTrusted,
  eclipseAge,
  natModel,
  natLab,
  natSame,
  natBundles,
  chats,
  overhead,
  mvds,
  mvdsSizes,
  latency,
  fresh,
  receipts,
  mtu,
  lines,
  load,
  loadHundred,
  loadThousand,
  bandwidth,
  faults,
];
