import { type Auc, aucOf } from "../analysis/auc.ts";
import { round } from "../analysis/statistics.ts";
import { chart, experiment, type ReportSection, type Result, table, text } from "../experiment.ts";
import { heldOf } from "../../node/sets/held.ts";
import { ChunkedIndex } from "../../node/store/held-index.ts";
import { chooseModulo, countIn, everything } from "../../node/sync/subset.ts";
import { SeededRandom } from "../../node/testing/random.ts";

interface Options {
  nodes: number;
  windows: number;
}

/** Whose clock a bundle's global time is taken from. */
type Scope = "overlay" | "node";

/** What one scope of clocks does to an overlay, seen by a member of it alone. */
export interface ClockRow {
  scope: Scope;
  /** Bundles of the overlay seen, and its highest global time. */
  bundles: number;
  highest: number;
  /** Share of its bundles that have a global time with another in common. */
  collisions: number;
  /** How well what its times skip tells when the other overlay was busy. */
  leak: Auc;
  /** The fullest class by modulo, of the mean of all. */
  fullestClass: number;
}

/** Steps that an observer looks at in one piece; the other overlay is busy in half of them. */
const WINDOW_STEPS = 20;
/** Bundles per step: in the overlay that is watched, and in the other one, busy and quiet. */
const [WATCHED_RATE, BUSY_RATE, QUIET_RATE] = [0.5, 1, 0.1];
/** A bundle is everywhere after so many steps, at most. */
const MAX_DELAY_STEPS = 4;
/** Bundles of one class, for the question of how even they are. */
const CLASS_BUNDLES = 100;

export const clocks = experiment<Options>({
  name: "clocks",
  summary:
    "a Lamport clock for each overlay, or one for all of a node: collisions, what it tells, even subsets",
  signatures: "none",
  options: [
    { name: "nodes", summary: "members of both overlays", default: 50, min: 2, max: 1_000 },
    {
      name: "windows",
      summary: "pieces of 20 steps, in which the other overlay is busy or quiet",
      default: 200,
      min: 4,
      max: 10_000,
    },
  ],
  run(options): Result {
    const rows = (["overlay", "node"] as const).map((scope) => play(scope, options));
    return { json: { ...options, clocks: rows }, report: reportOf(options, rows) };
  },
});

/** A model: nodes of two overlays write, and hear of what others write some steps later. */
function play(scope: Scope, options: Options & { seed: number }): ClockRow {
  const random = new SeededRandom(options.seed, "clocks");
  // One clock per node and overlay; or the first one stands for both.
  const clockOf = (overlay: number): number => (scope === "overlay" ? overlay : 0);
  const times = Array.from({ length: options.nodes }, () => [0, 0]);
  const onTheWay: { step: number; node: number; overlay: number; time: number }[] = [];
  const watched: number[] = [];
  let highest = 0;
  const skipped: { busy: number[]; quiet: number[] } = { busy: [], quiet: [] };
  const write = (overlay: number, step: number): void => {
    const author = random.below(options.nodes);
    const time = (times[author]![clockOf(overlay)]! += 1);
    if (overlay === 0) {
      watched.push(time);
      highest = Math.max(highest, time);
    }
    for (let node = 0; node < options.nodes; node++) {
      onTheWay.push({ step: step + 1 + random.below(MAX_DELAY_STEPS), node, overlay, time });
    }
  };
  for (let window = 0; window < options.windows; window++) {
    const isBusy = window % 2 === 0;
    const [before, count] = [highest, watched.length];
    for (let i = 0; i < WINDOW_STEPS; i++) {
      const step = window * WINDOW_STEPS + i;
      deliver(onTheWay, step, ({ node, overlay, time }) => {
        const own = times[node]!;
        own[clockOf(overlay)] = Math.max(own[clockOf(overlay)]!, time);
      });
      if (random.float() < WATCHED_RATE) write(0, step);
      if (random.float() < (isBusy ? BUSY_RATE : QUIET_RATE)) write(1, step);
    }
    skipped[isBusy ? "busy" : "quiet"].push(highest - before - (watched.length - count));
  }
  const { auc, low, high } = aucOf(skipped.busy, skipped.quiet);
  return {
    scope,
    bundles: watched.length,
    highest,
    collisions: round(collisionsIn(watched), 3),
    leak: { auc: round(auc, 3), low: round(low, 3), high: round(high, 3) },
    fullestClass: round(fullestClass(watched, random), 2),
  };
}

function deliver<Item extends { step: number }>(
  items: Item[],
  step: number,
  take: (item: Item) => void,
): void {
  let kept = 0;
  for (const item of items) {
    if (item.step <= step) take(item);
    else items[kept++] = item;
  }
  items.length = kept;
}

function collisionsIn(times: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const time of times) counts.set(time, (counts.get(time) ?? 0) + 1);
  return times.filter((time) => counts.get(time)! > 1).length / times.length;
}

/** The shipped classes over these times: how much fuller the fullest is than the mean. */
function fullestClass(times: readonly number[], random: SeededRandom): number {
  const index = new ChunkedIndex();
  for (const time of times) index.add(heldOf(time, random.bytes(16)));
  const all = everything(index.timeAt(index.size - 1));
  const { modulo } = chooseModulo(index, all, CLASS_BUNDLES, random, 0);
  const counts = Array.from({ length: modulo }, (_, offset) =>
    countIn(index, { ...all, modulo, offset }),
  );
  return Math.max(...counts) / (times.length / modulo);
}

function reportOf({ nodes, windows }: Options, rows: readonly ClockRow[]): ReportSection[] {
  const right = (title: string) => ({ title, align: "right" as const });
  return [
    {
      title: "One clock per overlay, or one per node",
      parts: [
        text(
          `A model of clocks, not the engine, which has one per overlay: ${nodes} nodes are in two overlays, and what is ` +
            `written is heard by all 1 to ${MAX_DELAY_STEPS} steps later. In each of ${windows} pieces of ${WINDOW_STEPS} ` +
            "steps the other overlay is busy or quiet in turn. Who sees the watched overlay alone takes how many times " +
            "were skipped in a piece, more than bundles came, for a sign of what happens in the other one: the AUC says " +
            "how well that tells busy from quiet (0.5 is a coin). Classes are those of `chooseModulo`.",
        ),
        table(
          [
            "clock per",
            ...[
              "bundles",
              "highest time",
              "same time as another",
              "AUC",
              "interval",
              "fullest class",
            ].map(right),
          ],
          rows.map(({ scope, bundles, highest, collisions, leak, fullestClass: fullest }) => [
            scope,
            bundles,
            highest,
            `${Math.round(collisions * 1_000) / 10} %`,
            leak.auc,
            `${leak.low} to ${leak.high}`,
            fullest,
          ]),
        ),
        chart({
          file: "clocks",
          kind: "bars",
          title: "Shares by the clock's scope",
          x: { title: "one clock per" },
          y: { title: "share", min: 0, max: 1 },
          groups: rows.map(({ scope }) => scope),
          series: [
            { name: "same time as another", values: rows.map(({ collisions }) => collisions) },
            { name: "AUC of the leak", values: rows.map(({ leak }) => leak.auc) },
          ],
        }),
      ],
    },
  ];
}
