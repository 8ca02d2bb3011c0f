import type { Figure } from "./counted.ts";

/** What a figure was when the baseline was written, over the seeds 1 to `BASELINE_SEEDS`. */
export interface KeptFigure {
  better: Figure["better"];
  /** With the seed that the check runs with. */
  measured: number;
  least: number;
  greatest: number;
}

/** By the name of the run, then by the name of the figure. BOUNDED: by the list of runs. */
export type CountedBaseline = Record<string, Record<string, KeptFigure>>;

export const CHECK_SEED = 1;
/** A change that only moves the random draws is like another seed: so many show what that alone does to a figure. */
export const BASELINE_SEEDS = 8;
/**
 * How much more than the most of these seeds a figure may be, as a share. One seed in nine is worse than eight others
 * without any fault; of the seeds 9 to 16, measured with the first baseline, none was so by more than 7.5 %.
 */
export const TOLERANCE = 0.1;

/** The worst value that is no regression. What is to be found is found in full: of "more" nothing may be missing. */
function limitOf({ better, least, greatest }: KeptFigure): number {
  return better === "less" ? greatest * (1 + TOLERANCE) : least;
}

/** One line for each regression of a run, and for each figure that only one side has. */
export function regressions(
  run: string,
  figures: readonly Figure[],
  kept: CountedBaseline[string] = {},
): string[] {
  const names = new Set([...figures.map(({ name }) => name), ...Object.keys(kept)]);
  return [...names].flatMap((name) => {
    const figure = figures.find((one) => one.name === name);
    const before = kept[name];
    if (before === undefined) return [`${run}: ${name}: not in the baseline`];
    if (figure === undefined) return [`${run}: ${name}: in the baseline, but not measured`];
    const limit = limitOf(before);
    const isWorse = figure.better === "less" ? figure.value > limit : figure.value < limit;
    if (!isWorse) return [];
    const sense = figure.better === "less" ? "at most" : "at least";
    return [
      `${run}: ${name}: ${figure.value}, was ${before.measured}; ${sense} ${round(limit)} is allowed`,
    ];
  });
}

/** The baseline of one run, from its figures by seed; the first ones are those of the check. */
export function keep(bySeed: readonly (readonly Figure[])[]): CountedBaseline[string] {
  const [checked = []] = bySeed;
  return Object.fromEntries(
    checked.map(({ name, value, better }) => {
      const values = bySeed.map((figures) => figures.find((one) => one.name === name)!.value);
      const [least, greatest] = [Math.min(...values), Math.max(...values)];
      return [name, { better, measured: value, least, greatest }];
    }),
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
