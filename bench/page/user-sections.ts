import type { FreshRow } from "../experiments/fresh-report.ts";
import type { LineCell } from "../experiments/lines-figures.ts";
import type { Came } from "../experiments/mtu-lab.ts";
import type { ReceiptsRow } from "../experiments/receipts.ts";
import { STEP_MS } from "../experiments/overlay.ts";
import { atLeast, atMost } from "./finding.ts";
import { section, words } from "./section.ts";

/** What a user meets: new bundles at once, receipts, narrow and lossy paths. */

const STEP_S = STEP_MS / 1_000;

interface FreshJson {
  nodes: number;
  rows: FreshRow[];
}

export const fresh = section<FreshJson>({
  name: "fresh",
  title: "A new bundle, and a message for the moment, among 200 nodes",
  shows:
    "Seconds until 99 % of the nodes have it, with sound paths and with one datagram in ten lost. Less than a step is " +
    "asked: the walk alone, which speaks to one node per step, cannot do that. The control tells nobody of what is new.",
  command: words("fresh --nodes 200 --bundles 5 --seed 1"),
  quick: words("fresh --nodes 8 --bundles 1 --seed 1"),
  controlCommand: words("fresh --nodes 200 --bundles 5 --untold --seed 1"),
  quickControl: words("fresh --nodes 8 --bundles 1 --untold --seed 1"),
  find: ({ rows }, control) =>
    rows.flatMap(({ what, loss, seconds, missing, copies }) => {
      const untold = control?.rows.find((row) => row.what === what && row.loss === loss);
      const name = `${what}, ${Math.round(loss * 100)} % lost`;
      const off = "telling of what is new";
      return [
        {
          what: `${name}: until 99 % have it`,
          unit: "s",
          measured: seconds.p99,
          target: atMost(STEP_S),
          ...(untold && { control: { off, measured: untold.seconds.p99 } }),
        },
        {
          what: `${name}: never came within four steps`,
          unit: "",
          measured: missing,
          ...(what === "bundle" && loss === 0 && { target: atMost(0) }),
          ...(untold && { control: { off, measured: untold.missing } }),
        },
        { what: `${name}: copies sent per node`, unit: "", measured: copies },
      ];
    }),
});

interface ReceiptsJson {
  waits: number;
  early: number;
  earlyByMark: number;
  unnamed: number;
  wrongInTheEnd: number;
  rows: ReceiptsRow[];
}

export const receipts = section<ReceiptsJson>({
  name: "receipts",
  title: "Waiting until three others hold a bundle",
  shows:
    "A member is lossy, wiped, restored from an old copy, or in use twice. Nobody is counted before a machine of theirs " +
    "holds the bundle. The control counts by the highest number in a receipt, without its gaps and its sum. A wait that " +
    "has not ended half a minute after the last bundle is in none of the times.",
  command: words("receipts --seeds 80 --seed 1"),
  quick: words("receipts --seeds 8 --seed 1"),
  find: ({ waits, early, earlyByMark, unnamed, wrongInTheEnd, rows }) => {
    const noControl = "the gaps and the sum keep from counting early, not from this";
    return [
      {
        what: `counted early, in ${waits} waits`,
        unit: "",
        measured: early,
        target: atMost(0),
        control: { off: "gaps and sums", measured: earlyByMark },
      },
      {
        what: "not named though they lack it",
        unit: "",
        measured: unnamed,
        target: atMost(0),
        noControl,
      },
      { what: "wrong in the end", unit: "", measured: wrongInTheEnd, target: atMost(0), noControl },
      ...rows.map(({ trouble, ended, p99Ms }) => ({
        what: `${trouble}: until all three are counted, 99 % of the ${Math.round((ended ?? 0) * 100)} % that came to it`,
        unit: "ms",
        measured: p99Ms,
      })),
    ];
  },
});

interface HoleJson {
  rows: Record<"sized" | "unsized", { toJoiner: Came; fromJoiner: Came }>[];
}

const SHORT_BUNDLES = 200;

export const mtu = section<HoleJson>({
  name: "mtu",
  title: "Paths that lose long datagrams and tell nobody",
  shows:
    "Seven sizes of black holes, from 1,500 down to 576 bytes, both ways and each way alone: 200 short bundles come over " +
    "each, in both directions. The control does not test paths for their size.",
  command: words(`mtu --short ${SHORT_BUNDLES} --full 20 --seed 1`),
  quick: words("mtu --short 20 --full 1 --seconds 10 --seed 1"),
  find: ({ rows }) => {
    const crossed = (how: "sized" | "unsized"): number =>
      rows.filter(({ [how]: { toJoiner, fromJoiner } }) => {
        return toJoiner.shortSeconds !== null && fromJoiner.shortSeconds !== null;
      }).length;
    return [
      {
        what: `paths that all short bundles crossed both ways, of ${rows.length}`,
        unit: "",
        measured: crossed("sized"),
        target: atLeast(rows.length),
        control: { off: "testing paths for their size", measured: crossed("unsized") },
      },
    ];
  },
});

export const lines = section<{ cells: LineCell[] }>({
  name: "lines",
  title: "An empty node joins over long, narrow and lossy lines",
  shows:
    "5,000 bundles over 18 lines: round trips of 1, 40 and 100 ms, 0, 2 and 10 % lost each way, 10 and 100 Mbit/s. Of " +
    "the ideal: what the bundles' bytes take at the line's rate, and two round trips.",
  command: words("lines --only cells --runs 1 --seed 1"),
  quick: words("lines --only cells --cells 100/2/10 --bundles 100 --runs 1 --seed 1"),
  find: ({ cells }) => [
    {
      what: `joins that ended, of ${cells.length}`,
      unit: "",
      measured: cells.filter(({ done }) => done).length,
      target: atLeast(cells.length),
      noControl: "without pacing and repeats the profile has no way to send",
    },
    ...cells.map(({ roundTripMs, lossPercent, mbits, ratio }) => ({
      what: `${roundTripMs} ms, ${lossPercent} % lost, ${mbits} Mbit/s: time, of the ideal`,
      unit: "",
      measured: ratio,
    })),
  ],
});
