import { round } from "../analysis/statistics.ts";
import { WITHOUT_SKETCHES } from "../experiments/reconcile.ts";
import type { Figures } from "../experiments/spread-report.ts";
import type { TwoSidedRow } from "../experiments/two-sided-report.ts";
import { atMost } from "./finding.ts";
import { section, words } from "./section.ts";

/** What sketches and tails are for: finding differences, however much is held already. */

interface ReconcileJson {
  offers: number;
  bytes: number;
  variants: { variant: string; offers: number; bytes: number }[];
}

const found = (limits: { offers: number; bytes: number }) => {
  return ({ offers, bytes, variants }: ReconcileJson) => {
    const off = variants.find(({ variant }) => variant === WITHOUT_SKETCHES);
    const without = (measured: number | undefined) =>
      measured === undefined ? {} : { control: { off: "sketches", measured } };
    return [
      {
        what: "offers",
        unit: "",
        measured: offers,
        target: atMost(limits.offers),
        ...without(off?.offers),
      },
      {
        what: "bytes of offers and responses",
        unit: "B",
        measured: bytes,
        target: atMost(limits.bytes),
        ...without(off?.bytes),
      },
    ];
  };
};

export const few = section<ReconcileJson>({
  name: "reconcile-few",
  title: "Ten bundles missing of 100,000",
  shows:
    "A node that lacks ten random ones finds them. Beside it, in the report of the command, the original's rules.",
  command: words("reconcile --bundles 100000 --missing 10 --trials 5 --seed 1"),
  quick: words("reconcile --bundles 60 --missing 6 --trials 2 --seed 1"),
  find: found({ offers: 1, bytes: 1_500 }),
});

export const scattered = section<ReconcileJson>({
  name: "reconcile-many",
  title: "A thousand bundles missing of 100,000",
  shows: "Random ones, of everywhere: class by class.",
  command: words("reconcile --bundles 100000 --missing 1000 --trials 5 --seed 1"),
  quick: words("reconcile --bundles 60 --missing 6 --trials 2 --seed 1"),
  find: found({ offers: 25, bytes: 36_000 }),
});

/** Where sketches are asked for: beyond this many differences of 100,000, filters take as few bytes. */
const SKETCHED_DIFFERENCES = 1_000;

export const bothLack = section<{ twoSided: TwoSidedRow[] }>({
  name: "reconcile-two-sided",
  title: "Both sides lack bundles, beside negentropy",
  shows:
    "100,000 bundles of which each side lacks half of the differences, so that the counts say nothing, and negentropy " +
    "on the same sets in the same run, without a limit for its messages, where it takes the fewest bytes. Of ours every " +
    "datagram without bundles is counted, in both directions; of negentropy its messages alone. Sketches are for few " +
    "differences: where a tenth is missing, filters find it in as few bytes.",
  command: words("reconcile --two-sided --bundles 100000 --trials 1 --seed 1"),
  beside: ["@welshman/net"],
  quick: words("reconcile --two-sided --bundles 100 --trials 1 --seed 1"),
  find: ({ twoSided }) =>
    [...new Set(twoSided.map(({ differences }) => differences))].flatMap((differences) => {
      const rows = twoSided.filter((row) => row.differences === differences);
      const ours = rows.find(({ side }) => side === "ours")!;
      const without = rows.find(({ side }) => side === "ours, no sketches");
      const free = rows.find(({ frameBytes }) => frameBytes === 0);
      const framed = rows.find(({ frameBytes }) => frameBytes !== null && frameBytes > 0);
      const share = (row: TwoSidedRow, key: "bytes" | "cpuSeconds") =>
        free === undefined ? [] : [round(row[key] / free[key], 3)];
      const of = `${differences} differences`;
      const isTarget = differences <= SKETCHED_DIFFERENCES && without !== undefined;
      return [
        ...share(ours, "bytes").map((measured) => ({
          what: `${of}: bytes, of negentropy's`,
          unit: "",
          measured,
          ...(isTarget && {
            target: atMost(0.25),
            control: { off: "sketches", measured: share(without, "bytes")[0]! },
          }),
        })),
        { what: `${of}: bytes`, unit: "B", measured: ours.bytes },
        { what: `${of}: datagrams`, unit: "", measured: ours.messages },
        ...[free, framed].flatMap((row) => {
          if (row === undefined) return [];
          const frames = row.frameBytes === 0 ? "" : `, frames of ${row.frameBytes} B`;
          return [
            { what: `${of}: negentropy's messages${frames}`, unit: "", measured: row.messages },
          ];
        }),
        {
          what: `${of}: virtual time until both have everything`,
          unit: "s",
          measured: ours.virtualMs / 1_000,
        },
        ...share(ours, "cpuSeconds").map((measured) => ({
          what: `${of}: processor time, of negentropy's`,
          unit: "",
          measured,
        })),
      ];
    }),
});

export const spreadBacklog = section<{ scenarios: Figures[] }>({
  name: "spread-backlog",
  title: "One new bundle, where 100,000 are held",
  shows:
    "As above, by the default profile, and of one bundle as well. By the analysis filters alone would take some 700 steps.",
  command: words("spread --nodes 1000 --backlog 100000 --trials 1 --alone --seed 1"),
  quick: words("spread --nodes 6 --trials 1 --alone --seed 1"),
  // A tenth of the nodes, which is easier, and no more steps than show that it fails.
  controlCommand: words(
    "spread --nodes 100 --backlog 100000 --trials 1 --limit 20 --alone --without sketches,tails,fresh,push,pullOnPush --seed 1",
  ),
  quickControl: words("spread --nodes 6 --trials 1 --limit 20 --alone --without sketches --seed 1"),
  find: ({ scenarios }, control) =>
    scenarios.flatMap(({ failure, steps }) => {
      const without = control?.scenarios.find((one) => one.failure === failure)?.steps;
      const off = "sketches, tails, telling and pushing (100 nodes, 20 steps)";
      const contacts = `${Math.round(failure * 100)} % of contacts fail`;
      const isSound = failure === 0;
      return [
        {
          what: `steps until half hold it: ${contacts}`,
          unit: "steps",
          measured: steps.p50,
          ...(isSound && { target: atMost(6) }),
          ...(without && { control: { off, measured: without.p50 } }),
        },
        {
          what: `steps until all hold it: ${contacts}`,
          unit: "steps",
          measured: steps.max,
          ...(isSound && { target: atMost(8) }),
          ...(without && { control: { off, measured: without.max } }),
        },
      ];
    }),
});
